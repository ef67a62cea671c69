"""Whose fault a rejected conversation was: the human's faults are looked for first."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.engine.two_sided import BASE as LAMPS
from tests.engine.two_sided import DARK, WORLD, Lamp

from interplay.engine.attribution import blame, human_fault
from interplay.engine.conversation import LimitReached, Stopped
from interplay.engine.database import RowChange
from interplay.engine.forge.drafting import draft
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import generate, tiny_domain
from interplay.engine.truth import execute
from interplay.engine.verifier import Evidence, Verifier

TINY = tiny_domain()
BASE = generate(Seed.root(1), 5)
VERIFIER = Verifier(TINY.tools, TINY.policy, BASE)
MADE = [draft(TINY, BASE, Seed.root(2).child(n), f"b{n}") for n in range(12)]
RENEWAL = next(each for each in MADE if each.truth.changes)
LOAN = RENEWAL.blueprint.actions[-1].arguments["loan_id"]
WISH = HumanMessage(text=RENEWAL.blueprint.goals[0].wish)
ASKS = AgentMessage(text="Which loan is it?")
TELLS = HumanMessage(text=f"The loan is {LOAN}.")
LEAVES = HumanMessage(text="Thanks, bye.", stop="satisfied")


def fault(*messages: AnyMessage, ending: Any = None) -> str:
    evidence = Evidence(messages, ending or Stopped("satisfied"), {}, {})
    verdict = VERIFIER.verify(RENEWAL.blueprint, RENEWAL.truth, evidence)
    assert not verdict.accepted
    assert (blame(RENEWAL.blueprint, evidence, verdict) == "human") == bool(
        human_fault(RENEWAL.blueprint, evidence, verdict)
    )
    return human_fault(RENEWAL.blueprint, evidence, verdict)


def test_a_human_who_told_all_and_was_told_it_is_done_has_done_their_part() -> None:
    assert fault(WISH, ASKS, TELLS, AgentMessage(text="Your loan has been renewed."), LEAVES) == ""


def uses(number: int, by: Any) -> list[AnyMessage]:
    """So many calls and their answers, which nobody says a word about."""
    found: list[AnyMessage] = []
    for n in range(number):
        found.append(ToolCall(call_id=f"{by}_{n}", tool="look", arguments={}, by=by))
        found.append(ToolResult(call_id=f"{by}_{n}", content="Dark.", by=by))
    return found


def test_a_human_who_uses_their_own_things_until_a_limit_ends_it_is_at_fault() -> None:
    end = LimitReached("calls", 30)
    assert fault(WISH, ASKS, *uses(30, "human"), ending=end) == "used things of their own 30 times without a word"
    assert fault(WISH, *uses(30, "agent"), ending=end) == ""
    assert fault(WISH, ASKS, *uses(20, "human"), TELLS, *uses(10, "agent"), ending=end) == ""


def test_a_human_who_leaves_before_saying_what_they_want_is_at_fault() -> None:
    hello = HumanMessage(text="Hello there.")
    assert "without a word about g" in fault(hello, AgentMessage(text="What can I do for you?"), LEAVES)


def test_a_wish_in_other_words_counts_as_voiced() -> None:
    other = HumanMessage(text="Hi! Could a loan be renewed? I'd like to have it longer.")
    assert "without a word" not in fault(other, AgentMessage(text="I have renewed it."), LEAVES)


def test_a_human_who_leaves_satisfied_on_a_question_with_nothing_done_is_at_fault() -> None:
    asks = AgentMessage(text=f"I can renew loan {LOAN}. Shall I?")
    assert "left when they were asked" in fault(WISH, ASKS, TELLS, asks, HumanMessage(text="Yes.", stop="satisfied"))


def test_what_a_person_did_themselves_is_no_reason_to_leave_on_a_question() -> None:
    own = ToolCall(call_id="0", tool="press_switch", arguments={}, by="human")
    pressed = ToolResult(call_id="0", content="The switch is on now.", by="human")
    wish = HumanMessage(text=DARK.goals[0].wish)
    asks = AgentMessage(text="I can connect lamp lamp_1001. Shall I?")
    messages = (wish, own, pressed, asks, HumanMessage(text="Thanks.", stop="satisfied"))
    effects = {"0": {("lamps", "mine"): RowChange(Lamp(), Lamp(switched_on=True))}}
    evidence = Evidence(messages, Stopped("satisfied"), {}, effects)
    truth = execute(WORLD.tools, LAMPS, DARK)
    verdict = Verifier(WORLD.tools, WORLD.policy, LAMPS).verify(DARK, truth, evidence)
    assert human_fault(DARK, evidence, verdict) == "left when they were asked something"


def test_an_offer_of_more_help_is_no_question_that_keeps_a_human() -> None:
    done = AgentMessage(text="I have looked it up. Can I help you with anything else today?")
    assert fault(WISH, ASKS, TELLS, done, LEAVES) == ""


def test_a_human_who_makes_up_an_id_is_at_fault_once_the_agent_uses_it() -> None:
    wrong = HumanMessage(text="The loan is L9999.")
    call = ToolCall(call_id="1", tool="renew_loan", arguments={"loan_id": "L9999"})
    result = ToolResult(call_id="1", content="Error: There is no such loan", refusal="loan_unknown")
    said = AgentMessage(text="I cannot find it.")
    assert "'L9999'" in fault(WISH, ASKS, wrong, call, result, said, LEAVES)


def test_an_id_that_the_agent_made_up_is_the_agents_fault() -> None:
    call = ToolCall(call_id="1", tool="renew_loan", arguments={"loan_id": "L9999"})
    result = ToolResult(call_id="1", content="Error: There is no such loan", refusal="loan_unknown")
    assert fault(WISH, ASKS, TELLS, call, result, AgentMessage(text="I cannot find it."), LEAVES) == ""


@pytest.mark.parametrize(
    ("shown", "at_fault"), [("The slip of paper says L9999.", False), ("The slip of paper is blank.", True)]
)
def test_what_a_persons_own_tool_showed_them_is_theirs_to_tell(shown: str, at_fault: bool) -> None:
    looks = ToolCall(call_id="0", tool="read_slip", arguments={"of": "L9999"}, by="human")
    sees = ToolResult(call_id="0", content=shown, by="human")
    tells = HumanMessage(text="The loan is L9999.")
    call = ToolCall(call_id="1", tool="renew_loan", arguments={"loan_id": "L9999"})
    result = ToolResult(call_id="1", content="Error: There is no such loan", refusal="loan_unknown")
    said = AgentMessage(text="I cannot find it.")
    assert bool(fault(WISH, ASKS, looks, sees, tells, call, result, said, LEAVES)) is at_fault


def test_what_a_person_does_with_a_value_of_their_own_making_is_no_call_of_the_agents() -> None:
    wrong = HumanMessage(text="I will write L9999 on it.")
    own = ToolCall(call_id="0", tool="write_slip", arguments={"text": "L9999"}, by="human")
    written = ToolResult(call_id="0", content="Written.", by="human")
    assert fault(WISH, ASKS, wrong, own, written, AgentMessage(text="I see."), LEAVES) == ""


@pytest.mark.parametrize(("tells", "expected"), [(False, "was asked for g.loan_id again and again"), (True, "")])
def test_a_human_who_keeps_back_what_is_asked_for_again_and_again_is_at_fault(tells: bool, expected: str) -> None:
    answer = TELLS if tells else HumanMessage(text="I would like to renew a loan.")
    rounds: list[AnyMessage] = [message for _ in range(4) for message in (answer, ASKS)]
    found = fault(WISH, ASKS, *rounds, ending=LimitReached("turns", 5))
    assert found.startswith(expected)
    assert bool(found) is bool(expected)


def test_attribution_survives_every_shape_of_a_recorded_conversation() -> None:
    kinds = [WISH, ASKS, TELLS, LEAVES]
    for first in kinds:
        for second in kinds:
            fault(first, second)
    assert msgspec.json.encode(kinds)
