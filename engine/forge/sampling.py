"""Sampling: what one attempt at a task starts from.

Tools that belong together, sections of the policy that speak of them, rows that a task may be about, and
examples of what was accepted; where a world can be set up for a task, also what may be wrong in it. The rows stay
the same in all attempts at a task; how much is shown of everything varies from attempt to attempt, so that no two
writers are led the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from interplay.engine.blueprint import Blueprint, Persona
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.forge.assignment import Context, Row
from interplay.engine.forge.provenance import leaves
from interplay.engine.forge.symptoms import symptoms
from interplay.engine.seeds import Seed

LEARNED = 0.5
"""Share of contexts whose tools follow a sequence that the run learned, as soon as there is one."""
BACKWARDS = 0.6
"""Share of the other contexts whose tools are walked backwards from what is to be changed."""
CHANGES = (1, 1, 1, 2, 2, 3)
STEPS = (3, 4, 5, 6)
EXAMPLES = (0, 1, 2, 2, 3)
SETUPS = (0, 1, 1, 2, 2, 3)
"""Setups that may be what is wrong; with none the task is about what there is."""
MORE_EXAMPLES = 8
"""Examples among which one is looked for that shows how a world of two sides is written about."""
OTHER_SECTIONS = (0, 0, 1, 2)
MOST_ROWS = 10
"""Rows of a world that does not sample its own."""

_HEADING = re.compile(r"^#{2,} +(.+?) *$", re.MULTILINE)


class Known(Protocol):
    """What a unit may know of the run so far."""

    def examples(self, seed: Seed, count: int) -> Sequence[Blueprint]:
        """Some accepted blueprints; fewer where there are fewer."""
        ...

    def sequence(self, seed: Seed) -> tuple[str, ...]:
        """Names of tools in an order that should work and is not covered yet; none where nothing was learned."""
        ...


def sample(
    domain: Domain[Any],
    base: Base[Any],
    seed: Seed,
    attempt: int,
    known: Known,
    *,
    persona: Persona | None = None,
    target: Mapping[str, int] | None = None,
) -> Context:
    """Sample one attempt's context.

    Args:
        domain: the world.
        base: its data.
        seed: of the task, the same in all attempts at it.
        attempt: from 0.
        known: what the unit may know of the run.
        persona: how the person should behave.
        target: asked difficulty, by dimension; how many tools that write are walked to follows it.
    """
    target = dict(target or {})
    here = seed.child("context", attempt)
    setups = _setups(domain, here.child("setups"))
    tools = _tools(domain, here.child("tools"), known, target.get("writes"))
    tools += tuple(_hands(domain, base, setups, tools, target.get("writes")))
    return Context(
        persona=persona,
        tools=tools,
        setups=setups,
        sections=_sections(domain, tools, here.child("sections")),
        rows=_rows(domain, base, seed.child("rows"), here.child("rows")),
        examples=_examples(domain, known, here),
        target=target,
    )


def linked_rows(base: Base[Any], seed: Seed) -> list[Row]:
    """A row by chance, and rows whose keys stand in it or in each other: a world's material by default.

    Args:
        base: the world's data.
        seed: decides.
    """
    tables = {name: table.rows for name, table in base.tables.items() if table.rows}
    if not tables:
        return []
    start = seed.child("table").pick(list(tables))
    waiting = [(start, seed.child("row").pick(list(tables[start])), "")]
    found: dict[tuple[str, str], Row] = {}
    while waiting and len(found) < MOST_ROWS:
        table, key, note = waiting.pop(0)
        if (table, key) in found:
            continue
        document = msgspec.to_builtins(tables[table][key], str_keys=True)
        found[table, key] = Row(table=table, key=key, document=document, note=note)
        named = {value for _, value in leaves(document) if isinstance(value, str)}
        waiting += [
            (other, value, f"named in {table} {key}")
            for other, rows in tables.items()
            for value in sorted(named)
            if value in rows and (other, value) not in found
        ]
    return list(found.values())


def _tools(domain: Domain[Any], seed: Seed, known: Known, writes: int | None) -> tuple[str, ...]:
    """By a sequence that the run learned, or by a walk in the tool graph."""
    if seed.child("learned").chance(LEARNED):
        learned = known.sequence(seed.child("sequence"))
        if learned and (writes is None or sum(domain.tools.every[name].writes for name in learned) == writes):
            return learned
    told = _told(domain)
    changing = [tool.name for tool in domain.tools.values() if tool.writes]
    if changing and writes != 0 and (writes is not None or seed.child("way").chance(BACKWARDS)):
        count = seed.child("changes").pick(CHANGES) if writes is None else writes
        return tuple(_walk_back(domain, told, changing, count, seed))
    steps = seed.child("steps").pick(STEPS)
    return tuple(domain.graph.walk_on(told, steps, seed.child("walk"), writes=writes != 0))


def _setups(domain: Domain[Any], seed: Seed) -> tuple[str, ...]:
    """Some of what can be done to the world before anybody speaks, in the world's order."""
    every = list(domain.tools.setups)
    chosen = seed.random().sample(every, min(len(every), seed.child("count").pick(SETUPS)))
    return tuple(name for name in every if name in chosen)


def _hands(
    domain: Domain[Any], base: Base[Any], setups: Sequence[str], tools: Sequence[str], writes: int | None
) -> Iterator[str]:
    """What the person can see of what is wrong, and do about it unless changes are counted."""
    human = domain.tools.human
    if any(name in human for name in tools):
        return  # a sequence that was learned has its own
    found = dict.fromkeys(name for setup in setups for name in symptoms(domain, base, setup))
    yield from (name for name in found if writes is None or not human[name].writes)


def _examples(domain: Domain[Any], known: Known, seed: Seed) -> tuple[Blueprint, ...]:
    """Some accepted blueprints; where a world has more than one side, one at least that shows how that is written."""
    found = tuple(known.examples(seed.child("examples"), seed.child("examples", "count").pick(EXAMPLES)))
    if not (domain.tools.setups or domain.tools.human) or any(_shows_sides(domain, each) for each in found):
        return found
    more = known.examples(seed.child("examples", "sides"), MORE_EXAMPLES)
    return (*found, *[each for each in more if _shows_sides(domain, each) and each not in found][:1])


def _shows_sides(domain: Domain[Any], blueprint: Blueprint) -> bool:
    """Whether a blueprint has what this world has beside the agent's part."""
    human = not domain.tools.human or any(action.by == "human" for action in blueprint.actions)
    return human and (not domain.tools.setups or bool(blueprint.setup))


def _walk_back(
    domain: Domain[Any], told: frozenset[Any], changing: Sequence[str], count: int, seed: Seed
) -> Iterator[str]:
    """What leads to some tools that write, each lookup once."""
    passed: set[str] = set()
    for at in range(count):
        start = seed.child("change", at).pick(changing)
        for name in _ways(domain, start, told, seed.child("walk", at)):
            if name not in passed or domain.tools[name].writes:
                passed.add(name)
                yield name


def _ways(domain: Domain[Any], start: str, told: frozenset[Any], seed: Seed) -> list[str]:
    try:
        return domain.graph.walk_back(start, told, seed)
    except ValueError:
        return [start]  # nothing leads to it; whoever writes may know better


def _told(domain: Domain[Any]) -> frozenset[Any]:
    if domain.tells is not None:
        return domain.tells
    return frozenset(entity for tool in domain.tools.values() for entity in tool.consumes)


def _sections(domain: Domain[Any], tools: Sequence[str], seed: Seed) -> tuple[str, ...]:
    """Some of the sections whose rules judge the tools, and some others, in the order of the text."""
    headings = _headings(domain.policy.text)
    relevant = list(dict.fromkeys(rule.section for name in tools for rule in domain.policy.on(name)))
    rng = seed.random()
    chosen = set(rng.sample(relevant, rng.randint(min(1, len(relevant)), len(relevant))))
    others = [heading for heading in headings if heading not in relevant]
    chosen |= set(rng.sample(others, min(len(others), seed.child("others").pick(OTHER_SECTIONS))))
    return tuple(heading for heading in dict.fromkeys((*headings, *relevant)) if heading in chosen)


@lru_cache(maxsize=32)
def _headings(text: str) -> tuple[str, ...]:
    """Headings of a policy's sections, in order."""
    return tuple(_HEADING.findall(text))


def _rows(domain: Domain[Any], base: Base[Any], seed: Seed, here: Seed) -> tuple[Row, ...]:
    """The task's rows, of which an attempt sees the first half at least."""
    rows = domain.material(base, seed) if domain.material is not None else linked_rows(base, seed)
    shown = here.random().randint((len(rows) + 1) // 2, len(rows))
    return tuple(rows[:shown])
