"""Flaws: each spoils what it says, and only the hidden ones pass the checks."""

from __future__ import annotations

import pytest

from interplay.engine.domain import load_domain
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import validate
from interplay.engine.forge.flaws import FLAWS, HIDDEN
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import tiny_domain


@pytest.fixture(scope="module")
def world():
    domain = load_domain("retail")
    return domain, domain.generate(Seed.root(3), 80)


@pytest.fixture(scope="module")
def good(world):
    domain, base = world
    found = []
    for number in range(45):
        try:
            found.append(validate(domain, base, domain.write(domain, base, Seed.root(number))))
        except BlueprintError:
            continue
    return [each.blueprint for each in found]


def outcomes(world, good, flaw):
    """Names of the checks at which spoilt blueprints fall; "" for those that pass."""
    domain, base = world
    for number, blueprint in enumerate(good):
        spoilt = flaw.spoil(domain, base, blueprint, Seed.root(number))
        if spoilt is not None:
            try:
                validate(domain, base, spoilt)
            except BlueprintError as error:
                yield error.check
            else:
                yield ""


@pytest.mark.parametrize("flaw", [f for f in FLAWS if not f.hidden], ids=lambda flaw: flaw.name)
def test_an_open_flaw_always_falls_at_a_check_that_it_names(world, good, flaw):
    found = list(outcomes(world, good, flaw))
    assert len(found) >= 8
    assert set(found) <= flaw.shows


@pytest.mark.parametrize("flaw", HIDDEN, ids=lambda flaw: flaw.name)
def test_a_hidden_flaw_passes_the_checks_nearly_always(world, good, flaw):
    found = list(outcomes(world, good, flaw))
    assert len(found) >= 6
    assert found.count("") >= 0.8 * len(found)


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.name)
def test_a_flaw_is_decided_by_its_seed_and_leaves_the_good_one_as_it_was(world, good, flaw):
    domain, base = world
    for blueprint in good[:10]:
        before = repr(blueprint)
        one = flaw.spoil(domain, base, blueprint, Seed.root(5))
        assert one == flaw.spoil(domain, base, blueprint, Seed.root(5))
        assert repr(blueprint) == before
        assert one is None or one != blueprint


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.name)
def test_a_flaw_of_a_world_with_one_wish_a_task_is_made_or_left_out(flaw):
    domain = tiny_domain()
    base = domain.generate(Seed.root(1), 5)
    for number in range(20):
        blueprint = domain.write(domain, base, Seed.root(number))
        spoilt = flaw.spoil(domain, base, blueprint, Seed.root(number))
        assert spoilt is None or spoilt != blueprint
