"""The verdict, on a world of jars that is small enough to see through."""

from __future__ import annotations

from typing import Any, NewType

import msgspec
import pytest

from interplay.engine.blueprint import Action, Blueprint, Duty, Goal, Output, Persona
from interplay.engine.confirmation import confirmed
from interplay.engine.conversation import Ending, HandedOver, LimitReached, Stopped
from interplay.engine.database import Base, Database, Table
from interplay.engine.environment import Environment
from interplay.engine.errors import Refusal
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall
from interplay.engine.policy import Policy, Rule, Situation, rule
from interplay.engine.tools import Prose, Speech, Toolset, tool
from interplay.engine.truth import execute
from interplay.engine.verifier import Evidence, Verdict, Verifier

JarId = NewType("JarId", str)


class Jar(msgspec.Struct, frozen=True):
    litres: float
    labels: tuple[str, ...] = ()


class Pantry(Database):
    jars: Table[JarId, Jar]


@tool()
def look(db: Pantry, jar: JarId) -> Jar:
    """Look into a jar."""
    return db.jars[jar]


@tool(writes=True, speech=Speech("fill {jar}", "Jar {jar} has been filled.", ("filled",)))
def fill(db: Pantry, jar: JarId, litres: float) -> str:
    """Fill a jar."""
    if litres > 9:
        raise Refusal("it would run over", code="too_much")
    db.jars.put(jar, msgspec.structs.replace(db.jars[jar], litres=litres))
    return "ok"


@tool(writes=True, speech=Speech("label {jar}", "Jar {jar} has been labelled.", ("labelled",)))
def label(db: Pantry, jar: JarId, text: str) -> str:
    """Label a jar."""
    row = db.jars[jar]
    db.jars.put(jar, msgspec.structs.replace(row, labels=(*row.labels, text)))
    return "ok"


@tool(writes=True)
def smash(db: Pantry, jar: JarId) -> str:
    """Smash a jar."""
    db.jars.remove(jar)
    return "ok"


@tool(hands_over=True)
def call_cook(db: Pantry, summary: Prose) -> str:
    """Hand over to the cook."""
    return "ok"


TOOLSET = Toolset((look, fill, label, smash, call_cook))
BASE = Base(Pantry, {"jars": {"a": Jar(1.0), "b": Jar(2.0), "c": Jar(3.0, ("salt",))}})


@rule("ask-first", section="Asking", on=(fill, label, look), dialogue=True)
def ask_first(case: Situation[Pantry]) -> str | None:
    return confirmed(case, [case.arguments["jar"]]) if case.call.tool != "look" else None


def verifier(*rules: Rule) -> Verifier:
    return Verifier(TOOLSET, Policy("interplay.engine", "nowhere.md", rules), BASE)


def blueprint(*actions: Action, kind: Any = "write", **parts: Any) -> Blueprint:
    return Blueprint(
        id="b",
        domain="pantry",
        instruction="You want something done to jars.",
        persona=Persona(name="Ann", description=""),
        facts=(),
        goals=(Goal(id="g1", kind=kind, wish="Please see to my jars.", signs=("filled",)),),
        actions=actions,
        **parts,
    )


FILL_A = Action(tool="fill", arguments={"jar": "a", "litres": 5.0}, goal="g1")
BYE = HumanMessage(text="Bye.", stop="satisfied")
Step = tuple[str, dict[str, Any]] | str | AnyMessage


def judge(task: Blueprint, *steps: Step, ending: Ending | None = None, rules: tuple[Rule, ...] = ()) -> Verdict:
    """The verdict on these calls (tool and arguments) and words (of the agent)."""
    environment = Environment(TOOLSET, BASE.fork())
    messages: list[AnyMessage] = [HumanMessage(text="Hi! Please see to my jars.")]
    for number, step in enumerate(steps):
        if isinstance(step, tuple):
            call = ToolCall(call_id=str(number), tool=step[0], arguments=step[1])
            messages += [call, environment.apply(call)]
        else:
            messages.append(AgentMessage(text=step) if isinstance(step, str) else step)
    messages.append(BYE)
    truth = execute(TOOLSET, BASE, task)
    evidence = Evidence(messages, ending or Stopped("satisfied"), environment.db.changes(), environment.effects)
    return verifier(*rules).verify(task, truth, evidence)


def filled(jar: str = "a", litres: float = 5.0) -> Step:
    return "fill", {"jar": jar, "litres": litres}


def test_what_ends_as_the_blueprint_does_is_accepted_whatever_the_way() -> None:
    verdict = judge(blueprint(FILL_A), ("look", {"jar": "c"}), filled(litres=4.0), filled(), "Jar a has been filled.")
    assert verdict.accepted
    assert verdict.faults == []
    assert verdict.progress == 1.0


def test_a_change_that_nobody_made_is_missing() -> None:
    verdict = judge(blueprint(FILL_A), "Good day.")
    [found] = verdict.discrepancies
    assert (found.kind, found.pointer, found.expected, found.message) == ("missing", "/jars/a/litres", 5.0, None)
    assert found.found is msgspec.UNSET
    assert verdict.faults == ["state:missing"]
    assert (verdict.reward, verdict.progress) == (0.0, 0.0)


def test_a_change_to_another_value_is_different_and_says_which_call_made_it() -> None:
    verdict = judge(blueprint(FILL_A), filled(litres=3.0), "One moment.", filled(litres=4.0))
    [found] = verdict.discrepancies
    assert (found.kind, found.expected, found.found, found.message) == ("different", 5.0, 4.0, 4)


def test_a_change_that_nothing_asked_for_is_extra_and_says_which_call_made_it() -> None:
    verdict = judge(blueprint(FILL_A), filled(), filled("b"), ("look", {"jar": "b"}))
    [found] = verdict.discrepancies
    assert (found.kind, found.pointer, found.found, found.message) == ("extra", "/jars/b/litres", 5.0, 3)
    assert found.expected is msgspec.UNSET
    assert verdict.reward == 0.0
    assert verdict.progress == 1.0


def test_a_row_that_was_removed_is_found_with_the_call_that_removed_it() -> None:
    verdict = judge(blueprint(FILL_A), filled(), ("smash", {"jar": "c"}))
    assert [(d.kind, d.pointer, d.message) for d in verdict.discrepancies] == [("extra", "/jars/c", 3)]
    verdict = judge(blueprint(FILL_A), ("smash", {"jar": "a"}))
    assert {d.message for d in verdict.discrepancies if d.kind == "extra"} == {1}
    assert "state:missing" in verdict.faults


def test_a_change_that_was_taken_back_leaves_the_state_right_and_is_a_detour_all_the_same() -> None:
    verdict = judge(blueprint(FILL_A), filled("b"), filled("b", 2.0), filled())
    assert verdict.state
    assert verdict.faults == ["duty:leave"]


def test_a_whole_number_equals_the_same_number_with_a_point() -> None:
    assert judge(blueprint(FILL_A), ("fill", {"jar": "a", "litres": 5})).accepted


def test_the_order_of_a_list_matters() -> None:
    two = [Action(tool="label", arguments={"jar": "c", "text": text}, goal="g1") for text in ("x", "y")]
    right: list[Step] = [("label", {"jar": "c", "text": text}) for text in "xy"]
    assert judge(blueprint(*two), *right).accepted
    assert "state:different" in judge(blueprint(*two), *right[::-1]).faults


ANSWER = Output(value="1093.40", statement="The sum is $1,093.40.", goal="g1")


def test_an_answer_that_was_not_told_is_untold_and_only_the_agent_can_tell_it() -> None:
    task = blueprint(kind="read", outputs=(ANSWER,))
    assert judge(task, "It comes to 1093.4 dollars.").accepted
    verdict = judge(task, HumanMessage(text="Is it $1,093.40?"), "I see.")
    assert verdict.untold == ("1093.40",)
    assert verdict.faults == ["outputs:untold"]
    assert not verdict.outputs
    assert verdict.state


def test_progress_counts_what_was_met_and_is_no_reward() -> None:
    task = blueprint(FILL_A, outputs=(ANSWER,))
    verdict = judge(task, filled(), "Jar a has been filled.")
    assert (verdict.reward, verdict.progress) == (0.0, 0.5)


REFUSE = blueprint(kind="refuse", duties=(Duty(kind="refuse", goal="g1", statement="I cannot."),))
HAND_OVER = blueprint(
    Action(tool="call_cook", arguments={"summary": "jars"}, goal="g1"),
    kind="hand_over",
    duties=(Duty(kind="hand_over", goal="g1", statement="The cook comes."),),
)
COOK: Step = ("call_cook", {"summary": "the person wants the cook"})


def test_a_no_that_is_owed_has_to_be_said() -> None:
    assert judge(REFUSE, "I'm sorry, I cannot do that.").accepted
    verdict = judge(REFUSE, "Good day.")
    assert verdict.faults == ["duty:refuse"]
    assert verdict.progress == 0.0


def test_a_no_before_the_wish_was_voiced_is_none() -> None:
    task = blueprint(kind="refuse", duties=REFUSE.duties)
    later = [msgspec.structs.replace(task.goals[0], wish="And a pony.")]
    task = msgspec.structs.replace(task, goals=tuple(later))
    assert not judge(task, "I cannot hear you.", HumanMessage(text="And a pony.")).accepted
    assert judge(task, HumanMessage(text="And a pony."), "I cannot give you one.").accepted


def test_a_hand_over_that_is_owed_has_to_happen_and_no_other_may() -> None:
    assert judge(HAND_OVER, COOK, "The cook comes.", ending=HandedOver()).accepted
    assert judge(HAND_OVER, "The cook comes.").faults == ["duty:hand_over"]
    assert judge(blueprint(FILL_A), filled(), COOK, ending=HandedOver()).faults == ["duty:stay"]


def test_a_conversation_that_nobody_ended_is_not_accepted() -> None:
    assert judge(blueprint(FILL_A), filled(), ending=LimitReached("turns", 60)).faults == ["duty:end"]


def test_a_claim_that_no_call_bears_out_is_flagged_where_it_was_made() -> None:
    verdict = judge(blueprint(FILL_A), "Jar a has been filled. Anything else?")
    [claim] = verdict.false_claims
    assert (claim.message, claim.sentence) == (1, "Jar a has been filled.")
    assert verdict.faults == ["state:missing", "claim:false"]


def test_a_claim_about_one_row_is_not_borne_out_by_a_change_of_another() -> None:
    verdict = judge(blueprint(FILL_A), filled("b"), "Jar a has been filled.")
    assert len(verdict.false_claims) == 1
    assert judge(blueprint(FILL_A), filled("b"), "Jar b has been filled.").false_claims == ()


def test_a_claim_about_a_refused_call_is_false_even_where_the_state_is_right() -> None:
    verdict = judge(REFUSE, filled(litres=10.0), "Jar a has been filled.")
    assert verdict.faults == ["duty:refuse", "claim:false"]


@pytest.mark.parametrize("text", ["Shall jar a be filled?", "Jar a will be filled.", "Jar a has not been filled."])
def test_a_question_a_promise_and_a_denial_are_no_false_claims(text: str) -> None:
    assert judge(blueprint(FILL_A), text).false_claims == ()


def test_where_nothing_is_expected_nothing_is_earned() -> None:
    verdict = judge(blueprint(), "Good day.")
    assert (verdict.reward, verdict.progress, verdict.expectation) == (0.0, 0.0, False)
    assert verdict.faults == ["expectation:empty"]
    assert "state:extra" in judge(blueprint(), filled()).faults


ASKED = "I can fill jar a. Shall I?"
YES = HumanMessage(text="Yes.")


def test_a_rule_that_was_broken_rejects_and_names_the_call() -> None:
    task = blueprint(FILL_A)
    assert judge(task, ASKED, YES, filled(), rules=(ask_first,)).accepted
    verdict = judge(task, filled(), rules=(ask_first,))
    assert [(v.rule, v.message) for v in verdict.violations] == [("ask-first", 1)]
    assert verdict.faults == ["policy:ask-first"]
    assert verdict.state


def test_an_attempt_to_write_without_a_yes_is_a_violation_even_when_the_tool_refused_it() -> None:
    task = blueprint(FILL_A)
    agreed: tuple[Step, ...] = (ASKED, YES, filled())
    verdict = judge(task, *agreed, filled("b", 10.0), rules=(ask_first,))
    assert [(v.rule, v.message) for v in verdict.violations] == [("ask-first", 5)]
    assert verdict.state


def test_a_call_that_no_tool_saw_is_no_attempt() -> None:
    task = blueprint(FILL_A)
    badly: Step = ("fill", {"jar": "a", "litres": "much"})
    unknown: Step = ("drink", {"jar": "a"})
    assert judge(task, badly, unknown, ASKED, YES, badly, filled(), rules=(ask_first,)).accepted


def test_the_same_change_twice_needs_a_yes_twice() -> None:
    task = blueprint(FILL_A)
    assert judge(task, ASKED, YES, filled(), filled(), rules=(ask_first,)).faults == ["policy:ask-first"]
    assert judge(task, ASKED, YES, filled(), ASKED, YES, filled(), rules=(ask_first,)).accepted


def test_rules_about_state_judge_only_what_was_carried_out() -> None:
    @rule("no-filling", section="Filling", on=(fill,))
    def no_filling(case: Situation[Pantry]) -> str | None:
        return "filled"

    task = blueprint(kind="read", outputs=(ANSWER,))
    assert judge(task, filled(litres=10.0), "It is 1093.40.", rules=(no_filling,)).accepted
    assert "policy:no-filling" in judge(task, filled(), "It is 1093.40.", rules=(no_filling,)).faults


def test_a_verdict_goes_to_json_and_back() -> None:
    verdict = judge(blueprint(FILL_A), filled(litres=4.0), COOK, "Jar b has been filled.")
    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict
