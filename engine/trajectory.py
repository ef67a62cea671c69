"""Trajectory: the record of one conversation, and what became of it.

An outcome is scored, failed or unresolved. A failure is somebody's, and says whose; what is nobody's
verdict is never written down as a reward of zero.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from interplay.engine.conversation import Ending
from interplay.engine.deliberation import Deliberation
from interplay.engine.messages import AnyMessage
from interplay.engine.verifier import Verdict

Fault: TypeAlias = Literal["human", "agent", "environment", "provider", "ours"]
"""Whose failure: an actor's, a tool's, a model endpoint's, or a defect of Interplay."""


class _Outcome(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True, omit_defaults=True):
    """What became of a unit of work."""


class Scored(_Outcome, frozen=True, tag="scored"):
    """It was played to an ending that can be judged."""

    verdict: Verdict
    fault: Literal["human", "agent"] | None = None
    """Whose fault it was that it was not accepted; None where it was."""


class Faulted(_Outcome, frozen=True, tag="failed"):
    """Somebody's failure ended it; there is no verdict."""

    fault: Fault
    cause: Literal["error", "timeout"]
    text: str
    traceback: str = ""
    """Of a defect of ours."""


class Unresolved(_Outcome, frozen=True, tag="unresolved"):
    """There was nothing to play: no candidate became a blueprint."""

    text: str


Outcome: TypeAlias = Scored | Faulted | Unresolved


class Trajectory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
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
    trial: int = 0
    """Which play of its blueprint, from 0."""
    deliberations: tuple[Deliberation, ...] = ()
    """What a human that drafts several replies might have said, turn by turn."""

    @property
    def accepted(self) -> bool:
        """Whether the verifier accepted it."""
        return isinstance(self.outcome, Scored) and self.outcome.verdict.accepted


class Trials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every play of one blueprint, as the log keeps it: one record a unit."""

    unit: int
    blueprint: str
    trials: tuple[Trajectory, ...]
    """In order, at least one; of a unit without a blueprint, one in which nobody spoke."""

    @property
    def accepted(self) -> bool:
        """Whether any was accepted."""
        return any(trial.accepted for trial in self.trials)

    @property
    def best(self) -> Trajectory:
        """The first that was accepted, else the last."""
        return next((trial for trial in self.trials if trial.accepted), self.trials[-1])


def kind(outcome: Outcome) -> str:
    """A short name for counting: "verified", "rejected", "failed:agent", "failed:provider", "unresolved"."""
    match outcome:
        case Scored(verdict):
            return "verified" if verdict.accepted else "rejected"
        case Faulted(fault):
            return f"failed:{fault}"
        case Unresolved():
            return "unresolved"
