"""Turns: a scripted conversation judged turn by turn, against the blueprint's own actions.

A turn is what happens from one message of the human to the next. At its end two things are asked, as public
benchmarks of this kind ask them:

- state: is the world as it is after the reference's actions up to this turn, whichever calls led there;
- responses: was every result that the reference's calls of this turn returned also returned to the agent,
  in this turn or an earlier one. So looking up what was seen before is not asked for again, and calls
  beyond the reference's are nobody's fault as long as the state agrees.

A turn in which the reference does nothing, since a value or a tool is lacking, is met by leaving the world
as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Address, Changes, RowChange, to_patch
from interplay.engine.messages import AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.truth import Truth


class TurnVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a turn came to."""

    turn: int
    """Its number, from 0."""
    state: bool
    """Whether the world was, at its end, as the reference leaves it."""
    responses: bool
    """Whether all that the reference's calls returned had been returned by then."""
    reached: bool = True
    """Whether the human came to speak; a turn that was not reached is not met."""
    differing: tuple[str, ...] = ()
    """Where the state differs, as JSON pointers into the database."""
    missing: tuple[str, ...] = ()
    """Reference calls whose results nobody saw."""

    @property
    def met(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.state and self.responses


class _Ended(NamedTuple):
    """How a turn ended, with all that was before it."""

    changes: Changes
    results: frozenset[str]


def judge_turns(
    blueprint: Blueprint, truth: Truth, messages: Sequence[AnyMessage], effects: Mapping[str, Changes]
) -> tuple[TurnVerdict, ...]:
    """The verdict on each turn of a scripted conversation; none where the blueprint has no turns.

    Args:
        blueprint: what was played.
        truth: its actions, executed on the same base.
        messages: the conversation.
        effects: what each call changed, by call id.
    """
    if not blueprint.turns:  # the usual conversation, whose messages need no walk
        return ()
    ended = list(_ends(messages, effects))
    verdicts, first = [], 0
    expected: dict[Address, RowChange] = {}
    for number, turn in enumerate(blueprint.turns):
        indexes = range(first, first + len(turn.actions))
        first = indexes.stop
        for index in indexes:
            _follow(expected, truth.effects.get(str(index), {}))
        if number >= len(ended):
            verdicts.append(TurnVerdict(number, state=False, responses=False, reached=False))
            continue
        wanted = {f"{blueprint.actions[i].tool}: {truth.result(i).content}": truth.result(i).content for i in indexes}
        missing = tuple(name for name, content in wanted.items() if content not in ended[number].results)
        differing = tuple(_differing(expected, ended[number].changes))
        verdicts.append(TurnVerdict(number, not differing, not missing, differing=differing, missing=missing))
    return tuple(verdicts)


def _ends(messages: Sequence[AnyMessage], effects: Mapping[str, Changes]) -> Iterator[_Ended]:
    """How each turn ended, from the human's words to their next ones; a farewell begins none."""
    changes: dict[Address, RowChange] = {}
    seen: set[str] = set()
    begun = False
    for message in messages:
        match message:
            case HumanMessage():
                if begun:
                    yield _Ended(dict(changes), frozenset(seen))
                begun = message.stop is None
            case ToolCall():
                _follow(changes, effects.get(message.call_id, {}))
            case ToolResult(by="agent", refusal=None):
                seen.add(message.content)
    if begun:
        yield _Ended(changes, frozenset(seen))


def _follow(changes: dict[Address, RowChange], further: Changes) -> None:
    """Let changes follow changes: what was before the first, and is after the last."""
    for address, change in further.items():
        before = changes[address].before if address in changes else change.before
        changes[address] = RowChange(before, change.after)
        if before == change.after:
            del changes[address]


def _differing(expected: Changes, found: Changes) -> Iterator[str]:
    """Leaves in which two ends of one base differ."""
    for address in dict.fromkeys((*expected, *found)):
        change = (expected.get(address) or found[address]).before
        one, other = (side[address].after if address in side else change for side in (expected, found))
        if one != other:
            for leaf in to_patch({address: RowChange(one, other)}):
                yield leaf.pointer
