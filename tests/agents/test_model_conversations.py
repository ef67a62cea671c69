"""Whole conversations on models, the oracle being the model: what they come to, and that they come out the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anyio
import msgspec
import pytest
from tests.engine.two_sided import WORLD

from interplay.agents.human import ScriptedHuman
from interplay.agents.modelled.agent import ModelAgent
from interplay.agents.modelled.drafting import system_prompt
from interplay.agents.modelled.human import ModelHuman
from interplay.agents.modelled.react import ThinkingAgent
from interplay.agents.oracle import Oracle, OracleModel
from interplay.domains.retail import DOMAIN
from interplay.domains.telecom import DOMAIN as TELECOM
from interplay.engine.casting import AgentPart, HumanPart
from interplay.engine.conversation import Limits, Played, Stopped, play
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import Validated, validate
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall
from interplay.engine.models.exchange import Reply, Request
from interplay.engine.models.wire import Encoding
from interplay.engine.screening import leaks
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import tiny_domain
from interplay.engine.verifier import Evidence, Verdict, Verifier

SEED = Seed.root(23)


class World:
    """A world with its data and some validated blueprints."""

    def __init__(self, domain: Domain[Any], count: int) -> None:
        self.domain = domain
        self.base = domain.generate(SEED.child("data"), 60)
        self.valid = [self._make(number) for number in range(count)]
        self.oracle = Oracle(domain.tools, [valid.blueprint for valid in self.valid])
        self.verifier = Verifier(domain.tools, domain.policy, self.base)

    def _make(self, number: int) -> Validated:
        for again in range(50):
            try:
                written = self.domain.write(self.domain, self.base, SEED.child(number, again))
                named = msgspec.structs.replace(written, id=f"b{number}")
                return validate(self.domain, self.base, named)
            except BlueprintError:
                continue
        raise AssertionError("no valid blueprint")

    def model(self) -> OracleModel:
        return OracleModel.of(self.oracle)

    async def play(
        self, valid: Validated, model: OracleModel, agent: Any = ModelAgent, candidates: int = 1
    ) -> tuple[Played, Verdict, ModelHuman]:
        blueprint, seed = valid.blueprint, SEED.child(valid.blueprint.id)
        screen = leaks(blueprint, valid.truth)
        own = self.domain.tools.human
        human = ModelHuman(HumanPart(blueprint.brief, seed, model, model, candidates, screen, "human", own))
        employee = agent(AgentPart(blueprint, self.domain.tools, self.domain.policy, seed, model, "agent"))
        environment = Environment(self.domain.tools, valid.truth.start.fork())
        played = await play(human, employee, environment, Limits())
        evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
        return played, self.verifier.verify(blueprint, valid.truth, evidence), human


@pytest.fixture(scope="module")
def retail() -> World:
    return World(DOMAIN, 40)


@pytest.fixture(scope="module")
def tiny() -> World:
    return World(tiny_domain(), 12)


def in_turn(world: World, **more: Any) -> Iterator[tuple[Played, Verdict, ModelHuman]]:
    for valid in world.valid:
        yield anyio.run(lambda valid=valid: world.play(valid, world.model(), **more))


@pytest.mark.parametrize("agent", [ModelAgent, ThinkingAgent])
def test_most_conversations_of_the_shop_are_accepted(retail: World, agent: Any) -> None:
    verdicts = [verdict for _, verdict, _ in in_turn(retail, agent=agent)]
    assert sum(verdict.accepted for verdict in verdicts) >= 0.95 * len(verdicts)


def test_most_conversations_of_the_library_are_accepted(tiny: World) -> None:
    verdicts = [verdict for _, verdict, _ in in_turn(tiny, candidates=2)]
    assert sum(verdict.accepted for verdict in verdicts) >= 0.9 * len(verdicts)


def test_most_conversations_of_the_phone_company_are_accepted_and_people_use_their_phones() -> None:
    played = list(in_turn(World(TELECOM, 16)))
    assert sum(verdict.accepted for _, verdict, _ in played) >= 0.9 * len(played)
    assert any(getattr(message, "by", "") == "human" for each, *_ in played for message in each.messages)
    drafts = [draft for *_, human in played for kept in human.deliberations for draft in kept.drafts]
    assert sum(bool(draft.struck) for draft in drafts) <= 0.02 * len(drafts)


@pytest.mark.parametrize(("agent", "candidates"), [(ModelAgent, 1), (ModelAgent, 3), (ThinkingAgent, 1)])
async def test_in_a_world_with_two_sides_both_act_on_models_and_are_accepted(agent: Any, candidates: int) -> None:
    lamps = World(WORLD, 1)
    played, verdict, human = await lamps.play(lamps.valid[0], lamps.model(), agent, candidates)
    assert verdict.accepted
    calls = [message for message in played.messages if isinstance(message, ToolCall)]
    assert {(call.tool, call.by) for call in calls} >= {("connect", "agent"), ("press_switch", "human")}
    assert len({call.call_id for call in calls}) == len(calls)
    own = [message for message in played.messages if isinstance(message, HumanMessage) or message in calls]
    own = [message for message in own if getattr(message, "by", "human") == "human"]
    assert len(own) == len(human.deliberations)
    assert not any(each.struck for kept in human.deliberations for each in kept.drafts)


def test_with_several_drafts_a_judge_is_asked_and_every_turn_is_on_record(retail: World) -> None:
    async def go() -> None:
        for valid in retail.valid[:10]:
            lines = iter(range(10**6))
            model = OracleModel(lambda request, at, lines=lines: retail.oracle.reply(request.messages, next(lines)))
            played, _, human = await retail.play(valid, model, candidates=3)
            said = [message for message in played.messages if isinstance(message, HumanMessage)]
            assert len(human.deliberations) == len(said)
            for message, kept in zip(said, human.deliberations, strict=True):
                assert kept.drafts[kept.chosen].text == message.text
            assert any("/judge" in at for at, _ in model.asked)
            addresses = [at for at, _ in model.asked]
            assert len(set(addresses)) == len(addresses)

    anyio.run(go)


async def test_the_oracle_answers_the_bodies_that_go_over_the_wire(retail: World) -> None:
    encoding = Encoding()

    def answer(request: Request, at: str) -> Reply:
        return retail.oracle.answer(msgspec.json.decode(encoding.body("any", request, 5)))

    played, verdict, _ = await retail.play(retail.valid[0], OracleModel(answer))
    assert isinstance(played.ending, Stopped)
    assert verdict.accepted


async def test_the_same_conversation_comes_out_the_same(retail: World) -> None:
    valid = retail.valid[1]
    one, other = [(await retail.play(valid, retail.model(), candidates=2))[0] for _ in range(2)]
    assert one == other


async def test_conversations_at_the_same_time_do_not_mix(retail: World) -> None:
    alone = [(await retail.play(valid, retail.model()))[0] for valid in retail.valid[:8]]
    together: dict[int, Played] = {}

    async def one(number: int) -> None:
        together[number] = (await retail.play(retail.valid[number], retail.model()))[0]

    async with anyio.create_task_group() as tasks:
        for number in range(8):
            tasks.start_soon(one, number)
    assert [together[number] for number in range(8)] == alone


async def test_the_oracles_agent_serves_a_scripted_human_too(retail: World) -> None:
    accepted = 0
    for valid in retail.valid[:10]:
        blueprint = valid.blueprint
        agent = ModelAgent(AgentPart(blueprint, DOMAIN.tools, DOMAIN.policy, SEED, retail.model(), "agent"))
        environment = Environment(DOMAIN.tools, retail.base.fork())
        played = await play(ScriptedHuman(blueprint.brief, SEED), agent, environment, Limits())
        evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
        accepted += retail.verifier.verify(blueprint, valid.truth, evidence).accepted
    assert accepted >= 9


def test_a_question_of_nobody_it_knows_is_an_error_that_says_so(retail: World) -> None:
    empty = Oracle(DOMAIN.tools)
    prompt = system_prompt(retail.valid[0].blueprint.brief)
    with pytest.raises(LookupError, match="knows no blueprint"):
        empty.answer({"messages": [{"role": "system", "content": prompt}, {"role": "user", "content": "Hi."}]})
    with pytest.raises(LookupError, match="it was asked as"):
        empty.answer({"messages": [{"role": "system", "content": "You are a poet."}]})


def test_nobody_is_told_more_than_their_part(retail: World) -> None:
    async def go() -> None:
        for valid in retail.valid[:10]:
            model = retail.model()
            await retail.play(valid, model)
            known = msgspec.json.encode(valid.blueprint.brief).decode()
            for at, request in model.asked:
                prompt = request.messages[0].content
                if at.startswith("human"):
                    assert not any(action.tool in prompt for action in valid.blueprint.actions if "_" in action.tool)
                    secrets = [o.value for o in valid.blueprint.outputs if len(o.value) > 3 and o.value not in known]
                    assert not any(secret in prompt for secret in secrets)
                else:
                    assert valid.blueprint.instruction not in prompt
                    assert valid.blueprint.goals[0].wish not in prompt

    anyio.run(go)


def test_an_agent_that_only_talks_keeps_the_human_until_the_turns_are_up(retail: World) -> None:
    def answer(request: Request, at: str) -> Reply:
        return Reply(text="I see. Anything else?") if at.startswith("agent") else retail.oracle.reply(request.messages)

    played, verdict, _ = anyio.run(lambda: retail.play(retail.valid[0], OracleModel(answer)))
    assert not isinstance(played.ending, Stopped)
    assert not verdict.accepted
    assert all(m.text == "I see. Anything else?" for m in played.messages if isinstance(m, AgentMessage))
