"""Domain: a world, and how it is found by name.

A world is data, tools, a policy and scenarios. It is a package that exports a `Domain`, found through
the entry point group `interplay.domains`, ours and anybody's alike. Importing one reads no file,
environment variable or network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from interplay.engine.blueprint import Blueprint, Candidate
from interplay.engine.database import Base, Database
from interplay.engine.errors import DataError, DomainError
from interplay.engine.graph import ToolGraph
from interplay.engine.policy import Policy
from interplay.engine.registration import contradictions, imported, the_only
from interplay.engine.seeds import Seed
from interplay.engine.tools import Tool, Toolset

if TYPE_CHECKING:  # what is sampled is for a writer, and a writer is given the world; an edition has a world
    from interplay.engine.edition import Edition
    from interplay.engine.forge.assignment import Row

D = TypeVar("D", bound=Database)

GROUP = "interplay.domains"


@dataclass(frozen=True)
class Domain(Generic[D]):
    """A world."""

    name: str
    summary: str
    """One line, for lists."""
    database: type[D]
    tools_in_order: Sequence[Tool[..., Any]]
    policy: Policy
    generate: Callable[[Seed, int], Base[D]]
    """Makes the world's own data from a seed and a size, in persons."""
    write: Callable[[Domain[D], Base[D], Seed], Candidate]
    """The scripted writer: one candidate from a seed; it may be one that the checks reject."""
    default_size: int = 500
    """Persons in the generated data unless the user says otherwise."""
    check: Callable[[Base[D]], None] | None = None
    """Raises a DataError that names file and row, where loaded rows, each valid by itself, do not fit together."""
    tells: frozenset[Any] | None = None
    """Entities that a person can know and tell: their email address, an order id. None: any."""
    material: Callable[[Base[D], Seed], Sequence[Row]] | None = None
    """Samples rows that one task may be about, what matters first; None: rows that name each other."""
    attempts: int = 3
    """Attempts at one task, each but the first with what was wrong with the last."""
    human_tools: Sequence[Tool[..., Any]] = ()
    """What the human may do with things of their own."""
    human_tables: frozenset[str] = frozenset()
    """Tables of those things: the human's tools see no other, and the agent's tools see none of them."""
    setups: Sequence[Tool[..., Any]] = ()
    """What a blueprint may do to the world before anybody speaks."""
    assertions: Sequence[Tool[..., Any]] = ()
    """Functions of a state that say yes or no: questions about an end."""
    sync: Callable[[D], None] | None = None
    """Brings the two sides in step."""
    editions: Mapping[str, Edition[D]] = field(default_factory=dict)
    """This world as public benchmarks lay it out, by the benchmark's name."""
    scripts: Callable[[], Sequence[Blueprint]] | None = None
    """Gives the blueprints that the world comes with, played in their order in place of such as are made."""
    replay_script: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    """Runs a recorded script again, where the world comes from one that others recorded: takes a line with `turns`,
    each with `results` of a `call` and its `result`, and `final_state`; gives the same line with what ours did."""

    @cached_property
    def tools(self) -> Toolset:
        """The tools by name: the agent's, and beside them the human's, the setups and the assertions."""
        human, setups, assertions = (Toolset(each) for each in (self.human_tools, self.setups, self.assertions))
        return Toolset(
            self.tools_in_order,
            human=human,
            setups=setups,
            assertions=assertions,
            sync=self.sync,
            human_tables=self.human_tables,
        )

    @cached_property
    def graph(self) -> ToolGraph:
        """Which tool feeds which."""
        return ToolGraph(self.tools_in_order)

    def read(self, directory: Path) -> Base[D]:
        """Load data from a directory with one JSON file a table.

        Raises:
            DataError: a file is missing, a row breaks the schema, or rows do not fit together.
        """
        base = Base.read(self.database, directory)
        if self.check is not None:
            try:
                self.check(base)
            except DataError as error:
                raise DataError(f"{directory}: {error}") from None
        return base


def domain_names() -> list[str]:
    """Names of all worlds that are installed."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def load_domain(name: str) -> Domain[Any]:
    """The world of this name.

    Args:
        name: as it is registered, or NAME@EDITION for the tools that a public benchmark has in it.
    Raises:
        DomainError: unknown, or its package is broken, or it contradicts itself; says which are known, or what is
            wrong and where.
    """
    world, _, edition = name.partition("@")
    domain = _registered(world)
    if not edition:
        return domain
    if edition not in domain.editions:
        known = ", ".join(f"{world}@{each}" for each in domain.editions) or "none"
        raise DomainError(f"world {world!r} has no edition {edition!r}; its editions are: {known}")
    return replace(domain.editions[edition].domain, name=name)


def _registered(name: str) -> Domain[Any]:
    entries = entry_points(group=GROUP, name=name)
    if not entries:
        raise DomainError(f"there is no domain {name!r}; known: {', '.join(domain_names()) or 'none'}")
    entry = the_only(name, entries)
    domain = imported(entry)
    if not isinstance(domain, Domain):
        raise DomainError(f"domain {name!r} ({entry.value}) is {type(domain).__name__}; expected a Domain")
    wrong = list(contradictions(domain, name))
    if wrong:
        raise DomainError(f"domain {name!r} ({entry.value}) contradicts itself: {'; '.join(wrong)}")
    return domain
