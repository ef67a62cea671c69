"""Contract: what a world owes the engine, checked from outside.

What is declared is read, rows are written and read, calls are made at random, data is generated and
blueprints are written; whatever is not as it has to be is a finding. It needs no test framework: a
test, a script or a notebook calls it.

    assert check_domain(DOMAIN, DOMAIN.generate(Seed.root(0), 10)) == []
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.seeds import Seed
from interplay.engine.testing.call import CallMaker, Dice
from interplay.engine.testing.declared import check_policy, check_tools
from interplay.engine.testing.findings import Finding, distinct
from interplay.engine.testing.sides import check_sync, in_step, of_assertions, of_setups
from interplay.engine.testing.survey import check_survey, survey_writer, told_entities
from interplay.engine.testing.values import Values
from interplay.engine.testing.walker import Walker, copy_of, not_a_row

SEED = Seed.root(0)
STEPS = 25
"""Calls in a walk."""
CALLS = 10
"""Calls of each tool on its own."""
SETUPS = 2
"""Setups that a walk begins with."""
BARE = 30
"""Of a hundred walks, how many begin with the data as it is."""
PERSONS = 5
"""Size of the data that is generated for comparison."""


def check_domain(
    domain: Domain[Any],
    base: Base[Any],
    *,
    seed: Seed = SEED,
    walks: int = 20,
    candidates: int = 50,
    told: Collection[Any] | None = None,
) -> list[Finding]:
    """Everything that is wrong with a world; the same arguments give the same findings.

    Args:
        domain: the world.
        base: data of it, which is left as it is; every call looks at all of it, so a few hundred rows
            are better than many.
        seed: decides what is tried.
        walks: random walks through the tools.
        candidates: blueprints that the writer is asked for.
        told: entities that a person can tell; without it, those that persons tell in the blueprints.
    Returns:
        At most one finding of a kind at a place.
    """
    names = [tool.name for tool in (*domain.tools_in_order, *domain.human_tools)]
    declared = [*check_tools(domain), *check_policy(domain.policy, names)]
    if any(finding.kind in ("tool_name", "annotation", "schema") for finding in declared):
        return distinct(declared)  # what cannot be described cannot be called
    found = [*declared, *check_rows(base), *check_generation(domain, seed.child("generation"))]
    if any(finding.kind == "row" for finding in found):
        return distinct(found)  # what is no row cannot be copied
    unsynced = list(check_sync(domain, copy_of(base)))
    found += unsynced
    if any("raised" in finding.text for finding in unsynced):
        return distinct(found)  # no conversation can begin
    found += check_calls(domain, base, seed.child("calls"), walks)
    survey = survey_writer(domain, copy_of(base), seed.child("writer"), candidates)
    found += check_survey(survey)
    if told is None:
        told = told_entities(domain, survey.blueprints)
    if told:  # nobody is known to tell anything where no blueprint passed
        found += check_reach(domain, told, seed.child("reach"))
    return distinct(found)


def check_rows(base: Base[Any]) -> Iterator[Finding]:
    """Rows are of their tables' types and survive being written and read."""
    for name, kind in base.kind.row_types().items():
        for key, row in base.tables[name].rows.items():
            text = not_a_row(row, kind)
            if text is not None:
                yield Finding("row", name, f"row {key!r}: {text}")


def check_calls(domain: Domain[Any], base: Base[Any], seed: Seed, walks: int) -> list[Finding]:
    """What random calls show: each tool on its own, then all of them in walks by whoever has them."""
    found = _each_alone(domain, base, seed, "tool")
    setups, assertions = of_setups(domain), of_assertions(domain)
    found += _each_alone(setups, base, seed, "setup")
    maker = CallMaker(domain.tools, Values(base))
    for number in range(walks):
        dice = Dice(seed.child("walk", number))
        start, wrong = _set_up(domain, setups, base, seed.child("begin", number))
        found += wrong or _walked(Walker(domain, copy_of(start)), [maker.call(dice) for _ in range(STEPS)])
        found += _each_alone(assertions, start, seed.child("asked", number), "assertion", calls=1)
    return found


def _each_alone(domain: Domain[Any], base: Base[Any], seed: Seed, what: str, calls: int = CALLS) -> list[Finding]:
    """Calls of one tool after the other, each tool on data of its own."""
    found: list[Finding] = []
    if domain.tools.every:
        maker = CallMaker(domain.tools, Values(base))
        for name in domain.tools.every:
            dice = Dice(seed.child(what, name))
            found += _walked(Walker(domain, copy_of(base)), [maker.call(dice, name) for _ in range(calls)])
    return found


def _set_up(domain: Domain[Any], setups: Domain[Any], base: Base[Any], seed: Seed) -> tuple[Base[Any], list[Finding]]:
    """The data after some setups, each done if it can be, and what is wrong with them or with what they lead to."""
    dice = Dice(seed)
    if not setups.tools or dice.chance(BARE):
        return base, []
    maker, walker = CallMaker(setups.tools, Values(base)), Walker(setups, copy_of(base))
    for _ in range(SETUPS):
        findings = walker.step(maker.call(dice, sane=True)).findings
        if findings:
            return base, list(findings)
    start = base.begun(walker.db.changes())
    try:
        in_step(domain, start)
    except Exception as error:
        return base, [Finding("sync", "setup", f"after the setup {walker.named or 'of nothing'} it raised {error!r}")]
    return start, []


def check_generation(domain: Domain[Any], seed: Seed) -> Iterator[Finding]:
    """The same seed gives the same data, and another seed other data."""
    try:
        one, same, other = (domain.generate(each, PERSONS).digest() for each in (seed, seed, seed.child("another")))
    except Exception as error:
        yield Finding("generation", "generate", f"it raised {error!r} for {PERSONS} persons")
        return
    if one != same:
        yield Finding("generation", "generate", "the same seed gives different data")
    if one == other:
        yield Finding("generation", "generate", "different seeds give the same data")


def check_reach(domain: Domain[Any], told: Collection[Any], seed: Seed) -> Iterator[Finding]:
    """Everything that a tool which writes takes is told by somebody or returned by a tool, of whichever side."""
    told = frozenset(told).union(*(tool.produces for tool in domain.human_tools))  # what the human sees they tell
    for name, tool in domain.tools.items():
        if not tool.writes:
            continue
        try:
            domain.graph.walk_back(name, told, seed.child(name))
        except ValueError as error:
            lost = [e.__name__ for e in tool.consumes if e not in told and not domain.graph.sources(e)]
            hint = f" ({', '.join(sorted(lost))} among them)" if lost else ""
            yield Finding("unreachable", name, f"{error}{hint}")


def _walked(walker: Walker, calls: list[Any]) -> list[Finding]:
    """What a walk shows, up to the first call with a finding."""
    before = walker.base.digest()
    for call in calls:
        findings = walker.step(call).findings
        if findings:
            return list(findings)
    try:
        found = list(walker.end())
        changed = walker.base.digest() != before
    except (TypeError, msgspec.MsgspecError) as error:
        return [Finding("row", "walk", f"its rows cannot be written as JSON: {error}")]
    if changed:
        found.append(Finding("in_place", "walk", f"the base was changed by one of {walker.named}"))
    return found
