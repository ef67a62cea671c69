"""Replay: recorded sessions, run again on our tools and compared call by call.

A recording is another implementation's behaviour as data: calls in order, what each answered, and what
the session changed. Each session runs on a fresh fork. A difference is a result, and so is a tool that
breaks; only a file that is no recording ends a replay. Sessions are read one at a time, so a recording
may be longer than memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.errors import DataError
from interplay.engine.messages import ToolCall
from interplay.engine.patch import Change, Patch, diff, same
from interplay.engine.patch import Path as Steps
from interplay.engine.tools import Toolset

Outcome: TypeAlias = Literal["value", "refused", "skip"]

FINAL_STATE = "(final state)"
NO_SUCH_TOOL = "(no such tool)"
SHOWN = 8
"""Differing leaves that a reason names before it only counts them."""


class RecordedCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call as recorded; fields beyond these are ignored."""

    name: str
    arguments: dict[str, Any]
    index: int | None = None
    """Place in the session; by default where it stands."""
    compare: Outcome | None = None
    """`value`: ours answers `observation`; `refused`: ours refuses; `skip` or none: run, not compared."""
    observation: str | None = None
    refusal: str | None = None
    """Why the original refused; ours may name another reason."""

    def at(self, index: int) -> int:
        """Its place as recorded, else where it stands."""
        return index if self.index is None else self.index


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded session, from a fresh database."""

    session: int | str
    calls: tuple[RecordedCall, ...]
    compare_diff: bool | None = None
    """Whether the final state is compared; by default when `diff` is there."""
    diff: tuple[Change, ...] | None = None
    """What the session changed, leaf by leaf, in no particular order."""

    @property
    def compares_end(self) -> bool:
        """Whether the final state is compared."""
        return self.diff is not None if self.compare_diff is None else self.compare_diff


class CallReplay(NamedTuple):
    """What ours did with one call."""

    call: RecordedCall
    observation: str | None
    """What ours answered; None when it refused or broke."""
    refusal: str | None
    """The code of the reason why ours refused."""
    defect: str | None
    """What ours raised that is no refusal."""
    disagreement: str | None
    """What differs from the recording, for a person; None when they agree or are not compared."""


class SessionReplay(NamedTuple):
    """What ours did with one session."""

    session: Session
    calls: tuple[CallReplay, ...]
    patch: Patch
    """What ours changed."""
    disagreement: str | None
    """How the final state differs; None when it agrees or is not compared."""

    @property
    def agrees(self) -> bool:
        """Whether all that is compared agrees, and nothing broke."""
        return self.disagreement is None and all(call.disagreement is None for call in self.calls)

    def record(self) -> dict[str, Any]:
        """What ours did, in the recordings' format; a call that broke has `compare` and `defect`: its text."""
        return {
            "session": self.session.session,
            "compare_diff": self.session.compare_diff is not False,
            "calls": [_recorded(index, call) for index, call in enumerate(self.calls)],
            "diff": self.patch.changes,
        }


class Disagreement(NamedTuple):
    """One difference, with where it is."""

    session: int | str
    tool: str
    """FINAL_STATE where it is no call's."""
    at: int | None
    arguments: dict[str, Any]
    text: str


class Tally:
    """Counts over sessions, by tool and outcome, and the first disagreements.

    Args:
        first: how many disagreements to keep.
    """

    def __init__(self, first: int = 10) -> None:
        self.first = first
        self.sessions = 0
        self.agreeing = 0
        self.runs: Counter[tuple[str, str]] = Counter()
        """Calls by tool and by what the recording has: value, refused, skip."""
        self.agreements: Counter[tuple[str, str]] = Counter()
        self.disagreed = 0
        """Disagreements in all."""
        self.disagreements: list[Disagreement] = []
        """The first of them."""

    @property
    def agrees(self) -> bool:
        """Whether every session agreed."""
        return self.agreeing == self.sessions

    @property
    def compared(self) -> tuple[int, int]:
        """How many calls agree, of how many that are compared."""
        keys = [key for key in self.runs if key[0] != FINAL_STATE and key[1] != "skip"]
        return sum(self.agreements[key] for key in keys), sum(self.runs[key] for key in keys)

    def rows(self) -> list[tuple[str, str, int, int]]:
        """Tool, outcome, how many agree, of how many; sorted, the final states last.

        A `skip` is not compared: it agrees when nothing broke.
        """
        keys = sorted(self.runs, key=lambda key: (key[0] == FINAL_STATE, key))
        return [(*key, self.agreements[key], self.runs[key]) for key in keys]

    def add(self, tools: Toolset, replayed: SessionReplay) -> None:
        """Count one session.

        Args:
            tools: those it ran on; calls of others are counted as NO_SUCH_TOOL.
            replayed: what came of it.
        """
        session = replayed.session
        self.sessions += 1
        self.agreeing += replayed.agrees
        for index, (call, _, _, _, text) in enumerate(replayed.calls):
            key = (call.name if call.name in tools else NO_SUCH_TOOL, call.compare or "skip")
            self.runs[key] += 1
            self.agreements[key] += text is None
            if text is not None:
                self._keep(Disagreement(session.session, call.name, call.at(index), call.arguments, text))
        if session.compares_end:
            self.runs[FINAL_STATE, "value"] += 1
            self.agreements[FINAL_STATE, "value"] += replayed.disagreement is None
        if replayed.disagreement is not None:
            self._keep(Disagreement(session.session, FINAL_STATE, None, {}, replayed.disagreement))

    def _keep(self, found: Disagreement) -> None:
        self.disagreed += 1
        if len(self.disagreements) < self.first:
            self.disagreements.append(found)


_decoder = msgspec.json.Decoder(Session)


def read_sessions(paths: Iterable[Path]) -> Iterator[Session]:
    """Sessions of some files, one line at a time; empty lines are passed over.

    Raises:
        DataError: a file cannot be read, or a line is no session; names the file and the line.
    """
    for path in paths:
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    if line.strip():
                        yield _session(path, number, line)
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}") from None


def replay(tools: Toolset, base: Base[Any], session: Session) -> SessionReplay:
    """Run one session on a fresh fork and compare it with what was recorded; nothing that a tool raises escapes.

    Args:
        tools: ours, by name.
        base: the data that the recording began with.
        session: what to run.
    """
    environment = Environment(tools, base.fork())
    calls = tuple(_replayed(environment, f"call-{index}", call) for index, call in enumerate(session.calls))
    patch = environment.db.patch()
    end = _unlike(session.diff or (), patch) if session.compares_end else None
    return SessionReplay(session, calls, patch, end)


def _session(path: Path, number: int, line: bytes) -> Session:
    try:
        session = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{path}, line {number}: not a recorded session: {error}") from None
    for index, call in enumerate(session.calls):
        if call.compare == "value" and call.observation is None:
            raise DataError(f"{path}, line {number}: call {index} ({call.name}) is a `value` without `observation`")
    return session


def _replayed(environment: Environment, call_id: str, call: RecordedCall) -> CallReplay:
    mark = environment.db.mark()
    try:
        result = environment.apply(ToolCall(call_id=call_id, tool=call.name, arguments=call.arguments))
    except Exception as error:  # whatever a tool raises is what a replay is there to find
        defect = f"{type(error).__name__}: {error}"
        return CallReplay(call, None, None, defect, f"defect: {defect}")
    if result.refusal is None:
        return CallReplay(call, result.content, None, None, _against_answer(call, result.content))
    text = None
    if environment.db.changes(mark):
        text = f"ours refused ({result.refusal}) and changed something all the same"
    elif call.compare == "value":
        text = f"ours refused ({result.refusal}): {result.content}"
    return CallReplay(call, None, result.refusal, None, text)


def _against_answer(call: RecordedCall, ours: str) -> str | None:
    if call.compare == "refused":
        return f"ours answered {_cut(ours)}; recorded as refused ({call.refusal or 'no reason given'})"
    if call.compare != "value" or call.observation is None or call.observation == ours:
        return None
    try:
        recorded, answered = msgspec.json.decode(call.observation), msgspec.json.decode(ours)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return f"ours answered {_cut(ours)}; recorded {_cut(call.observation)}"
    unlike = diff(recorded, answered)
    return _listed(
        [f"{leaf.pointer or '/'}: ours {_value(leaf.after)}; recorded {_value(leaf.before)}" for leaf in unlike]
    )


def _unlike(recorded: Sequence[Change], ours: Patch) -> str | None:
    """How two sets of changes differ, path by path."""
    theirs: dict[Steps, Change] = {change.path: change for change in recorded}
    found: dict[Steps, Change] = {change.path: change for change in ours}
    lines = []
    for path in [*theirs, *(path for path in found if path not in theirs)]:
        one, other = theirs.get(path), found.get(path)
        if one is None or other is None or not (_alike(one.before, other.before) and _alike(one.after, other.after)):
            lines.append(f"{Change(path).pointer}: ours {_change(other)}; recorded {_change(one)}")
    return _listed(lines)


def _alike(one: Any, other: Any) -> bool:
    return one is other or (msgspec.UNSET not in (one, other) and same(one, other))


def _change(change: Change | None) -> str:
    return "unchanged" if change is None else f"{_value(change.before)} -> {_value(change.after)}"


def _value(value: Any) -> str:
    return "nothing" if value is msgspec.UNSET else _cut(msgspec.json.encode(value).decode())


def _listed(lines: list[str]) -> str | None:
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join(lines[:SHOWN] + more) or None


def _cut(text: str, limit: int = 200) -> str:
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text):,} characters)"


def _recorded(index: int, done: CallReplay) -> dict[str, Any]:
    call = done.call
    record: dict[str, Any] = {
        "index": call.at(index),
        "name": call.name,
        "arguments": call.arguments,
    }
    if done.defect is not None:
        return {**record, "compare": "defect", "defect": done.defect}
    if done.refusal is not None:
        return {**record, "compare": "skip" if call.compare == "skip" else "refused", "refusal": done.refusal}
    return {**record, "compare": "skip" if call.compare == "skip" else "value", "observation": done.observation}
