"""Survey: how a world's scripted writer does: the share of its candidates that pass, and why others fall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import validate
from interplay.engine.seeds import Seed
from interplay.engine.testing.findings import Finding
from interplay.engine.testing.sides import undeclared

LEAST_SHARE = 0.1
"""Share of candidates that pass below which making a blueprint takes too many attempts."""


class Rejection(NamedTuple):
    """A candidate that fell."""

    number: int
    """Which: its seed is `seed.child("candidate", number)`."""
    check: str
    text: str


class Survey(NamedTuple):
    """What became of a writer's candidates."""

    tried: int
    blueprints: tuple[Blueprint, ...]
    """Those that passed every check."""
    rejections: tuple[Rejection, ...]
    """Those that did not, each with its reason."""
    defects: tuple[Finding, ...]
    """Seeds at which the writer raised something else, wrote differently the second time, or asked the world for what
    it does not have."""

    @property
    def share(self) -> float:
        """Of all candidates, how many passed, 0.0 to 1.0."""
        return len(self.blueprints) / self.tried if self.tried else 0.0


def survey_writer(domain: Domain[Any], base: Base[Any], seed: Seed, candidates: int) -> Survey:
    """Let a world's writer write, twice from each seed, and check what it wrote.

    Args:
        domain: whose writer.
        base: the data it writes for.
        seed: decides everything.
        candidates: how many.
    """
    blueprints: list[Blueprint] = []
    rejections: list[Rejection] = []
    defects: list[Finding] = []
    for number in range(candidates):
        at = seed.child("candidate", number)
        try:
            candidate = domain.write(domain, base, at)
            if domain.write(domain, base, at) != candidate:
                defects.append(Finding("writer", "write", f"candidate {number} differs when it is written again"))
            defects += (Finding("writer", "beside", f"candidate {number}: {t}") for t in undeclared(domain, candidate))
            blueprints.append(validate(domain, base, candidate).blueprint)
        except BlueprintError as error:
            rejections.append(Rejection(number, error.check, error.text))
        except Exception as error:
            defects.append(Finding("writer", "write", f"candidate {number} raised {error!r}; expected BlueprintError"))
    return Survey(candidates, tuple(blueprints), tuple(rejections), tuple(defects))


def told_entities(domain: Domain[Any], blueprints: tuple[Blueprint, ...]) -> frozenset[Any]:
    """Entities of which a person tells a value in some blueprint."""
    found: set[Any] = set()
    for blueprint in blueprints:
        for action in (*blueprint.actions, *blueprint.untaken.values()):
            entities = {p.name: p.entity for p in domain.tools.every[action.tool].parameters}
            told = (path for path, origin in action.origins.items() if origin.startswith("told:"))
            found.update(entities[path.split("/", 1)[0]] for path in told)
    return frozenset(found - {None})


def check_survey(survey: Survey) -> Iterator[Finding]:
    """What is wrong with a writer."""
    yield from survey.defects
    if survey.share < LEAST_SHARE:
        reasons = Counter(f"{each.check}: {each.text}" for each in survey.rejections)
        said = "; ".join(f"{count} x {reason}" for reason, count in reasons.most_common())
        text = f"{len(survey.blueprints)} of {survey.tried} candidates pass; the others: {said or 'none'}"
        yield Finding("writer", "share", text)
