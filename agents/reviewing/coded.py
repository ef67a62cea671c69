"""Coded reviewers: the committee's four criteria without a model.

Each weighs some of the objections, so that they see different things and every objection is seen by two of
them: a committee of the three rejects what two of them hold against a blueprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interplay.agents.reviewing import objections
from interplay.agents.reviewing.evidence import Likeness, evidence_of
from interplay.agents.reviewing.objections import Check
from interplay.engine.forge.review import Case, Criterion, Review

GOOD = 9
"""The score of what nothing is held against."""
BAD = 2
"""The score of a criterion that something is held against."""
SPOILT = 4
"""At most so satisfied is a person for whom the wrong thing, or not everything, is done."""
ALIKE = 0.4
"""Likeness up to which two tasks count as unlike."""


class CodedReviewer:
    """Judges by some of the objections.

    Args:
        name: stands in the reviews.
        checks: what it looks for.
        words: how much, 0.0 to 1.0, it goes by the words when it compares with what there is already; the rest by
            what is done.
    """

    def __init__(self, name: str, checks: Sequence[Check], words: float) -> None:
        self.name = name
        self._checks = tuple(checks)
        self._words = words

    def __call__(self, case: Case) -> Review:
        """A review; it never abstains."""
        evidence = evidence_of(case)
        found = [objection for check in self._checks for objection in evidence.of(check)]
        against: set[Criterion] = {objection.criterion for objection in found}
        unsatisfied = BAD if "satisfaction" in against else SPOILT if against else GOOD
        return Review(
            reviewer=self.name,
            correctness=BAD if "correctness" in against else GOOD,
            completeness=BAD if "completeness" in against else GOOD,
            satisfaction=unsatisfied,
            creativity=self._creativity(evidence.likeness),
            reason="; ".join(dict.fromkeys(objection.text for objection in found)),
        )

    def _creativity(self, likeness: Iterable[Likeness]) -> int:
        """10 for what is unlike every example, 0 for what is one of them again."""
        like = max((self._words * each.words + (1 - self._words) * each.deeds for each in likeness), default=0.0)
        return round(10 * (1 - max(0.0, like - ALIKE) / (1 - ALIKE)))


wishes = CodedReviewer(
    "wishes",
    (
        objections.another_change,
        objections.unserved,
        objections.unwished,
        objections.unasked,
        objections.needless,
    ),
    words=0.8,
)
"""On the person's side: every wish is served, nothing is done or declined that nobody asked for."""

changes = CodedReviewer(
    "changes",
    (
        objections.unserved,
        objections.unwished,
        objections.astray,
        objections.better_choice,
        objections.needless,
    ),
    words=0.2,
)
"""On the records' side: what changes is what was spoken of."""

answers = CodedReviewer(
    "answers",
    (
        objections.another_change,
        objections.unserved,
        objections.astray,
        objections.better_choice,
        objections.unasked,
        objections.unsettled,
        objections.untold,
    ),
    words=0.5,
)
"""On the conversation's side: what is asked is told, what is said is known, what was done can be seen."""
