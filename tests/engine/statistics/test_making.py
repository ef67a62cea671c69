"""What Phase 1 came to is counted by task, by attempt and by reviewer."""

from interplay.engine.forge.assignment import Finding
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.forge.probing import ENOUGH, Probe
from interplay.engine.forge.record import BlueprintRecord, Rejected
from interplay.engine.forge.review import Review
from interplay.engine.seeds import Seed
from interplay.engine.statistics.making import MakingCounter
from interplay.engine.testing.tiny import generate, tiny_domain, write

SEED = Seed.root(3)
BLUEPRINT = write(tiny_domain(), generate(SEED, 3), SEED)
GOOD = {"completeness": 8, "satisfaction": 8, "creativity": 8}


def fell(task, attempt, check="execution", stage="checks", **rest):
    return Rejected(task=task, attempt=attempt, findings=(Finding(stage=stage, check=check, text="x"),), **rest)


def making(*records, **settings):
    counter = MakingCounter(**settings)
    for each in records:
        counter.add(each)
    return counter.value()


def test_yield_is_of_tasks_at_the_first_attempt_and_at_any():
    found = making(
        BlueprintRecord(0, BLUEPRINT),
        BlueprintRecord(1, BLUEPRINT, attempt=1, rejected=(fell(0, 0),)),
        BlueprintRecord(2, BLUEPRINT, task=1, rejected=(fell(0, 0), fell(0, 1, "creativity", "committee"))),
        BlueprintRecord(3, failure="none", rejected=(fell(0, 0),)),
    )
    assert (found.units, found.blueprints, found.counts.tasks) == (4, 3, 5)
    assert (found.first_attempt.value, found.any_attempt.value) == (0.4, 0.6)
    assert found.first_attempt.low < 0.4 < found.first_attempt.high
    assert found.attempts == {"1": 2, "2": 1}
    assert found.counts.fallen == {"checks:execution": 3, "committee:creativity": 1}


def test_a_joined_blueprint_is_no_task():
    found = making(BlueprintRecord(0, BLUEPRINT, parents=("a", "b")))
    assert (found.counts.tasks, found.counts.joined, found.blueprints, found.attempts) == (0, 1, 1, {})


def test_goals_traits_and_difficulty_are_those_of_blueprints():
    hard = Difficulty(reads=3, writes=1, depth=2, entities=4, rules=5, hidden=0)
    easy = Difficulty(reads=1, writes=1, depth=1, entities=1, rules=1, hidden=0)
    found = making(
        BlueprintRecord(0, BLUEPRINT, difficulty=hard),
        BlueprintRecord(1, BLUEPRINT, difficulty=easy),
        BlueprintRecord(2, rejected=(fell(0, 0, candidate=BLUEPRINT),)),
    )
    assert sum(found.goals.values()) == 2
    assert (found.difficulty["reads"].mean, found.difficulty["reads"].max) == (2.0, 3)
    assert found.difficulty["hidden"].max == 0


def test_without_reviews_or_difficulty_there_is_nothing_to_say_of_them():
    found = making(BlueprintRecord(0, BLUEPRINT), feedback=False)
    assert (found.reviewing, found.difficulty, found.feedback) == (None, {}, False)


def test_reviewers_are_measured_on_the_accepted_and_the_spoilt_and_one_that_catches_too_little_is_named():
    good = (Review(reviewer="strict", correctness=9, **GOOD), Review(reviewer="lax", correctness=9, **GOOD))
    bad = (Review(reviewer="strict", correctness=1, **GOOD), Review(reviewer="lax", correctness=9, **GOOD))
    probe = Probe(flaw="swapped", reviews=bad)
    records = [BlueprintRecord(at, BLUEPRINT, reviews=good, probe=probe) for at in range(ENOUGH)]
    found = making(*records).reviewing
    assert found is not None
    lax, strict, together = found.reviewers
    assert (together.reviewer, together.caught, together.passed) == ("the committee", ENOUGH, ENOUGH)
    assert (lax.reviewer, lax.caught, lax.shown, lax.passed, lax.good) == ("lax", 0, ENOUGH, ENOUGH, ENOUGH)
    assert (strict.caught, strict.unreliable) == (ENOUGH, False)
    assert found.unreliable == ("lax",)


def test_agreement_is_of_the_votes_on_all_candidates_and_not_on_the_spoilt():
    agree = (Review(reviewer="a", correctness=9, **GOOD), Review(reviewer="b", correctness=9, **GOOD))
    differ = (Review(reviewer="a", correctness=9, **GOOD), Review(reviewer="b", correctness=1, **GOOD))
    no = (Review(reviewer="a", correctness=1, **GOOD), Review(reviewer="b", correctness=1, **GOOD))
    spoilt = Probe(flaw="swapped", reviews=differ)
    rejected = (fell(0, 0, "correctness", "committee", reviews=no),)
    found = making(BlueprintRecord(0, BLUEPRINT, attempt=1, reviews=agree, probe=spoilt, rejected=rejected)).reviewing
    assert found is not None
    assert found.agreement["correctness"].kappa == 1.0
    assert found.agreement["creativity"].kappa is None
    assert list(found.agreement) == ["overall", "correctness", "completeness", "satisfaction", "creativity"]
