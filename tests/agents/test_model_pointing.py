"""What a ledger believes when a human on a model points at the agent's words, and what it hears by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.agents.ledger import FreeLedger
from interplay.agents.pointing import Pointing, doubts
from interplay.engine.blueprint import Brief, Fact, Goal, Persona

CANCEL = Goal(id="g1", kind="write", wish="Please cancel my order with the lamp.", signs=("cancelled",))
ASK = Goal(id="g2", kind="read", wish="What is the balance of my card?", signs=("balance",))
PONY = Goal(
    id="g3", kind="refuse", wish="I want a pony.", signs=("delivered",), insistence="Can't you make an exception?"
)
ADDRESS = Goal(id="g4", kind="write", wish="Change my address to 8 Elm Street.", signs=("changed", "updated"))
FACT = Fact(key="o", values=("#W17",), say="The order is #W17.", question="?", cues=("order",), goal="g1")


def ledger(*goals: Goal, voiced: bool = True) -> FreeLedger:
    made = FreeLedger(Brief(instruction="", persona=Persona(name="", description=""), facts=(FACT,), goals=goals))
    if voiced:
        for goal in goals:
            made.voice(goal)
    return made


def pointed(goal: Goal, message: str, quote: str = "", how: str = "met") -> str:
    made = ledger(CANCEL, ASK, PONY, ADDRESS)
    made.hear(message)
    return doubts(made, Pointing(goal.id, how, quote or message))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "quote"),
    [
        ("All done: the lamp is off your account.", "All done: the lamp is off your account."),
        ("Consider it taken care of!", "Consider it taken care of!"),
        ("Order #W17 is off the list, it is called off.", "it is called off"),
        ("Good news. The lamp's order no longer exists. Anything else?", "The lamp's order no longer exists."),
        ("I've called off #W17 and the refund will take 5 days.", "I've called off #W17"),
        ("That's *sorted* for you.", "that's sorted for you"),
        ("It\N{RIGHT SINGLE QUOTATION MARK}s  all\nset now.", "It's all set now"),
        ("I called it off. As for the card: shall I look up the balance?", "I called it off."),
    ],
)
def test_an_honest_report_in_unusual_words_is_believed(message: str, quote: str) -> None:
    if quote == "that's sorted for you":
        quote = "That's sorted for you"
    assert pointed(CANCEL, message, quote) == ""


@pytest.mark.parametrize(
    ("message", "quote"),
    [
        ("Shall I call it off?", ""),
        ("I will call it off right away.", ""),
        ("I'll call off #W17 for you.", ""),
        ("I can call off order #W17 and refund your card.", ""),
        ("Once you confirm, the order is called off.", "the order is called off"),
        ("If you agree, it is gone.", "it is gone"),
        ("It has not been called off yet.", ""),
        ("I'm calling it off now.", ""),
        ("Calling off your order with the lamp.", ""),
        ("Your order is being called off.", ""),
        ("Let me see to the lamp.", ""),
        ("Please confirm that I may call it off.", ""),
        ("Here is the change: order #W17, refund to your card. Do you confirm?", "Here is the change: order #W17"),
        ("The order with the lamp was found. I am unable to cancel the lamp.", "The order with the lamp was found."),
        ("Sorry, we cannot do that.", ""),
        ("Gone.", ""),
        ("Nothing of the sort.", "it is called off"),
    ],
)
def test_what_is_no_report_is_not_believed_as_one(message: str, quote: str) -> None:
    assert pointed(CANCEL, message, quote)


@pytest.mark.parametrize(
    ("message", "quote"),
    [
        ("There are 5 dollars on it.", ""),
        ("You have $5.00 left. Is there anything else?", "You have $5.00 left."),
        ("It was $5.00 this morning.", ""),
    ],
)
def test_an_answer_in_unusual_words_is_believed(message: str, quote: str) -> None:
    assert pointed(ASK, message, quote) == ""


@pytest.mark.parametrize(
    "message", ["Which card is it?", "Let me look that up.", "I'll tell you in a moment.", "I cannot see your card."]
)
def test_what_is_no_answer_is_not_believed_as_one(message: str) -> None:
    assert pointed(ASK, message)


def test_a_no_in_unusual_words_is_believed_once_the_human_has_insisted() -> None:
    made = ledger(PONY)
    made.hear("Ponies lie outside of what we do.")
    pointing = Pointing("g3", "impossible", "Ponies lie outside of what we do.")
    assert doubts(made, pointing) == ""
    made.decline(PONY)
    assert made.standing["g3"] == "voiced"
    made.insist()
    made.decline(PONY)
    assert made.standing["g3"] == "impossible"


@pytest.mark.parametrize(
    "message",
    [
        "Why a pony?",
        "I can't order a pony until I know who you are.",
        "Let me ask about the pony.",
        "The pony has been delivered.",
    ],
)
def test_what_is_no_no_is_not_believed_as_one(message: str) -> None:
    assert pointed(PONY, message, how="impossible")


def test_words_from_before_the_goal_was_voiced_or_from_nobody_settle_nothing() -> None:
    made = ledger(CANCEL, voiced=False)
    made.hear("It is all called off.")
    pointing = Pointing("g1", "met", "It is all called off.")
    assert "has not been brought up" in doubts(made, pointing)
    made.voice(CANCEL)
    assert "no message" in doubts(made, pointing)
    assert "there is no goal" in doubts(made, Pointing("g9", "met", "It is all called off."))


@given(st.text(max_size=60), st.text(max_size=30), st.sampled_from(("met", "impossible")))
def test_no_quote_settles_anything_that_the_agent_did_not_say(message: str, quote: str, how: str) -> None:
    made = ledger(CANCEL)
    made.hear(message)
    if not doubts(made, Pointing("g1", how, quote)):  # type: ignore[arg-type]
        assert " ".join(quote.replace("*", "").split()).strip("\"'. ")[:3] in " ".join(message.replace("*", "").split())


def test_goals_that_are_served_out_of_order_are_told_apart() -> None:
    made = ledger(CANCEL, ASK, ADDRESS)
    made.hear("Your address has been updated to 8 Elm Street. The balance is $5.")
    assert made.standing == {"g1": "voiced", "g2": "met", "g4": "met"}
    made.hear("Order #W17 has been cancelled.")
    assert made.may_stop


def test_two_wishes_of_one_kind_are_told_apart_by_what_they_are_about() -> None:
    lamp = Goal(id="a", kind="write", wish="Cancel order #W17 with the lamp.", signs=("cancelled",))
    sofa = Goal(id="b", kind="write", wish="Cancel order #W18 with the sofa.", signs=("cancelled",))
    made = ledger(lamp, sofa)
    made.hear("Order #W18 has been cancelled.")
    assert made.standing == {"a": "voiced", "b": "met"}


def test_a_no_that_is_said_twice_in_a_message_ends_one_goal() -> None:
    made = ledger(CANCEL, ADDRESS)
    made.hear("I'm sorry, I cannot cancel that. It isn't possible any more.")
    assert made.standing == {"g1": "impossible", "g4": "voiced"}


def test_the_first_no_to_a_goal_that_is_insisted_on_settles_nothing() -> None:
    made = ledger(PONY)
    made.hear("We cannot give you a pony.")
    assert made.declined == {"g3"}
    assert not made.may_stop
    made.insist()
    made.hear("As I said, we cannot.")
    assert made.standing["g3"] == "impossible"


def test_a_no_beside_a_question_for_a_detail_is_not_yet_one() -> None:
    made = ledger(CANCEL)
    question = Fact(key="o", values=("#W17",), say="It is #W17.", question="?", cues=("order number",), goal="g1")
    made.brief = Brief(instruction="", persona=made.brief.persona, facts=(question,), goals=(CANCEL,))
    made.hear("I couldn't find that. What is the order number?")
    assert made.standing["g1"] == "voiced"
    made.hear("I'm sorry, I cannot cancel it.")
    assert made.standing["g1"] == "impossible"


def test_a_copy_goes_its_own_way() -> None:
    made = ledger(CANCEL, ASK)
    other = made.copy()
    other.hear("Order #W17 has been cancelled.")
    other.insist()
    other.speak("#W17")
    assert made.standing["g1"] == "voiced"
    assert not made.heard
    assert other.is_said(FACT)
    assert not made.is_said(FACT)
