"""Agreement: kappa against a published table, with abstentions, and where it is not defined."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interplay.engine.forge.agreement import Agreement, kappa
from interplay.engine.forge.review import CRITERIA, Review


def reviews(*votes):
    """One review for each vote: True, False, or None for an abstention."""
    return [
        Review(reviewer=str(at), abstains=vote is None, **dict.fromkeys(CRITERIA, 8 if vote else 2))
        for at, vote in enumerate(votes)
    ]


def fleiss(rows):
    """The textbook formula, two categories, the same number of raters everywhere."""
    raters, subjects = sum(rows[0]), len(rows)
    shares = [sum(row[j] for row in rows) / (subjects * raters) for j in (0, 1)]
    observed = sum((sum(n * n for n in row) - raters) / (raters * (raters - 1)) for row in rows) / subjects
    chance = sum(share**2 for share in shares)
    return (observed - chance) / (1 - chance)


@given(st.integers(2, 6).flatmap(lambda n: st.lists(st.integers(0, n).map(lambda yes: (yes, n - yes)), min_size=1)))
def test_with_equally_many_votes_it_is_fleiss_own_statistic(rows):
    value = kappa(Counter(rows))
    if len({yes > 0 for yes, _ in rows}) == 1 and (all(not no for _, no in rows) or all(not yes for yes, _ in rows)):
        assert value is None
    else:
        assert value == pytest.approx(fleiss(rows))


def test_full_agreement_on_yes_and_on_no_is_one():
    agreement = Agreement()
    agreement.add(reviews(True, True, True))
    agreement.add(reviews(False, False))
    assert agreement.value("correctness") == 1.0
    assert agreement.value() == 1.0
    assert agreement.observed() == 1.0


def test_constant_disagreement_is_below_chance():
    agreement = Agreement()
    agreement.add(reviews(True, False))
    agreement.add(reviews(False, True))
    assert agreement.value("creativity") == -1.0


def test_where_every_vote_is_the_same_there_is_nothing_to_agree_about():
    agreement = Agreement()
    agreement.add(reviews(True, True))
    assert agreement.value() is None
    assert agreement.observed() == 1.0


def test_without_two_votes_on_anything_there_is_no_answer():
    agreement = Agreement()
    assert (agreement.value(), agreement.observed()) == (None, None)
    agreement.add(reviews(True, None, None))
    assert (agreement.value(), agreement.observed()) == (None, None)


def test_an_abstention_is_as_if_the_reviewer_had_not_been_there():
    one, other = Agreement(), Agreement()
    for votes in ((True, True, False), (False, False, True)):
        one.add(reviews(*votes, None))
        other.add(reviews(*votes))
    assert one.value() == other.value() is not None


@settings(max_examples=40)
@given(st.lists(st.lists(st.sampled_from((True, False, None)), max_size=5), max_size=12), st.randoms())
def test_the_order_of_blueprints_does_not_matter(votes, random):
    one, other = Agreement(), Agreement()
    for each in votes:
        one.add(reviews(*each))
    for each in random.sample(votes, len(votes)):
        other.add(reviews(*each))
    assert one.value() == other.value()
    assert one.value() is None or -1.0 <= one.value() <= 1.0
