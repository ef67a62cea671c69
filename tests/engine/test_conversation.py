"""A conversation ends in one of a few typed ways, whatever its actors do."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import anyio
import msgspec
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.actors import EMPTY_REPLIES
from interplay.engine.conversation import (
    Ending,
    Failed,
    HandedOver,
    LimitReached,
    Limits,
    Played,
    Stopped,
    TimedOut,
    play,
)
from interplay.engine.database import Base, Database, Table
from interplay.engine.environment import Environment
from interplay.engine.errors import EndpointError, ModelError, Refusal
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.tools import Toolset, tool


class Note(msgspec.Struct, frozen=True):
    """A row."""

    text: str


class NotesDatabase(Database):
    """A world's data."""

    notes: Table[str, Note]


@tool(writes=True)
def write(db: NotesDatabase, key: str, text: str) -> Note:
    """Write a note."""
    if text == "":
        raise Refusal("A note needs a text.", code="empty")
    return db.notes.put(key, Note(text))


@tool()
def read(db: NotesDatabase, key: str) -> str:
    """Read a note."""
    note = db.notes.get(key)
    if note is None:
        raise Refusal(f"There is no note {key!r}.", code="unknown")
    return note.text


@tool(writes=True)
def crumble(db: NotesDatabase, key: str) -> str:
    """Write, and break."""
    db.notes.put(key, Note("half done"))
    raise ZeroDivisionError("the tool is broken")


@tool(hands_over=True)
def hand_over(db: NotesDatabase, allowed: bool = True) -> str:
    """Hand the human over to a person."""
    if not allowed:
        raise Refusal("Nobody is there.", code="nobody")
    return "Handed over."


TOOLS = Toolset([write, read, crumble, hand_over])
BASE = Base(NotesDatabase, {"notes": {"a": Note("first")}})
BYE = HumanMessage(text="Thanks, bye.", stop="satisfied")
HELLO = HumanMessage(text="Hello.")
FINE = AgentMessage(text="How can I help?")


def environment(base: Base[NotesDatabase] = BASE) -> Environment:
    return Environment(TOOLS, base.fork())


class Script:
    """An actor that gives its replies in turn, and the last one again and again; remembers what it was shown."""

    def __init__(self, *replies: Any) -> None:
        self.replies = list(replies)
        self.shown: list[tuple[AnyMessage, ...]] = []

    def __call__(self, conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]] = ()) -> Any:
        self.shown.append(tuple(conversation))
        reply = self.replies[min(len(self.shown), len(self.replies)) - 1]
        return reply(conversation) if callable(reply) else reply


class Waiting(Script):
    """The same, async."""

    async def __call__(self, conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]] = ()) -> Any:
        await checkpoint()
        reply = super().__call__(conversation, tools)
        return await reply if hasattr(reply, "__await__") else reply


def as_function(script: Script) -> Any:
    return lambda conversation, tools=(): script(conversation, tools)


def as_async_function(script: Script) -> Any:
    async def act(conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]] = ()) -> Any:
        await checkpoint()
        return script(conversation, tools)

    return act


def as_object(script: Script) -> Any:
    return script


def as_async_object(script: Script) -> Any:
    return Waiting(*script.replies)


def call(number: int, name: str = "read", **arguments: Any) -> ToolCall:
    return ToolCall(call_id=f"c{number}", tool=name, arguments=arguments)


def counted(**arguments: Any) -> Callable[[Sequence[AnyMessage]], ToolCall]:
    """A new call each time."""
    name = arguments.pop("name", "read")
    return lambda conversation: call(len(conversation), name, **arguments)


async def ends(human: Any, agent: Any, limits: Limits = Limits(), env: Environment | None = None) -> Played:  # noqa: B008
    """Play, and check what holds of every conversation."""
    return sound(await play(human, agent, env or environment(), limits))


def sound(played: Played) -> Played:
    """Every result follows its call, ids are used once, and the record reads back."""
    ids = set()
    for at, message in enumerate(played.messages):
        if isinstance(message, ToolCall):
            assert message.call_id not in ids
            ids.add(message.call_id)
        if isinstance(message, ToolResult):
            before = played.messages[at - 1]
            assert isinstance(before, ToolCall)
            assert before.call_id == message.call_id
    assert not any(isinstance(message, AgentMessage) and message.final for message in played.messages[:-1])
    assert isinstance(played.ending, Ending)
    encoded = msgspec.json.encode((played.messages, played.ending))
    assert msgspec.json.decode(encoded, type=tuple[tuple[AnyMessage, ...], Ending]) == tuple(played)
    return played


# How it goes when it goes well


@pytest.mark.parametrize("form", [as_function, as_async_function, as_object, as_async_object])
async def test_actors_of_every_form_talk_and_the_human_begins(form: Callable[[Script], Any]) -> None:
    human = Script(HELLO, HumanMessage(text="Read a."), BYE)
    agent = Script(FINE, call(1, key="a"), AgentMessage(text="It says first."))
    played = await ends(form(human), form(agent))
    assert played.ending == Stopped("satisfied")
    assert played.messages == (
        HELLO,
        FINE,
        HumanMessage(text="Read a."),
        call(1, key="a"),
        ToolResult(call_id="c1", content="first"),
        AgentMessage(text="It says first."),
        BYE,
    )


async def test_each_role_sees_its_own_side_and_only_that() -> None:
    human, agent = Script(HELLO, BYE), Script(call(1, key="a"), FINE)
    played = await ends(human, agent)
    assert human.shown == [(), (HELLO, FINE)]
    assert agent.shown == [(HELLO,), played.messages[:3]]


async def test_the_agent_is_shown_the_tools() -> None:
    shown: list[Sequence[dict[str, Any]]] = []

    def agent(conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> AgentMessage:
        shown.append(tools)
        return FINE

    await ends(Script(HELLO, BYE), agent)
    assert [each["function"]["name"] for each in shown[0]] == list(TOOLS)


@pytest.mark.parametrize("stop", ["satisfied", "denied"])
async def test_text_beside_a_stop_is_delivered(stop: Any) -> None:
    last = HumanMessage(text="One last thing: thank you.", stop=stop)
    agent = Script(FINE)
    played = await ends(Script(HELLO, last), agent)
    assert played.messages == (HELLO, FINE, last)
    assert played.ending == Stopped(stop)
    assert len(agent.shown) == 1  # nobody answers it


async def test_a_human_may_leave_at_once_and_without_a_word() -> None:
    played = await ends(Script(HumanMessage(text="", stop="denied")), Script(FINE))
    assert played == ((HumanMessage(text="", stop="denied"),), Stopped("denied"))


@pytest.mark.parametrize("empty", ["", "  \n\t"])
@pytest.mark.parametrize("form", [as_object, as_async_object])
async def test_an_empty_reply_is_asked_for_again_and_never_sent(empty: str, form: Callable[[Script], Any]) -> None:
    human = Script(HumanMessage(text=empty), HELLO, HumanMessage(text=empty), HumanMessage(text=empty), BYE)
    agent = Script(AgentMessage(text=empty), AgentMessage(text=empty), FINE)
    played = await ends(form(human), form(agent))
    assert played == ((HELLO, FINE, BYE), Stopped("satisfied"))


@pytest.mark.parametrize("role", ["human", "agent"])
async def test_who_returns_nothing_but_empty_replies_has_failed(role: str) -> None:
    human = Script(HumanMessage(text="")) if role == "human" else Script(HELLO)
    agent = Script(AgentMessage(text=" "))
    ending = (await ends(human, agent)).ending
    assert isinstance(ending, Failed)
    assert ending.role == role
    assert f"returned an empty message {EMPTY_REPLIES} times in a row" in ending.error
    assert len((human if role == "human" else agent).shown) == EMPTY_REPLIES


# Hand-over


async def test_after_a_hand_over_the_agent_may_call_more_and_its_words_are_final() -> None:
    human = Script(HELLO, BYE)
    agent = Script(call(1, "hand_over"), call(2, key="a"), AgentMessage(text="A person takes over."))
    played = await ends(human, agent)
    assert played.messages[-1] == AgentMessage(text="A person takes over.", final=True)
    assert [type(message) for message in played.messages] == [
        HumanMessage,
        ToolCall,
        ToolResult,
        ToolCall,
        ToolResult,
        AgentMessage,
    ]
    assert played.ending == HandedOver()
    assert len(human.shown) == 1  # is not asked any more


async def test_a_hand_over_that_was_refused_hands_nobody_over() -> None:
    agent = Script(call(1, "hand_over", allowed=False), FINE)
    played = await ends(Script(HELLO, BYE), agent)
    assert played.ending == Stopped("satisfied")
    assert FINE in played.messages


async def test_only_the_engine_says_that_words_are_final() -> None:
    played = await ends(Script(HELLO, BYE), Script(AgentMessage(text="Bye!", final=True)))
    assert played == ((HELLO, AgentMessage(text="Bye!"), BYE), Stopped("satisfied"))


# Limits


async def test_more_words_than_are_allowed_end_it_unsent() -> None:
    played = await ends(Script(HELLO), Script(FINE), Limits(turns=3))
    assert played == ((HELLO, FINE) * 3, LimitReached("turns", 3))


async def test_more_calls_than_are_allowed_end_it_unsent() -> None:
    played = await ends(Script(HELLO), Script(counted(key="a")), Limits(calls=4))
    assert played.ending == LimitReached("calls", 4)
    assert sum(isinstance(message, ToolCall) for message in played.messages) == 4
    assert isinstance(played.messages[-1], ToolResult)


async def test_refusals_in_a_row_end_it() -> None:
    played = await ends(Script(HELLO), Script(counted(key="none")), Limits(errors=3))
    assert played.ending == LimitReached("errors", 3)
    refusals = [message.refusal for message in played.messages if isinstance(message, ToolResult)]
    assert refusals == ["unknown"] * 3


async def test_a_call_that_is_carried_out_forgives_the_refusals_before_it() -> None:
    bad, good = counted(key="none"), counted(key="a")
    agent = Script(*[bad, bad, good] * 3, FINE)
    assert (await ends(Script(HELLO, BYE), agent, Limits(errors=3))).ending == Stopped("satisfied")


async def test_an_unknown_tool_and_bad_arguments_are_refusals() -> None:
    agent = Script(call(1, "fly"), call(2, "read", key=3), call(3, "read"), FINE)
    played = await ends(Script(HELLO, BYE), agent)
    refusals = [message.refusal for message in played.messages if isinstance(message, ToolResult)]
    assert refusals == ["unknown_tool", "bad_arguments", "bad_arguments"]


async def forever(conversation: Sequence[AnyMessage]) -> Any:
    await anyio.sleep_forever()


@pytest.mark.parametrize("role", ["human", "agent"])
async def test_who_hangs_is_named_when_the_time_is_up(role: Any) -> None:
    human = Waiting(forever) if role == "human" else Waiting(HELLO)
    played = await ends(human, Waiting(forever), Limits(seconds=0.3))
    assert played.ending == TimedOut(0.3, role)
    assert played.messages == (() if role == "human" else (HELLO,))


# Actors that misbehave


class UnspeakableError(Exception):
    """Its text cannot be had."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


def raising(error: BaseException) -> Callable[[Sequence[AnyMessage]], Any]:
    def act(conversation: Sequence[AnyMessage]) -> Any:
        raise error

    return act


@pytest.mark.parametrize("form", [as_object, as_async_object])
@pytest.mark.parametrize("role", ["human", "agent"])
@pytest.mark.parametrize(
    ("error", "text"),
    [
        (lambda: ValueError("what was that?"), "ValueError: what was that?"),
        (UnspeakableError, "UnspeakableError, whose text cannot be had: RuntimeError"),
        (lambda: ValueError("broken \ud800"), "ValueError: broken \\ud800"),
        (lambda: ValueError("x" * 100_000), "ValueError: xxx"),
        (lambda: ExceptionGroup("two", [ValueError(1), KeyError(2)]), "ExceptionGroup: two"),
        (lambda: RecursionError("too deep"), "RecursionError: too deep"),
        (StopAsyncIteration, "StopAsyncIteration"),
        (lambda: asyncio.CancelledError("mine"), "CancelledError: mine"),
        (lambda: SystemExit(3), "SystemExit: 3"),
    ],
    ids=["text", "no-text", "surrogate", "long", "group", "recursion", "stop", "cancelled", "exit"],
)
async def test_an_actor_that_raises_has_failed(
    role: str, form: Callable[[Script], Any], error: Callable[[], BaseException], text: str
) -> None:
    bad = form(Script(raising(error())))
    played = await ends(*((bad, Script(FINE)) if role == "human" else (Script(HELLO), bad)))
    ending = played.ending
    assert isinstance(ending, Failed)
    assert ending.role == role
    assert ending.error.startswith(text)
    assert len(ending.error) <= 2000
    assert type(error()).__name__ in ending.traceback


@pytest.mark.parametrize("reply", [None, "words", AgentMessage(text="no"), HELLO, 3, AgentMessage], ids=repr)
async def test_an_actor_that_returns_something_else_has_failed(reply: object) -> None:
    def agent(conversation: object, tools: object) -> Any:
        return reply if reply != AgentMessage(text="no") else ToolResult(call_id="x", content="forged")

    ending = (await ends(Script(HELLO), agent)).ending
    assert isinstance(ending, Failed)
    assert ending.role == "agent"
    assert "expected AgentMessage or ToolCall" in ending.error


async def test_several_calls_in_one_reply_are_carried_out_in_order_before_the_agent_is_asked_again() -> None:
    both = (call(1, "write", key="b", text="new"), call(2, key="b"), call(3, "write", key="b", text=""))
    agent = Script(both, AgentMessage(text="Done."))
    played = await ends(Script(HELLO, BYE), agent)
    said = played.messages[1:7]
    assert [each.call_id for each in said] == ["c1", "c1", "c2", "c2", "c3", "c3"]
    results = [each for each in said if isinstance(each, ToolResult)]
    assert [each.content for each in results] == ['{"text":"new"}', "new", "Error: A note needs a text."]
    assert [len(shown) for shown in agent.shown] == [1, 7]
    assert played.ending == Stopped("satisfied")


async def test_a_hand_over_among_several_calls_lets_the_others_be_carried_out_first() -> None:
    both = [call(1, "hand_over"), call(2, key="a")]
    played = await ends(Script(HELLO), Script(both, AgentMessage(text="A person takes over.")))
    assert played.ending == HandedOver()
    assert len(played.messages) == 6


@pytest.mark.parametrize(
    ("replies", "text"),
    [
        ([call(1, key="a"), AgentMessage(text="and words")], "expected ToolCall"),
        ([call(1, key="a"), call(1, key="a")], "'c1' was used before"),
        ([], "returned an empty message"),
    ],
    ids=["words", "same-id", "none"],
)
async def test_several_calls_that_are_none_make_the_agent_fail_before_any_is_carried_out(
    replies: list[Any], text: str
) -> None:
    played = await ends(Script(HELLO), Script(replies))
    assert isinstance(played.ending, Failed)
    assert text in played.ending.error
    assert played.messages == (HELLO,)


async def test_a_model_that_gives_no_answer_is_its_providers_failure_and_has_no_traceback() -> None:
    def agent(conversation: object, tools: object) -> Any:
        raise ModelError("no answer", cause="rate")

    played = await ends(Script(HELLO), agent)
    assert played.ending == Failed("agent", "no answer", "", "rate")


async def test_an_endpoint_that_is_gone_ends_more_than_the_conversation() -> None:
    def agent(conversation: object, tools: object) -> Any:
        raise EndpointError("nobody listens")

    with pytest.raises(EndpointError, match="nobody listens"):
        await play(Script(HELLO), agent, environment(), Limits())


async def test_an_agent_that_uses_a_call_id_again_has_failed_and_is_not_served() -> None:
    played = await ends(Script(HELLO), Script(call(1, key="a"), call(1, "write", key="a", text="twice")))
    assert isinstance(played.ending, Failed)
    assert played.ending.error == "ActorError: call id 'c1' was used before"
    assert len(played.messages) == 3


@pytest.mark.parametrize(
    "flood", [AgentMessage(text="x" * 10**7), call(1, "write", key="a", text="é" * 10**6)], ids=["words", "call"]
)
async def test_an_agent_that_floods_has_failed_and_its_flood_is_not_kept(flood: AnyMessage) -> None:
    env = environment()
    played = await ends(Script(HELLO), Script(flood), env=env)
    assert isinstance(played.ending, Failed)
    assert "at most 200,000 are allowed" in played.ending.error
    assert played.messages == (HELLO,)
    assert env.db.changes() == {}


async def test_an_agent_that_changes_its_arguments_afterwards_changes_nothing() -> None:
    arguments = {"key": "a", "text": "as sent"}

    def agent(conversation: Sequence[AnyMessage], tools: object) -> Any:
        if isinstance(conversation[-1], HumanMessage):
            return ToolCall(call_id="c1", tool="write", arguments=arguments)
        arguments.clear()
        for message in conversation:
            if isinstance(message, ToolCall):
                message.arguments["text"] = "forged"
        conversation.clear()  # type: ignore[attr-defined]
        return FINE

    played = await ends(Script(HELLO, BYE), agent)
    assert played.messages[1] == call(1, "write", key="a", text="as sent")
    assert len(played.messages) == 5


@pytest.mark.parametrize("afterwards", ["answers", "raises", "leaves"])
async def test_an_actor_that_swallows_its_timeout_has_not_answered(afterwards: str) -> None:
    async def swallow(conversation: Sequence[AnyMessage]) -> Any:
        try:
            await anyio.sleep_forever()
        except BaseException:
            if afterwards == "raises":
                raise ValueError("my connection broke") from None
        return BYE if afterwards == "leaves" else HELLO

    played = await ends(Waiting(HELLO, swallow), Waiting(FINE), Limits(seconds=0.3))
    assert played == ((HELLO, FINE), TimedOut(0.3, "human"))


@pytest.mark.parametrize("afterwards", ["answers", "raises"])
async def test_an_actor_that_swallows_cancellation_does_not_keep_it_from_the_caller(afterwards: str) -> None:
    waits = anyio.Event()

    async def swallow(conversation: Sequence[AnyMessage]) -> Any:
        try:
            waits.set()
            await anyio.sleep_forever()
        except BaseException:
            if afterwards == "raises":
                raise ValueError("my connection broke") from None
        return FINE

    ended: list[Played] = []

    async def run() -> None:
        ended.append(await play(Script(HELLO, BYE), Waiting(swallow), environment(), Limits()))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        await waits.wait()
        tasks.cancel_scope.cancel()
    assert ended == []


async def test_cancellation_from_outside_reaches_the_caller_and_every_actor() -> None:
    waits, cleaned = anyio.Event(), []

    async def wait(conversation: Sequence[AnyMessage]) -> Any:
        waits.set()
        try:
            await anyio.sleep_forever()
        finally:
            cleaned.append(True)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(play, Script(HELLO), Waiting(wait), environment(), Limits())
        await waits.wait()
        tasks.cancel_scope.cancel()
    assert tasks.cancel_scope.cancelled_caught
    assert cleaned == [True]


def test_native_cancellation_reaches_the_caller() -> None:
    async def main() -> None:
        waits = asyncio.Event()

        async def wait(conversation: Sequence[AnyMessage]) -> Any:
            waits.set()
            await asyncio.Event().wait()

        task = asyncio.ensure_future(play(Script(HELLO), Waiting(wait), environment(), Limits()))
        await waits.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_ctrl_c_inside_an_actor_is_nobodys_failure() -> None:
    with pytest.raises(BaseExceptionGroup) as caught:
        anyio.run(play, Script(HELLO), Script(raising(KeyboardInterrupt())), environment(), Limits(), backend="trio")
    assert caught.group_contains(KeyboardInterrupt)


# The environment


async def test_a_broken_tool_fails_the_environment_and_leaves_the_fork_as_it_was() -> None:
    env = environment()
    agent = Script(call(1, "write", key="b", text="kept"), call(2, "crumble", key="b"))
    played = await ends(Script(HELLO), agent, env=env)
    ending = played.ending
    assert isinstance(ending, Failed)
    assert (ending.role, ending.error) == ("environment", "ZeroDivisionError: the tool is broken")
    assert "in crumble" in ending.traceback
    assert played.messages[-1] == call(2, "crumble", key="b")
    assert {key: row.text for key, row in env.db.notes.items()} == {"a": "first", "b": "kept"}
    assert list(env.effects) == ["c1"]


async def test_what_each_call_changed_is_told_by_its_id() -> None:
    env = environment()
    calls = [call(1, "write", key="b", text="b"), call(2, key="b"), call(3, "write", key="b", text="")]
    await ends(Script(HELLO, BYE), Script(*calls, call(4, "write", key="a", text="new"), FINE), env=env)
    assert {name: list(changes) for name, changes in env.effects.items()} == {
        "c1": [("notes", "b")],
        "c4": [("notes", "a")],
    }


# All of it at once

human_replies = st.one_of(
    st.builds(HumanMessage, text=st.sampled_from(["", "Hello.", "Read a."])),
    st.builds(HumanMessage, text=st.sampled_from(["", "Bye."]), stop=st.sampled_from(["satisfied", "denied"])),
    st.sampled_from([None, "no message", FINE]),
    st.builds(raising, st.sampled_from([ValueError("h"), UnspeakableError(), asyncio.CancelledError()])),
)
agent_replies = st.one_of(
    st.builds(AgentMessage, text=st.sampled_from(["", "Fine.", "\ud800"]), final=st.booleans()),
    st.builds(counted, name=st.sampled_from(["read", "hand_over", "fly"]), key=st.sampled_from(["a", "b"])),
    st.builds(counted, name=st.just("write"), key=st.sampled_from(["a", "b"]), text=st.sampled_from(["", "x"])),
    st.builds(counted, name=st.sampled_from(["hand_over"])),
    st.builds(counted, name=st.sampled_from(["crumble"]), key=st.just("c")),
    st.builds(lambda n: call(n, key="a"), st.integers(0, 2)),
    st.sampled_from([None, HELLO, call(1, key={1, 2})]),
    st.builds(raising, st.sampled_from([KeyError("a"), SystemExit(), UnspeakableError()])),
)
limits = st.builds(Limits, turns=st.integers(1, 5), calls=st.integers(1, 6), errors=st.integers(1, 3))


class Tapped(Environment):
    """Remembers what it was asked and what it answered."""

    def __init__(self, db: Database) -> None:
        super().__init__(TOOLS, db)
        self.passed: list[AnyMessage] = []

    def apply(self, call: ToolCall) -> ToolResult:
        self.passed.append(call)
        result = super().apply(call)
        self.passed.append(result)
        return result


@given(
    st.lists(human_replies, min_size=1, max_size=6),
    st.lists(agent_replies, min_size=1, max_size=8),
    limits,
    st.sampled_from([Script, Waiting]),
    st.sampled_from([Script, Waiting]),
)
async def test_any_two_actors_come_to_a_typed_ending_and_the_transcript_is_what_was_sent(
    said: list[Any], done: list[Any], limits: Limits, human_kind: type[Script], agent_kind: type[Script]
) -> None:
    human, agent = human_kind(HELLO, *said), agent_kind(*done)
    env = Tapped(BASE.fork())
    with anyio.fail_after(60):
        played = await ends(human, agent, limits, env)
    # Everything that anybody was shown stands in the transcript, in its order; nothing else was carried out.
    assert agent.shown == [played.messages[: len(shown)] for shown in agent.shown]
    spoken = tuple(message for message in played.messages if isinstance(message, HumanMessage | AgentMessage))
    assert human.shown == [spoken[: len(shown)] for shown in human.shown]
    carried = [message for message in played.messages if isinstance(message, ToolCall | ToolResult)]
    assert env.passed == carried
    counts = [sum(isinstance(message, kind) for message in played.messages) for kind in (HumanMessage, ToolCall)]
    assert counts[0] <= limits.turns
    assert counts[1] <= limits.calls
    assert {key: row.text for key, row in BASE.fork().notes.items()} == {"a": "first"}


async def test_two_conversations_on_one_base_see_nothing_of_each_other() -> None:
    turns = anyio.Event(), anyio.Event()
    forks = environment(), environment()
    ended: dict[int, Played] = {}

    def agent(number: int) -> Any:
        async def meet(conversation: Sequence[AnyMessage]) -> Any:
            turns[number].set()
            await turns[1 - number].wait()  # both have written, and neither has read
            return call(2, key="a")

        return Waiting(call(1, "write", key="a", text=f"by {number}"), meet, FINE)

    async def converse(number: int) -> None:
        ended[number] = await ends(Script(HELLO, BYE), agent(number), env=forks[number])

    async with anyio.create_task_group() as tasks:
        for number in range(2):
            tasks.start_soon(converse, number)
    for number in range(2):
        assert ToolResult(call_id="c2", content=f"by {number}") in ended[number].messages
        assert [change.after for change in forks[number].db.changes().values()] == [Note(f"by {number}")]
    assert BASE.fork().notes["a"] == Note("first")


async def test_an_actor_that_fails_in_one_conversation_does_not_disturb_another() -> None:
    fails = anyio.Event()
    ended: list[Played] = []

    async def late(conversation: Sequence[AnyMessage]) -> Any:
        await fails.wait()
        await checkpoint()
        return FINE

    async def one(human: Any, agent: Any) -> None:
        ended.append(await ends(human, agent))
        fails.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(one, Script(HELLO, BYE), Waiting(late))
        tasks.start_soon(one, Script(HELLO), Waiting(raising(asyncio.CancelledError())))
    assert [type(played.ending) for played in ended] == [Failed, Stopped]


def names(tasks: Iterable[asyncio.Task[Any]]) -> list[str]:
    return [task.get_name() for task in tasks]


def test_no_task_is_left_behind() -> None:
    async def main() -> None:
        for agent in (
            Script(FINE),
            Script(raising(ValueError())),
            Waiting(forever),
            Script(call(1, "crumble", key="b")),
        ):
            await ends(Script(HELLO, BYE), agent, Limits(seconds=0.3))
            assert names(asyncio.all_tasks()) == names([asyncio.current_task()])  # type: ignore[list-item]

    asyncio.run(main())
    assert sys.exc_info() == (None, None, None)
