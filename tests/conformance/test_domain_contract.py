"""Every world that is installed keeps the contract, stands a walk, and can be played from its blueprints."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from interplay.engine.domain import Domain, domain_names, load_domain
from interplay.engine.errors import DataError
from interplay.engine.seeds import Seed
from interplay.engine.testing import check_domain, domain_machine, play_blueprints

SEED = Seed.root(2)
FEW = settings(
    max_examples=20,
    stateful_step_count=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
WORLDS = {name: load_domain(name) for name in domain_names()}
WRITING = [name for name, domain in WORLDS.items() if domain.scripts is None]
"""Worlds that write their blueprints; others come with scripts, and are tested with these."""


def data(domain: Domain[Any], persons: int) -> Any:
    try:
        return domain.generate(SEED, persons)
    except DataError as error:
        pytest.skip(f"{domain.name} NOT RUN: {error}")


@pytest.mark.parametrize("name", WRITING)
def test_a_world_keeps_the_contract(name):
    assert check_domain(WORLDS[name], data(WORLDS[name], 5)) == []


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_stands_a_walk(name):
    run_state_machine_as_test(domain_machine(WORLDS[name], data(WORLDS[name], 3)), settings=FEW)


@pytest.mark.parametrize("name", WRITING)
def test_every_blueprint_validates_and_is_played_to_an_accepted_verdict(name):
    base = data(WORLDS[name], 50)
    for each in play_blueprints(WORLDS[name], base, 100, seed=SEED):
        assert each.verdict.accepted, str(each)
