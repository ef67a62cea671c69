"""Scripts: turns of calls, each with its result as text, and the state that they leave.

The form of recordings of toolkits that are objects. Running one is the world's own matter, for its calls
are source text and its state is whatever its objects hold; comparing is the same for all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.replaying.checks import FINAL_STATE, Check, Replayed
from interplay.engine.replaying.comparison import cut, unlike_answers, unlike_values
from interplay.engine.replaying.stage import Stage

NOUN = "scripts"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one call answered."""

    call: str
    result: str
    result_truncated: bool = False
    """Whether `result` is only the beginning."""
    result_length: int | None = None
    """Characters of the whole result, where it is truncated."""
    result_sha256: str | None = None
    """Of the whole result, where it is truncated."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What was done before the human spoke again."""

    results: tuple[Result, ...]


class _Script(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    turns: tuple[Turn, ...]
    final_state: dict[str, Any]


class Script(msgspec.Struct, frozen=True):
    """One recorded script."""

    id: str
    turns: tuple[Turn, ...]
    final_state: dict[str, Any]
    line: dict[str, Any]
    """The line as it stands, for the world."""


_decoder = msgspec.json.Decoder(dict[str, Any])


def recognises(document: Mapping[str, Any]) -> bool:
    """Whether a line is a script."""
    return "turns" in document and "final_state" in document


def read(line: bytes) -> Script:
    """A script from its line.

    Raises:
        msgspec.MsgspecError: it is none.
    """
    document = _decoder.decode(line)
    script = msgspec.convert(document, _Script)
    return Script(script.id, script.turns, script.final_state, document)


def replay(stage: Stage, script: Script) -> Replayed:
    """Run a script and compare every result and the final state.

    Raises:
        UsageError: the world has no scripts.
        InterplayError: whatever the world cannot run.
    """
    if stage.script is None:
        raise UsageError(f"world {stage.domain.name!r} has no scripts; a file of {NOUN} is of another world")
    ours = dict(stage.script(script.line))
    ran = msgspec.convert(ours, _Script)
    turns = list(ours["turns"])
    checks: list[Check] = []
    for number, (turn, own) in enumerate(zip_longest(script.turns, ran.turns)):
        if turn is None or own is None:
            checks.append(Check("(turns)", "value", f"ours has {len(ran.turns)} turns; recorded {len(script.turns)}"))
            break
        checks += _checks(number, turn, own)
        cut_short = [_as_recorded(*pair) for pair in zip_longest(turn.results, own.results)]
        turns[number] = {**turns[number], "results": [each for each in cut_short if each is not None]}
    checks.append(Check(FINAL_STATE, "value", unlike_values(script.final_state, ours["final_state"])))
    return Replayed(script.id, tuple(checks), {**ours, "turns": turns})


def _checks(turn: int, recorded: Turn, ours: Turn) -> Iterator[Check]:
    for at, (one, other) in enumerate(zip_longest(recorded.results, ours.results)):
        call = (one or other).call
        if one is None or other is None:
            text: str | None = "only recorded, not in ours" if other is None else "only in ours, not recorded"
        else:
            text = _unlike(one, other)
        yield Check(call.partition("(")[0], "value", text, at, {"turn": turn, "call": call})


def _unlike(recorded: Result, ours: Result) -> str | None:
    if recorded.call != ours.call:
        return f"ours called {cut(ours.call)}"
    if not recorded.result_truncated:
        return unlike_answers(recorded.result, ours.result)
    if recorded.result_sha256 == _digest(ours.result):
        return None
    return f"ours answered {cut(ours.result)}; recorded {cut(recorded.result)} of {recorded.result_length} characters"


def _as_recorded(recorded: Result | None, ours: Result | None) -> dict[str, Any] | None:
    """Our result, cut where the recorded one was."""
    if ours is None:
        return None
    plain = {"call": ours.call, "result": ours.result}
    if recorded is None or not recorded.result_truncated:
        return plain
    return {
        **plain,
        "result": ours.result[: len(recorded.result)],
        "result_truncated": True,
        "result_length": len(ours.result),
        "result_sha256": _digest(ours.result),
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
