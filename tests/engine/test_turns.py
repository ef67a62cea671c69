"""Scripted conversations are judged turn by turn: by state, and by what was returned."""

from __future__ import annotations

import anyio
import pytest

from interplay.agents.reciting import RecitingHuman
from interplay.agents.turnwise import TurnwiseAgent
from interplay.engine.blueprint import Action, Turn
from interplay.engine.conversation import Limits, Stopped, play
from interplay.engine.environment import Environment
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.testing import ScriptedAgent
from interplay.engine.toolkit import toolkit
from interplay.engine.toolkit.world import scripted
from interplay.engine.truth import execute
from interplay.engine.turns import TurnVerdict, judge_turns
from interplay.engine.verifier import Evidence, Verifier


class Lamp:
    """A lamp that can be set."""

    def __init__(self) -> None:
        self.level = 0

    def set(self, level: int) -> str:
        """Set it."""
        self.level = level
        return f"level {level}"

    def look(self) -> str:
        """Look at it."""
        return f"it shows {self.level}"


DOMAIN = toolkit(name="lamp", objects=[Lamp], reads=["look"])
BASE = DOMAIN.generate(Seed.root(0), 1)


def act(tool: str, **arguments: int) -> Action:
    return Action(tool=tool, arguments=arguments)


BLUEPRINT = scripted(
    "lamp",
    [
        Turn(say="Make it 3, and look.", actions=(act("set", level=3), act("look"))),
        Turn(say="Now a bit brighter."),
        Turn(say="To 5 I mean.", actions=(act("set", level=5),)),
    ],
)
TRUTH = execute(DOMAIN.tools, BASE, BLUEPRINT)
SET, LOOK = (f"/objects/Lamp/attributes/{name}" for name in ("level", "look"))


def judged(*turns: list[Action], farewell: bool = True) -> tuple[TurnVerdict, ...]:
    """The verdict on an agent who does this in each turn."""
    environment, messages, number = Environment(DOMAIN.tools, TRUTH.start.fork()), [], 0
    for turn, actions in zip(BLUEPRINT.turns, turns, strict=False):
        messages.append(HumanMessage(text=turn.say))
        for action in actions:
            number += 1
            call = ToolCall(call_id=f"c{number}", tool=action.tool, arguments=action.arguments)
            messages += (call, environment.apply(call))
        messages.append(AgentMessage(text="So."))
    if farewell:
        messages.append(HumanMessage(text="", stop="satisfied"))
    return judge_turns(BLUEPRINT, TRUTH, messages, environment.effects)


REFERENCE = [list(turn.actions) for turn in BLUEPRINT.turns]


def test_the_reference_meets_every_turn():
    assert all(verdict.met and verdict.reached for verdict in judged(*REFERENCE))
    assert [verdict.turn for verdict in judged(*REFERENCE, farewell=False)] == [0, 1, 2]


def test_other_ways_to_the_same_state_are_as_good_and_more_lookups_harm_nobody():
    first = [act("look"), act("set", level=9), act("set", level=3), act("look"), act("look")]
    assert [verdict.met for verdict in judged(first, [act("look")], REFERENCE[2])] == [True, True, True]


def test_a_result_nobody_saw_is_named():
    first, *_ = judged([act("set", level=3)], [], REFERENCE[2])
    assert (first.state, first.responses, first.met) == (True, False, False)
    assert first.missing == ("look: it shows 3",)


def test_a_result_may_have_been_seen_in_an_earlier_turn():
    early = [*REFERENCE[0], act("set", level=5), act("set", level=3)]
    assert judged(early, [act("set", level=5)], [])[2].met


def test_a_refused_call_returns_nothing():
    environment = Environment(DOMAIN.tools, TRUTH.start.fork())
    call = ToolCall(call_id="1", tool="set", arguments={"level": "high"})
    messages = [HumanMessage(text="x"), call, environment.apply(call), AgentMessage(text="So.")]
    assert judge_turns(BLUEPRINT, TRUTH, messages, {})[0].missing == ("set: level 3", "look: it shows 3")


def test_acting_where_the_reference_waits_shows_in_that_turn_and_is_over_with_the_next():
    verdicts = judged(REFERENCE[0], [act("set", level=4)], REFERENCE[2])
    assert [verdict.state for verdict in verdicts] == [True, False, True]
    assert verdicts[1].differing == (SET,)
    assert verdicts[1].responses


def test_what_is_left_undone_shows_in_every_turn_from_there():
    verdicts = judged([act("look")], [], [])
    assert [verdict.state for verdict in verdicts] == [False, False, False]
    assert verdicts[2].differing == (SET,)


def test_turns_that_were_not_reached_are_not_met():
    verdicts = judged(REFERENCE[0], farewell=False)
    assert [verdict.met for verdict in verdicts] == [True, False, False]
    assert [verdict.reached for verdict in verdicts] == [True, False, False]


def test_a_blueprint_without_turns_has_no_verdicts():
    assert judge_turns(scripted("lamp", []), TRUTH, [], {}) == ()


@pytest.mark.parametrize("trial", [0, 1])
def test_the_reciting_human_and_the_turnwise_agent_play_the_script_as_it_stands(trial):
    environment = Environment(DOMAIN.tools, TRUTH.start.fork())
    played = anyio.run(play, RecitingHuman(BLUEPRINT.brief), TurnwiseAgent(BLUEPRINT), environment, Limits())
    said = [message.text for message in played.messages if isinstance(message, HumanMessage)]
    assert said == [*(turn.say for turn in BLUEPRINT.turns), ""]
    assert played.ending == Stopped("satisfied")
    assert all(verdict.met for verdict in judge_turns(BLUEPRINT, TRUTH, played.messages, environment.effects))


def test_the_reciting_human_says_the_next_words_whatever_it_is_told():
    agent = ScriptedAgent([AgentMessage(text="What do you mean?")] * 3)
    environment = Environment(DOMAIN.tools, TRUTH.start.fork())
    played = anyio.run(play, RecitingHuman(BLUEPRINT.brief), agent, environment, Limits())
    assert [m.text for m in played.messages if isinstance(m, HumanMessage)][:3] == [t.say for t in BLUEPRINT.turns]
    verdicts = judge_turns(BLUEPRINT, TRUTH, played.messages, environment.effects)
    assert [verdict.met for verdict in verdicts] == [False, False, False]


def shown(environment: Environment) -> list[str]:
    return [schema["function"]["name"] for schema in environment.offered.schemas]


def test_a_tool_that_a_turn_reveals_is_offered_from_there_and_refused_before():
    late = scripted(
        "lamp", [Turn(say="Look."), Turn(say="Make it 3.", actions=(act("set", level=3),), reveals=("set",))]
    )
    environment = Environment(DOMAIN.tools, BASE.fork(), late)
    call = ToolCall(call_id="1", tool="set", arguments={"level": 3})
    environment.hear()
    assert shown(environment) == ["look"]
    assert environment.apply(call).refusal == "unknown_tool"
    environment.hear()
    assert shown(environment) == ["set", "look"]
    assert environment.apply(call).content == "level 3"
    environment.hear()
    assert shown(environment) == ["set", "look"]


def test_an_agent_is_shown_what_is_offered_at_its_turn():
    seen = []

    def agent(conversation, tools):
        seen.append([tool["function"]["name"] for tool in tools])
        return AgentMessage(text="So.")

    script = scripted("lamp", [Turn(say="Look."), Turn(say="Set it.", reveals=("set",))], tools=("look",))
    environment = Environment(DOMAIN.tools, BASE.fork(), script)
    anyio.run(play, RecitingHuman(script.brief), agent, environment, Limits())
    assert seen == [["look"], ["set", "look"]]


def test_what_a_script_itself_changes_back_is_no_detour():
    script = scripted(
        "lamp",
        [Turn(say="On.", actions=(act("set", level=1),)), Turn(say="Off again.", actions=(act("set", level=0),))],
    )
    truth = execute(DOMAIN.tools, BASE, script)
    environment = Environment(DOMAIN.tools, truth.start.fork(), script)
    played = anyio.run(play, RecitingHuman(script.brief), TurnwiseAgent(script), environment, Limits())
    evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
    verdict = Verifier(DOMAIN.tools, DOMAIN.policy, BASE).verify(script, truth, evidence)
    assert not truth.changes
    assert verdict.accepted, verdict.faults
    idle = evidence._replace(messages=tuple(m for m in played.messages if not isinstance(m, ToolCall | ToolResult)))
    assert not Verifier(DOMAIN.tools, DOMAIN.policy, BASE).verify(script, truth, idle._replace(effects={})).accepted
