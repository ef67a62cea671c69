"""Source: an opened run, and what its rows share.

What an agent was told and which tools it had is the same for thousands of conversations. Both are encoded once and
go into each row as the bytes that they are.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from interplay.engine.domain import Domain, load_domain
from interplay.engine.errors import DomainError, RunError
from interplay.engine.run import Run
from interplay.engine.run.finding import find_runs

KEPT = 256
"""So many different sets of tools are kept encoded; of a world whose tasks differ in their tools there may be more."""

T = TypeVar("T")


class Tools(NamedTuple):
    """Tools that an agent was offered, in the world's order."""

    names: tuple[str, ...]
    objects: tuple[dict[str, Any], ...]
    """Each as an OpenAI function object: `type`, and `function` with name, description and parameters."""
    raw: msgspec.Raw
    """The objects as a JSON array."""
    text: str
    """The same array as text, for columns that hold text."""
    quoted: msgspec.Raw
    """That text as a JSON string."""


class Source:
    """One run.

    Args:
        run: opened.
        name: of the run in an export, unique there; the first part of its rows' ids.
        domain: the run's world.
    """

    def __init__(self, run: Run, name: str, domain: Domain[Any]) -> None:
        self.run, self.name, self.domain = run, name, domain
        self.system: str = domain.policy.text
        """The policy, as its agents were given it."""
        self.raw_system = encoded(self.system)
        """The same as a JSON string."""
        self._tools: OrderedDict[frozenset[str] | None, Tools] = OrderedDict()
        self._made: dict[str, Any] = {}

    def tools(self, names: frozenset[str] | None = None) -> Tools:
        """Tools of the world's agent.

        Args:
            names: of those that were offered; None: all.

        Raises:
            RunError: the world, as it is installed, has no such tool.
        """
        found = self._tools.get(names)
        if found is None:
            found = self._tools[names] = self._encoded(names)
            if len(self._tools) > KEPT:
                self._tools.popitem(last=False)
        else:
            self._tools.move_to_end(names)
        return found

    def schemas(self, names: frozenset[str] | None = None) -> msgspec.Raw:
        """The same as a JSON array of OpenAI function objects."""
        return self.tools(names).raw

    def shared(self, what: str, make: Callable[[Source], T]) -> T:
        """Something that all rows share, made once: a system message of a format's own.

        Args:
            what: its name; one name, one way of making it.
            make: makes it.
        """
        if what not in self._made:
            self._made[what] = make(self)
        made: T = self._made[what]
        return made

    def _encoded(self, names: frozenset[str] | None) -> Tools:
        every = self.domain.tools
        lacking = sorted((names or frozenset()) - set(every))
        if lacking:
            raise RunError(
                f"{self.run.path} was played with the tool {lacking[0]!r}, which the world {self.domain.name!r} has "
                "no more; export it with the version that made it"
            )
        offered = [tool for name, tool in every.items() if names is None or name in names]
        objects = tuple(tool.schema for tool in offered)
        raw = msgspec.json.encode(objects)
        text = raw.decode()
        return Tools(tuple(tool.name for tool in offered), objects, msgspec.Raw(raw), text, encoded(text))


def encoded(value: Any) -> msgspec.Raw:
    """A value as the JSON that goes into many rows."""
    return msgspec.Raw(msgspec.json.encode(value))


def open_sources(paths: Iterable[Path], pass_over: Callable[[str], None] | None = None) -> tuple[Source, ...]:
    """Open runs, each once.

    Args:
        paths: of runs, or of directories that hold runs.
        pass_over: is told why a run that such a directory holds cannot be opened, where the others shall do; a run
            that is named itself, or any where this is None, has to be opened.

    Raises:
        RunError: a path is no run and holds none, or a run is of another version or damaged; says which. Or none is
            left.
        DomainError: a run's world is not installed, or broken; says of which run.
    """
    found: dict[Path, bool] = {}
    for path in paths:
        for run in find_runs(path):
            found[run.resolve()] = found.get(run.resolve(), False) or run == path
    opened: list[tuple[Run, Domain[Any]]] = []
    for run, is_named in found.items():
        try:
            opened.append(_opened(run))
        except (RunError, DomainError) as error:
            if is_named or pass_over is None:
                raise
            pass_over(str(error))
    if not opened:
        raise RunError("no run is left: none of those that are there can be opened")
    names = _names([run.path for run, _ in opened])
    return tuple(Source(run, name, domain) for (run, domain), name in zip(opened, names, strict=True))


def _opened(path: Path) -> tuple[Run, Domain[Any]]:
    run = Run.open(path)
    try:
        return run, load_domain(run.config.domain)
    except DomainError as error:
        raise DomainError(f"{path} is a run of the world {run.config.domain!r}: {error}") from None


def _names(paths: Sequence[Path]) -> list[str]:
    """For each path as many of its last parts as tell it from all others."""
    names = [path.name for path in paths]
    length = 1
    while len(set(names)) < len(names):
        length += 1
        several = {name for name, count in Counter(names).items() if count > 1}
        longer = ["/".join(path.parts[1:][-length:]) for path in paths]
        names = [longer[at] if name in several else name for at, name in enumerate(names)]
    return names
