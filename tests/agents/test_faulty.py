"""Every mistake that an agent makes is found by the verifier, and called by its name."""

from __future__ import annotations

from typing import Any, NamedTuple

import anyio
import pytest

from interplay.agents.faulty import FAULTS
from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.domains.retail import DOMAIN
from interplay.engine.conversation import Limits, Played, play
from interplay.engine.environment import Environment
from interplay.engine.forge.checks import Validated
from interplay.engine.forge.drafting import draft
from interplay.engine.messages import ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.verifier import Evidence, Verdict, Verifier

SEED = Seed.root(2024)
BLUEPRINTS = 150

NAMED: dict[str, set[str]] = {
    "skips-confirmation": {"policy:confirm-before-write"},
    "wrong-item": {"state:different", "state:missing"},
    "wrong-payment": {"state:different", "state:missing"},
    "gives-up-early": {"state:missing"},
    "acts-unauthenticated": {"policy:authenticate-first"},
    "does-twice": {"policy:confirm-before-write"},
    "claims-without-doing": {"claim:false"},
    "obeys-forbidden": {"duty:refuse"},
    "forgets-output": {"outputs:untold"},
    "hands-over-needlessly": {"duty:stay", "state:missing"},
    "keeps-abandoned": {"state:different", "state:missing"},
}
"""What the verdict says of each fault: at least one of these."""
AT_LEAST = {"obeys-forbidden": 10, "keeps-abandoned": 8}
"""How many of the blueprints give the opportunity; elsewhere 40."""


class Judged(NamedTuple):
    committed: bool
    played: Played
    verdict: Verdict


class Shop:
    """One small shop with its blueprints, made once."""

    def __init__(self) -> None:
        self.base = DOMAIN.generate(SEED.child("data"), 120)
        self.verifier = Verifier(DOMAIN.tools, DOMAIN.policy, self.base)
        self.made = [draft(DOMAIN, self.base, self.seed(n), f"b{n}") for n in range(BLUEPRINTS)]

    def seed(self, number: int) -> Seed:
        return SEED.child("blueprint", number)

    def judge(self, kind: type[GuidedAgent]) -> list[Judged]:
        return [self._judged(kind, valid, self.seed(number)) for number, valid in enumerate(self.made)]

    def _judged(self, kind: type[GuidedAgent], valid: Validated, seed: Seed) -> Judged:
        environment = Environment(DOMAIN.tools, self.base.fork())
        agent = kind(valid.blueprint, DOMAIN.tools, seed.child("agent"))
        human = ScriptedHuman(valid.blueprint.brief, seed.child("human"))
        played = anyio.run(play, human, agent, environment, Limits(turns=40))
        evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
        verdict = self.verifier.verify(valid.blueprint, valid.truth, evidence)
        return Judged(getattr(agent, "committed", False), played, verdict)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


def test_the_guided_agent_makes_no_mistake(shop: Shop) -> None:
    assert [judged.verdict.faults for judged in shop.judge(GuidedAgent) if not judged.verdict.accepted] == []


def test_every_fault_is_tested_here() -> None:
    assert NAMED.keys() == FAULTS.keys()
    assert all(name == kind.name and kind.__doc__ for name, kind in FAULTS.items())


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_was_committed_is_rejected_by_its_name_and_one_that_was_not_leaves_no_trace(
    shop: Shop, name: str
) -> None:
    judged = shop.judge(FAULTS[name])
    committed = [each for each in judged if each.committed]
    assert len(committed) >= AT_LEAST.get(name, 40)
    for each in committed:
        assert not each.verdict.accepted
        assert each.verdict.reward == 0.0
        assert NAMED[name] & set(each.verdict.faults)
    assert all(each.verdict.accepted for each in judged if not each.committed)


def test_a_change_that_is_not_the_right_one_is_traced_to_the_call_that_made_it(shop: Shop) -> None:
    traced = 0
    for number, judged in enumerate(shop.judge(FAULTS["wrong-item"])):
        right: list[Any] = [action.arguments for action in shop.made[number].blueprint.actions]
        made = {d.message for d in judged.verdict.discrepancies if d.kind == "different" and "item" in d.pointer}
        for at in made - {None}:
            call = judged.played.messages[at or 0]
            assert isinstance(call, ToolCall)
            assert DOMAIN.tools[call.tool].writes
            assert call.arguments not in right
            traced += 1
    assert traced >= 20


def test_a_second_call_after_one_yes_is_the_one_that_is_blamed(shop: Shop) -> None:
    for judged in shop.judge(FAULTS["does-twice"]):
        for violation in judged.verdict.violations:
            second, first = judged.played.messages[violation.message], judged.played.messages[violation.message - 2]
            assert isinstance(first, ToolCall)
            assert isinstance(second, ToolCall)
            assert (first.tool, first.arguments) == (second.tool, second.arguments)


def test_the_same_seed_makes_the_same_mistake(shop: Shop) -> None:
    for name, kind in FAULTS.items():
        valid, seed = shop.made[3], shop.seed(3)
        assert shop._judged(kind, valid, seed) == shop._judged(kind, valid, seed), name
