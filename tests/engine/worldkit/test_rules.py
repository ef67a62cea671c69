"""The rules of any desk, made for a world's own tools."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.worldkit.lamps import LAMPS, base, find_account, get_account, settle, sync

from interplay.engine.environment import Environment
from interplay.engine.messages import AgentMessage, AnyMessage, Caller, HumanMessage, ToolCall
from interplay.engine.policy import Policy, Rule
from interplay.engine.worldkit import rules
from interplay.engine.worldkit.service import transfer_to_human_agents

TOOLS = LAMPS.tools_in_order
FINDERS = rules.names([find_account])


def known(case: rules.Case) -> str | None:
    return rules.first_result(case, FINDERS)


RULES: tuple[Rule, ...] = (
    rules.authenticate_first(section="S", on=(get_account, settle), known=known),
    rules.one_person(
        section="S",
        on=(get_account, settle),
        finders=(find_account,),
        known=known,
        concerns=lambda case: case.arguments["account_id"],
        describes=lambda case, customer: case.arguments["phone"] == "555" and customer == "A1",
    ),
    rules.confirm_before_write(section="S", on=(settle,), listing=lambda case: [case.arguments["account_id"]]),
    rules.no_invented_ids(
        section="S", on=(settle,), named=lambda case: rules.values_named(case.arguments, {"account_id"})
    ),
    rules.one_call_at_a_time(section="S", on=TOOLS),
    rules.hand_over_last(section="S", on=TOOLS),
)


class Talk:
    """A conversation on the lamps' tools."""

    def __init__(self) -> None:
        data = base()
        fork = data.fork()
        LAMPS.tools.setups["forget_to_pay"].run(fork, {"account_id": "A1"})
        sync(fork)
        self.start = data.begun(fork.changes())
        self.environment = Environment(LAMPS.tools, self.start.fork())
        self.messages: list[AnyMessage] = []

    def call(self, tool: Any, *, by: Caller = "agent", **arguments: Any) -> Talk:
        made = ToolCall(call_id=str(len(self.messages)), tool=tool.name, arguments=arguments, by=by)
        self.messages += (made, self.environment.apply(made))
        return self

    def human(self, text: str) -> Talk:
        self.messages.append(HumanMessage(text=text))
        return self

    def agent(self, text: str) -> Talk:
        self.messages.append(AgentMessage(text=text))
        return self

    @property
    def broken(self) -> list[str]:
        policy = Policy("interplay.engine.testing", "tiny.md", RULES)
        return [each.rule for each in policy.violations(self.start, self.messages, self.environment.effects)]


def found() -> Talk:
    return Talk().human("It is 555.").call(find_account, phone="555")


def agreed() -> Talk:
    return found().agent("I can settle account A1. Shall I?").human("Yes, please.")


def test_a_proper_conversation_breaks_no_rule():
    talk = agreed().call(settle, account_id="A1").call(transfer_to_human_agents, summary="wants a shade")
    assert talk.broken == []


@pytest.mark.parametrize(
    ("talk", "broken"),
    [
        (Talk().human("A1").call(get_account, account_id="A1"), ["authenticate-first"]),
        (found().call(find_account, phone="555"), []),
        (Talk().call(find_account, phone="555").call(get_account, account_id="A1"), []),
        (found().human("A1").call(settle, account_id="A1"), ["confirm-before-write"]),
        (found().call(transfer_to_human_agents, summary="").call(get_account, account_id="A1"), ["hand-over-last"]),
    ],
)
def test_each_rule_speaks_where_it_was_broken_and_nowhere_else(talk, broken):
    assert talk.broken == broken


def test_an_id_that_nobody_named_is_invented():
    talk = Talk().human("Do it.").agent("I settle account A1.").human("Yes.").call(settle, account_id="A1")
    assert talk.broken == ["authenticate-first", "no-invented-ids"]


def test_what_only_the_human_saw_names_nothing():
    look = LAMPS.tools.human["look_at_lamp"]
    named = rules.no_invented_ids(section="S", on=(settle,), named=lambda _: ["dark"])
    talk = Talk().call(look, by="human").call(settle, account_id="A1")
    assert "dark" in talk.messages[1].content
    policy = Policy("interplay.engine.testing", "tiny.md", (named,))
    assert [each.text for each in policy.violations(talk.start, talk.messages, talk.environment.effects)] == [
        "nobody named dark before"
    ]


def test_a_call_beside_another_one_is_noticed():
    talk = found()
    first, result = talk.messages[-2:]
    talk.messages[-2:] = [first, ToolCall(call_id="x", tool="find_account", arguments={"phone": "555"}), result]
    assert talk.broken == ["one-call-at-a-time"]


json_values = st.recursive(
    st.text("ab", max_size=2) | st.integers(0, 3) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "other"]), inner, max_size=2),
    max_leaves=8,
)


@given(json_values)
def test_values_are_found_under_a_name_at_any_depth_and_nowhere_else(value):
    found = list(rules.values_named({"id": value, "other": ["c"]}, {"id"}))
    assert all(isinstance(each, str) for each in found)
    assert list(rules.values_named([{"other": {"id": value}}], {"id"})) == found
    assert "c" not in found
    assert list(rules.values_named({"other": "c"}, {"id"})) == []
