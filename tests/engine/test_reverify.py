"""A trajectory replays to what it recorded, or the difference is found and placed."""

import msgspec
import pytest

from interplay.engine.attribution import blame
from interplay.engine.blueprint import Action, Blueprint, Goal, Persona
from interplay.engine.conversation import Failed, HandedOver, LimitReached, Stopped, TimedOut
from interplay.engine.database import Base, Database, Table
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import Refusal
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.policy import Policy
from interplay.engine.reverify import Reverifier, Tally, replay_calls
from interplay.engine.tools import tool
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Trials, Unresolved
from interplay.engine.truth import execute
from interplay.engine.units import Unit
from interplay.engine.verifier import Evidence, Verifier


class Account(msgspec.Struct, frozen=True):
    """A row."""

    id: str
    cents: int


class Bank(Database):
    """A world's data."""

    accounts: Table[str, Account]


@tool(writes=True)
def deposit(db: Bank, account: str, cents: int) -> Account:
    """Put money into an account.

    Args:
        account: its id.
        cents: how much.
    """
    if cents == 13:
        raise ZeroDivisionError("a defect")
    if account not in db.accounts:
        raise Refusal(f"no account {account}", code="unknown")
    return db.accounts.put(account, Account(account, db.accounts[account].cents + cents))


BASE = Base(Bank, {"accounts": {"a": Account("a", 100), "b": Account("b", 0)}})
WORLD = Domain(
    "bank", "a bank", Bank, (deposit,), Policy("interplay.engine", "none.md", ()), lambda *_: BASE, lambda *_: BLUEPRINT
)
BLUEPRINT = Blueprint(
    id="bank-1",
    domain="bank",
    instruction="You want 5 cents put into account a.",
    persona=Persona("Ann", "You are calm."),
    facts=(),
    goals=(Goal("g1", "write", "Please put 5 cents into a.", ("deposited",)),),
    actions=(Action("deposit", {"account": "a", "cents": 5}, "g1"),),
)
SATISFIED = Stopped("satisfied")


def recorded(*calls: dict, ending=SATISFIED, outcome=None) -> Unit:
    """A unit as it would have been recorded, with these calls."""
    environment = Environment(WORLD.tools, BASE.fork())
    messages = [HumanMessage(text="Please put 5 cents into a.")]
    for number, arguments in enumerate(calls):
        call = ToolCall(call_id=str(number), tool="deposit", arguments=arguments)
        messages += [call, environment.apply(call)]
    messages += [AgentMessage(text="Deposited."), HumanMessage(text="Bye.", stop="satisfied")]
    if outcome is None:
        evidence = Evidence(messages, ending, environment.db.changes(), environment.effects)
        truth = execute(WORLD.tools, BASE, BLUEPRINT)
        verdict = Verifier(WORLD.tools, WORLD.policy, BASE).verify(BLUEPRINT, truth, evidence)
        outcome = Scored(verdict, None if verdict.accepted else blame(BLUEPRINT, evidence, verdict))
    return kept(Trajectory(0, BLUEPRINT.id, "00", ending, outcome, tuple(messages)))


def kept(*trajectories: Trajectory, blueprint: Blueprint | None = BLUEPRINT) -> Unit:
    """A unit with these conversations, as it comes back from its log."""
    trials = Trials(0, BLUEPRINT.id, trajectories)
    return Unit(0, BlueprintRecord(0, blueprint), msgspec.json.decode(msgspec.json.encode(trials), type=Trials))


def blank(outcome, ending=None) -> Trajectory:
    """A conversation in which nobody spoke."""
    return Trajectory(0, BLUEPRINT.id, "00", ending, outcome, ())


def differences(unit: Unit):
    return Reverifier(WORLD, BASE).differences(unit)


def changed(unit: Unit, **values) -> Unit:
    return unit._replace(trials=Trials(0, BLUEPRINT.id, (msgspec.structs.replace(unit.trajectory, **values),)))


def with_message(unit: Unit, at: int, message) -> Unit:
    messages = unit.trajectory.messages
    return changed(unit, messages=(*messages[:at], message, *messages[at + 1 :]))


GOOD = {"account": "a", "cents": 5}


@pytest.mark.parametrize(
    "calls",
    [[GOOD], [], [GOOD, GOOD], [{"account": "zz", "cents": 1}, GOOD], [{"account": "b", "cents": 9}], [{"cents": "x"}]],
    ids=["verified", "nothing done", "twice", "one refused", "another", "bad arguments"],
)
def test_what_was_recorded_is_found_again(calls):
    assert differences(recorded(*calls)) == []


def test_replay_ends_where_the_conversation_ended():
    replayed = replay_calls(WORLD.tools, BASE, recorded(GOOD, GOOD).trajectory)
    assert replayed.changes["accounts", "a"].after == Account("a", 110)
    assert set(replayed.effects) == {"0", "1"}
    assert replayed.differences == ()
    assert BASE.fork().accounts["a"].cents == 100


def test_changed_result_is_placed_at_its_leaf():
    [found] = differences(with_message(recorded(GOOD), 2, ToolResult(call_id="0", content='{"id":"a","cents":106}')))
    assert (found.message, found.what) == (2, "the result of deposit")
    assert [(leaf.pointer, leaf.before, leaf.after) for leaf in found.leaves] == [("/content/cents", 106, 105)]


def test_result_that_says_the_same_in_other_bytes_differs():
    [found] = differences(with_message(recorded(GOOD), 2, ToolResult(call_id="0", content='{"id": "a","cents":105}')))
    assert found.leaves[0].pointer == "/content"


def test_changed_argument_changes_result_and_verdict():
    call = ToolCall(call_id="0", tool="deposit", arguments={"account": "a", "cents": 6})
    found = differences(with_message(recorded(GOOD), 1, call))
    assert [each.what for each in found] == ["the result of deposit", "the verdict", "whose fault it was"]
    assert {leaf.pointer for leaf in found[1].leaves} >= {"/reward", "/state", "/progress", "/discrepancies"}


def test_tool_that_breaks_now_is_a_finding_and_stops_nothing():
    call = ToolCall(call_id="0", tool="deposit", arguments={"account": "a", "cents": 13})
    found = differences(with_message(recorded(GOOD), 1, call))
    assert "ZeroDivisionError" in str(found[0].leaves)


def test_calls_and_answers_belong_together():
    unit = recorded(GOOD)
    result = unit.trajectory.messages[2]
    found = differences(with_message(unit, 2, msgspec.structs.replace(result, call_id="9")))
    assert [(each.message, each.leaves[0].before) for each in found] == [
        (2, "an answer to '9', which nobody called"),
        (1, "no answer"),
    ]


def test_changed_verdict_is_named_by_field():
    unit = recorded(GOOD)
    verdict = msgspec.structs.replace(unit.trajectory.outcome.verdict, untold=("7",))
    [found] = differences(changed(unit, outcome=Scored(verdict)))
    assert (found.what, found.leaves[0].pointer, list(found.leaves[0].before)) == ("the verdict", "/untold", ["7"])


@pytest.mark.parametrize(
    ("ending", "what"),
    [
        (None, "the outcome"),
        (Stopped("denied"), "the ending"),
        (HandedOver(), "the ending"),
        (Failed("agent", "E", "T"), "the outcome"),
        (TimedOut(1.0, "agent"), "the outcome"),
    ],
)
def test_ending_that_the_messages_do_not_have_is_found(ending, what):
    found = differences(changed(recorded(GOOD), ending=ending))
    assert what in [each.what for each in found]


def test_limit_is_an_ending_that_is_judged():
    limit = LimitReached("turns", 1)
    assert differences(recorded(GOOD, ending=limit)) == []


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        (Failed("environment", "ZeroDivisionError: a defect", "T"), Faulted("environment", "error", "E")),
        (TimedOut(1.0, "environment"), Faulted("environment", "timeout", "E")),
    ],
)
def test_last_call_has_no_answer_where_the_environment_gave_none(ending, outcome):
    unit = recorded(GOOD, ending=ending, outcome=outcome)
    broken = ToolCall(call_id="x", tool="deposit", arguments={"account": "a", "cents": 13})
    assert differences(changed(unit, messages=(*unit.trajectory.messages, broken))) == []


def test_defect_that_does_not_come_again_is_a_difference():
    unit = recorded(GOOD, ending=Failed("environment", "E", "T"), outcome=Faulted("environment", "error", "E"))
    call = ToolCall(call_id="x", tool="deposit", arguments=GOOD)
    [found] = differences(changed(unit, messages=(*unit.trajectory.messages, call)))
    assert found.leaves[0].before == "the tool raised"


def test_failure_blamed_on_another_is_found():
    unit = recorded(GOOD, ending=Failed("agent", "E", "T"), outcome=Faulted("human", "error", "E"))
    assert [each.what for each in differences(unit)] == ["the outcome"]


def test_blueprint_whose_actions_fail_now_is_found():
    bad = msgspec.structs.replace(BLUEPRINT, actions=(Action("deposit", {"account": "zz", "cents": 5}, "g1"),))
    [found] = differences(recorded(GOOD)._replace(record=BlueprintRecord(0, bad)))
    assert found.what == "the blueprint"
    assert "was refused" in str(found.leaves)


def test_conversation_without_its_blueprint_is_found_and_a_unit_nobody_played_is_right():
    assert [d.what for d in differences(recorded(GOOD)._replace(record=BlueprintRecord(0)))] == ["the blueprint"]
    assert differences(kept(blank(Unresolved("no blueprint")), blueprint=None)) == []


@pytest.mark.parametrize(
    ("outcome", "ending", "what"),
    [
        (Faulted("provider", "error", "E"), Failed("agent", "E", "", "rate"), []),
        (Faulted("provider", "timeout", "E"), Failed("agent", "E", "", "timeout"), []),
        (Faulted("provider", "error", "E"), Failed("agent", "E", "", "timeout"), ["the outcome"]),
        (Faulted("agent", "error", "E"), Failed("agent", "E", "", "rate"), ["the outcome"]),
        (Faulted("provider", "error", "E"), Failed("agent", "E", "T"), ["the outcome"]),
        (Faulted("ours", "error", "E"), None, []),
        (Faulted("ours", "error", "E"), Failed("agent", "E", "T"), []),
        (Faulted("ours", "timeout", "E"), None, ["the outcome"]),
        (Faulted("provider", "error", "E"), None, ["the outcome"]),
        (Unresolved("no blueprint"), None, ["the outcome"]),
    ],
)
def test_failures_follow_from_their_endings(outcome, ending, what):
    assert [found.what for found in differences(kept(blank(outcome, ending)))] == what


def test_unit_that_no_model_could_make_is_a_providers_failure_and_a_defect_of_ours_may_come_before_it():
    for outcome in (Faulted("provider", "error", "E"), Faulted("ours", "error", "E", "T")):
        assert differences(kept(blank(outcome), blueprint=None)) == []


def test_a_defect_of_ours_may_follow_upon_words():
    assert differences(changed(recorded(GOOD), ending=None, outcome=Faulted("ours", "error", "E", "T"))) == []


def test_fault_that_another_is_given_is_found():
    unit = recorded()
    outcome = msgspec.structs.replace(unit.trajectory.outcome, fault="human")
    assert unit.trajectory.outcome.fault == "agent"
    [found] = differences(changed(unit, outcome=outcome))
    assert (found.what, found.leaves[0].before, found.leaves[0].after) == ("whose fault it was", "human", "agent")


def several(*trials: Unit) -> Unit:
    """A unit with the conversations of others, in order."""
    return kept(*(msgspec.structs.replace(each.trajectory, trial=at) for at, each in enumerate(trials)))


def test_every_trial_is_played_back_and_a_difference_names_its_own():
    good, bad = recorded(GOOD), recorded({"account": "b", "cents": 9})
    assert differences(several(good, bad, good)) == []
    wrong = with_message(good, 2, ToolResult(call_id="0", content='{"id":"a","cents":106}'))
    [found] = differences(several(good, bad, wrong))
    assert (found.trial, found.message) == (2, 2)


def test_trials_that_make_up_no_unit_are_found():
    unit = recorded(GOOD)
    trial = unit.trajectory
    for wrong, what in (
        ((trial, trial), "the trials"),
        ((), "the trials"),
        ((msgspec.structs.replace(trial, unit=7),), "the trials"),
        ((msgspec.structs.replace(trial, blueprint="bank-2"),), "the blueprint"),
    ):
        [found] = differences(unit._replace(trials=Trials(0, BLUEPRINT.id, wrong)))
        assert (found.what, found.trial) == (what, None)


@pytest.mark.parametrize(
    ("asked", "accepted", "right"),
    [
        (None, [False, True, True], True),
        (3, [False, True, True], True),
        (4, [False, True, True], False),
        (2, [False, True, True], False),
        (0, [False, True], True),
        (0, [False, False], True),
        (0, [True, False], False),
    ],
)
def test_trials_are_as_many_as_were_asked_for(asked, accepted, right):
    good, bad = recorded(GOOD), recorded()
    unit = several(*(good if each else bad for each in accepted))
    assert [found.what for found in Reverifier(WORLD, BASE, asked).differences(unit)] == ["the trials"] * (not right)


def test_a_unit_that_nobody_could_play_has_one_trial_whatever_was_asked_for():
    for outcome in (Unresolved("none"), Faulted("ours", "error", "E")):
        assert Reverifier(WORLD, BASE, 4).differences(kept(blank(outcome), blueprint=None)) == []


def test_tally_counts_conversations_and_one_wrong_one_leaves_its_siblings_right():
    good = recorded(GOOD)
    wrong = with_message(good, 2, ToolResult(call_id="0", content="{}"))
    tally = Tally(2, is_open=False)
    tally.add(several(good, wrong, good), Reverifier(WORLD, BASE))
    tally.add(numbered(good, 1), Reverifier(WORLD, BASE))
    assert (tally.replayed, tally.same, tally.different, tally.replayed_units) == (4, 3, 1, 2)
    assert (tally.several, tally.agrees, tally.kinds) == (True, False, {"verified": 4})


def test_tally_of_a_unit_whose_blueprint_is_wrong_holds_none_of_its_conversations_for_right():
    unit = several(recorded(GOOD), recorded(GOOD))
    tally = Tally(1, is_open=False)
    tally.add(
        unit._replace(record=BlueprintRecord(0, msgspec.structs.replace(BLUEPRINT, id="x"))), Reverifier(WORLD, BASE)
    )
    assert (tally.same, tally.different, tally.differed) == (0, 2, 1)


def test_unit_without_a_single_trial_does_not_agree():
    tally = Tally(1, is_open=False)
    tally.add(recorded(GOOD)._replace(trials=Trials(0, BLUEPRINT.id, ())), Reverifier(WORLD, BASE))
    assert (tally.replayed, tally.agrees) == (0, False)


def numbered(unit: Unit, number: int) -> Unit:
    trials = tuple(msgspec.structs.replace(each, unit=number) for each in unit.played)
    return Unit(number, unit.record, Trials(number, BLUEPRINT.id, trials))


def test_tally_tells_lost_from_unfinished():
    reverifier = Reverifier(WORLD, BASE)
    for is_open, lost, unfinished in ((False, 1, 6), (True, 0, 7)):
        tally = Tally(10, is_open=is_open)
        for number in (0, 2, 3):
            tally.add(numbered(recorded(GOOD), number), reverifier)
        tally.add(Unit(4, BlueprintRecord(4, BLUEPRINT), None), reverifier)
        assert (tally.replayed, tally.same) == (3, 3)
        assert (tally.lost, tally.unfinished) == (lost, unfinished)
        assert tally.agrees is is_open
