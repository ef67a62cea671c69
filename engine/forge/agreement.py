"""Agreement: how far reviewers agree, beyond what chance would give.

Fleiss' kappa over the votes (a yes from YES on, else a no), for any number of votes a blueprint, since a
reviewer may abstain: blueprints with at least two votes count, each with equal weight, both for how many
pairs of its votes agree and for how often each vote is given. With equally many votes everywhere this is Fleiss'
own statistic. It is added up in whole numbers, so that neither order nor concurrency changes it.

Source: Fleiss 1971, Psychological Bulletin 76; for unequal numbers of raters Gwet 2014, ch. 2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from interplay.engine.forge.committee import YES, score
from interplay.engine.forge.review import CRITERIA, Criterion, Review


class Agreement:
    """Adds up the votes of a run."""

    def __init__(self) -> None:
        self._votes: dict[Criterion, Counter[tuple[int, int]]] = {criterion: Counter() for criterion in CRITERIA}
        """For each criterion, how many blueprints had so many yes and so many no."""

    def add(self, reviews: Sequence[Review]) -> None:
        """Count the reviews of one blueprint; abstentions give no vote.

        Args:
            reviews: everybody's.
        """
        voting = [review for review in reviews if not review.abstains]
        if len(voting) < 2:
            return
        for criterion, votes in self._votes.items():
            yes = sum(score(review, criterion) >= YES for review in voting)
            votes[yes, len(voting) - yes] += 1

    def value(self, criterion: Criterion | None = None) -> float | None:
        """Kappa: 1.0 is full agreement, 0.0 what chance would give, below it less than that.

        Args:
            criterion: which; None takes the votes on all of them together.
        Returns:
            None where there is no answer: no blueprint had two votes, or all votes were the same, so that there
            was nothing to agree about beyond chance.
        """
        return kappa(self._counted(criterion))

    def observed(self, criterion: Criterion | None = None) -> float | None:
        """Share of pairs of votes that agree, 0.0 to 1.0, averaged over blueprints; None where there was no pair.

        Args:
            criterion: which; None takes the votes on all of them together.
        """
        votes = self._counted(criterion)
        return float(_observed(votes)) if votes else None

    def _counted(self, criterion: Criterion | None) -> Counter[tuple[int, int]]:
        if criterion is not None:
            return self._votes[criterion]
        together: Counter[tuple[int, int]] = Counter()
        for votes in self._votes.values():
            together.update(votes)
        return together


def kappa(votes: Counter[tuple[int, int]]) -> float | None:
    """Kappa of two categories.

    Args:
        votes: how many subjects had so many votes of the first kind and so many of the second; two at least.
    Returns:
        None where it is not defined: no subjects, or only one kind of vote.
    """
    subjects = sum(votes.values())
    if not subjects:
        return None
    share = sum((Fraction(yes * times, yes + no) for (yes, no), times in votes.items()), Fraction()) / subjects
    chance = share**2 + (1 - share) ** 2
    if chance == 1:
        return None
    return float((_observed(votes) - chance) / (1 - chance))


def _observed(votes: Counter[tuple[int, int]]) -> Fraction:
    agreeing = Fraction()
    for (yes, no), times in votes.items():
        pairs = (yes + no) * (yes + no - 1)
        agreeing += Fraction((yes * (yes - 1) + no * (no - 1)) * times, pairs)
    return agreeing / sum(votes.values())
