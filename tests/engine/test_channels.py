"""A channel keeps order, is bounded, and closes with one error whatever the reason."""

from __future__ import annotations

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.channels import CAPACITY, Receive, Send, channel
from interplay.engine.errors import ChannelClosed


def quiet(message: object) -> None:
    """Note nothing."""


@given(st.lists(st.tuples(st.integers(), st.integers(0, 2)), max_size=40), st.lists(st.integers(0, 2), max_size=40))
async def test_messages_arrive_in_the_order_in_which_they_were_sent(
    sent: list[tuple[int, int]], pauses: list[int]
) -> None:
    noted: list[int] = []
    arrived: list[int] = []
    ends: tuple[Send[int], Receive[int]] = channel(noted.append)
    send, receive = ends

    async def sender() -> None:
        async with send:
            for message, pause in sent:
                for _ in range(pause):
                    await checkpoint()
                await send.send(message)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sender)
        async with receive:
            async for message in receive:
                arrived.append(message)
                for _ in range(pauses.pop() if pauses else 0):
                    await checkpoint()
    assert arrived == noted == [message for message, _ in sent]


async def test_sender_waits_when_nobody_receives_and_goes_on_when_somebody_does() -> None:
    sent: list[int] = []
    full = anyio.Event()
    ends: tuple[Send[int], Receive[int]] = channel(quiet)
    send, receive = ends

    async def sender() -> None:
        async with send:
            for number in range(CAPACITY + 3):
                if number == CAPACITY:
                    full.set()
                await send.send(number)
                sent.append(number)

    async with receive, anyio.create_task_group() as tasks:
        tasks.start_soon(sender)
        await full.wait()
        await anyio.wait_all_tasks_blocked()
        assert sent == list(range(CAPACITY))
        assert await receive.receive() == 0
        await anyio.wait_all_tasks_blocked()
        assert sent == list(range(CAPACITY + 1))
        assert [number async for number in receive] == list(range(1, CAPACITY + 3))


async def test_receiver_gets_what_was_sent_before_the_sender_left_and_then_learns_of_it() -> None:
    ends: tuple[Send[str], Receive[str]] = channel(quiet)
    send, receive = ends
    async with receive:
        async with send:
            await send.send("last words")
        assert await receive.receive() == "last words"
        for _ in range(2):
            with pytest.raises(ChannelClosed, match="the sender has left"):
                await receive.receive()


async def test_sender_learns_that_the_receiver_left_also_while_it_waits() -> None:
    ends: tuple[Send[int], Receive[int]] = channel(quiet)
    send, receive = ends
    closed: list[str] = []

    async def sender() -> None:
        for number in range(CAPACITY):
            await send.send(number)
        with pytest.raises(ChannelClosed, match="the receiver has left"):
            await send.send(CAPACITY)
        closed.append("while waiting")

    async with send:
        async with receive, anyio.create_task_group() as tasks:
            tasks.start_soon(sender)
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(receive.__aexit__, None, None, None)
        assert closed == ["while waiting"]
        with pytest.raises(ChannelClosed):
            await send.send(0)


async def test_waiting_receiver_learns_that_the_sender_left() -> None:
    ends: tuple[Send[int], Receive[int]] = channel(quiet)
    send, receive = ends
    heard: list[int] = []

    async def receiver() -> None:
        async with receive:
            heard.extend([number async for number in receive])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receiver)
        await anyio.wait_all_tasks_blocked()
        async with send:
            pass
    assert heard == []


async def test_ones_own_end_that_was_closed_says_closed_too() -> None:
    ends: tuple[Send[int], Receive[int]] = channel(quiet)
    send, receive = ends
    async with send, receive:
        pass
    with pytest.raises(ChannelClosed):
        await send.send(1)
    with pytest.raises(ChannelClosed):
        await receive.receive()


async def test_channel_stays_open_until_every_clone_has_left() -> None:
    noted: list[str] = []
    ends: tuple[Send[str], Receive[str]] = channel(noted.append)
    send, receive = ends
    other = send.clone()
    async with receive:
        async with send:
            await send.send("one")
        async with other:
            await other.send("two")
            assert [await receive.receive(), await receive.receive()] == ["one", "two"]
        with pytest.raises(ChannelClosed):
            await receive.receive()
    assert noted == ["one", "two"]


async def test_each_message_is_noted_once_before_it_is_passed_on_even_where_the_sender_has_to_wait() -> None:
    noted: list[int] = []
    ends: tuple[Send[int], Receive[int]] = channel(noted.append)
    send, receive = ends

    async def sender() -> None:
        async with send:
            for number in range(3 * CAPACITY):
                await send.send(number)

    async with receive, anyio.create_task_group() as tasks:
        tasks.start_soon(sender)
        async for number in receive:
            assert number in noted
    assert noted == list(range(3 * CAPACITY))


async def test_a_note_that_raises_keeps_its_message_from_being_sent() -> None:
    def short(message: str) -> None:
        if len(message) > 3:
            raise ValueError(message)

    ends: tuple[Send[str], Receive[str]] = channel(short)
    send, receive = ends
    async with receive:
        async with send:
            await send.send("one")
            with pytest.raises(ValueError, match="three"):
                await send.send("three")
            await send.send("two")
        assert [message async for message in receive] == ["one", "two"]
