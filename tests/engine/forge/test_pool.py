"""What a run has made so far, as its units may know it."""

import msgspec

from interplay.engine.blueprint import Action
from interplay.engine.forge.assignment import Finding
from interplay.engine.forge.drafting import draft
from interplay.engine.forge.pool import Pool
from interplay.engine.forge.record import BlueprintRecord, Rejected
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import generate, tiny_domain

TINY = tiny_domain()
BASE = generate(Seed.root(1), 5)
GOOD = draft(TINY, BASE, Seed.root(2), "b").blueprint
UNKNOWN = msgspec.structs.replace(GOOD, actions=(Action(tool="no_such_tool", arguments={}),))


def fallen(check, candidate):
    findings = (Finding(stage="checks", check=check, text="wrong"),)
    return Rejected(task=0, attempt=0, findings=findings, candidate=candidate)


def test_what_was_never_executed_teaches_nothing_about_sequences_that_work():
    pool = Pool(TINY)
    for unit in range(60):
        pool.enter(BlueprintRecord(unit, rejected=(fallen("format", UNKNOWN),)))
    assert pool.view(60).sequence(Seed.root(0)) == ()


def test_what_was_executed_and_fell_later_teaches_that_its_sequence_works():
    pool = Pool(TINY)
    for unit in range(60):
        pool.enter(BlueprintRecord(unit, rejected=(fallen("leak", GOOD),)))
    assert pool.view(60).sequence(Seed.root(0)) == tuple(action.tool for action in GOOD.actions)
    assert pool.view(0).sequence(Seed.root(0)) == ()


def test_a_view_shows_only_blueprints_below_its_limit():
    pool = Pool(TINY)
    for unit in range(10):
        pool.enter(BlueprintRecord(unit, msgspec.structs.replace(GOOD, id=f"b{unit}")))
    assert {each.id for each in pool.view(4).examples(Seed.root(0), 9)} == {f"b{unit}" for unit in range(4)}
