import pytest

from interplay.agents.hearing import asked_for, asks_to_confirm
from interplay.engine.blueprint import Fact


def fact(key: str, *cues: str) -> Fact:
    return Fact(key=key, values=(key,), say=f"It is {key}.", question="?", cues=cues)


EMAIL, ZIP, ORDER = fact("a@b.c", "email", "e-mail"), fact("02139", "zip", "full name"), fact("#W1", "order")
FACTS = (EMAIL, ZIP, ORDER)


@pytest.mark.parametrize(
    "text",
    [
        "I can cancel order #W1. Shall I go ahead?",
        "Would you like me to proceed? (yes/no)",
        "Do you confirm this change?",
        "Is that right?",
        "Please confirm that I may do this.",
        "To proceed, can you confirm the following: the lamp goes back.",
        "Do you want me to cancel it?",
        "SHOULD I DO THAT?",
    ],
)
def test_a_question_for_a_yes_is_heard(text: str) -> None:
    assert asks_to_confirm(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I will proceed now.",
        "What is your email?",
        "Go ahead and tell me your zip code.",
        "It has been cancelled.",
        "How much data would you like to add?",
        "To which pier do you want to move?",
        "For how many persons shall it be?",
    ],
)
def test_what_asks_for_no_yes_is_not_taken_for_it(text: str) -> None:
    assert not asks_to_confirm(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What is your email?", [EMAIL]),
        ("May I have your E-MAIL address", [EMAIL]),
        ("Please provide your full name and zip code.", [ZIP]),
        ("I need your email, or your zip code", [EMAIL, ZIP]),
        ("Could you tell me your email? And which order is it?", [EMAIL, ORDER]),
        ("I looked at the order. Anything else?", []),
        ("I have found your email.", []),
        ("Is there a recorder?", []),
        ("", []),
    ],
)
def test_facts_are_asked_for_by_their_cues_in_what_asks(text: str, found: list[Fact]) -> None:
    assert asked_for(text, FACTS) == found
