"""Every world that is installed keeps the contract, stands a walk, and can be played from its blueprints."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from interplay.engine.casting import AgentPart, HumanPart, load_agent, load_human
from interplay.engine.conversation import Limits, play
from interplay.engine.database import Base
from interplay.engine.domain import Domain, domain_names, load_domain
from interplay.engine.environment import Environment
from interplay.engine.forge.drafting import draft
from interplay.engine.seeds import Seed
from interplay.engine.testing import check_domain, domain_machine
from interplay.engine.verifier import Evidence, Verifier

SEED = Seed.root(2)
FEW = settings(
    max_examples=20,
    stateful_step_count=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(params=domain_names())
def domain(request: pytest.FixtureRequest) -> Domain[Any]:
    return load_domain(request.param)


def test_a_world_keeps_the_contract(domain):
    assert check_domain(domain, domain.generate(SEED, 5)) == []


def test_a_world_stands_a_walk(domain):
    run_state_machine_as_test(domain_machine(domain, domain.generate(SEED, 3)), settings=FEW)


def test_every_blueprint_validates_and_is_played_to_an_accepted_verdict(domain):
    base = domain.generate(SEED, 50)
    anyio.run(_play_blueprints, domain, base)


async def _play_blueprints(domain: Domain[Any], base: Base[Any]) -> None:
    cast_agent, cast_human = load_agent("guided"), load_human("scripted")
    verifier = Verifier(domain.tools, domain.policy, base)
    for number in range(100):
        seed = SEED.child("blueprint", number)
        blueprint, truth = draft(domain, base, seed, f"{domain.name}-{number}")
        human = cast_human(HumanPart(blueprint.brief, seed.child("human"), tools=domain.tools.human))
        agent = cast_agent(AgentPart(blueprint, domain.tools, domain.policy, seed.child("agent")))
        environment = Environment(domain.tools, truth.start.fork())
        played = await play(human, agent, environment, Limits())
        evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
        verdict = verifier.verify(blueprint, truth, evidence)
        assert verdict.reward == 1.0, (number, verdict, played.messages)
