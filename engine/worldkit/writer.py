"""Writer: puts a person, a few wishes and a persona together into a candidate.

It is the member of Phase 1 that needs no model. It proposes; the checks decide. A world lists its wishes by kind; one
that is to come up more often stands in its list more often.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from interplay.engine.blueprint import Candidate
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.personas import Personas
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import Draft, lacking

T = TypeVar("T", bound=Draft[Any])

Wish: TypeAlias = Callable[[T, Seed], None]

COUNTS = (1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5)
"""How many wishes a person comes with, each as likely as the others."""

_personas = Personas()


class Writer(Generic[T]):
    """A world's `write`: one candidate from a seed.

    Args:
        draft: the world's draft.
        changes: wishes that end in a write.
        questions: wishes that end in an answer.
        denials: wishes that the policy forbids; a person has at most one of them.
        handed_over: wishes that only a person can see to; one is always the last.
        counts: how many wishes a person comes with.
        asking: chance that a wish is a question.
        forbidden: share of candidates with a wish whose right end is a no or a hand-over.
        person: chance that such a wish is one for a person.
    """

    def __init__(
        self,
        draft: Callable[[Domain[Any], Base[Any], Seed], T],
        *,
        changes: Sequence[Wish[T]],
        questions: Sequence[Wish[T]] = (),
        denials: Sequence[Wish[T]] = (),
        handed_over: Sequence[Wish[T]] = (),
        counts: Sequence[int] = COUNTS,
        asking: float = 0.25,
        forbidden: float = 0.2,
        person: float = 0.25,
    ) -> None:
        self._draft = draft
        self._changes, self._questions = tuple(changes), tuple(questions)
        self._denials, self._handed_over = tuple(denials), tuple(handed_over)
        self._counts = tuple(counts)
        self._asking = asking if questions else 0.0
        self._forbidden = forbidden if denials or handed_over else 0.0
        self._person = (person if denials else 1.0) if handed_over else 0.0

    def __call__(self, domain: Domain[Any], base: Base[Any], seed: Seed) -> Candidate:
        """One candidate.

        Args:
            domain: the world.
            base: its data.
            seed: decides everything.
        Raises:
            BlueprintError: the person's data does not have what a wish needs.
        """
        draft = self._draft(domain, base, seed)
        draft.identify(seed.child("identity"))
        kinds = self._kinds(seed)
        used: set[Wish[T]] = set()
        for position, kind in enumerate(kinds):
            used.add(_add(draft, kind, used, seed.child("wish", position)))
        if not all(holds() for holds in draft.holds):
            raise lacking("wishes that leave each other alone")
        draft.traits.add(f"wishes_{len(kinds)}")
        return draft.candidate(_personas(seed.child("persona"), draft.name))

    def _kinds(self, seed: Seed) -> list[tuple[Wish[T], ...]]:
        """Of which kind each wish is, in order; at most one that is denied, and a hand-over always last."""
        count = seed.child("count").pick(self._counts)
        found = [
            self._questions if seed.child("kind", at).chance(self._asking) else self._changes for at in range(count)
        ]
        if seed.child("forbidden").chance(self._forbidden):
            if seed.child("person").chance(self._person):
                found[-1] = self._handed_over
            else:
                found[seed.child("where").number % count] = self._denials
        return found


def _add(draft: T, kind: Sequence[Wish[T]], used: set[Wish[T]], seed: Seed) -> Wish[T]:
    """Add a wish of a kind: the first that the person has something for, none twice."""
    wishes = list(kind)
    seed.random().shuffle(wishes)
    for wish in wishes:
        if wish not in used and draft.attempt(wish, seed.child(wish.__name__)):
            return wish
    raise lacking("anything for one more wish")
