"""Tasks of one person are joined when running them together shows that they leave each other alone."""

import dataclasses
from contextlib import suppress

import anyio
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.domains.retail import DOMAIN
from interplay.domains.retail.rows import OrderId, RetailDatabase
from interplay.engine.blueprint import Action, Assertion, Blueprint, Output
from interplay.engine.conversation import Limits, play
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import validate
from interplay.engine.forge.instruction import compose
from interplay.engine.forge.recombination import JOINED, MOST_GOALS, People, join, joinable
from interplay.engine.seeds import Seed
from interplay.engine.tools import tool
from interplay.engine.verifier import Evidence, Verifier

BASE = DOMAIN.generate(Seed.root(1), 25)
replace = msgspec.structs.replace


def check(candidate: Blueprint):
    return validate(DOMAIN, BASE, candidate)


def scripted(count: int) -> list[Blueprint]:
    found: list[Blueprint] = []
    number = 0
    while len(found) < count:
        number += 1
        try:
            candidate = DOMAIN.write(DOMAIN, BASE, Seed.root(3).child(number))
            found.append(check(replace(candidate, id=f"b{len(found)}")).blueprint)
        except BlueprintError:
            continue
    return found


POOL = scripted(90)


def people(blueprints=POOL) -> People:
    found = People()
    for unit, blueprint in enumerate(blueprints):
        found.add(unit, blueprint)
    return found


def joins(count: int):
    """Joined candidates with their parts."""
    known = people()
    for number in range(count):
        seed = Seed.root(9).child(number)
        parts = known.pick(len(POOL), seed)
        with suppress(BlueprintError):
            yield parts, join(parts, DOMAIN, BASE, seed)


DONE = list(joins(60))


def single(tool: str) -> Blueprint:
    """A task of one wish that ends in a call of this tool."""
    return next(each for each in POOL if len(each.goals) == 1 and each.actions[-1].tool == tool)


def test_most_of_what_is_picked_can_be_joined_and_passes_every_check():
    assert len(DONE) > 40
    for _, candidate in DONE:
        check(candidate)


def test_joined_task_plays_to_an_accepted_end():
    verifier = Verifier(DOMAIN.tools, DOMAIN.policy, BASE)

    async def played() -> None:
        for number, (_, candidate) in enumerate(DONE):
            blueprint, truth = check(candidate)
            seed, environment = Seed.root(number), Environment(DOMAIN.tools, BASE.fork())
            human = ScriptedHuman(blueprint.brief, seed.child("human"))
            agent = GuidedAgent(blueprint, DOMAIN.tools, seed.child("agent"))
            end = await play(human, agent, environment, Limits())
            evidence = Evidence(end.messages, end.ending, environment.db.changes(), environment.effects)
            assert verifier.verify(blueprint, truth, evidence).accepted, blueprint

    anyio.run(played)


def test_joined_task_is_all_of_its_parts_once():
    for parts, candidate in DONE:
        assert len(candidate.goals) == sum(len(part.goals) for part in parts) <= MOST_GOALS
        assert [goal.id for goal in candidate.goals] == [f"g{at}" for at in range(1, len(candidate.goals) + 1)]
        assert {goal.wish for goal in candidate.goals} == {goal.wish for part in parts for goal in part.goals}
        assert len({fact.key for fact in candidate.facts}) == len(candidate.facts)
        assert sum(not action.goal for action in candidate.actions) == 1
        assert sorted(o.value for o in candidate.outputs) == sorted(o.value for p in parts for o in p.outputs)
        assert len(candidate.untaken) == sum(len(part.untaken) for part in parts)
        assert {JOINED, f"wishes_{len(candidate.goals)}"} <= set(candidate.traits)
        assert candidate.persona in [part.persona for part in parts]


@tool()
def has_order(db: RetailDatabase, order_id: OrderId) -> bool:
    """Whether there is such an order.

    Args:
        order_id: of the order.
    """
    return order_id in db.orders


def asserting(part: Blueprint) -> Blueprint:
    """The same task, each goal of which is asked about at the end."""
    order = next(iter(BASE.tables["orders"].rows))
    asked = (Assertion(tool="has_order", arguments={"order_id": order}, goal=goal.id) for goal in part.goals)
    return replace(part, assertions=tuple(asked))


def test_what_is_asked_about_the_end_of_each_part_is_asked_about_the_whole():
    world = dataclasses.replace(DOMAIN, assertions=(has_order,))
    parts = [asserting(part) for part in DONE[0][0]]
    candidate = validate(world, BASE, join(parts, world, BASE, Seed.root(0))).blueprint
    assert [each.goal for each in candidate.assertions] == [goal.id for goal in candidate.goals]
    with pytest.raises(BlueprintError, match="are not judged by the same tables' end, but by agent, all"):
        join([*parts[1:], replace(parts[0], judged="agent")][::-1], world, BASE, Seed.root(0))


def test_what_must_be_left_undone_is_tried_in_a_world_whose_sides_are_in_step():
    parts = next(parts for parts, candidate in DONE if "mind_change" in candidate.traits)
    late: list[bool] = []

    def sync(db: RetailDatabase) -> None:
        product = next(iter(db.products))
        if db.products[product].name != "In step":
            late.append(bool(db.changes()))
            db.products.put(product, replace(db.products[product], name="In step"))

    world = dataclasses.replace(DOMAIN, sync=sync)
    assert join(parts, world, BASE, Seed.root(0)).untaken
    assert late
    assert not any(late)


def test_joined_instruction_tells_every_story_and_every_fact():
    for _, candidate in DONE:
        assert candidate.instruction == compose(candidate.persona, candidate.facts, candidate.goals)
        assert all(goal.story in candidate.instruction for goal in candidate.goals)
        assert all(fact.say in candidate.instruction for fact in candidate.facts)


def test_equal_lookups_are_not_repeated_while_nothing_is_written():
    for _, candidate in DONE:
        seen = []
        for action in candidate.actions:
            call = (action.tool, action.arguments)
            assert call not in seen
            seen = [] if DOMAIN.tools[action.tool].writes else [*seen, call]


def test_seed_decides_the_order():
    parts, _ = next(done for done in DONE if not any(g.kind == "hand_over" for p in done[0] for g in p.goals))
    joined = [join(parts, DOMAIN, BASE, Seed.root(number)) for number in range(12)]
    assert len({candidate.goals for candidate in joined}) > 1
    assert joined == [join(parts, DOMAIN, BASE, Seed.root(number)) for number in range(12)]


def test_hand_over_comes_last():
    handing = [candidate for _, candidate in DONE if any(goal.kind == "hand_over" for goal in candidate.goals)]
    assert handing
    assert all(candidate.goals[-1].kind == "hand_over" for candidate in handing)


def test_tasks_of_different_people_are_not_joined():
    one = POOL[0]
    other = next(each for each in POOL if each.persona.name != one.persona.name)
    assert not joinable(one, other)
    with pytest.raises(BlueprintError, match="not of one person"):
        join((one, other), DOMAIN, BASE, Seed.root(0))


def test_people_of_one_name_are_told_apart_by_who_they_say_they_are():
    one = POOL[0]
    assert joinable(one, one)
    others = tuple(replace(f, values=("somebody@else.com",)) if not f.goal else f for f in one.facts)
    assert not joinable(one, replace(one, facts=others))


def test_same_wish_twice_is_not_joined():
    one = single("cancel_pending_order")
    with pytest.raises(BlueprintError, match="both ask for this: do cancel_pending_order"):
        join((one, replace(one, id="again")), DOMAIN, BASE, Seed.root(0))


def test_second_change_that_the_first_makes_impossible_is_found_by_running_it():
    one = single("cancel_pending_order")
    order = one.actions[-1].arguments["order_id"]
    address = {**dict.fromkeys(("address1", "address2", "city", "country", "state"), "1 Elm"), "zip": "12345"}
    change = Action(tool="modify_pending_order_address", arguments={"order_id": order, **address}, goal="g1")
    other = replace(one, id="other", actions=(*one.actions[:-1], change))
    with pytest.raises(BlueprintError, match=r"do not run one after the other: .*refused"):
        join((one, other), DOMAIN, BASE, Seed.root(0))


def test_end_that_depends_on_the_order_is_found_by_running_both():
    one = single("modify_user_address")
    change = one.actions[-1]
    moved = replace(change, arguments={**change.arguments, "address1": "1 Elm Street"}, origins={})
    fact = next(fact for fact in one.facts if fact.goal)
    facts = tuple(replace(f, values=(*f.values, "1 Elm Street")) if f is fact else f for f in one.facts)
    other = replace(one, id="other", facts=facts, actions=(*one.actions[:-1], moved))
    with pytest.raises(BlueprintError, match="depends on their order"):
        join((one, other), DOMAIN, BASE, Seed.root(0))


def test_answer_that_the_other_part_makes_untrue_is_found():
    one = single("cancel_pending_order")
    arguments = one.actions[-1].arguments
    look = Action(tool="get_order_details", arguments={"order_id": arguments["order_id"]}, goal="g1")
    goal = replace(one.goals[0], kind="read", wish="What is its status?", signs=("status",))
    output = Output(value="pending", statement="Its status is pending.", goal="g1")
    asking = replace(one, id="asking", goals=(goal,), actions=(*one.actions[:-1], look), outputs=(output,), untaken={})
    with pytest.raises(BlueprintError, match="asking does not find what it needs"):
        join((one, asking), DOMAIN, BASE, Seed.root(0))


def test_what_must_be_left_undone_must_still_be_forbidden_for_the_same_reason():
    allowed = single("cancel_pending_order")
    goals = (replace(allowed.goals[0], kind="refuse"),)
    refusing = replace(allowed, id="no", goals=goals, actions=allowed.actions[:-1], untaken={"g1": allowed.actions[-1]})
    with pytest.raises(BlueprintError, match="must leave undone would now come out as pending-only, and alone as done"):
        join((refusing, for_other_reason(allowed)), DOMAIN, BASE, Seed.root(0))


def for_other_reason(cancelling: Blueprint) -> Blueprint:
    """The cancellation for the other reason, so that it is another change to the same order."""
    last = cancelling.actions[-1]
    reasons = {"no longer needed": "ordered by mistake", "ordered by mistake": "no longer needed"}
    reason = reasons[last.arguments["reason"]]
    changed = replace(last, arguments={**last.arguments, "reason": reason}, origins={})
    return replace(cancelling, id="yes", actions=(*cancelling.actions[:-1], changed))


@pytest.mark.parametrize("count", [1, 6])
def test_number_of_parts_is_bounded(count):
    with pytest.raises(BlueprintError, match=f"{count} parts"):
        join(POOL[:1] * count, DOMAIN, BASE, Seed.root(0))


@given(st.integers(0, len(POOL)), st.integers(0, 999), st.randoms(use_true_random=False))
def test_pick_depends_on_the_units_below_the_limit_alone(limit, number, chance):
    entries = list(enumerate(POOL))
    chance.shuffle(entries)
    shuffled = People()
    for unit, blueprint in entries:
        shuffled.add(unit, blueprint)
    found = shuffled.pick(limit, Seed.root(number))
    assert found == people(POOL[:limit]).pick(len(POOL), Seed.root(number))
    assert len(found) == 0 or 2 <= len(found) <= 5
    assert all(joinable(found[0], each) for each in found)
    assert len({each.id for each in found}) == len(found)


def test_joined_task_is_not_joined_again():
    _, candidate = DONE[0]
    assert people([candidate, candidate]).pick(9, Seed.root(0)) == ()


def test_nothing_is_picked_where_nobody_has_two():
    assert People().pick(9, Seed.root(0)) == ()
    assert people(POOL[:1]).pick(9, Seed.root(0)) == ()
