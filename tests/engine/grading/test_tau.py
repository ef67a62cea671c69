"""The older public benchmark's reward: all or nothing, for the data and for what was told."""

import pytest

from interplay.engine.database import RowChange
from interplay.engine.grading.tau import Reward, reward
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.testing.tiny import Loan, LoanId

LOAN = Loan(loan_id=LoanId("L1"), reader="Ada", title="Emma", due="2031-03-01")
RENEWED = {("loans", "L1"): RowChange(LOAN, Loan(loan_id=LoanId("L1"), reader="Ada", title="Emma", due="2031-03-15"))}
TALK = (
    HumanMessage(text="Is it 327?"),
    ToolCall(call_id="c", tool="get_loan", arguments={}),
    ToolResult(call_id="c", content="1786"),
    AgentMessage(text="It costs $1,786.00 for Ada LOVELACE, 3 times."),
)


@pytest.mark.parametrize(
    ("outputs", "untold"),
    [
        ((), ()),
        (("1786", "lovelace"), ()),
        (("Ada Lovelace",), ()),
        (("1,786",), ("1,786",)),
        (("327", "times"), ("327",)),
    ],
)
def test_an_output_is_told_where_its_text_stands_in_what_the_agent_said_without_commas(outputs, untold):
    assert reward({}, {}, outputs, TALK) == Reward(float(not untold), True, untold)


def test_the_data_end_as_the_reference_leaves_them():
    assert reward(RENEWED, dict(RENEWED), (), TALK).reward == 1.0
    assert reward(RENEWED, {}, (), TALK) == Reward(0.0, False, ())
    assert reward({}, RENEWED, (), TALK).reward == 0.0


def test_a_conversation_that_ran_out_of_steps_is_worth_nothing():
    assert reward({}, {}, (), TALK, finished=False) == Reward(0.0, True, ())
