"""Sessions: calls in order with what each answered, and what all of them changed.

The form of the older project's recordings. Each session begins with the data as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from interplay.engine.environment import Environment
from interplay.engine.messages import ToolCall
from interplay.engine.patch import Change
from interplay.engine.replaying.calls import Answer, Expected, answer, compared
from interplay.engine.replaying.checks import FINAL_STATE, SKIPPED, Check, Replayed
from interplay.engine.replaying.comparison import unlike_ends
from interplay.engine.replaying.stage import Stage

Outcome: TypeAlias = Literal["value", "refused", "skip"]

NOUN = "sessions"


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


_decoder = msgspec.json.Decoder(Session)


def recognises(document: Mapping[str, Any]) -> bool:
    """Whether a line is a session."""
    return "calls" in document and "session" in document


def read(line: bytes) -> Session:
    """A session from its line.

    Raises:
        ValueError: it is none.
    """
    session = _decoder.decode(line)
    for index, call in enumerate(session.calls):
        if call.compare == "value" and call.observation is None:
            raise ValueError(f"call {index} ({call.name}) is a `value` without `observation`")
    return session


def replay(stage: Stage, session: Session) -> Replayed:
    """Run one session on a fresh fork and compare it with what was recorded.

    Args:
        stage: the data that the recording began with, and the tools.
        session: what to run.
    """
    environment = Environment(stage.tools, stage.base.fork())
    checks: list[Check] = []
    records = []
    apart = False  # whether the original carried out what its own schema forbids, and ours refused it
    for index, each in enumerate(session.calls):
        call = ToolCall(call_id=f"call-{index}", tool=each.name, arguments=each.arguments)
        found = answer(environment, call)
        expected = Expected(each.compare or SKIPPED, each.observation, each.refusal)
        if apart and expected.outcome == "refused" and found.observation is not None:
            expected = Expected(SKIPPED)  # the original may have refused because of what only it had done
        apart = apart or (each.compare == SKIPPED and each.observation is not None and found.refusal is not None)
        checks.append(compared(stage.tools, call, each.at(index), found, expected))
        records.append(_record(index, each, found))
    changes = stage.recorded(stage.base, environment.db.changes()).get("agent", ())
    if session.compares_end:
        checks.append(Check(FINAL_STATE, "value", unlike_ends(session.diff or (), changes)))
    record = {
        "session": session.session,
        "compare_diff": session.compare_diff is not False,
        "calls": records,
        "diff": changes,
    }
    return Replayed(str(session.session), tuple(checks), record)


def _record(index: int, call: RecordedCall, found: Answer) -> dict[str, Any]:
    """One call in the recordings' form; one that broke has `compare` and `defect`: its text."""
    record: dict[str, Any] = {"index": call.at(index), "name": call.name, "arguments": call.arguments}
    if found.defect is not None:
        return {**record, "compare": "defect", "defect": found.defect}
    skipped = call.compare == SKIPPED
    if found.refusal is not None:
        return {**record, "compare": SKIPPED if skipped else "refused", "refusal": found.refusal}
    return {**record, "compare": SKIPPED if skipped else "value", "observation": found.observation}
