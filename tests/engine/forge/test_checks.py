"""A candidate passes when an honest agent can fulfil it and an honest person ask for it; else it says why not."""

import dataclasses

import msgspec
import pytest

from interplay.domains.retail import DOMAIN as RETAIL
from interplay.engine.blueprint import Action, Blueprint, Fact, Goal, Output
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import validate
from interplay.engine.forge.instruction import compose
from interplay.engine.seeds import Seed

BASE = RETAIL.generate(Seed.root(1), 60)
replace = msgspec.structs.replace


def check(candidate: Blueprint) -> Blueprint:
    return validate(RETAIL, BASE, candidate).blueprint


def refused(candidate: Blueprint, check_name: str) -> str:
    with pytest.raises(BlueprintError) as caught:
        check(candidate)
    assert caught.value.check == check_name, caught.value
    return caught.value.text


def told_anew(candidate: Blueprint, **changes) -> Blueprint:
    """The candidate with other parts, and an instruction that tells them."""
    changed = replace(candidate, **changes)
    return replace(changed, instruction=compose(changed.persona, changed.facts, changed.goals))


def pending_order():
    return next(
        order for order in BASE.fork().orders.values() if order.status == "pending" and order.fulfillments == ()
    )


ORDER = pending_order()
USER = BASE.fork().users[ORDER.user_id]
MAIL = Fact(key="email", values=(USER.email,), say=f"It's {USER.email}.", question="Which email?", cues=("email",))
NUMBER = Fact(
    key="g1.order",
    values=(ORDER.order_id,),
    say=f"It's order {ORDER.order_id}.",
    question="Which order?",
    cues=("order",),
    goal="g1",
)
WHY = Fact(
    key="g1.reason",
    values=("no longer needed",),
    say="Because it is no longer needed.",
    question="Why?",
    cues=("why",),
    goal="g1",
)
FIND = Action(tool="find_user_id_by_email", arguments={"email": USER.email})
LOOK = Action(tool="get_order_details", arguments={"order_id": ORDER.order_id}, goal="g1")
ACCOUNT = Action(tool="get_user_details", arguments={"user_id": ORDER.user_id}, goal="g1")
CANCEL = Action(
    tool="cancel_pending_order", arguments={"order_id": ORDER.order_id, "reason": "no longer needed"}, goal="g1"
)
WISH = Goal(
    id="g1",
    kind="write",
    wish="I want to cancel an order that I do not need.",
    signs=("cancelled",),
    story="You want to cancel an order.",
)


def cancelling(**changes) -> Blueprint:
    """A task that passes, with some parts replaced."""
    drafted = RETAIL.write(RETAIL, BASE, next(s for s in map(Seed.root, range(99)) if writes(s)))
    persona = replace(drafted.persona, name=f"{USER.name.first_name} {USER.name.last_name}")
    task = Blueprint(
        id="b",
        domain="shop",
        instruction="",
        persona=persona,
        facts=(MAIL, NUMBER, WHY),
        goals=(WISH,),
        actions=(FIND, LOOK, CANCEL),
    )
    return told_anew(task, **changes)


def writes(seed: Seed) -> bool:
    try:
        RETAIL.write(RETAIL, BASE, seed)
    except BlueprintError:
        return False
    return True


def asking(value: str, **changes) -> Blueprint:
    """The task with a question after it: what the order cost."""
    goal = Goal(id="g2", kind="read", wish="What did I pay for it?", signs=("paid",), story="You ask what you paid.")
    output = Output(value=value, statement=f"You paid {value} in all.", goal="g2")
    return cancelling(goals=(WISH, goal), outputs=(output,), **changes)


PAID = f"{ORDER.payment_history[0].amount:.2f}"
METHOD = ORDER.payment_history[0].payment_method_id


def test_task_that_is_fair_passes():
    assert check(cancelling()).actions[2].origins == {"order_id": "told:g1.order", "reason": "told:g1.reason"}
    assert check(asking(PAID)).outputs


def test_nearly_everything_that_the_scripts_write_passes():
    fell: dict[str, int] = {}
    for number in range(150):
        try:
            check(RETAIL.write(RETAIL, BASE, Seed.root(5).child(number)))
        except BlueprintError as error:
            fell[error.check] = fell.get(error.check, 0) + 1
    assert not {"reachability", "instruction", "format"} & set(fell)
    assert fell.get("leak", 0) + fell.get("outputs", 0) < 8


# --- reachability


def test_person_cannot_be_the_source_of_an_id_that_only_tools_return():
    known = Fact(
        key="g1.id", values=(ORDER.user_id,), say=f"I am {ORDER.user_id}.", question="Who?", cues=("who",), goal="g1"
    )
    text = refused(cancelling(facts=(MAIL, NUMBER, WHY, known), actions=(FIND, ACCOUNT, LOOK, CANCEL)), "reachability")
    assert "action 1 (get_user_details): user_id" in text
    assert "a person cannot know a UserId" in text
    assert "add the lookup that returns it" in text


def test_world_that_does_not_say_what_a_person_knows_believes_the_facts():
    known = Fact(
        key="g1.id", values=(ORDER.user_id,), say=f"I am {ORDER.user_id}.", question="Who?", cues=("who",), goal="g1"
    )
    candidate = cancelling(facts=(MAIL, NUMBER, WHY, known), actions=(FIND, ACCOUNT, LOOK, CANCEL))
    anything = dataclasses.replace(RETAIL, tells=None)
    assert validate(anything, BASE, candidate).blueprint.actions


def test_value_that_only_a_later_goal_looks_up_cannot_be_reached():
    later = replace(WISH, id="g2", kind="read", wish="What is on my account?", story="You ask about your account.")
    output = Output(value=USER.email, statement=f"It is {USER.email}.", goal="g2")
    actions = (FIND, replace(ACCOUNT, goal="g2"), LOOK, CANCEL)
    candidate = cancelling(facts=(MAIL, WHY), goals=(WISH, later), outputs=(output,), actions=actions)
    assert "action 1, which serves a later goal" in refused(candidate, "reachability")


def test_actions_must_work_goal_after_goal():
    address = {**msgspec.to_builtins(ORDER.address), "address1": "1 Elm Street"}
    arguments = {"order_id": ORDER.order_id, **address}
    change = Action(tool="modify_pending_order_address", arguments=arguments, goal="g2")
    where = Fact(
        key="g2.address",
        values=tuple(arguments.values()),
        say=f"Order {ORDER.order_id} goes to {', '.join(address.values())}.",
        question="Where to?",
        cues=("where",),
        goal="g2",
    )
    second = replace(WISH, id="g2", wish="Send it to 1 Elm Street.", signs=("address",), story="You want it elsewhere.")
    candidate = cancelling(facts=(MAIL, NUMBER, WHY, where), goals=(WISH, second), actions=(FIND, LOOK, change, CANCEL))
    text = refused(candidate, "reachability")
    assert "goal after goal" in text
    assert "list the actions goal after goal" in text


# --- what the instruction must and must not tell


def test_value_that_the_agent_needs_must_stand_in_the_instruction():
    candidate = cancelling()
    silent = replace(candidate, instruction=candidate.instruction.replace(ORDER.order_id, "the last one"))
    text = refused(silent, "instruction")
    assert ORDER.order_id in text
    assert "g1.order" in text


def test_every_wish_must_be_told():
    candidate = asking(PAID)
    without = replace(candidate, instruction=compose(candidate.persona, candidate.facts, candidate.goals[:1]))
    assert "goal g2" in refused(without, "instruction")


def test_wish_may_be_told_in_other_words():
    candidate = cancelling()
    told = candidate.instruction.replace(WISH.story, "Since you do not need it, the order shall be cancelled.")
    assert check(replace(candidate, instruction=told)).instruction == told


@pytest.mark.parametrize("part", ["instruction", "wish", "story", "revision", "insistence", "say"])
def test_id_that_only_a_tool_returns_leaks_wherever_it_stands(part):
    candidate = cancelling()
    if part == "instruction":
        candidate = replace(candidate, instruction=f"{candidate.instruction} You paid with {METHOD}.")
    elif part == "say":
        fact = replace(NUMBER, say=f"{NUMBER.say} I paid with {METHOD}.")
        candidate = replace(candidate, facts=(MAIL, fact, WHY))
    else:
        goal = replace(WISH, **{part: f"{getattr(WISH, part)} I paid with {METHOD}."})
        candidate = replace(candidate, goals=(goal,))
    text = refused(candidate, "leak")
    assert METHOD in text
    assert "leave it out" in text


def test_number_that_no_tool_returned_is_no_leak():
    candidate = cancelling()
    told = f"{candidate.instruction} Your phone is 0151-20304050."
    assert check(replace(candidate, instruction=told)).instruction == told


def test_order_that_the_person_can_know_is_no_leak():
    others = [order for order in USER.orders if order != ORDER.order_id]
    story = replace(WISH, story=f"You want to cancel an order, and keep {' and '.join(others) or 'all others'}.")
    assert check(cancelling(goals=(story,), actions=(FIND, ACCOUNT, LOOK, CANCEL))).goals == (story,)


def test_answer_must_not_stand_in_the_question():
    candidate = asking(PAID)
    asked = replace(candidate.goals[1], wish=f"Did I pay ${PAID} for it?")
    assert "the wish of goal g2" in refused(replace(candidate, goals=(WISH, asked)), "leak")


def test_person_must_not_know_what_they_ask():
    known = Fact(key="g2.sum", values=(PAID,), say=f"It was {PAID}.", question="How much?", cues=("much",), goal="g2")
    assert "which is what goal g2 asks for" in refused(asking(PAID, facts=(MAIL, NUMBER, WHY, known)), "leak")


# --- outputs


def test_output_must_follow_from_what_was_returned_by_then():
    text = refused(asking("1234567.89"), "outputs")
    assert "add the lookup that returns it" in text
    later = replace(WISH, id="g1", kind="read", story="You ask what you paid.", wish="What did I pay?")
    second = replace(WISH, id="g2")
    output = Output(value=PAID, statement=f"You paid {PAID}.", goal="g1")
    facts = (MAIL, replace(NUMBER, goal="g2"), replace(WHY, goal="g2"))
    actions = (FIND, replace(LOOK, goal="g2"), replace(CANCEL, goal="g2"))
    candidate = cancelling(facts=facts, goals=(later, second), actions=actions, outputs=(output,))
    assert "of goal g1 and before it" in refused(candidate, "outputs")


def test_what_is_left_undone_serves_its_own_goal():
    assert "goal g1 must leave undone" in refused(cancelling(untaken={"g1": replace(CANCEL, goal="")}), "format")


# --- the instruction that code composes


def test_instruction_tells_each_goal_with_what_belongs_to_it():
    second = replace(WISH, id="g2", wish="And send me an invoice.", story="")
    bill = replace(NUMBER, key="g2.name", say="It goes to my office.", question="To whom?", goal="g2")
    told = compose(cancelling().persona, (MAIL, NUMBER, bill), (WISH, second))
    parts = [USER.name.last_name, MAIL.say, WISH.story, NUMBER.say, second.wish, bill.say]
    assert sorted(parts, key=told.index) == parts
