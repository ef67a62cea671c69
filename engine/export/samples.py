"""Sample: one conversation, with its run and with what an export asks about its making.

Both logs of a run stand in unit order; reading them side by side holds one unit in memory, however many there are. Of
what was made of a unit only a few fields are decoded: most of it is what was rejected on the way. A conversation is
read with its texts as they stand; who needs them as values asks for the trajectory.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import msgspec

from interplay.engine.export.dialogue import Dialogue, turns
from interplay.engine.export.records import Record, decoder, record_of
from interplay.engine.export.sources import Source, Tools
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.run import Found, Records
from interplay.engine.run.lines import decode
from interplay.engine.trajectory import Trajectory, Trials, kind
from interplay.engine.units import abreast, ascending


class _Reveals(msgspec.Struct, frozen=True, gc=False):
    """A scripted turn: what the agent has from it on."""

    reveals: tuple[str, ...] = ()


class Task(msgspec.Struct, frozen=True, gc=False):
    """Of a blueprint what an export asks about."""

    id: str
    domain: str
    traits: tuple[str, ...] = ()
    tools: tuple[str, ...] | None = None
    turns: tuple[_Reveals, ...] = ()

    @property
    def chooses(self) -> bool:
        """Whether it says which tools the agent has."""
        return self.tools is not None or (self.turns != () and any(turn.reveals for turn in self.turns))

    def offered(self, spoken: int, every: frozenset[str]) -> frozenset[str] | None:
        """Names of the tools that the agent had after the human spoke so many times; None: all of them.

        Args:
            spoken: messages of the human.
            every: names of the world's tools.
        """
        later = {name for turn in self.turns for name in turn.reveals}
        now = {name for turn in self.turns[:spoken] for name in turn.reveals}
        first = every if self.tools is None else frozenset(self.tools)
        found = (first - later) | now
        return None if found == every else found


class Made(msgspec.Struct, frozen=True, gc=False):
    """What was made of one unit, as far as an export asks about it; a line of the blueprint log."""

    unit: int
    blueprint: Task | None = None
    task: int = 0
    """Which task of the unit it came of."""
    attempt: int = 0
    """Which attempt at the task."""
    parents: tuple[str, ...] = ()
    """Ids of the blueprints that it was joined from."""
    difficulty: Difficulty | None = None

    @property
    def traits(self) -> tuple[str, ...]:
        """What makes it hard."""
        return self.blueprint.traits if self.blueprint is not None else ()


UNMADE = Made(-1)
"""Of a conversation whose blueprint's record is not there."""


class Logged:
    """A conversation that stands in a log.

    Args:
        record: it, as it stands there.
        at: its place among the plays of its unit.
        found: the line.
        log: whose line it is.
    """

    __slots__ = ("_at", "_found", "_log", "record")

    def __init__(self, record: Record, at: int, found: Found, log: Records[Trials]) -> None:
        self.record = record
        self._at, self._found, self._log = at, found, log

    def trajectory(self) -> Trajectory:
        """It, read as values.

        Raises:
            RunError: the line is damaged.
        """
        return self._log.decode(self._found).trials[self._at]


class Sample:
    """One conversation.

    Args:
        source: the run that it is of.
        made: what was made of its unit.
        played: the conversation.
    """

    def __init__(self, source: Source, made: Made, played: Trajectory | Logged) -> None:
        self.source, self.made = source, made
        self._played = played
        self.record: Record = played.record if isinstance(played, Logged) else record_of(played)
        """The conversation with its texts as they stand in the log; much cheaper than the trajectory."""
        self.outcome = kind(self.record.outcome)
        """What became of it, in short: "verified", "rejected", "failed:agent", ..."""
        self.seen = self.record.seen
        """Its messages up to the agent's last."""
        self.tokens: int | None = None
        """How long it is; None where nobody has counted."""

    @cached_property
    def trajectory(self) -> Trajectory:
        """The conversation.

        Raises:
            RunError: its record is damaged.
        """
        return self._played if isinstance(self._played, Trajectory) else self._played.trajectory()

    @property
    def id(self) -> str:
        """RUN/UNIT/TRIAL, unique in an export."""
        return f"{self.source.name}/{self.record.unit}/{self.record.trial}"

    @property
    def unit(self) -> int:
        """Number of its unit."""
        return self.record.unit

    @property
    def blueprint(self) -> str:
        """Id of the blueprint that was played."""
        return self.record.blueprint

    @property
    def domain(self) -> str:
        """Name of its world."""
        return self.source.domain.name

    @property
    def offered(self) -> frozenset[str] | None:
        """Names of the tools that the agent had been offered by the end; None: all of the world's."""
        task = self.made.blueprint
        if task is None or not task.chooses:
            return None
        spoken = sum(said.type == "human" for said in self.record.messages)
        return task.offered(spoken, frozenset(self.source.domain.tools))

    @property
    def tools(self) -> Tools:
        """Those tools, in the world's order.

        Raises:
            RunError: the world has one of them no more.
        """
        return self.source.tools(self.offered)

    @cached_property
    def dialogue(self) -> Dialogue:
        """The conversation as the agent saw it."""
        return Dialogue(self.source.system, self.tools, turns(self.trajectory.messages))


class SampledUnit(NamedTuple):
    """Every conversation of one unit."""

    number: int
    made: Made
    samples: tuple[Sample, ...]
    """In the order of their trials; none where nobody has played it."""
    unplayed: int
    """Plays that came to nothing before anybody spoke: there was no blueprint, or something failed first."""
    recorded: bool
    """Whether the unit's conversations are in the log; where not, they are yet to be played."""


def sampled_units(source: Source) -> Iterator[SampledUnit]:
    """The units of a run of which there is a record, in order.

    Raises:
        RunError: a file cannot be read, a line is damaged, or a record stands out of order.
    """
    run = source.run
    log = run.trajectories(Trials)
    made = ascending(run, "blueprints", run.blueprints(Made))
    played = ascending(run, "trajectories", log.found())
    for number, one, found in abreast(made, played):
        mine = UNMADE if one is None else one
        records = [] if found is None else decode(found.line, decoder, found.path).trials
        samples = tuple(
            Sample(source, mine, Logged(record, at, found, log))
            for at, record in enumerate(records)
            if found is not None and record.ending is not None
        )
        yield SampledUnit(number, mine, samples, len(records) - len(samples), found is not None)
