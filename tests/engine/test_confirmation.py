import pytest

from interplay.engine.confirmation import confirmed, says_yes
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.policy import Situation

YES = [
    "yes",
    "Yes.",
    "YES!",
    "Yes please",
    "yeah, go ahead",
    "Yep",
    "y",
    "sure, go ahead",
    "Sure.",
    "That's right.",
    "That\u2019s correct, thank you.",
    "please do",
    "Please do that.",
    "correct",
    "ok",
    "Okay, thanks!",
    "confirmed",
    "I confirm.",
    "Sounds good",
    "That sounds good to me!",
    "That would be great.",
    "do it",
    "Just do it.",
    "Perfect, please proceed.",
    "Oh great, yes, that is exactly what I want.",
    "Yes, please cancel it. It is no longer needed.",
    "Yes, I don't need it anymore.",
    "Yes, it doesn't fit.",
    "Yes, go ahead. How long will the refund take?",
    "Yes, I received the wrong size and would like the exchange.",
    "Yes, proceed, if possible today.",
    "No problem, go ahead.",
    "Thank you.\nYes, I agree.",
    "Looks good to me.",
    "Cancel it, yes please.",
]
NO = [
    "",
    "   ",
    "?",
    "no",
    "No, thanks.",
    "Nope",
    "not yet",
    "Not that one",
    "wait",
    "Yes, but change the colour to red.",
    "yes, but only if it is free",
    "Yes - actually, make it two.",
    "Actually, I changed my mind.",
    "Wait, yes, hold on.",
    "Yes?",
    "Ok?",
    "Ok, what does it cost?",
    "OK. What does it cost?",
    "Yes, is it refunded to my card?",
    "Is that correct?",
    "Should I say yes?",
    "Could you go ahead and tell me the price?",
    "how do I proceed",
    "I'm not sure.",
    "I don't confirm that.",
    "Do not go ahead.",
    "Don't do it",
    "That's not right.",
    "Yes, if the price is the same.",
    "Sure, let me think about it.",
    "Sure, here are my details: Ann Lee, 02139.",
    "Great, I'll do that later.",
    "Yes, use my PayPal instead.",
    "Tell me the price first.",
    "Please cancel order #W1234567.",
    "My email is yesenia.ok@example.com",
    "I have one question: yes or no, is it new?",
    "never mind",
    "Right now I only want to look.",
    "Thank you.",
]


@pytest.mark.parametrize("text", YES)
def test_an_explicit_yes_is_a_yes(text: str) -> None:
    assert says_yes(text)


@pytest.mark.parametrize("text", NO)
def test_a_question_a_condition_or_a_second_thought_is_no_yes(text: str) -> None:
    assert not says_yes(text)


WRITE = ToolCall(call_id="w", tool="close_account", arguments={})


def judge(*messages: AnyMessage, must: tuple[str | tuple[str, ...], ...] = ("#A1", "close")) -> str | None:
    return confirmed(Situation(None, WRITE, (*messages, WRITE), len(messages)), must)  # type: ignore[type-var]


LISTING = AgentMessage(text="I will close account a1 and close account A2. Shall I?")
AGREED = HumanMessage(text="Yes.")


def test_a_listed_change_with_a_yes_is_confirmed() -> None:
    assert judge(LISTING, AGREED) is None


def test_one_yes_covers_every_change_that_was_listed_and_no_other() -> None:
    done = (ToolCall(call_id="1", tool="close_account", arguments={"id": "A1"}), ToolResult(call_id="1", content="ok"))
    assert judge(LISTING, AGREED, *done, must=("A2",)) is None
    assert "A3" in (judge(LISTING, AGREED, *done, must=("A3",)) or "")


def test_the_yes_must_be_the_last_thing_that_the_human_said() -> None:
    again = AgentMessage(text="Done. And A1, close it too?")
    assert judge(LISTING, AGREED, again, HumanMessage(text="No.")) is not None
    assert judge(LISTING, AGREED, again, HumanMessage(text="Yes.")) is None


def test_a_yes_counts_only_for_the_message_that_it_answers() -> None:
    assert judge(LISTING, HumanMessage(text="What?"), AgentMessage(text="Shall I?"), AGREED) is not None


def test_nothing_is_confirmed_before_the_agent_has_asked() -> None:
    assert judge() is not None
    assert judge(AGREED) is not None
    assert judge(LISTING) is not None


def test_a_mention_is_whole_words_and_one_of_a_tuple_is_enough() -> None:
    assert judge(AgentMessage(text="close A12 or XA1?"), AGREED) is not None
    assert judge(AgentMessage(text="Shut  the\nA1?"), AGREED, must=("A1", ("close", "shut the"))) is None
    assert judge(AgentMessage(text="A1 in the 10-inch size?"), AGREED, must=("10 inch",)) is None


def earlier(refusal: str | None) -> tuple[AnyMessage, ...]:
    return WRITE_BEFORE, ToolResult(call_id="0", content="", refusal=refusal)


WRITE_BEFORE = ToolCall(call_id="0", tool="close_account", arguments={})


@pytest.mark.parametrize("refusal", [None, "not_pending"])
def test_one_yes_covers_the_same_call_once_even_when_the_tool_refused_it(refusal: str | None) -> None:
    assert "again" in (judge(LISTING, AGREED, *earlier(refusal)) or "")
    assert judge(LISTING, AGREED, *earlier(refusal), LISTING, AGREED) is None


def test_a_call_that_no_tool_saw_uses_no_yes_up() -> None:
    assert judge(LISTING, AGREED, *earlier("bad_arguments")) is None
