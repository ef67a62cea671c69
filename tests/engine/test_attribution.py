"""Whose fault a rejected conversation was: the human's faults are looked for first."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from interplay.engine.attribution import blame, human_fault
from interplay.engine.conversation import LimitReached, Stopped
from interplay.engine.forge.drafting import draft
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import generate, tiny_domain
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
    verdict = VERIFIER.verify(RENEWAL.blueprint, RENEWAL.truth.changes, evidence)
    assert not verdict.accepted
    assert (blame(RENEWAL.blueprint, evidence, verdict) == "human") == bool(
        human_fault(RENEWAL.blueprint, evidence, verdict)
    )
    return human_fault(RENEWAL.blueprint, evidence, verdict)


def test_a_human_who_told_all_and_was_told_it_is_done_has_done_their_part() -> None:
    assert fault(WISH, ASKS, TELLS, AgentMessage(text="Your loan has been renewed."), LEAVES) == ""


def test_a_human_who_leaves_before_saying_what_they_want_is_at_fault() -> None:
    hello = HumanMessage(text="Hello there.")
    assert "without a word about g" in fault(hello, AgentMessage(text="What can I do for you?"), LEAVES)


def test_a_wish_in_other_words_counts_as_voiced() -> None:
    other = HumanMessage(text="Hi! Could a loan be renewed? I'd like to have it longer.")
    assert "without a word" not in fault(other, AgentMessage(text="I have renewed it."), LEAVES)


def test_a_human_who_leaves_satisfied_on_a_question_with_nothing_done_is_at_fault() -> None:
    asks = AgentMessage(text=f"I can renew loan {LOAN}. Shall I?")
    assert "left when they were asked" in fault(WISH, ASKS, TELLS, asks, HumanMessage(text="Yes.", stop="satisfied"))


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
