"""Duplicates are found whatever their words and order, and what only sounds alike is none."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.domains.retail import DOMAIN as RETAIL
from interplay.engine.blueprint import Action, Blueprint, Fact, Goal, Output, Persona
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.duplicates import Duplicates, matter
from interplay.engine.forge.instruction import compose

TOOLS = RETAIL.tools
PERSONA = Persona(name="Ada Lace", description="You write in few words and you bring up one thing at a time.")


def give_back(order: str = "#W1111111", items: tuple[str, ...] = ("1000000001", "1000000002"), **more) -> Action:
    arguments = {"order_id": order, "item_ids": list(items), "payment_method_id": "paypal_1000000"}
    return Action(tool="return_delivered_order_items", arguments=arguments, goal="g1", **more)


def look(order: str = "#W1111111") -> Action:
    return Action(tool="get_order_details", arguments={"order_id": order}, goal="g1")


def task(*actions: Action, story: str = "", unit: int = 0, persona: Persona = PERSONA, **more) -> Blueprint:
    story = story or "You want to return the Desk Lamp and the Rug from order #W1111111 and pay nothing for it."
    goal = Goal(id="g1", kind="write", wish="I want to return things.", signs=("returned",), story=story)
    mail = Fact(key="email", values=("a@b.c",), say="My email is a@b.c.", question="Which email?", cues=("email",))
    find = Action(tool="find_user_id_by_email", arguments={"email": "a@b.c"})
    return Blueprint(
        id=f"b{unit}",
        domain="shop",
        instruction=compose(persona, [mail], [goal]),
        persona=persona,
        facts=(mail,),
        goals=(goal,),
        actions=(find, *actions),
        **more,
    )


def is_duplicate(of: Blueprint, other: Blueprint) -> bool:
    known = Duplicates(TOOLS)
    known.add(0, of)
    try:
        known.check(other, 1)
    except BlueprintError as error:
        return error.check == "duplicate" and of.id in error.text
    return False


@pytest.mark.parametrize(
    "other",
    [
        task(give_back(), story="Send back the lamp and the carpet.", unit=1),
        task(look(), look("#W2222222"), give_back(), story="Something else.", unit=1),
        task(give_back(items=("1000000002", "1000000001")), story="Something else.", unit=1),
        task(give_back(origins={"order_id": "told:g1.order"}), story="Something else.", unit=1),
    ],
    ids=["other words", "other lookups", "items in another order", "traced"],
)
def test_same_changes_are_a_duplicate(other):
    assert is_duplicate(task(give_back()), other)


def test_changes_in_another_order_are_a_duplicate():
    one, other = give_back(), give_back("#W2222222")
    assert is_duplicate(task(one, other), task(other, one, story="The other way round."))


def test_what_is_told_tells_tasks_apart():
    outputs = [(Output(value=value, statement=f"It costs {value}.", goal="g1"),) for value in ("12.5", "40.25")]
    one, other = (task(look(), story=f"You want to know {o[0].value}.", outputs=o) for o in outputs)
    assert is_duplicate(one, msgspec.structs.replace(one, instruction="Something else."))
    assert not is_duplicate(one, other)


def test_change_that_is_made_is_not_the_one_that_is_left_undone():
    left = task(look(), story="You want what is forbidden.", untaken={"g1": give_back()})
    assert not is_duplicate(task(give_back()), left)
    assert is_duplicate(left, task(look("#W2222222"), story="It is forbidden.", untaken={"g1": give_back()}))


def test_nearly_the_same_of_one_person_in_nearly_the_same_words_is_a_duplicate():
    story = "You want to return the Desk Lamp, the Clock and the Rug from order #W1111111 and pay nothing for it."
    more = give_back(items=("1000000001", "1000000002", "1000000003"))
    assert is_duplicate(task(give_back()), task(more, story=story))
    assert not is_duplicate(task(give_back()), task(more, story="Whatever came with the van last week goes back."))


def test_same_words_about_another_order_or_of_another_person_are_no_duplicate():
    other = give_back("#W2222222", ("1000000003", "1000000004"))
    assert not is_duplicate(task(give_back()), task(other))
    somebody = Persona(name="Ben Hall", description=PERSONA.description)
    assert not is_duplicate(task(give_back()), task(other, persona=somebody))


def test_lookups_alone_are_told_apart_by_what_is_looked_up():
    assert is_duplicate(task(look()), task(look(), story="Something else."))
    assert not is_duplicate(task(look()), task(look("#W2222222"), story="Something else."))


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), max_size=20),
    st.integers(0, 20),
    st.integers(0, 5),
    st.randoms(use_true_random=False),
)
def test_answer_depends_on_the_units_below_the_limit_alone(entries, limit, wanted, chance):
    def made(number: int, unit: int) -> Blueprint:
        return task(give_back(f"#W000000{number}", (f"100000000{number}",)), story=f"About {number}.", unit=unit)

    def asked(entries) -> str:
        known = Duplicates(TOOLS)
        for unit, number in entries:
            known.add(unit, made(number, unit))
        try:
            known.check(made(wanted, 99), limit)
        except BlueprintError as error:
            return error.text
        return ""

    shuffled = list(entries)
    chance.shuffle(shuffled)
    answer = asked([entry for entry in entries if entry[0] < limit])
    assert asked(shuffled) == answer
    assert bool(answer) == any(unit < limit and number == wanted for unit, number in entries)


def test_matter_leaves_out_who_the_person_is_and_how_they_behave():
    text = matter(task(give_back()))
    assert "desk lamp" in text
    assert PERSONA.description.casefold() not in text
    assert "a@b.c" not in text
