"""Committee: several reviewers, one decision.

A score of YES or more is a yes. On each criterion a majority of those who did not abstain has to say yes;
then the average of all their scores has to reach a threshold. An even split is no majority. Where
everybody abstains nothing was decided, and nothing is accepted; where there is nobody to ask, the checks by code
stand alone, and the decision says so.

Reviewers without a model answer at once, in order; those that wait are all asked at the same time.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import anyio
import msgspec

from interplay.engine.errors import CastingError, HaltError, ModelError, first
from interplay.engine.forge.assignment import PROVIDER, Finding
from interplay.engine.forge.review import CRITERIA, Case, Criterion, Review, Reviewer
from interplay.engine.models.exchange import Model

YES = 6
"""The least score that is a yes."""
THRESHOLD = 6.0
"""The least average of all scores, unless the user says otherwise."""


class Seat(NamedTuple):
    """A reviewer and the model that it asks; None for one that asks none."""

    reviewer: Reviewer
    model: Model | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a committee decided on one blueprint."""

    accepted: bool
    reviews: tuple[Review, ...]
    """In the order of the seats."""
    findings: tuple[Finding, ...]
    """Why it was not accepted; empty when it was."""
    average: float | None
    """Of all scores, 0.0 to 10.0; None when nobody gave any."""
    by: Literal["committee", "checks", "nobody"]
    """Who decided: "checks" where there is no reviewer, "nobody" where all abstained."""


class _Pending(NamedTuple):
    """A review that has to be waited for."""

    seat: int
    name: str
    answer: Awaitable[Review]


class Committee:
    """Reviewers who decide together.

    Args:
        seats: who sits in it, in the order in which reviews are kept; two of one name are told apart by a number.
        threshold: the least average of all scores.
    """

    def __init__(self, seats: Sequence[Seat], threshold: float = THRESHOLD) -> None:
        self.threshold = threshold
        self._seats = tuple(zip(_distinct([seat.reviewer.name for seat in seats]), seats, strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """The reviewers, as they are named in reviews."""
        return tuple(name for name, _ in self._seats)

    async def review(self, case: Case) -> tuple[Review, ...]:
        """Everybody's review, in the order of the seats.

        Args:
            case: what they are shown; each gets its own model, and an address of its own under the case's.
        Raises:
            HaltError: no model can answer any more.
            CastingError: a reviewer returned something that is no review.
        """
        reviews: list[Review | None] = [None] * len(self._seats)
        waiting: list[_Pending] = []
        try:
            for index, (name, seat) in enumerate(self._seats):
                at = f"{case.at}/review/{name}" if case.at else f"review/{name}"
                with _abstaining(name, index, reviews):
                    answer = seat.reviewer(case._replace(model=seat.model, at=at))
                    if inspect.isawaitable(answer):
                        waiting.append(_Pending(index, name, answer))
                    else:
                        reviews[index] = _checked(name, answer)
            await _gather(waiting, reviews)
        finally:
            for pending in waiting:
                if inspect.iscoroutine(pending.answer):
                    pending.answer.close()  # one that was never begun, since another has ended it all
        return tuple(review for review in reviews if review is not None)

    async def decide(self, case: Case) -> Decision:
        """Review a case and count.

        Args:
            case: what the reviewers are shown.
        Raises:
            HaltError: no model can answer any more.
        """
        return count(await self.review(case), self.threshold)


def count(reviews: Sequence[Review], threshold: float = THRESHOLD) -> Decision:
    """The decision that these reviews lead to.

    Args:
        reviews: everybody's, abstentions among them; none at all where there is nobody to ask.
        threshold: the least average of all scores.
    """
    reviews = tuple(reviews)
    voting = [review for review in reviews if not review.abstains]
    if not voting:
        check = PROVIDER if all(r.unanswered for r in reviews) else "abstention"
        findings = tuple(
            Finding(stage="committee", check=check, text=r.reason or "no reason was given", by=r.reviewer)
            for r in reviews
        )
        who: Literal["checks", "nobody"] = "nobody" if reviews else "checks"
        return Decision(accepted=not reviews, reviews=reviews, findings=findings, average=None, by=who)
    found = [finding for criterion in CRITERIA for finding in _fallen(criterion, voting)]
    average = sum(score(r, criterion) for r in voting for criterion in CRITERIA) / (len(voting) * len(CRITERIA))
    if average < threshold and not found:
        found.append(
            Finding(
                stage="committee",
                check="average",
                text=f"all scores together average {average:.2f}; at least {threshold:.2f} is needed",
            )
        )
        found += [_said("average", r) for r in voting if r.reason]
    return Decision(
        accepted=not found, reviews=reviews, findings=tuple(found), average=round(average, 4), by="committee"
    )


def score(review: Review, criterion: Criterion) -> int:
    """What a review gives for a criterion."""
    given: int = getattr(review, criterion)
    return given


def _fallen(criterion: Criterion, voting: Sequence[Review]) -> Iterator[Finding]:
    """What is found where a criterion has no majority: how the votes fell, then each reason against."""
    against = [review for review in voting if score(review, criterion) < YES]
    if 2 * len(against) < len(voting):
        return
    split = "an even split, which is no majority: " if 2 * len(against) == len(voting) else ""
    yield Finding(
        stage="committee",
        check=criterion,
        text=f"{split}{len(against)} of {len(voting)} reviewers say no to {criterion}",
    )
    yield from (_said(criterion, review) for review in against if review.reason)


def _said(check: str, review: Review) -> Finding:
    return Finding(stage="committee", check=check, text=review.reason, by=review.reviewer)


async def _gather(waiting: Sequence[_Pending], reviews: list[Review | None]) -> None:
    async def one(pending: _Pending) -> None:
        with _abstaining(pending.name, pending.seat, reviews):
            reviews[pending.seat] = _checked(pending.name, await pending.answer)

    if len(waiting) == 1:
        await one(waiting[0])
    elif waiting:
        try:
            async with anyio.create_task_group() as group:
                for pending in waiting:
                    group.start_soon(one, pending)
        except BaseExceptionGroup as failures:
            raise first(failures) from None


@contextmanager
def _abstaining(name: str, index: int, reviews: list[Review | None]) -> Iterator[None]:
    """A reviewer whose model gives no answer abstains; where no model can answer any more, nobody can."""
    try:
        yield
    except HaltError:
        raise
    except ModelError as error:
        reviews[index] = Review(reviewer=name, abstains=True, unanswered=True, reason=f"no answer: {error}")


def _checked(name: str, answer: Any) -> Review:
    """The review under the seat's name; one with impossible scores counts as an abstention."""
    if not isinstance(answer, Review):
        raise CastingError(f"reviewer {name!r} returned {type(answer).__name__}; expected a Review")
    bad = [criterion for criterion in CRITERIA if not 0 <= score(answer, criterion) <= 10]
    if bad:
        text = f"it gave {bad[0]} {score(answer, bad[0])}; a score is from 0 to 10"
        return Review(reviewer=name, abstains=True, reason=text)
    return answer if answer.reviewer == name else msgspec.structs.replace(answer, reviewer=name)


def _distinct(names: Sequence[str]) -> list[str]:
    """The names; from the second of its kind on, with a number."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return found
