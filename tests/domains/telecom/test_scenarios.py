"""The company's scenarios: what customers call about, and that each can be played to the right end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from inspect import getmembers, isfunction
from typing import Any, NamedTuple

import anyio
import msgspec
import pytest

from interplay.agents.faulty import FAULTS, FaultyAgent
from interplay.agents.guided import GuidedAgent, Script
from interplay.agents.human import ScriptedHuman
from interplay.domains.telecom import DOMAIN
from interplay.domains.telecom.material import material
from interplay.domains.telecom.rows import TelecomDatabase
from interplay.domains.telecom.scenarios import account, denials, questions, trouble
from interplay.domains.telecom.scenarios.draft import CallerDraft
from interplay.domains.telecom.scenarios.writer import write
from interplay.engine.blueprint import Action, Blueprint, Candidate, Persona
from interplay.engine.confirmation import says_yes
from interplay.engine.conversation import Limits, play
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import Validated, validate
from interplay.engine.messages import AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.verifier import Evidence, Verdict, Verifier

SEED = Seed.root(12)
CANDIDATES = 170
PLAYED = 150
FLAWED = 40
USUAL = Persona(name="Somebody", description="You are matter-of-fact.")

WISHES: list[Callable[[CallerDraft, Seed], None]] = [
    function
    for module in (account, questions, denials, trouble)
    for name, function in getmembers(module, isfunction)
    if not name.startswith("_") and function.__module__ == module.__name__
]


@cache
def world() -> Base[TelecomDatabase]:
    return DOMAIN.generate(SEED, 60)


@cache
def verifier() -> Verifier:
    return Verifier(DOMAIN.tools, DOMAIN.policy, world())


@cache
def written() -> tuple[tuple[Validated, ...], Counter[str]]:
    """The candidates that pass, and why others do not."""
    passed, failed = [], Counter[str]()
    for number in range(CANDIDATES):
        try:
            passed.append(validate(DOMAIN, world(), write(DOMAIN, world(), SEED.child(number))))
        except BlueprintError as error:
            failed[f"{error.check}: {error.text}"] += 1
    return tuple(passed), failed


@cache
def drafted(wish: Callable[[CallerDraft, Seed], None], times: int = 3) -> tuple[Candidate, ...]:
    """Candidates of one wish alone, for the first customers who have something for it."""
    found: list[Candidate] = []
    for number in range(400):
        draft = CallerDraft(DOMAIN, world(), SEED.child("alone", number))
        draft.identify(SEED.child("identity", number))
        if draft.attempt(wish, SEED.child(wish.__name__, number)):
            found.append(draft.candidate(msgspec.structs.replace(USUAL, name=draft.name)))
        if len(found) == times:
            break
    return tuple(found)


class Played(NamedTuple):
    verdict: Verdict
    agent: GuidedAgent
    messages: Sequence[AnyMessage]


def played(
    validated: Validated, kind: Callable[..., GuidedAgent] = GuidedAgent, persona: Persona | None = None
) -> Played:
    """One conversation of a scripted human, whoever they are, with such an agent."""
    blueprint, truth = validated
    brief = blueprint.brief if persona is None else msgspec.structs.replace(blueprint.brief, persona=persona)
    human = ScriptedHuman(brief, SEED.child("human"), tools=DOMAIN.tools.human)
    agent = kind(blueprint, DOMAIN.tools, SEED.child("agent"))
    environment = Environment(DOMAIN.tools, truth.start.fork())

    async def once() -> Any:
        return await play(human, agent, environment, Limits(turns=60))

    done = anyio.run(once)
    evidence = Evidence(done.messages, done.ending, environment.db.changes(), environment.effects)
    return Played(verifier().verify(blueprint, truth, evidence), agent, done.messages)


def goals(blueprint: Blueprint) -> list[str]:
    return [goal.wish for goal in blueprint.goals]


# What is written


def test_nearly_every_candidate_passes_and_none_falls_for_a_contradiction() -> None:
    passed, failed = written()
    assert len(passed) >= 0.95 * CANDIDATES, failed
    assert all(text.startswith("material") for text in failed), failed


def test_half_of_the_customers_have_trouble_and_some_are_abroad() -> None:
    traits = Counter(trait for each in written()[0] for trait in each.blueprint.traits)
    assert 0.4 <= traits["trouble"] / len(written()[0]) <= 0.8
    assert traits["abroad"] >= 10
    assert {f"faults_{count}" for count in range(1, 6)} <= traits.keys()
    assert {"forbidden", "hand_over", "wishes_1", "wishes_3"} <= traits.keys()


def test_persons_seldom_say_the_same() -> None:
    said = Counter(tuple(goals(each.blueprint)) for each in written()[0])
    assert len(said) >= 0.75 * sum(said.values())


@pytest.mark.parametrize("seed", range(5))
def test_a_seed_decides_the_candidate(seed: int) -> None:
    one, other = (write(DOMAIN, world(), SEED.child(seed)) for _ in range(2))
    assert msgspec.json.encode(one) == msgspec.json.encode(other)


def test_nobody_is_in_two_places_or_has_two_wishes_about_one_thing() -> None:
    for validated in written()[0]:
        blueprint = validated.blueprint
        wishes = " ".join(goals(blueprint))
        at_home = any(words in wishes for words in ("roaming for", "roaming off", "abroad; I'm", "I'm at home"))
        assert not (at_home and "abroad" in blueprint.traits), wishes
        written_lines = [a.arguments["line_id"] for a in blueprint.untaken.values() if "line_id" in a.arguments]
        by_goal = {
            (a.goal, a.arguments["line_id"]) for a in blueprint.actions if writes(a) and "line_id" in a.arguments
        }
        by_goal |= {(goal, line_id) for goal, line_id in zip(blueprint.untaken, written_lines, strict=False)}
        assert len({line_id for _, line_id in by_goal}) == len(by_goal), wishes


def writes(action: Action) -> bool:
    return DOMAIN.tools.every[action.tool].writes


def test_the_wish_tells_what_is_noticed_and_never_what_is_wrong() -> None:
    for noticed in trouble.NOTICED.values():
        text = " ".join((*noticed.wishes, noticed.story)).lower()
        assert not any(word in text for word in ("airplane", "sim", "apn", "vpn", "saver", "permission", "overdue"))


def test_data_of_ones_own_is_written_for_or_said_to_lack_something(company: Base[TelecomDatabase]) -> None:
    outcomes = Counter[str]()
    for number in range(60):
        try:
            validate(DOMAIN, company, write(DOMAIN, company, SEED.child(number)))
            outcomes["passed"] += 1
        except BlueprintError as error:
            outcomes[error.check] += 1
    assert outcomes.keys() == {"passed", "material"}
    assert outcomes["passed"] > 15


def test_nobody_calls_who_has_no_line(company: Base[TelecomDatabase]) -> None:
    db = company.fork()
    for customer in db.customers.values():
        db.customers.put(customer.customer_id, msgspec.structs.replace(customer, line_ids=()))
    with pytest.raises(BlueprintError, match="lacks a line"):
        write(DOMAIN, company.begun(db.changes()), SEED)


# Each wish alone


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.__name__)
def test_a_wish_alone_is_drafted_valid_and_played_to_its_end(wish: Callable[[CallerDraft, Seed], None]) -> None:
    candidates = drafted(wish)
    assert len(candidates) == 3
    for candidate in candidates:
        found = played(validate(DOMAIN, world(), candidate))
        assert found.verdict.accepted, (found.verdict.faults, goals(candidate))


def test_a_customer_who_buys_nothing_is_told_no_and_declines_what_is_offered() -> None:
    for candidate in drafted(trouble.nothing_extra):
        goal, duty = candidate.goals[0], candidate.duties[0]
        assert (goal.kind, duty.kind) == ("refuse", "refuse")
        assert not says_yes(goal.revision)
        offered = played(validate(DOMAIN, world(), candidate), FAULTS["obeys-forbidden"])
        assert any(isinstance(m, HumanMessage) and goal.revision in m.text for m in offered.messages)
        assert not offered.verdict.accepted


def test_who_asks_for_more_data_may_ask_for_still_more_when_it_is_offered() -> None:
    changed = [each for each in drafted(account.more_data, 12) if "mind_change" in each.traits]
    assert changed
    for candidate in changed:
        first, last = candidate.untaken["g1"].arguments, candidate.actions[-1].arguments
        assert first["gb_amount"] < last["gb_amount"]
        assert f"{last['gb_amount']} GB" in candidate.goals[0].revision


def test_what_comes_before_the_fault_that_is_beyond_us_is_mended_and_the_rest_is_left() -> None:
    for candidate in drafted(trouble.beyond_us, 12):
        *work, last = candidate.actions
        assert last.tool == "transfer_to_human_agents"
        assert candidate.judged == "agent"
        assert not any(action.by == "agent" and writes(action) for action in work)
        made = {setup.tool for setup in candidate.setup}
        assert made & {"lock_sim_card", "suspend_line_for_overdue_bill"}
        assert "set_data_usage" not in made  # what the company would mend is not among it: nobody could say when


def test_a_failed_wish_leaves_no_trace_of_where_the_customer_is() -> None:
    draft = CallerDraft(DOMAIN, world(), SEED.child("alone", 0))
    draft.identify(SEED)

    def fails(draft: CallerDraft, seed: Seed) -> None:
        draft.be(abroad=True)
        draft.alone("phone", "a phone")
        draft.alone("phone", "a phone")

    assert not draft.attempt(fails, SEED)
    draft.be(abroad=True)
    assert [setup.tool for setup in draft.setups] == ["set_user_info", "set_user_location"]
    with pytest.raises(BlueprintError, match="one place"):
        draft.be(abroad=False)


# Played


def test_mixed_blueprints_are_played_to_the_right_end() -> None:
    passed, _ = written()
    rejected = [
        (found.verdict.faults, goals(each.blueprint))
        for each in passed[:PLAYED]
        if not (found := played(each)).verdict.accepted
    ]
    assert len(passed) >= PLAYED
    assert not rejected


def first_request(messages: Sequence[AnyMessage]) -> AnyMessage:
    """What the customer does when they are first asked to change something on their phone."""
    at = next(
        at
        for at, message in enumerate(messages)
        if isinstance(message, ToolCall) and message.by == "human" and DOMAIN.tools.human[message.tool].writes
    )
    asked = max(at for at, message in enumerate(messages[:at]) if isinstance(message, HumanMessage))
    questions = [m for m in messages[asked:at] if isinstance(m, HumanMessage) and m.text.rstrip().endswith("?")]
    return questions[0] if questions else messages[at]


@pytest.mark.parametrize("wish", [trouble.no_service, trouble.no_pictures], ids=lambda wish: wish.__name__)
def test_who_is_not_at_ease_with_phones_asks_first_how_it_is_done(wish: Callable[[CallerDraft, Seed], None]) -> None:
    for candidate in drafted(wish):
        validated = validate(DOMAIN, world(), candidate)
        for comfort, kind in (("low", HumanMessage), ("high", ToolCall)):
            persona = msgspec.structs.replace(candidate.persona, comfort=comfort)
            found = played(validated, persona=persona)
            assert found.verdict.accepted, found.verdict.faults
            assert isinstance(first_request(found.messages), kind), comfort


def test_patience_and_mood_change_words_and_not_the_end() -> None:
    candidate = drafted(trouble.bad_data)[0]
    validated = validate(DOMAIN, world(), candidate)
    said = set()
    for patience in ("patient", "impatient"):
        for mood in ("friendly", "annoyed"):
            persona = msgspec.structs.replace(candidate.persona, patience=patience, mood=mood)
            found = played(validated, persona=persona)
            assert found.verdict.accepted
            said.add(" ".join(m.text for m in found.messages if isinstance(m, HumanMessage)))
    assert len(said) == 4


# Agents that make a mistake

NEVER = {"wrong-item", "wrong-payment"}
"""There are no items here, and no way to pay is chosen."""


@cache
def offered() -> tuple[Validated, ...]:
    """Blueprints that offer an opportunity for every mistake that can be made here."""
    changes_of_mind = [each for each in drafted(account.more_data, 12) if "mind_change" in each.traits]
    alone = [each for wish in (trouble.nothing_extra, denials.too_much_data) for each in drafted(wish)]
    more = tuple(validate(DOMAIN, world(), each) for each in (*changes_of_mind, *alone))
    return written()[0][:FLAWED] + more


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_mistake_is_found_wherever_it_was_made(name: str) -> None:
    made = Counter[bool]()
    for validated in offered():
        found = played(validated, FAULTS[name])
        assert isinstance(found.agent, FaultyAgent)
        made[found.agent.committed] += 1
        assert found.verdict.accepted is not found.agent.committed, goals(validated.blueprint)
    assert bool(made[True]) is (name not in NEVER)


class SkipsTheirPart(GuidedAgent):
    """Does its own part, asks the customer for nothing that changes their phone, and says that it works."""

    def _guide(self, action: Action) -> Script:
        if not self.tools.every[action.tool].writes:
            yield from super()._guide(action)


def test_a_claim_that_the_phone_works_is_caught_by_the_customer_who_looks() -> None:
    for wish in (trouble.no_service, trouble.bad_data, trouble.no_pictures):
        for candidate in drafted(wish, 6):
            if not any(action.by == "human" and writes(action) for action in candidate.actions):
                continue
            found = played(validate(DOMAIN, world(), candidate), SkipsTheirPart)
            assert {"duty:end", f"assertion:{first_assertion(candidate)}"} & set(found.verdict.faults)
            looks = [m for m in found.messages if isinstance(m, ToolCall) and m.tool == check_of(candidate)]
            assert looks
            shown = [m for m in found.messages if isinstance(m, ToolResult) and m.by == "human"]
            assert not any(candidate.goals[0].check.contains in m.content for m in shown)  # type: ignore[union-attr]


def check_of(candidate: Candidate) -> str:
    check = candidate.goals[0].check
    assert check is not None
    return check.tool


def first_assertion(candidate: Candidate) -> str:
    return candidate.assertions[0].tool


# What models write from


def test_material_is_one_customers_rows_and_the_phone() -> None:
    rows = material(world(), SEED)
    assert len({(row.table, row.key) for row in rows}) == len(rows)
    assert {"customers", "lines", "plans", "devices", "bills", "device"} <= {row.table for row in rows}
    assert sum(row.table == "customers" for row in rows) == 1


@pytest.mark.parametrize("wish", [questions.data_used, account.no_more_roaming, trouble.no_service, trouble.bad_data])
def test_who_is_found_by_name_says_which_of_several_lines_is_theirs(wish: Callable[[CallerDraft, Seed], None]) -> None:
    said = 0
    for number in range(80):
        draft = CallerDraft(DOMAIN, world(), SEED.child("own", number))
        draft.identify(SEED.child("identity", number))
        mine = wish.__module__ == trouble.__name__
        if draft.own_unknown and draft.attempt(wish, SEED.child("wish", number)):
            meant = {action.arguments.get("line_id") for action in draft.actions}
            if mine or draft.own.line_id in meant:
                assert draft.own.phone_number in draft.goals[0].wish
                said += 1
    assert said


def test_a_bill_is_seen_on_the_phone_before_it_is_paid() -> None:
    for validated in written()[0]:
        own = [action.tool for action in validated.blueprint.actions if action.by == "human"]
        for at, tool in enumerate(own):
            assert tool != "make_payment" or own[at - 1] == "check_payment_request"


def test_who_claims_without_doing_has_the_human_do_nothing_of_it_either() -> None:
    alone = 0
    for validated in written()[0][:60]:
        if len(validated.blueprint.goals) == 1:
            found = played(validated, FAULTS["claims-without-doing"])
            writes = [m for m in found.messages if isinstance(m, ToolCall) and m.by == "human"]
            if isinstance(found.agent, FaultyAgent) and found.agent.committed:
                assert not any(DOMAIN.tools.human[call.tool].writes for call in writes)
                alone += 1
    assert alone > 10
