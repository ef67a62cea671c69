"""Spans: what of a conversation is to be learned."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.engine.export.plays import HANDS_OVER, WRITES, calls, hears, play, reads, says

from interplay.engine.export.spans import Span, blames, is_good, spans
from interplay.engine.policy import Violation
from interplay.engine.telling import sentences
from interplay.engine.verifier import Discrepancy, FalseClaim, Unmet


def cut(sample, *, thoughts=False):
    return list(spans(sample.dialogue.turns, blames(sample), thoughts=thoughts))


def test_all_that_the_agent_says_and_calls_in_a_verified_play_is_learned():
    sample = play(0, hears("Hi"), calls("1"), reads("1"), says("Done."), hears("Bye"))
    assert cut(sample) == [Span(2, "tool_calls", 0, 2, learn=True), Span(4, "content", 0, 5, learn=True)]


def test_a_call_that_broke_a_rule_is_not_learned_nor_is_what_was_thought_before_it():
    violation = Violation(rule="ask-first", section="Work", message=1, text="it did not ask")
    call = calls("1", WRITES, title="x")
    thinking = type(call)(call_id="1", tool=call.tool, arguments=call.arguments, thought="why ask?")
    sample = play(0, hears("Hi"), thinking, reads("1"), says("Done."), policy=False, violations=(violation,))
    assert cut(sample, thoughts=True) == [
        Span(2, "reasoning_content", 0, 8, learn=False, reason="policy:ask-first"),
        Span(2, "tool_calls", 0, len('{"title":"x"}'), learn=False, reason="policy:ask-first"),
        Span(4, "content", 0, 5, learn=True),
    ]


def test_of_a_message_with_a_false_claim_only_the_sentence_is_not_learned():
    text = "One moment. It has been cancelled. Anything else?"
    sample = play(0, hears("Hi"), says(text), false_claims=(FalseClaim(1, "It has been cancelled."),))
    pieces = [(text[span.start : span.end], span.learn) for span in cut(sample)]
    assert pieces == [("One moment. ", True), ("It has been cancelled.", False), (" Anything else?", True)]


def test_a_claim_that_does_not_stand_in_the_message_takes_all_of_it_out():
    sample = play(0, hears("Hi"), says("All good."), false_claims=(FalseClaim(1, "It was sent."),))
    assert cut(sample) == [Span(2, "content", 0, 9, learn=False, reason="claim:false")]


def test_a_call_that_no_tool_could_read_is_not_learned_even_in_a_verified_play():
    sample = play(0, hears("Hi"), calls("1", name=3), reads("1", "no", "bad_arguments"), says("Done."))
    assert [(span.learn, span.reason) for span in cut(sample)] == [(False, "refused:bad_arguments"), (True, "")]


def test_a_call_that_made_a_difference_is_not_learned_and_a_needless_hand_over_neither():
    extra = Discrepancy("extra", "/tasks/1", found="x", message=1)
    over = Unmet("stay", "nothing asked for it")
    messages = (hears("Hi"), calls("1", WRITES), reads("1"), calls("2", HANDS_OVER), reads("2"), says("Bye."))
    sample = play(0, *messages, state=False, duties=False, discrepancies=(extra,), unmet=(over,))
    assert [span.reason for span in cut(sample)] == ["state:extra", "duty:stay", ""]


def test_a_play_is_good_when_only_rules_or_claims_were_wrong():
    broken = Violation(rule="ask-first", section="Work", message=1, text="")
    assert is_good(play(0, says("x")).trajectory.outcome)
    assert is_good(play(0, says("x"), policy=False, violations=(broken,)).trajectory.outcome)
    assert not is_good(play(0, says("x"), outputs=False, untold=("3",)).trajectory.outcome)
    assert not is_good(play(0, says("x"), assertions=False, unmet_assertions=("a()",)).trajectory.outcome)


@given(st.lists(st.text("ab. !?\n\N{SNOWMAN}", max_size=12), max_size=4).map(" ".join), st.data())
def test_spans_of_a_message_are_its_text_in_order_and_each_claim_is_in_none_that_is_learned(text, data):
    said = sentences(text)
    wrong = data.draw(st.lists(st.sampled_from(said), max_size=2, unique=True)) if said else []
    sample = play(0, hears("Hi"), says(text), reward=0.0, false_claims=tuple(FalseClaim(1, each) for each in wrong))
    found = cut(sample)
    assert "".join(text[span.start : span.end] for span in found) == text
    assert all(span.start < span.end for span in found)
    learned = [text[span.start : span.end] for span in found if span.learn]
    assert not any(each in piece for each in wrong for piece in learned)
