"""Trajectory: the record of one conversation, and what became of it.

An outcome is scored, failed or unresolved. A failure is somebody's, and says whose; what is nobody's
verdict is never written down as a reward of zero.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from interplay.engine.conversation import Ending
from interplay.engine.messages import AnyMessage
from interplay.engine.verifier import Verdict


class _Outcome(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """What became of a unit of work."""


class Scored(_Outcome, frozen=True, tag="scored"):
    """It was played to an ending that can be judged."""

    verdict: Verdict


class Faulted(_Outcome, frozen=True, tag="failed"):
    """Somebody's failure ended it; there is no verdict."""

    fault: Literal["human", "agent", "environment"]
    cause: Literal["error", "timeout"]
    text: str


class Unresolved(_Outcome, frozen=True, tag="unresolved"):
    """No verdict is possible: there is no valid blueprint, or a defect of ours came between."""

    text: str
    traceback: str = ""


Outcome: TypeAlias = Scored | Faulted | Unresolved


class Trajectory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One conversation, as it is kept."""

    unit: int
    """Number of the unit in its run, from 0."""
    blueprint: str
    """Id of the blueprint that was played."""
    seed: str
    """Digest of the conversation's seed, hexadecimal."""
    ending: Ending | None
    """None when no conversation took place."""
    outcome: Outcome
    messages: tuple[AnyMessage, ...]

    @property
    def accepted(self) -> bool:
        """Whether the verifier accepted it."""
        return isinstance(self.outcome, Scored) and self.outcome.verdict.accepted


def kind(outcome: Outcome) -> str:
    """A short name for counting: "verified", "rejected", "failed:agent", "unresolved"."""
    match outcome:
        case Scored(verdict):
            return "verified" if verdict.accepted else "rejected"
        case Faulted(fault):
            return f"failed:{fault}"
        case Unresolved():
            return "unresolved"
