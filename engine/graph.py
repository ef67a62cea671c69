"""Tool graph: which tool's output feeds which tool's argument.

Nothing is drawn by hand. Tool A feeds tool B through entity T when A's result holds a T and B takes
one, and T is a type in both signatures. Walking backwards from a tool that writes finds the reads that
make its arguments known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any, NamedTuple

from interplay.engine.seeds import Seed
from interplay.engine.tools import Tool


class Edge(NamedTuple):
    """`source` returns an entity that `target` takes."""

    source: str
    target: str
    entity: str


class ToolGraph:
    """The graph of some tools.

    Args:
        tools: the nodes.
    """

    def __init__(self, tools: Iterable[Tool[..., Any]]) -> None:
        self.tools = {tool.name: tool for tool in tools}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every way in which one tool feeds another, itself excepted."""
        return tuple(
            Edge(source.name, target.name, entity.__name__)
            for target in self.tools.values()
            for entity in sorted(target.consumes, key=lambda e: str(e.__name__))
            for source in self.sources(entity)
            if source is not target
        )

    def sources(self, entity: Any) -> list[Tool[..., Any]]:
        """Read tools whose result holds this entity; what a write returns was known before it."""
        return [t for t in self.tools.values() if entity in t.produces and not t.writes]

    def walk_back(self, start: str, told: Collection[Any], seed: Seed) -> list[str]:
        """Reads that make every argument of a tool known, in the order in which to call them.

        Walks from the tool's entities to a tool that returns each, and on from that tool's own, until
        all that is left is what a person can tell. Where several tools return an entity, one that is
        on the way already is taken, else chance decides.

        Args:
            start: the tool to reach.
            told: entities that the person can tell, where the walk may end.
            seed: decides between equally good ways.

        Returns:
            Names of tools, `start` last.

        Raises:
            ValueError: an entity is neither told nor returned by any tool.
        """
        found = self._reach(self.tools[start], frozenset(told), (), (start,), seed)
        if found is None:
            raise ValueError(f"nothing leads to {start}: some entity that it needs is neither told nor returned")
        return list(found)

    def walk_on(self, told: Collection[Any], steps: int, seed: Seed, *, writes: bool = True) -> list[str]:
        """Tools that can be called one after the other, from what a person can tell on.

        It begins with a lookup where there is one, and a tool that takes what an earlier one returned is preferred
        to one that does not. Tools that neither take nor return an entity, and those that hand over, lead nowhere
        and are left out.

        Args:
            told: entities that the person can tell, where the walk begins.
            steps: how many tools at most.
            seed: decides where to go.
            writes: whether tools that write may be passed.

        Returns:
            Names of tools, none twice; fewer than `steps` where nothing more can be called.
        """
        known, found = set(told), set[Any]()
        order: list[str] = []
        useful = [t for t in self.tools.values() if (t.consumes or t.produces) and not t.hands_over]
        for step in range(steps):
            ready = [t for t in useful if t.consumes <= known and t.name not in order and (writes or not t.writes)]
            following = [tool for tool in ready if not found.isdisjoint(tool.consumes)]
            following = following or [tool for tool in ready if tool.consumes and not tool.writes] or ready
            if not following:
                break
            chosen = seed.child("step", step).pick(following)
            order.append(chosen.name)
            found |= chosen.produces
            known |= chosen.produces
        return order

    def _reach(
        self, tool: Tool[..., Any], told: frozenset[Any], order: tuple[str, ...], above: tuple[str, ...], seed: Seed
    ) -> tuple[str, ...] | None:
        """The order with a tool and what it needs added at its end; None when there is no way."""
        for parameter in tool.parameters:
            entity = parameter.entity
            if entity not in tool.consumes or entity in told:
                continue
            ways = [way for way in self.sources(entity) if way.name not in above]
            if any(way.name in order for way in ways):
                continue
            seed.child(tool.name, parameter.name).random().shuffle(ways)
            callable_so = self._callable(told, above)
            ways = [way for way in ways if way.name in callable_so]  # no way that leads nowhere is walked
            reached = (self._reach(way, told, order, (*above, way.name), seed) for way in ways)
            found = next((each for each in reached if each is not None), None)
            if found is None:
                return None
            order = found
        return order if tool.name in order else (*order, tool.name)

    def _callable(self, told: Collection[Any], without: Collection[str]) -> set[str]:
        """Names of the reads that can be called, one after the other, from what is told."""
        known = set(told)
        found: set[str] = set()
        waiting = [tool for tool in self.tools.values() if not tool.writes and tool.name not in without]
        while ready := [tool for tool in waiting if tool.consumes <= known]:
            found.update(tool.name for tool in ready)
            known.update(*(tool.produces for tool in ready))
            waiting = [tool for tool in waiting if tool.name not in found]
        return found

    def to_text(self) -> str:
        """One line a tool: what it takes and from which tools, and what it gives."""
        lines = []
        for tool in self.tools.values():
            gives = ", ".join(sorted(e.__name__ for e in tool.produces)) or "nothing that another takes"
            lines.append(f"{tool.name}{' (writes)' if tool.writes else ''} gives {gives}")
            for entity in sorted(tool.consumes, key=lambda e: str(e.__name__)):
                sources = [s.name for s in self.sources(entity) if s is not tool]
                lines.append(f"  takes {entity.__name__} from {', '.join(sources) or 'the person alone'}")
        return "\n".join(lines)

    def to_dot(self) -> str:
        """The graph in Graphviz's language; tools that write are filled."""
        lines = ["digraph tools {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
        for tool in self.tools.values():
            look = ' [style="rounded,filled", fillcolor="#f2d7b6"]' if tool.writes else ""
            lines.append(f'  "{tool.name}"{look};')
        lines += [f'  "{e.source}" -> "{e.target}" [label="{e.entity}"];' for e in self.edges]
        return "\n".join([*lines, "}"])
