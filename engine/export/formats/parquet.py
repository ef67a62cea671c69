"""parquet: the rows of openai, typed, with what is known of each conversation as columns.

`messages` is a list of records and `tools` is JSON, as the format openai has them; a call's arguments are JSON, too,
which `datasets` reads as an object. Beside them stand the verdict, part by part, the difficulty of the task, where the
conversation comes from, and its seeds, so that a line of SQL chooses what to train on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypeAlias

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.export.dialogue import AgentTurn, CallTurn, Turn, UserTurn
from interplay.engine.export.formats import Played, Settings
from interplay.engine.export.samples import Sample
from interplay.engine.export.shards import Out, Shard
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.statistics import ending_name
from interplay.engine.trajectory import Faulted, Scored
from interplay.engine.verifier import Verdict

Json: TypeAlias = Annotated[str, msgspec.Meta(extra={"json": True})]
"""Text that is JSON, in a column that says so."""


class Function(msgspec.Struct, frozen=True, gc=False):
    """What is called."""

    name: str
    arguments: Json


class Call(msgspec.Struct, frozen=True, gc=False):
    """A call of a tool."""

    id: str
    type: str
    function: Function


class Message(msgspec.Struct, frozen=True, gc=False):
    """A message of a chat; what it lacks is null, for all have one type."""

    role: str
    content: str
    reasoning_content: str | None = None
    tool_calls: list[Call] | None = None
    tool_call_id: str | None = None


class Judged(msgspec.Struct, frozen=True, gc=False):
    """A verdict, part by part."""

    state: bool
    outputs: bool
    duties: bool
    policy: bool
    claims: bool
    """Whether the agent claimed nothing that was not so."""
    assertions: bool
    expectation: bool


class ParquetRow(Played, frozen=True, kw_only=True):
    """A conversation."""

    messages: list[Message]
    """The system's message first."""
    tools: Json
    """Every tool that was offered by the end, as an array of OpenAI's function objects."""
    verified: bool
    reward: float | None
    """1.0 or 0.0; None where there is no verdict."""
    progress: float | None
    """Share of what was wanted that was met, 0.0 to 1.0; None where there is no verdict."""
    verdict: Judged | None
    """What was met; None where there is no verdict."""
    faults: list[str]
    """What was wrong, in short; empty where nothing was."""
    fault: str | None
    """Whose fault it was that it was not verified; None where it was."""
    ending: str
    """How it ended: "satisfied", "handed over", "limit: turns", ..."""
    difficulty: Difficulty | None
    """How hard the task is, counted."""
    traits: list[str]
    """What makes the task hard."""
    parents: list[str]
    """Ids of the blueprints that its own was joined from."""
    turns: int
    """Messages of the human."""
    calls: int
    """Calls of the agent."""
    tokens: int | None
    """How long it is; None where that was not asked for."""
    run: str
    """Name of the run."""
    unit: int
    trial: int
    seed: str
    """Digest of the conversation's seed, hexadecimal."""
    run_seed: str
    """In decimal digits, of which there may be many."""
    data_digest: str
    """Of the data that the run started from."""
    interplay: str
    """Version that made the run."""


class Parquet:
    """One typed row a conversation.

    Args:
        settings: whether thoughts are in the messages.

    Raises:
        UsageError: pyarrow is not installed; says what to do.
    """

    name = "parquet"
    suffix = ".parquet"
    outcome: Literal["verified", "all"] = "verified"

    def __init__(self, settings: Settings) -> None:
        try:
            import pyarrow.parquet  # noqa: F401  (an extra; wanted here, before anything is written)
        except ImportError as error:
            raise UsageError(
                f"the format parquet needs pyarrow ({error}): pip install 'interplay[parquet]', or take openai"
            ) from None
        self._thoughts = settings.thoughts

    def shard(self, out: Out) -> Shard:
        """Row groups of a Parquet file."""
        from interplay.engine.export.rowgroups import RowGroups

        return RowGroups(out, ParquetRow)

    def rows(self, samples: Sequence[Sample]) -> Iterator[ParquetRow]:
        """A row of each conversation."""
        return map(self._row, samples)

    def _row(self, sample: Sample) -> ParquetRow:
        trajectory, made, config = sample.trajectory, sample.made, sample.source.run.config
        outcome, turns = trajectory.outcome, sample.dialogue.turns
        verdict = outcome.verdict if isinstance(outcome, Scored) else None
        return ParquetRow(
            id=sample.id,
            blueprint=trajectory.blueprint,
            domain=sample.domain,
            messages=[Message("system", sample.source.system), *(_message(turn, self._thoughts) for turn in turns)],
            tools=sample.tools.text,
            outcome=sample.outcome,
            verified=trajectory.accepted,
            reward=None if verdict is None else verdict.reward,
            progress=None if verdict is None else verdict.progress,
            verdict=None if verdict is None else _judged(verdict),
            faults=[] if verdict is None else verdict.faults,
            fault=outcome.fault if isinstance(outcome, Scored | Faulted) else None,
            ending=ending_name(trajectory.ending),
            difficulty=made.difficulty,
            traits=list(made.traits),
            parents=list(made.parents),
            turns=sum(isinstance(turn, UserTurn) for turn in turns),
            calls=sum(isinstance(turn, CallTurn) for turn in turns),
            tokens=sample.tokens,
            run=sample.source.name,
            unit=trajectory.unit,
            trial=trajectory.trial,
            seed=trajectory.seed,
            run_seed=str(config.seed),
            data_digest=config.data_digest,
            interplay=config.versions.get("interplay", ""),
        )


FORMAT = Parquet

_encode = msgspec.json.Encoder().encode


def _message(turn: Turn, thoughts: bool) -> Message:
    if isinstance(turn, UserTurn):
        return Message("user", turn.text)
    if isinstance(turn, AgentTurn):
        return Message("assistant", turn.text, (turn.thought if thoughts else None) or None)
    if isinstance(turn, CallTurn):
        call = Call(turn.call_id, "function", Function(turn.tool, _encode(turn.arguments).decode()))
        return Message("assistant", "", (turn.thought if thoughts else None) or None, [call])
    return Message("tool", turn.content, tool_call_id=turn.call_id)


def _judged(verdict: Verdict) -> Judged:
    return Judged(
        state=verdict.state,
        outputs=verdict.outputs,
        duties=verdict.duties,
        policy=verdict.policy,
        claims=not verdict.false_claims,
        assertions=verdict.assertions,
        expectation=verdict.expectation,
    )
