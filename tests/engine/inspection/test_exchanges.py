"""A conversation is read in exchanges: the human's side, and what the agent does about it."""

from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.inspection import exchanges_of
from interplay.engine.inspection.exchanges import moments_of
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult

CALLER = st.sampled_from(["agent", "human"])
CALL_ID = st.sampled_from(["a", "b", "c"])
MESSAGES = st.lists(
    st.one_of(
        st.builds(HumanMessage, text=st.just("hello")),
        st.builds(AgentMessage, text=st.just("hi")),
        st.builds(ToolCall, call_id=CALL_ID, tool=st.just("look"), arguments=st.just({}), by=CALLER),
        st.builds(ToolResult, call_id=CALL_ID, content=st.just("seen"), by=CALLER),
    )
)


def says(text="hello"):
    return HumanMessage(text=text)


def call(call_id, by="agent"):
    return ToolCall(call_id=call_id, tool="look", arguments={}, by=by)


def result(call_id, by="agent"):
    return ToolResult(call_id=call_id, content="seen", by=by)


@given(MESSAGES)
def test_every_message_stands_in_one_place(messages):
    moments = moments_of(messages)
    places = [moment.at for moment in moments] + [m.result_at for m in moments if m.result_at is not None]
    assert sorted(places) == list(range(len(messages)))
    assert all(messages[moment.at] is moment.message for moment in moments)
    assert all(m.result is messages[m.result_at] for m in moments if m.result_at is not None)


@given(MESSAGES)
def test_exchanges_hold_all_that_was_said_in_its_order(messages):
    exchanges = exchanges_of(messages)
    assert [each for exchange in exchanges for side in exchange[2:] for each in side] == list(moments_of(messages))
    assert all(each.by == "human" for exchange in exchanges for each in exchange.human)
    assert all(each.by == "agent" for exchange in exchanges for each in exchange.agent)
    assert all(exchange.agent for exchange in exchanges[:-1])


def test_a_call_stands_with_its_result():
    first, second, answer = moments_of([call("a"), call("b"), result("b"), result("a"), AgentMessage(text="done")])
    assert (first.result_at, second.result_at, answer.result) == (3, 2, None)


def test_an_answer_that_nobody_called_for_stands_by_itself():
    (alone,) = moments_of([result("a")])
    assert (alone.kind, alone.at, alone.result) == ("result", 0, None)


def test_an_answer_belongs_to_the_last_call_of_its_name():
    (first, second, late) = moments_of([call("a"), result("a"), call("a"), result("a"), result("a")])
    assert (first.result_at, second.result_at, late.at) == (1, 3, 4)


def test_turns_are_counted_by_the_humans_words():
    said = [says(), AgentMessage(text="look"), call("a", "human"), result("a", "human"), AgentMessage(text="and?")]
    exchanges = exchanges_of([*said, call("b", "human"), result("b", "human"), says(), AgentMessage(text="bye")])
    assert [exchange.turn for exchange in exchanges] == [0, None, 1]
    assert [len(exchange.human) for exchange in exchanges] == [1, 1, 2]


def test_what_is_done_is_seen_by_nobody_else():
    does, speaks = moments_of([call("a", "human"), result("a", "human"), says()])
    assert does.private
    assert not speaks.private
