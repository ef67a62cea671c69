"""Report: everything that is counted of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from interplay.engine.conversation import Ending, Failed, HandedOver, LimitReached, Stopped, TimedOut
from interplay.engine.forge.difficulty import DIMENSIONS, Difficulty
from interplay.engine.messages import HumanMessage, ToolCall, ToolResult
from interplay.engine.models.bill import Bill
from interplay.engine.statistics.asked import Asked
from interplay.engine.statistics.distinct import DISTINCT
from interplay.engine.statistics.making import Making, MakingCounter
from interplay.engine.statistics.passing import PassCounter, Passed
from interplay.engine.statistics.spread import Spread, descending, share, spread
from interplay.engine.statistics.variety import Grams, Variety
from interplay.engine.trajectory import Faulted, Scored, Trajectory, kind
from interplay.engine.units import Unit


class Share(msgspec.Struct, frozen=True):
    """Conversations that were verified, of those that were scored."""

    verified: int
    scored: int


class Report(msgspec.Struct, frozen=True):
    """What a run holds; counts are in descending order."""

    units: int
    """Units in the run."""
    done: int
    """Units that were played, or that nothing could be made of."""
    verified: int
    """Units of which a conversation was verified."""
    conversations: int
    """Conversations of all units; a unit that nobody played has one, in which nobody spoke."""
    outcomes: dict[str, int]
    """Conversations: verified, rejected, failed:WHOSE, unresolved."""
    scored: int
    acceptance: float
    """Share of scored conversations that were verified; 0.0 where none was scored."""
    blame: dict[str, int]
    """Conversations that were not verified, by whose fault it was: human, agent, environment, provider, ours."""
    attempts: dict[str, int]
    """Units by how many attempts it took until one was verified, or "never"; empty where there was just one."""
    passed: Passed | None
    """pass^k and pass@k, of a run with several trials a blueprint."""
    endings: dict[str, int]
    turns: Spread
    """Messages of the human, in conversations that took place."""
    calls: Spread
    """Tool calls, in conversations that took place."""
    tools: dict[str, int]
    """Calls by tool."""
    callers: dict[str, int]
    """Calls by who made them: agent, human."""
    refusals: dict[str, int]
    """Refused calls by code."""
    faults: dict[str, int]
    """Conversations by what was wrong with them; one may have several."""
    making: Making
    """What came before the conversations."""
    tool_sequences: int
    """Distinct sequences of tools called, in conversations that took place."""
    words: int
    """Words that humans said."""
    vocabulary: int
    """Distinct ones, whatever their case."""
    grams: dict[str, Grams]
    """By length."""
    estimated: bool
    """Whether some count of distinct things is an estimate."""
    bill: Bill | None = None
    """What the run's models were asked and what it cost; None where nobody asked one."""
    turn_counts: dict[int, int] = {}
    """Conversations that took place, by how many messages the human sent."""
    call_counts: dict[int, int] = {}
    """The same by tool calls."""
    rules: dict[str, int] = {}
    """Scored conversations by the policy's rules that were broken in them; one may have broken several."""
    success: dict[str, dict[int, Share]] = {}
    """By dimension of difficulty and its value, what became of scored conversations of such blueprints."""


class Statistics:
    """Counts units as they come.

    Args:
        units: how many the run has.
        asked: what the run was asked for.
        distinct: how many distinct things of each sort are counted exactly.
    """

    def __init__(self, units: int, *, asked: Asked | None = None, distinct: int = DISTINCT) -> None:
        asked = asked or Asked()
        self._units = units
        self._done = self._verified = 0
        self._outcomes: Counter[str] = Counter()
        self._blame: Counter[str] = Counter()
        self._endings: Counter[str] = Counter()
        self._turns: Counter[int] = Counter()
        self._calls: Counter[int] = Counter()
        self._tools: Counter[str] = Counter()
        self._callers: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self._success: dict[str, dict[int, list[int]]] = {dimension: {} for dimension in DIMENSIONS}
        self._passes = PassCounter(trials=asked.trials)
        self._making = MakingCounter(feedback=asked.feedback, threshold=asked.threshold)
        self._variety = Variety(distinct)

    def add(self, unit: Unit) -> None:
        """Count one unit."""
        if unit.record is not None:
            self._making.add(unit.record)
        if unit.trials is None:
            return
        self._done += 1
        self._verified += unit.trials.accepted
        for trajectory in unit.played:
            self._add_trajectory(trajectory)
        if unit.record is not None and unit.record.difficulty is not None:
            self._add_success(unit.record.difficulty, unit.played)
        if unit.played and unit.record is not None and unit.record.blueprint is not None:
            self._passes.add(unit.played)

    def report(self, bill: Bill | None = None) -> Report:
        """What was counted so far.

        Args:
            bill: of the run's models.
        """
        scored = self._outcomes["verified"] + self._outcomes["rejected"]
        grams = self._variety.grams()
        return Report(
            units=self._units,
            done=self._done,
            verified=self._verified,
            conversations=self._outcomes.total(),
            outcomes=descending(self._outcomes),
            scored=scored,
            acceptance=share(self._outcomes["verified"], scored),
            blame=descending(self._blame),
            attempts=self._passes.attempts(),
            passed=self._passes.passed(),
            endings=descending(self._endings),
            turns=spread(self._turns),
            calls=spread(self._calls),
            tools=descending(self._tools),
            callers=descending(self._callers),
            refusals=descending(self._refusals),
            faults=descending(self._faults),
            making=self._making.value(),
            tool_sequences=self._variety.sequences,
            words=grams["1"].all,
            vocabulary=grams["1"].distinct,
            grams=grams,
            estimated=self._variety.estimated,
            bill=bill,
            turn_counts=dict(sorted(self._turns.items())),
            call_counts=dict(sorted(self._calls.items())),
            rules=descending(self._rules),
            success={
                dimension: {value: Share(*counts) for value, counts in sorted(values.items())}
                for dimension, values in self._success.items()
                if values
            },
        )

    def _add_success(self, difficulty: Difficulty, trials: Sequence[Trajectory]) -> None:
        scored = sum(isinstance(trial.outcome, Scored) for trial in trials)
        if not scored:
            return
        verified = sum(trial.accepted for trial in trials)
        for dimension, values in self._success.items():
            counts = values.setdefault(getattr(difficulty, dimension), [0, 0])
            counts[0] += verified
            counts[1] += scored

    def _add_trajectory(self, trajectory: Trajectory) -> None:
        self._outcomes[kind(trajectory.outcome)] += 1
        self._endings[ending_name(trajectory.ending)] += 1
        if isinstance(trajectory.outcome, Scored):
            self._faults.update(set(trajectory.outcome.verdict.faults))
            self._rules.update({violation.rule for violation in trajectory.outcome.verdict.violations})
        if isinstance(trajectory.outcome, Scored | Faulted) and trajectory.outcome.fault is not None:
            self._blame[trajectory.outcome.fault] += 1
        if trajectory.ending is None:
            return
        calls = [message for message in trajectory.messages if isinstance(message, ToolCall)]
        tools = [call.tool for call in calls]
        said = [message.text for message in trajectory.messages if isinstance(message, HumanMessage)]
        self._turns[len(said)] += 1
        self._calls[len(tools)] += 1
        self._tools.update(tools)
        self._callers.update(call.by for call in calls)
        self._refusals.update(m.refusal for m in trajectory.messages if isinstance(m, ToolResult) and m.refusal)
        self._variety.add(tools, said)


def ending_name(ending: Ending | None) -> str:
    """A short name for how a conversation ended, for counting and for lists."""
    match ending:
        case None:
            return "not played"
        case Stopped(reason=reason):
            return reason.replace("_", " ")
        case HandedOver():
            return "handed over"
        case LimitReached(limit=limit):
            return f"limit: {limit}"
        case TimedOut(waiting_for=role):
            return f"timeout: {role}"
        case Failed(role=role, provider=provider):
            return "failed: provider" if provider else f"failed: {role}"
