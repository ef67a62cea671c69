"""The scripted human with agents of every kind: what it says, and that only its ledger lets it go."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interplay.agents.human import ScriptedHuman
from interplay.engine.blueprint import Brief, Fact, Goal, Persona
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage
from interplay.engine.seeds import Seed

EMAIL = Fact(
    key="email", values=("ann@lee.org",), say="My email is ann@lee.org.", question="Your email?", cues=("email",)
)
NUMBER = Fact(
    key="g1.order", values=("#W1",), say="The order is #W1.", question="Which order?", cues=("order",), goal="g1"
)
CANCEL = Goal(id="g1", kind="write", wish="Please cancel my order with the lamp.", signs=("cancelled",))
ASK = Goal(id="g2", kind="read", wish="What is the balance of my card?", signs=("balance",))
DENIED = Goal(
    id="g3", kind="refuse", wish="I want a pony.", signs=("delivered",), insistence="Can't you make an exception?"
)
SURE = "Shall I go ahead?"


def brief(*goals: Goal, **persona: Any) -> Brief:
    character = Persona(name="Ann Lee", description="You are calm.", **persona)
    return Brief(instruction="You are Ann.", persona=character, facts=(EMAIL, NUMBER), goals=goals)


class Talk:
    """A human and whatever an agent says to it."""

    def __init__(self, given: Brief, seed: int = 1) -> None:
        self.human = ScriptedHuman(given, Seed.root(seed))
        self.messages: list[AnyMessage] = []
        self.first = self._next()

    def say(self, text: str) -> HumanMessage:
        self.messages.append(AgentMessage(text=text))
        return self._next()

    def _next(self) -> HumanMessage:
        said = self.human(self.messages)
        self.messages.append(said)
        return said


def test_it_begins_with_one_wish_or_with_all_as_its_persona_does() -> None:
    stepwise = Talk(brief(CANCEL, ASK)).first.text
    assert CANCEL.wish in stepwise
    assert ASK.wish not in stepwise
    together = Talk(brief(CANCEL, ASK, discloses="together")).first.text
    assert CANCEL.wish in together
    assert ASK.wish in together


def test_it_tells_a_fact_when_it_is_asked_and_not_before() -> None:
    talk = Talk(brief(CANCEL))
    assert "ann@lee.org" not in talk.first.text
    assert EMAIL.say in talk.say("What is your email, please?").text
    said = talk.say("And which order is it?").text
    assert NUMBER.say in said
    assert EMAIL.say not in said


def test_it_says_yes_to_a_proposal() -> None:
    assert Talk(brief(CANCEL)).say(f"I can cancel order #W1. {SURE}").stop is None


def test_it_changes_its_mind_once_and_then_says_yes() -> None:
    goal = Goal(id="g1", kind="write", wish="Use my card.", signs=("changed",), revision="Wait, use my PayPal instead.")
    talk = Talk(brief(goal))
    assert talk.say(f"I can use your card. {SURE}").text == goal.revision
    for _ in range(3):
        assert goal.revision not in talk.say(f"I can use your PayPal. {SURE}").text


def test_it_insists_once_when_it_is_told_no_and_then_gives_up() -> None:
    talk = Talk(brief(DENIED))
    first = talk.say("I'm sorry, but I cannot do that.")
    assert DENIED.insistence in first.text
    assert first.stop is None
    second = talk.say("I understand, and I cannot do that.")
    assert DENIED.insistence not in second.text
    assert second.stop == "denied"


def test_the_next_wish_comes_when_the_one_before_is_settled() -> None:
    talk = Talk(brief(CANCEL, ASK))
    waiting = talk.say("I will look at that.")
    assert waiting.stop is None
    assert ASK.wish not in waiting.text
    assert ASK.wish in talk.say("Order #W1 has been cancelled. Anything else?").text


def test_it_leaves_only_when_nothing_is_left_and_says_something_with_it() -> None:
    talk = Talk(brief(CANCEL, ASK))
    assert talk.say("Goodbye!").stop is None
    assert talk.say("Your order has been cancelled.").stop is None
    last = talk.say("The balance of your card is $5.00.")
    assert last.stop == "satisfied"
    assert last.text.strip()


def test_a_promise_or_a_question_settles_nothing() -> None:
    talk = Talk(brief(CANCEL))
    for text in ("It will be cancelled.", "Shall it be cancelled?", "I can have it cancelled.", "Let me see.", ""):
        assert talk.say(text).stop is None


def test_it_says_who_it_is_when_its_persona_would() -> None:
    assert EMAIL.say in Talk(brief(CANCEL, identifies="first")).first.text
    assert EMAIL.say not in Talk(brief(CANCEL)).first.text
    reluctant = {Talk(brief(CANCEL, identifies="reluctant"), seed).say("Your email?").text for seed in range(9)}
    ready = {Talk(brief(CANCEL), seed).say("Your email?").text for seed in range(9)}
    assert not reluctant & ready
    assert all(EMAIL.say in text for text in reluctant)


def test_who_is_exact_tells_the_first_detail_with_the_wish() -> None:
    assert NUMBER.say in Talk(brief(CANCEL, precision="exact")).first.text
    assert NUMBER.say not in Talk(brief(CANCEL, precision="vague")).first.text


def test_who_has_no_patience_presses() -> None:
    def waiting(patience: str) -> set[str]:
        return {Talk(brief(CANCEL, patience=patience), seed).say("One moment.").text for seed in range(30)}

    assert waiting("impatient") != waiting("usual")


def test_who_writes_casually_leaves_capitals_out_of_small_talk_and_not_out_of_ids() -> None:
    talk = Talk(brief(CANCEL, language="casual"))
    assert talk.first.text[0].islower()
    assert "#W1" in talk.say("Which order is it?").text


PARTS = (
    "Hello.",
    "Order #W1 has been cancelled.",
    "I will have it cancelled.",
    "The balance of your card is $5.00.",
    "Let me look up the balance.",
    "I'm sorry, but I cannot do that.",
    "What is your email?",
    "Which order is it?",
    f"I can cancel order #W1. {SURE}",
    "Is there anything else?",
    "Your card is blue.",
    "???",
    "",
)
NONSENSE = st.lists(st.sampled_from(PARTS) | st.text(max_size=30), max_size=4).map(" ".join)
SETTLING = (PARTS[1], PARTS[3], PARTS[5])
DISCLOSES = st.sampled_from(("stepwise", "together"))


@given(st.lists(NONSENSE, max_size=25), DISCLOSES, st.integers(0, 50))
def test_it_never_leaves_before_every_goal_was_voiced_and_settled(said: list[str], discloses: str, seed: int) -> None:
    goals = (CANCEL, ASK, DENIED)
    talk = Talk(brief(*goals, discloses=discloses), seed)
    heard = ""
    for text in said:
        heard += f" {text}"
        answer = talk.say(text)
        assert answer.text.strip()
        if answer.stop is not None:
            spoken = " ".join(m.text for m in talk.messages if isinstance(m, HumanMessage))
            assert all(goal.wish in spoken for goal in goals)
            assert DENIED.insistence in spoken
            assert sum(heard.count(each) for each in SETTLING) >= len(goals)
            return


@given(st.lists(NONSENSE, max_size=15), DISCLOSES)
def test_it_says_no_id_that_it_was_not_given_and_insists_and_revises_once(said: list[str], discloses: str) -> None:
    talk = Talk(brief(CANCEL, DENIED, discloses=discloses))
    for text in said:
        if talk.say(text).stop is not None:
            break
    spoken = " ".join(m.text for m in talk.messages if isinstance(m, HumanMessage))
    for word in spoken.split():
        if any(sign in word for sign in "#@$") or any(letter.isdigit() for letter in word):
            assert word.strip(".,!?") in ("#W1", "ann@lee.org")
    assert spoken.count(DENIED.insistence) <= 1


@given(st.lists(NONSENSE, max_size=10))
def test_the_same_seed_says_the_same(said: list[str]) -> None:
    one, other = Talk(brief(CANCEL, ASK)), Talk(brief(CANCEL, ASK))
    assert [one.say(text) for text in said] == [other.say(text) for text in said]
