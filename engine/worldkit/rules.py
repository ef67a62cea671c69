"""Rules: those that any desk has, made for a world's own tools, and lookups that a world's own rules need.

Each factory takes the heading of the section that says it and the tools that it judges; where it has to know what
is the world's alone, it takes a function of the situation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from interplay.engine.confirmation import confirmed
from interplay.engine.messages import HumanMessage, ToolCall, ToolResult
from interplay.engine.policy import Rule, Situation, rule
from interplay.engine.tools import Tool

Case: TypeAlias = Situation[Any]
ToolList: TypeAlias = Sequence[Tool[..., Any]]


def names(tools: ToolList) -> frozenset[str]:
    """The names of these tools."""
    return frozenset(each.name for each in tools)


def first_result(case: Case, tools: Collection[str]) -> str | None:
    """What the first successful call of one of these tools, by name, answered before this call; None for none."""
    return next((result.content for call, result in case.done_before() if call.tool in tools), None)


def values_named(value: Any, wanted: Collection[str]) -> Iterator[str]:
    """Every text or number that stands in arguments under one of these names, alone or in a list, at any depth."""
    match value:
        case dict():
            for name, each in value.items():
                yield from _leaves(each) if name in wanted else values_named(each, wanted)
        case list() | tuple():
            for each in value:
                yield from values_named(each, wanted)


def authenticate_first(
    *, section: str, on: ToolList, known: Callable[[Any], str | None], how: str = "found by the tools for it"
) -> Rule:
    """The customer's account was found before anything of theirs is read or written.

    Args:
        section: heading of the policy's section.
        on: tools that concern somebody.
        known: who the customer is by now; None where nobody was found.
        how: how an account is found, for the violation's text.
    """

    @rule("authenticate-first", section=section, on=on)
    def authenticate(case: Case) -> str | None:
        """The customer's account was found before anything of theirs is read or written."""
        if known(case) is None:
            return f"{case.call.tool} was called before the customer's account was {how}"
        return None

    return authenticate


def one_person(
    *,
    section: str,
    on: ToolList,
    finders: ToolList = (),
    known: Callable[[Any], str | None],
    concerns: Callable[[Any], str | None],
    describes: Callable[[Any, str], bool] = lambda case, customer: True,  # noqa: ARG005  (no finders, no description)
) -> Rule:
    """Whoever was found first is the only one whose things are looked up or changed.

    Args:
        section: heading of the policy's section.
        on: tools that concern somebody, other than the finders.
        finders: tools that find a customer.
        known: who the customer is by now; None where nobody was found.
        concerns: whom a call of one of `on` concerns; None where that cannot be told.
        describes: whether a finder's arguments are those of this customer.
    """
    finding = names(finders)

    @rule("one-person", section=section, on=(*finders, *on))
    def one(case: Case) -> str | None:
        """Whoever was found first is the only one whose things are looked up or changed."""
        customer = known(case)
        if customer is None:
            return None
        if case.call.tool in finding:
            return None if describes(case, customer) else f"somebody else was looked up after {customer} had been found"
        concerned = concerns(case)
        if concerned is None or concerned == customer:
            return None
        return f"{case.call.tool} concerns {concerned}, and the customer is {customer}"

    return one


def confirm_before_write(
    *, section: str, on: ToolList, listing: Callable[[Any], Iterable[str | tuple[str, ...]]]
) -> Rule:
    """The change was listed, and the customer's answer was a yes.

    Args:
        section: heading of the policy's section.
        on: tools that write.
        listing: what a message has to mention to have listed the change; of a tuple one is enough.
    """

    @rule("confirm-before-write", section=section, on=on, dialogue=True)
    def confirm(case: Case) -> str | None:
        """The change was listed, and the customer's answer was a yes."""
        return confirmed(case, list(listing(case)))

    return confirm


def no_invented_ids(*, section: str, on: ToolList, named: Callable[[Any], Iterable[str]]) -> Rule:
    """Every id in a call was said by the customer or returned by a tool.

    Args:
        section: heading of the policy's section.
        on: tools that write, and those that find a customer.
        named: the ids in a call; see `values_named`.
    """

    @rule("no-invented-ids", section=section, on=on, dialogue=True)
    def none_invented(case: Case) -> str | None:
        """Every id in a write, and who the customer is said to be, was said by the customer or returned by a tool."""
        unseen = {str(each) for each in named(case)}
        for message in case.before():
            if not unseen:
                return None
            if isinstance(message, HumanMessage):
                unseen = {each for each in unseen if each.lstrip("#").lower() not in message.text.lower()}
            elif isinstance(message, ToolResult) and message.refusal is None and message.by == "agent":
                unseen = {each for each in unseen if each not in message.content}
        return f"nobody named {', '.join(sorted(unseen))} before" if unseen else None

    return none_invented


def one_call_at_a_time(*, section: str, on: ToolList) -> Rule:
    """The call before had its result.

    Args:
        section: heading of the policy's section.
        on: all tools.
    """

    @rule("one-call-at-a-time", section=section, on=on, dialogue=True)
    def one_at_a_time(case: Case) -> str | None:
        """The call before had its result."""
        before = next(case.before(), None)
        if isinstance(before, ToolCall):
            return f"{case.call.tool} was called before {before.tool} had answered"
        return None

    return one_at_a_time


def hand_over_last(*, section: str, on: ToolList) -> Rule:
    """Nothing is done after the customer was handed over.

    Args:
        section: heading of the policy's section.
        on: all tools; those among them that hand over are what comes last.
    """
    handing_over = frozenset(each.name for each in on if each.hands_over)

    @rule("hand-over-last", section=section, on=on)
    def last(case: Case) -> str | None:
        """Nothing is done after the customer was handed over."""
        if any(call.tool in handing_over for call, _ in case.done_before()):
            return f"{case.call.tool} was called after the customer had been handed over"
        return None

    return last


def _leaves(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | tuple():
            for each in value:
                yield from _leaves(each)
        case dict():
            for each in value.values():
                yield from _leaves(each)
        case int() | float():
            yield str(value)
