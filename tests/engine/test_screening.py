"""What only the ground truth knows is a leak until the agent has told it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from interplay.engine.blueprint import Action, Blueprint, Fact, Goal, Output, Persona
from interplay.engine.database import Base, Database
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.screening import leaks
from interplay.engine.truth import Truth

BLUEPRINT = Blueprint(
    id="b",
    domain="d",
    instruction="You are Ann. You want your order #W100 cancelled. You live in 02139.",
    persona=Persona(name="Ann", description=""),
    facts=(Fact(key="o", values=("#W100",), say="It is #W100.", question="?", cues=("order",), goal="g"),),
    goals=(Goal(id="g", kind="write", wish="Cancel my order.", signs=("cancelled",)),),
    actions=(
        Action(tool="get_order", arguments={"order_id": "#W100"}, origins={"order_id": "told:o"}),
        Action(
            tool="cancel_order",
            arguments={"order_id": "#W100", "refund_to": "credit_card_77", "note": "soon"},
            origins={"order_id": "told:o", "refund_to": "read:0", "note": "read:0"},
        ),
    ),
    outputs=(
        Output(value="54.04", statement="You get 54.04 back.", goal="g"),
        Output(value="5", statement="There are 5.", goal="g"),
        Output(value="8 Elm Street", statement="It goes to 8 Elm Street.", goal="g"),
    ),
)


def truth() -> Truth:
    order: dict[str, Any] = {"order_id": "#W100", "items": {"9988776655": {"name": "Lamp"}}, "user": "ann_lee_42"}
    content = msgspec.json.encode(order).decode()
    call = ToolCall(call_id="0", tool="get_order", arguments={})
    return Truth({}, (call, ToolResult(call_id="0", content=content)), {}, Base(Database, {}))


LEAKS = leaks(BLUEPRINT, truth())


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Refund it to credit_card_77.", "credit_card_77"),
        ("I am ANN_LEE_42, you know.", "ann_lee_42"),
        ("The lamp is item 9988776655", "9988776655"),
        ("So I get $54.04 back?", "54.04"),
        ("Does it go to 8 Elm Street?", "8 Elm Street"),
        ("Just call cancel_order.", "cancel_order"),
    ],
)
def test_a_person_who_says_what_nobody_told_them_leaks(text: str, secret: str) -> None:
    assert secret in LEAKS(text, ())


@pytest.mark.parametrize("value", ["credit_card_77", "ann_lee_42", "9988776655", "$54.04", "8 Elm Street"])
def test_what_the_agent_told_is_no_leak(value: str) -> None:
    conversation = (HumanMessage(text="Hi."), AgentMessage(text=f"It is {value}."))
    assert LEAKS(f"So it is {value}?", conversation) == ""


def test_what_only_a_tool_returned_is_still_a_leak() -> None:
    result = ToolResult(call_id="1", content="credit_card_77")
    assert LEAKS("Take credit_card_77.", (HumanMessage(text="Hi."), result))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "My order is #W100, I live in 02139.",
        "I have 5 of them.",
        "Soon, please.",
        "The Lamp, I said.",
        "It was 1999.",
    ],
)
def test_what_the_person_knows_and_common_words_are_no_leak(text: str) -> None:
    assert LEAKS(text, ()) == ""
