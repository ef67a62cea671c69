"""The committee: majorities, averages, abstentions, and who is asked how."""

from __future__ import annotations

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import BudgetError, CastingError, ModelError
from interplay.engine.forge.checks import validate
from interplay.engine.forge.committee import Committee, Seat, count
from interplay.engine.forge.review import CRITERIA, Case, Review
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import tiny_domain


def review(name="r", *, reason="", abstains=False, **scores):
    given_scores = {criterion: scores.get(criterion, scores.get("every", 8)) for criterion in CRITERIA}
    return Review(reviewer=name, reason=reason, abstains=abstains, **given_scores)


@pytest.fixture(scope="module")
def case():
    domain = tiny_domain()
    base = domain.generate(Seed.root(1), 5)
    candidate = domain.write(domain, base, Seed.root(2))
    return Case(domain, *validate(domain, base, candidate), at="task/0")


class Giving:
    def __init__(self, name, answer):
        self.name, self._answer = name, answer

    def __call__(self, case):
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer


class Waiting(Giving):
    async def __call__(self, case):
        await anyio.lowlevel.checkpoint()
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer(case) if callable(self._answer) else self._answer


def test_a_majority_of_yes_on_every_criterion_accepts():
    decision = count([review("a"), review("b"), review("c", correctness=5)])
    assert decision.accepted
    assert decision.by == "committee"
    assert decision.findings == ()


def test_a_criterion_without_a_majority_falls_with_the_reasons_of_those_against():
    decision = count([review("a", correctness=2, reason="wrong order"), review("b", correctness=3), review("c")])
    assert not decision.accepted
    assert [finding.check for finding in decision.findings] == ["correctness", "correctness"]
    assert "2 of 3" in decision.findings[0].text
    assert (decision.findings[1].text, decision.findings[1].by) == ("wrong order", "a")


def test_an_even_split_is_no_majority_and_says_so():
    decision = count([review("a", creativity=0), review("b")])
    assert not decision.accepted
    assert "even split" in decision.findings[0].text


def test_majorities_do_not_help_below_the_average_that_is_asked():
    decision = count([review("a", every=6, reason="dull"), review("b", every=6)], threshold=7.0)
    assert [finding.check for finding in decision.findings] == ["average", "average"]
    assert "6.00" in decision.findings[0].text
    assert decision.average == 6.0


def test_an_abstention_has_no_vote():
    decision = count([review("a"), review("b", abstains=True, every=0), review("c", abstains=True, every=0)])
    assert decision.accepted
    assert decision.average == 8.0


def test_when_all_abstain_nothing_is_decided_and_nothing_accepted():
    decision = count([review("a", abstains=True, reason="no answer: timeout")])
    assert (decision.accepted, decision.by, decision.average) == (False, "nobody", None)
    assert decision.findings[0].text == "no answer: timeout"


def test_without_reviewers_the_checks_stand_alone_and_the_decision_says_so():
    decision = count([])
    assert (decision.accepted, decision.by, decision.findings) == (True, "checks", ())


@pytest.mark.parametrize(("score", "accepted"), [(6, True), (5, False)])
def test_a_committee_of_one_decides(score, accepted):
    assert count([review(every=score)]).accepted is accepted


@given(st.lists(st.tuples(st.booleans(), *[st.integers(0, 10)] * 4), max_size=6), st.randoms())
def test_the_order_of_the_seats_does_not_matter(given_reviews, random):
    reviews = [
        Review(reviewer=str(at), abstains=abstains, **dict(zip(CRITERIA, scores, strict=True)))
        for at, (abstains, *scores) in enumerate(given_reviews)
    ]
    shuffled = random.sample(reviews, len(reviews))
    one, other = count(reviews), count(shuffled)
    assert (one.accepted, one.average, one.by) == (other.accepted, other.average, other.by)
    assert one.accepted is (not one.findings and one.by != "nobody")


async def test_reviews_come_in_the_order_of_the_seats_whoever_answers_first(case):
    seats = [
        Seat(Waiting("slow", review("slow"))),
        Seat(Giving("quick", review("quick"))),
        Seat(Waiting("b", review())),
    ]
    decision = await Committee(seats).decide(case)
    assert [each.reviewer for each in decision.reviews] == ["slow", "quick", "b"]


async def test_all_that_wait_are_asked_at_the_same_time(case):
    together = anyio.Event()
    asked = []

    def reviewer(name):
        async def call(case):
            asked.append(name)
            if len(asked) == 3:
                together.set()
            await together.wait()
            return review(name)

        call.name = name
        return call

    with anyio.fail_after(5):
        reviews = await Committee([Seat(reviewer(name)) for name in "abc"]).review(case)
    assert len(reviews) == 3


async def test_each_reviewer_has_its_own_model_and_address(case):
    seen = []

    def look(case):
        seen.append((case.model, case.at))
        return review()

    seats = [Seat(Waiting("judge", look), model) for model in ("one", "two")]
    reviews = await Committee(seats).review(case)
    assert sorted(seen) == [("one", "task/0/review/judge"), ("two", "task/0/review/judge-2")]
    assert [each.reviewer for each in reviews] == ["judge", "judge-2"]


@pytest.mark.parametrize("kind", [Giving, Waiting])
async def test_a_reviewer_whose_model_fails_abstains_with_the_reason(case, kind):
    seats = [Seat(kind("broken", ModelError("the server said 500"))), Seat(Waiting("well", review()))]
    decision = await Committee(seats).decide(case)
    assert decision.accepted
    assert decision.reviews[0].abstains
    assert "the server said 500" in decision.reviews[0].reason


@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize("kind", [Giving, Waiting])
async def test_when_no_model_can_answer_any_more_the_committee_ends(case, kind, others):
    well = [Seat(Waiting("well", review()))] * others
    seats = [*well, Seat(kind("broken", BudgetError("spent"))), *well]
    with pytest.raises(BudgetError):
        await Committee(seats).decide(case)


async def test_a_score_out_of_range_counts_as_an_abstention(case):
    reviews = await Committee([Seat(Giving("keen", review(correctness=14)))]).review(case)
    assert reviews[0].abstains
    assert "14" in reviews[0].reason


async def test_what_is_no_review_names_the_reviewer(case):
    with pytest.raises(CastingError, match="'odd' returned str"):
        await Committee([Seat(Giving("odd", "fine"))]).review(case)
