"""What a person understands that they are asked to do with things of their own."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.agents.hands import Request, report, requests
from interplay.agents.human import ScriptedHuman
from interplay.engine.blueprint import Brief, Fact, Goal, Persona
from interplay.engine.database import Base, Database
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.tools import Guidance, Toolset, tool

Speed = Literal["slow", "fast"]


@tool(guidance=Guidance("Please check the display of your machine.", (("display",), ("check", "look", "read"))))
def check_display(db: Database) -> str:
    """Read the display."""
    return "42 %"


@tool(
    writes=True,
    guidance=Guidance("Please set the speed to {speed}.", (("speed",), ("set", "change")), report="I set it: {result}"),
)
def set_speed(db: Database, speed: Speed) -> str:
    """Set the speed."""
    return speed


@tool(
    writes=True,
    guidance=Guidance("Please give the part '{part}' {turns} turns.", (("part",), ("turn", "rotate"))),
)
def turn_part(db: Database, part: str, turns: int) -> str:
    """Turn a part."""
    return f"{part} {turns}"


@tool(writes=True, guidance=Guidance("Please heat the kettle to {degrees} degrees.", (("kettle",), ("heat",))))
def heat_kettle(db: Database, degrees: float) -> str:
    """Heat the kettle."""
    return f"{degrees}"


TOOLS = Toolset((check_display, set_speed, turn_part, heat_kettle))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Please check the display of your machine.", [Request("check_display", {})]),
        ("Could you look at the display and tell me what it says?", [Request("check_display", {})]),
        ("Please set the speed to fast.", [Request("set_speed", {"speed": "fast"})]),
        ("Now change the speed to 'slow', please.", [Request("set_speed", {"speed": "slow"})]),
        ("Please give the part 'left wheel' 3 turns.", [Request("turn_part", {"part": "left wheel", "turns": 3})]),
        (
            "Please set the speed to slow. Then check the display of your machine.",
            [Request("set_speed", {"speed": "slow"}), Request("check_display", {})],
        ),
        ("Please check the display. Yes, please check the display of your machine.", [Request("check_display", {})]),
        ("I have set the speed to fast for you.", []),
        ("The display has been changed, you need not check anything.", []),
        ("Please set the speed.", []),
        ("Please set the speed to warp.", []),
        ("Please give the part 'left wheel' a few turns.", []),
        ("Please give the part 'left wheel' 1.5 turns.", []),
        ("Please heat the kettle to 92.5 degrees.", [Request("heat_kettle", {"degrees": 92.5})]),
        ("Please heat the kettle to nan degrees.", []),
        ("Please heat the kettle to 1e999 degrees.", []),
        ("What is your name?", []),
    ],
)
def test_a_request_is_understood_by_the_words_of_its_guidance_or_by_its_cues(text, asked):
    assert requests(text, TOOLS) == asked


@given(st.text())
def test_any_text_is_heard_without_breaking_and_asks_only_for_what_can_be_done(text):
    for each in requests(text, TOOLS):
        assert TOOLS.named(each.tool).validate(each.arguments) == each.arguments


def test_who_has_nothing_is_asked_for_nothing():
    assert requests("Please check the display of your machine.", Toolset(())) == []


def test_what_came_of_it_is_told_in_the_words_of_the_guidance():
    result = ToolResult(call_id="1", content="fast", by="human")
    assert report(TOOLS, Request("set_speed", {"speed": "fast"}), result) == "I set it: fast"
    assert report(TOOLS, Request("check_display", {}), result) == "It says: fast"


BRIEF = Brief(
    instruction="You are Ada. The machine is slow.",
    persona=Persona(name="Ada", description=""),
    facts=(Fact(key="name", values=("Ada",), say="I'm Ada.", question="Your name?", cues=("name",)),),
    goals=(Goal(id="g", kind="write", wish="My machine is slow.", signs=("fast",)),),
)


class Talk:
    """A person with the tools above, told this and that; their calls are answered."""

    def __init__(self, persona: Persona = BRIEF.persona) -> None:
        brief = Brief(instruction=BRIEF.instruction, persona=persona, facts=BRIEF.facts, goals=BRIEF.goals)
        self.human = ScriptedHuman(brief, Seed.root(1), tools=TOOLS)
        self.db = Base(Database, {}).fork()
        self.view = [self.human([])]

    def hear(self, text: str) -> tuple[list[str], HumanMessage]:
        """What they do, and then say."""
        self.view.append(AgentMessage(text=text))
        done = []
        while True:
            said = self.human(self.view)
            self.view.append(said)
            if isinstance(said, HumanMessage):
                return done, said
            assert isinstance(said, ToolCall)
            done.append(said.tool)
            content = TOOLS[said.tool].run(self.db, said.arguments)
            self.view.append(ToolResult(call_id=said.call_id, content=content, by="human"))


def test_a_person_does_what_they_are_asked_in_order_and_tells_what_came_of_all_of_it():
    done, said = Talk().hear("Please set the speed to slow. Please check the display of your machine.")
    assert done == ["set_speed", "check_display"]
    assert "I set it: slow" in said.text
    assert "It says: 42 %" in said.text


def test_who_is_not_at_ease_with_such_things_asks_once_how_it_is_done_and_then_does_it():
    talk = Talk(Persona(name="Ada", description="", comfort="low"))
    done, said = talk.hear("Please set the speed to slow.")
    assert done == []
    assert said.text.endswith("?")
    assert talk.hear("It is in the menu. Please set the speed to slow.")[0] == ["set_speed"]
    assert talk.hear("Please set the speed to fast.")[0] == ["set_speed"]


def test_looking_at_something_takes_no_explaining():
    talk = Talk(Persona(name="Ada", description="", comfort="low"))
    assert talk.hear("Please check the display of your machine.")[0] == ["check_display"]


def test_what_follows_a_report_of_several_lines_begins_a_new_one():
    join = ScriptedHuman._join
    assert join("Done.", "It says: on", "", "It works.") == "Done. It says: on It works."
    assert join("Done.", "It says: a\nb", "It works.", "Bye.") == "Done. It says: a\nb\nIt works. Bye."


def test_each_call_of_a_person_has_an_id_of_its_own():
    talk = Talk()
    talk.hear("Please set the speed to slow. Please check the display of your machine.")
    talk.hear("Please check the display of your machine.")
    ids = [m.call_id for m in talk.view if isinstance(m, ToolCall)]
    assert len(set(ids)) == len(ids) == 3
