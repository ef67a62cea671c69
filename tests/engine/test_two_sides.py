"""A world whose human has tools and tables: setting it up, playing it, judging both of its sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.engine.two_sided import BASE, DARK, WORLD, Lamp, LampId, TwoSided, check_lamp, connect

from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.engine.blueprint import Assertion, Check, Duty, Setup
from interplay.engine.casting import load_human
from interplay.engine.conversation import Limits, Played, Stopped, play
from interplay.engine.crew import Crew
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError, DefectError, DomainError, Refusal
from interplay.engine.forge.checks import Validated, validate
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.playing import Player, Plays
from interplay.engine.seeds import Seed
from interplay.engine.tools import Toolset, tool
from interplay.engine.trajectory import Faulted
from interplay.engine.truth import begin, execute
from interplay.engine.verifier import Evidence, Verdict, Verifier

SEED = Seed.root(5)
VALID = validate(WORLD, BASE, DARK)


def judged(played: Played, environment: Environment, blueprint=VALID.blueprint) -> Verdict:
    evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
    return Verifier(WORLD.tools, WORLD.policy, BASE).verify(blueprint, VALID.truth, evidence)


def actors(blueprint=VALID.blueprint):
    human = ScriptedHuman(blueprint.brief, SEED, tools=WORLD.tools.human)
    return human, GuidedAgent(blueprint, WORLD.tools, SEED)


def fresh() -> Environment:
    return Environment(WORLD.tools, VALID.truth.start.fork())


def test_the_world_is_set_up_and_in_step_before_anybody_speaks():
    lamp = begin(WORLD.tools, BASE, DARK).fork().lamps["mine"]
    assert lamp == Lamp(lamp_id="lamp_1001", current=False)


def test_what_the_setup_changed_is_no_part_of_what_the_conversation_changes():
    fork = begin(WORLD.tools, BASE, DARK).fork()
    assert fork.changes() == {}
    assert len(fork.patch()) == 0
    fork.rollback()
    assert fork.lamps["mine"].lamp_id == "lamp_1001"


def test_forks_of_a_begun_base_are_isolated_and_leave_the_base_alone():
    start = begin(WORLD.tools, BASE, DARK)
    start.fork().lamps.put("mine", Lamp(lamp_id="other"))
    assert start.fork().lamps["mine"].lamp_id == "lamp_1001"
    assert BASE.fork().lamps["mine"].lamp_id == ""


def test_a_call_on_one_side_brings_the_other_in_step():
    environment = fresh()
    environment.apply(ToolCall(call_id="1", tool="connect", arguments={"lamp_id": "lamp_1001"}))
    assert environment.db.lamps["mine"].current is True
    assert {table for table, _ in environment.effects["1"]} == {"register", "lamps"}


def test_out_of_step_the_other_side_stays_as_it_is():
    environment = Environment(WORLD.tools.out_of_step(), VALID.truth.start.fork())
    environment.apply(ToolCall(call_id="1", tool="connect", arguments={"lamp_id": "lamp_1001"}))
    assert environment.db.lamps["mine"].current is False


@pytest.mark.parametrize(("tool", "by"), [("press_switch", "agent"), ("connect", "human")])
def test_nobody_calls_the_tools_of_the_other_side(tool, by):
    environment = fresh()
    result = environment.apply(ToolCall(call_id="1", tool=tool, arguments={}, by=by))
    assert (result.refusal, result.by) == ("unknown_tool", by)
    assert environment.effects == {}


async def test_scripted_actors_play_a_task_of_two_sides_to_an_accepted_verdict():
    human, agent = actors()
    environment = fresh()
    played = await play(human, agent, environment, Limits())
    verdict = judged(played, environment)
    assert verdict.accepted, (verdict, played.messages)
    assert played.ending == Stopped("satisfied")
    assert [call.tool for call in played.messages if isinstance(call, ToolCall) and call.by == "human"] == [
        "press_switch",
        "check_lamp",
    ]


async def test_each_sees_its_own_calls_and_results_and_nobody_elses():
    human, agent = actors()
    seen: dict[str, Sequence[AnyMessage]] = {}

    def watched_human(conversation):
        seen["human"] = conversation
        return human(conversation)

    def watched_agent(conversation, tools):
        seen["agent"] = conversation
        return agent(conversation, tools)

    await play(watched_human, watched_agent, fresh(), Limits())
    for role, view in seen.items():
        assert {m.by for m in view if isinstance(m, ToolCall | ToolResult)} == {role}


async def test_a_human_who_was_told_it_works_looks_for_themselves_before_they_leave():
    human, _ = actors()
    said = iter(["Your lamp should be lit now. Is it working?", "Is there anything else I can help you with?"])

    def claims_without_doing(conversation, tools):
        return AgentMessage(text=next(said, "Anything else?"))

    environment = fresh()
    played = await play(human, claims_without_doing, environment, Limits(turns=6))
    checks = [m.content for m in played.messages if isinstance(m, ToolResult)]
    assert checks
    assert set(checks) == {"The lamp is dark."}
    assert not isinstance(played.ending, Stopped)
    assert not judged(played, environment).assertions


async def test_a_call_is_the_callers_whatever_it_says():
    def forges(conversation, tools):
        if isinstance(conversation[-1], HumanMessage):
            return ToolCall(call_id="1", tool="press_switch", arguments={}, by="human")
        return AgentMessage(text="Done.")

    played = await play(actors()[0], forges, fresh(), Limits(turns=2))
    call, result = (m for m in played.messages if isinstance(m, ToolCall | ToolResult))
    assert (call.by, result.refusal) == ("agent", "unknown_tool")


async def test_a_human_of_a_world_without_tools_for_them_may_not_call_one():
    environment = Environment(Toolset((connect,)), BASE.fork())

    def calls(conversation):
        return ToolCall(call_id="1", tool="check_lamp", arguments={}, by="human")

    played = await play(calls, actors()[1], environment, Limits())
    assert played.ending.role == "human"
    assert "expected HumanMessage" in played.ending.error


async def test_a_call_id_is_used_once_by_whomever():
    def calls_own_1(conversation):
        if not conversation:
            return HumanMessage(text="Hello.")
        return ToolCall(call_id="1", tool="check_lamp", arguments={}, by="human")

    def calls_1(conversation, tools):
        if isinstance(conversation[-1], HumanMessage):
            return ToolCall(call_id="1", tool="look_up", arguments={"lamp_id": "lamp_1001"})
        return AgentMessage(text="There it is.")

    played = await play(calls_own_1, calls_1, fresh(), Limits())
    assert played.ending.role == "human"
    assert "was used before" in played.ending.error


def evidence_of(*calls: ToolCall) -> tuple[Played, Environment]:
    environment = fresh()
    messages: list[AnyMessage] = [HumanMessage(text=DARK.goals[0].wish)]
    for call in calls:
        messages += [call, environment.apply(call)]
    messages += [AgentMessage(text="There."), HumanMessage(text="Bye.", stop="satisfied")]
    return Played(tuple(messages), Stopped("satisfied")), environment


CONNECT = ToolCall(call_id="c", tool="connect", arguments={"lamp_id": "lamp_1001"})
PRESS = ToolCall(call_id="p", tool="press_switch", arguments={}, by="human")
OTHER = ToolCall(call_id="o", tool="connect", arguments={"lamp_id": "lamp_1002"})


def test_what_the_human_left_undone_is_a_difference_on_their_side_and_an_unmet_assertion():
    verdict = judged(*evidence_of(CONNECT))
    assert [d.pointer for d in verdict.discrepancies] == ["/lamps/mine/switched_on"]
    assert verdict.unmet_assertions == ("is_lit()",)
    assert verdict.faults == ["state:missing", "assertion:is_lit"]


def test_what_people_try_and_take_back_on_their_own_side_is_no_detour():
    presses = [msgspec.structs.replace(PRESS, call_id=f"p{n}") for n in range(3)]
    assert judged(*evidence_of(CONNECT, *presses)).duties


def test_what_people_try_and_take_back_is_no_detour_of_the_agents_whatever_it_does_on_the_other_side():
    @tool(writes=True)
    def pull_plug(db: TwoSided) -> str:
        """Pull the plug or put it back, which the register shows."""
        lamp = db.lamps["mine"]
        entry = db.register[LampId(lamp.lamp_id)]
        db.register.put(entry.lamp_id, msgspec.structs.replace(entry, connected=not entry.connected))
        return "done"

    tools = Toolset((connect,), human=Toolset((pull_plug,)), human_tables=frozenset({"lamps"}))
    for by, detours in (("human", 0), ("agent", 1)):
        environment = Environment(tools, execute(WORLD.tools, BASE, DARK).start.fork())
        calls = [ToolCall(call_id=str(n), tool="pull_plug", arguments={}, by="human") for n in range(2)]
        if by == "agent":
            calls[0] = ToolCall(call_id="0", tool="connect", arguments={"lamp_id": "lamp_1001"})
        messages = [m for call in calls for m in (call, environment.apply(call))]
        evidence = Evidence(messages, Stopped("satisfied"), environment.db.changes(), environment.effects)
        nothing = msgspec.structs.replace(DARK, actions=(), assertions=())
        verdict = Verifier(tools, WORLD.policy, BASE).verify(nothing, execute(WORLD.tools, BASE, nothing), evidence)
        assert len([each for each in verdict.unmet if each.duty == "leave"]) == detours


def questioned(question) -> tuple[Any, Any]:
    """A world with this assertion, and a blueprint that asks it."""
    world = replace(WORLD, assertions=(question,))
    return world, msgspec.structs.replace(DARK, assertions=(Assertion(tool=question.name, goal="g"),))


def test_a_question_about_what_is_gone_has_not_the_answer_that_was_due():
    @tool()
    def is_connected(db: TwoSided) -> bool:
        """Whether lamp 1001 has current."""
        entry = db.register[LampId("lamp_1001")]
        if not entry.connected:
            raise Refusal("There is no line to ask about.", code="line_unknown")
        return True

    world, asking = questioned(is_connected)
    played, environment = evidence_of(PRESS)
    evidence = Evidence(played.messages, played.ending, environment.db.changes(), environment.effects)
    verdict = Verifier(world.tools, world.policy, BASE).verify(asking, execute(world.tools, BASE, asking), evidence)
    assert verdict.unmet_assertions == ("is_connected()",)
    assert verdict.reward == 0.0


async def test_a_question_that_breaks_on_an_end_is_a_defect_of_the_world_with_the_conversation_kept():
    @tool()
    def is_bright(db: TwoSided) -> bool:
        """Whether it is bright; it cannot be told in the dark."""
        return {"The lamp is lit.": True}[check_lamp(db)]

    world, asking = questioned(is_bright)
    validated = Validated(asking, execute(world.tools, BASE, asking))

    def no_writer(assignment):
        raise AssertionError("nothing is written")

    crew = Crew(load_human("scripted"), lambda part: lambda conversation, tools: AgentMessage(text="Hm."), no_writer)
    plays = Plays(limits=Limits(turns=3))

    def player(*, strict: bool) -> Player:
        return Player(world, BASE, crew, plays, lambda role, unit: None, at_once=1, strict=strict)

    (trial,) = (await player(strict=False).play(0, validated, SEED)).trials
    assert isinstance(trial.outcome, Faulted)
    assert trial.outcome.fault == "environment"
    assert trial.outcome.text == "is_bright() raised KeyError('The lamp is dark.')"
    assert "check_lamp(db)" in trial.outcome.traceback
    assert len(trial.messages) > 3
    with pytest.raises(DefectError, match="lamps cannot judge how lamps-1 ended"):
        await player(strict=True).play(0, validated, SEED)


def test_what_is_rightly_declined_may_be_asked_about_at_the_end():
    goal = msgspec.structs.replace(DARK.goals[0], kind="refuse", check=None)
    declined = msgspec.structs.replace(
        DARK,
        goals=(goal,),
        actions=DARK.actions[:1],
        duties=(Duty(kind="refuse", goal="g", statement="I'm sorry, I cannot connect it."),),
        assertions=(Assertion(tool="is_lit", expected=False, goal="g"),),
    )
    validate(WORLD, BASE, declined)
    with pytest.raises(BlueprintError, match="has nothing that would show it was met"):
        validate(WORLD, BASE, msgspec.structs.replace(declined, actions=DARK.actions[:2]))


def test_sides_that_cannot_be_brought_in_step_make_the_blueprint_a_defect():
    gone = msgspec.structs.replace(DARK, rows={"lamps": {"mine": None}}, setup=())
    with pytest.raises(BlueprintError, match="so set up, the sides cannot be brought in step: KeyError"):
        begin(WORLD.tools, BASE, gone)


def test_a_look_that_breaks_makes_the_blueprint_a_defect():
    @tool()
    def stare(db: TwoSided) -> str:
        """Look too long."""
        raise ZeroDivisionError("eyes")

    world = replace(WORLD, human_tools=(*WORLD.human_tools, stare))
    goal = msgspec.structs.replace(DARK.goals[0], check=Check(tool="stare", contains="lit"))
    with pytest.raises(BlueprintError, match=r"stare raised ZeroDivisionError\('eyes'\)"):
        validate(world, BASE, msgspec.structs.replace(DARK, goals=(goal,)))


def test_where_the_agents_side_decides_the_humans_is_an_aside():
    blueprint = msgspec.structs.replace(VALID.blueprint, judged="agent", assertions=())
    verdict = judged(*evidence_of(CONNECT), blueprint)
    assert verdict.state
    assert [d.pointer for d in verdict.asides] == ["/lamps/mine/switched_on"]


def test_where_assertions_alone_decide_any_way_there_is_right():
    blueprint = msgspec.structs.replace(VALID.blueprint, judged="none")
    other = begin(WORLD.tools, BASE, DARK).fork()
    assert other.lamps["mine"].current is False
    verdict = judged(*evidence_of(CONNECT, PRESS), blueprint)
    assert verdict.accepted
    undone = judged(*evidence_of(CONNECT), blueprint)
    assert (undone.state, undone.assertions, undone.accepted) == (True, False, False)


def test_provenance_says_who_acted_and_whence_each_value_came():
    origins = [(action.by, action.origins) for action in VALID.blueprint.actions]
    assert origins[1] == ("agent", {"lamp_id": "told:g.lamp_id"})
    assert origins[2] == ("human", {})


@pytest.mark.parametrize(
    ("setup", "text"),
    [
        (Setup(tool="polish"), "no tool named 'polish'"),
        (Setup(tool="cut_off", arguments={"lamp_id": "lamp_9"}), "There is no lamp 'lamp_9'"),
        (Setup(tool="cut_off"), "missing required field"),
        (Setup(tool="cut_off", by="agent", arguments={"lamp_id": "lamp_1001"}), "no tool named 'cut_off'"),
    ],
)
def test_a_setup_that_cannot_be_done_makes_the_blueprint_a_defect_that_says_so(setup, text):
    with pytest.raises(BlueprintError, match=text) as error:
        begin(WORLD.tools, BASE, msgspec.structs.replace(DARK, setup=(setup,)))
    assert error.value.check == "setup"


def test_rows_of_a_task_are_put_before_its_setup_and_have_to_be_valid():
    rows = {"register": {"lamp_1001": None, "lamp_7": {"lamp_id": "lamp_7", "connected": False}}}
    fork = begin(WORLD.tools, BASE, msgspec.structs.replace(DARK, setup=(), rows=rows)).fork()
    assert "lamp_1001" not in fork.register
    assert fork.register["lamp_7"].connected is False
    with pytest.raises(BlueprintError, match="register/lamp_7 would not be a valid row"):
        begin(WORLD.tools, BASE, msgspec.structs.replace(DARK, rows={"register": {"lamp_7": {}}}))
    with pytest.raises(BlueprintError, match="there is no table 'shelves'"):
        begin(WORLD.tools, BASE, msgspec.structs.replace(DARK, rows={"shelves": {}}))


def test_a_blueprint_whose_assertion_does_not_hold_after_its_actions_is_a_defect():
    with pytest.raises(BlueprintError, match=r"is_lit\(\) does not hold"):
        validate(WORLD, BASE, msgspec.structs.replace(DARK, actions=DARK.actions[:2]))


def test_assertions_that_hold_before_anybody_acts_earn_nothing():
    lit = msgspec.structs.replace(DARK, setup=(Setup(tool="press_switch", by="human"),), actions=(), judged="none")
    with pytest.raises(BlueprintError, match="true before anybody does anything"):
        validate(WORLD, BASE, lit)


def test_the_truth_runs_each_action_on_the_tools_of_whoever_makes_it():
    truth = execute(WORLD.tools, BASE, DARK)
    assert [m.by for m in truth.messages if isinstance(m, ToolResult)] == ["agent", "agent", "human", "human"]
    assert truth.result(3).content == "The lamp is lit."


def test_tools_of_two_sides_do_not_share_a_name():
    with pytest.raises(DomainError, match="two tools are named 'check_lamp'"):
        Toolset((check_lamp,), human=Toolset((check_lamp,)))
