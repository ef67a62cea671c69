"""Probing: spoilt blueprints that pass every check, and who was fooled by them."""

from __future__ import annotations

import pytest

from interplay.engine.domain import load_domain
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import validate
from interplay.engine.forge.flaws import HIDDEN
from interplay.engine.forge.probing import ENOUGH, TOGETHER, Probe, Standings, due, objects, spoil
from interplay.engine.forge.review import CRITERIA, Review
from interplay.engine.seeds import Seed


def review(name, score=8, *, abstains=False):
    return Review(reviewer=name, abstains=abstains, **dict.fromkeys(CRITERIA, score))


def probe(*reviews):
    return Probe(flaw="swapped_wishes", reviews=reviews)


@pytest.fixture(scope="module")
def world():
    domain = load_domain("retail")
    return domain, domain.generate(Seed.root(3), 80)


def test_a_spoilt_blueprint_passes_every_check_and_is_another(world):
    domain, base = world
    made = 0
    for number in range(20):
        try:
            good = validate(domain, base, domain.write(domain, base, Seed.root(number))).blueprint
        except BlueprintError:
            continue
        spoilt = spoil(domain, base, good, Seed.root(number))
        if spoilt is not None:
            made += 1
            assert spoilt.flaw in HIDDEN
            assert spoilt.validated.blueprint != good
            assert spoilt == spoil(domain, base, good, Seed.root(number))
    assert made >= 10


def test_about_the_asked_share_of_blueprints_is_due():
    assert 30 <= sum(due(Seed.root(number)) for number in range(1000)) <= 75
    assert not any(due(Seed.root(number), 0.0) for number in range(100))
    assert all(due(Seed.root(number), 1.0) for number in range(100))


def test_one_score_below_a_yes_is_an_objection():
    assert not objects(review("a", 6))
    assert objects(Review(reviewer="a", correctness=9, completeness=9, satisfaction=5, creativity=9))


def test_who_says_yes_to_everything_is_named_once_there_is_enough_to_judge_by():
    standings = Standings()
    for _ in range(ENOUGH - 1):
        standings.add_probe(probe(review("yes-sayer"), review("careful", 2)))
    assert standings.unreliable() == ()
    standings.add_probe(probe(review("yes-sayer"), review("careful", 2)))
    assert standings.unreliable() == ("yes-sayer",)
    careful = standings.value()[0]
    assert (careful.reviewer, careful.shown, careful.caught) == ("careful", ENOUGH, ENOUGH)


def test_who_catches_just_the_floor_is_not_named():
    standings = Standings(floor=0.5, enough=4)
    for score in (2, 2, 8, 8):
        standings.add_probe(probe(review("half", score)))
    assert standings.unreliable() == ()


def test_what_is_said_of_good_ones_is_counted_beside():
    standings = Standings()
    standings.add([review("a"), review("b", 2)])
    standings.add([review("a"), review("b", abstains=True)])
    assert [(s.good, s.passed, s.abstained) for s in standings.value()] == [(2, 2, 0), (1, 0, 1), (2, 2, 0)]
    assert standings.value()[-1].reviewer == TOGETHER


def test_an_abstention_is_neither_shown_nor_caught():
    standings = Standings(enough=1)
    standings.add_probe(probe(review("a", abstains=True)))
    assert standings.unreliable() == ()
    assert (standings.value()[0].shown, standings.value()[0].abstained) == (0, 1)


def test_the_committee_is_held_to_the_threshold_of_its_run():
    lenient, strict = Standings(threshold=6.0), Standings(threshold=8.0)
    for standings in (lenient, strict):
        standings.add_probe(Probe(flaw="swapped", reviews=(review("a", 7), review("b", 7))))
    assert [standings.value()[-1].caught for standings in (lenient, strict)] == [0, 1]
