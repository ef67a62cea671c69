"""What code strikes of a draft about the things that are the person's own, and what it lets pass."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.two_sided import DARK, TwoSided, check_lamp, press_switch

from interplay.agents.ledger import FreeLedger
from interplay.agents.modelled.drafting import Acting, Drafted, Use
from interplay.agents.modelled.striking import Screen
from interplay.agents.modelled.understanding import weigh
from interplay.engine.messages import AgentMessage, AnyMessage, ToolCall, ToolResult
from interplay.engine.tools import Guidance, Toolset, tool

Deed = tuple[str, dict[str, Any]]
LOOK: Deed = ("check_lamp", {})
PRESS: Deed = ("press_switch", {})


@tool(writes=True, guidance=Guidance("Please dim your lamp to {level}.", (("dim",),)))
def dim_lamp(db: TwoSided, level: int, mode: Literal["warm_40", "cold_60"] = "warm_40") -> str:
    """Dim the lamp.

    Args:
        level: how bright it is to be.
    """
    return f"The lamp is at {level} percent."


OWN = Toolset((check_lamp, press_switch, dim_lamp))


def showing(content: str, refusal: str | None = None) -> ToolResult:
    return ToolResult(call_id="1", content=content, refusal=refusal, by="human")


def did(deed: Deed, content: str, refusal: str | None = None) -> tuple[AnyMessage, AnyMessage]:
    return ToolCall(call_id="1", tool=deed[0], arguments=deed[1], by="human"), showing(content, refusal)


def struck(draft: Drafted | str, *conversation: AnyMessage | str, tools: Toolset = OWN) -> str:
    messages = [AgentMessage(text=each) if isinstance(each, str) else each for each in conversation]
    ledger = FreeLedger(DARK.brief)
    ledger.voice(DARK.goals[0])
    for message in messages:
        if isinstance(message, AgentMessage):
            ledger.hear(message.text)
    drafted = Acting(text=draft) if isinstance(draft, str) else draft
    screen = Screen(DARK.brief, lambda text, said: "", tools)
    return screen.strike(drafted, weigh(ledger, drafted), messages)


def using(name: str, **arguments: Any) -> Acting:
    return Acting(call=Use(name, arguments))


DIM = did(("dim_lamp", {"level": 40}), "The lamp is at 40 percent and draws 5.25 watts.")


@pytest.mark.parametrize(
    ("draft", "conversation", "why"),
    [
        (using("connect", lamp_id="lamp_1001"), ["Hello."], "There is no tool named 'connect'"),
        (using("fly"), ["Hello."], "The tools are: check_lamp, press_switch, dim_lamp"),
        (using("press_switch", times=2), ["Press it."], "takes no arguments"),
        (using("dim_lamp"), ["Dim it."], "level (integer)"),
        (using("dim_lamp", level="forty"), ["Dim it."], "level (integer)"),
        (using("dim_lamp", level=40), ["Please dim it."], "makes up '40'"),
        (using("press_switch"), [], "nobody has asked you to change"),
        (using("check_lamp"), ["Look.", *did(LOOK, "The lamp is dark.")], "you have just looked"),
        (using("press_switch"), ["Go on.", *did(PRESS, "The switch is on now.") * 12], "12 things without a word"),
    ],
)
def test_what_makes_no_sense_to_do_is_struck(draft: Acting, conversation: list[AnyMessage], why: str) -> None:
    assert why in struck(draft, *conversation)


@pytest.mark.parametrize(
    ("draft", "conversation"),
    [
        (using("check_lamp"), []),
        (using("check_lamp"), ["Look.", *did(LOOK, "The lamp is dark."), "Look again, please."]),
        (using("check_lamp"), ["Look.", *did(LOOK, "The lamp is dark."), *did(PRESS, "The switch is on now.")]),
        (using("press_switch"), ["Press it twice.", *did(PRESS, "The switch is on now.")]),
        (using("dim_lamp", level=40), ["Please dim it to 40%."]),
        (using("dim_lamp", level=5, mode="cold_60"), ["Please dim it to five percent, cold."]),
    ],
)
def test_what_they_are_asked_to_do_or_want_to_see_is_not_struck(draft: Acting, conversation: list[AnyMessage]) -> None:
    assert struck(draft, *conversation) == ""


@pytest.mark.parametrize(
    ("text", "conversation", "why"),
    [
        ("It draws 34.5 watts.", ["How much does it draw?", *DIM], "makes up '34.5'"),
        ("It is at 3 percent.", ["How bright is it?", *DIM], "makes up '3'"),
        ("It shows two bars.", ["How bright is it?", *DIM], "makes up 'two'"),
        ("I've pressed the switch.", ["Please press the switch."], "you have not done"),
        ("I've pressed the switch.", ["Please press the switch.", *did(LOOK, "The lamp is dark.")], "have not done"),
        ("I've pressed the switch.", ["Press the switch.", *did(PRESS, "Error: It is stuck.", "stuck")], "not done"),
        ("I checked it.", ["Could you look?"], "you have not done"),
        ("It's on now.", ["Please turn it on."], "have not looked at"),
        ("The lamp is connected.", ["Is the lamp connected?"], "have not looked at"),
        ("The display shows nothing.", ["What do you see?"], "have not looked at"),
        ("No, it doesn't.", ["Does it work now?"], "(uses check_lamp {}) shows it"),
        ("Yes, it works!", ["Is it fixed?", *did(PRESS, "The switch is on now.")], "(uses check_lamp {}) shows it"),
        ("Wonderful, it works.", ["Your lamp is lit now."], "(uses check_lamp {}) shows it"),
        ("Let me use check_lamp.", ["Please look."], "no word of a person"),
    ],
)
def test_words_about_what_nobody_has_looked_at_are_struck(text: str, conversation: list[AnyMessage], why: str) -> None:
    assert why in struck(text, *conversation)


@pytest.mark.parametrize(
    ("text", "conversation"),
    [
        ("My lamp is dark.", ["What is the matter?"]),
        ("It is at 40%, and draws 5.25 watts.", ["And now?", *DIM]),
        ("It draws about 5 watts, 5.3 to be exact.", ["And now?", *DIM]),
        ("It draws 5 W at forty, or 40percent.", ["And now?", *DIM]),
        ("I've pressed it, and it says that the switch is on.", ["Press it.", *did(PRESS, "The switch is on now.")]),
        ("Shall I tell you once I have pressed the switch?", ["Please press the switch."]),
        ("You say that it is connected, thanks.", ["I see that the line is connected."]),
        ("No, it's still dark.", ["Does it work?", *did(LOOK, "The lamp is dark.")]),
        ("One moment, I'll look.", ["Does it work now?"]),
        ("How do I see whether it works?", ["Does it work now?"]),
    ],
)
def test_words_that_have_a_ground_are_not_struck(text: str, conversation: list[AnyMessage]) -> None:
    assert struck(text, *conversation) == ""


def test_who_has_no_tools_is_not_asked_to_look() -> None:
    assert struck("I've pressed the switch, and it's on now.", "Did you press it?", tools=Toolset(())) == ""


def test_a_question_stays_open_while_they_look_so_that_they_may_still_say_yes() -> None:
    asked = "I can connect lamp lamp_1001. Shall I go ahead? Please check the lamp first."
    assert struck("Yes, go ahead.", asked, *did(LOOK, "The lamp is dark.")) == ""
    assert "nobody has proposed" in struck("Yes, go ahead.", "Look.", *did(LOOK, "The lamp is dark."))


@given(st.integers(0, 999), st.integers(0, 99), st.sampled_from(["Mbps", "%", " percent", " GB"]))
def test_a_measure_may_be_told_when_it_was_shown_exact_or_round_and_not_otherwise(
    whole: int, part: int, unit: str
) -> None:
    value = whole + part / 100
    shown = did(LOOK, f"The meter reads {value:.2f}{unit}.")
    for told in (f"{value:.2f}", str(round(value)), f"{value:.1f}"):
        assert struck(f"I see {told}{unit} on it.", "What do you see?", *shown) == ""
    assert "makes up" in struck(f"I see {whole + 2000}{unit} on it.", "What do you see?", *shown)
