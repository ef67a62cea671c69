"""A draft keeps the world as its actions leave it, of one side and of two."""

from __future__ import annotations

import msgspec
import pytest
from tests.engine.worldkit.lamps import (
    LAMPS,
    MINE,
    Account,
    AccountId,
    LampDraft,
    Phone,
    base,
    free_light,
    lamp_shines,
    light,
    nothing,
    owner,
    power,
)

from interplay.engine.blueprint import Action, Check, Persona, Setup
from interplay.engine.errors import BlueprintError
from interplay.engine.seeds import Seed
from interplay.engine.truth import execute, holds

SEED = Seed.root(1)
SOMEBODY = Persona(name="Ada Byron", description="You are brief.")


@pytest.fixture
def draft() -> LampDraft:
    made = LampDraft(LAMPS, base(), SEED)
    made.identify(SEED)
    return made


def state(draft: LampDraft) -> bytes:
    """All that a draft holds, and the rows as it left them."""
    changes = {"/".join(at): change.after for at, change in draft.db.changes().items()}
    parts = (draft.candidate(SOMEBODY), sorted(draft.touched), changes)
    return msgspec.json.encode(parts, order="deterministic")


def test_an_action_of_the_human_runs_on_their_tools_and_is_kept_as_theirs(draft):
    draft.act("plug_in", {}, by="human")
    assert draft.actions[-1] == Action(tool="plug_in", arguments={}, goal="g1", by="human")
    with pytest.raises(KeyError):
        draft.act("plug_in", {})


def test_the_sides_are_in_step_from_the_beginning_and_after_each_action(draft):
    draft.setup("forget_to_pay", account_id="A1")
    assert not draft.db.lamps[MINE].powered
    draft.act("settle", {"account_id": "A1"})
    assert draft.db.lamps[MINE].powered


def test_a_setup_comes_before_what_was_acted_already(draft):
    assert draft.attempt(light, SEED)
    assert draft.attempt(power, SEED)
    candidate = draft.candidate(SOMEBODY)
    assert candidate.setup == (Setup(tool="unplug"), Setup(tool="forget_to_pay", arguments={"account_id": "A1"}))
    assert [action.tool for action in candidate.actions] == ["find_account", "plug_in", "get_account", "settle"]
    truth = execute(LAMPS.tools, base(), candidate)
    end = truth.start.fork()
    end.write(truth.changes)
    assert {key: end.lamps[key] for key in end.lamps} == {key: draft.db.lamps[key] for key in draft.db.lamps}
    assert all(holds(LAMPS.tools, end, each) for each in candidate.assertions)


def test_several_setups_at_once_are_those_one_by_one(draft):
    other = LampDraft(LAMPS, base(), SEED)
    other.identify(SEED)
    other.setup("unplug")
    other.setup("forget_to_pay", account_id="A1")
    draft.set_up(Setup(tool="unplug"), Setup(tool="forget_to_pay", arguments={"account_id": "A1"}))
    assert state(draft) == state(other)
    assert not draft.db.lamps[MINE].powered


def test_an_assertion_belongs_to_the_goal_being_written_and_has_to_hold_at_the_end(draft):
    draft.assertion("lamp_shines")
    assert (draft.assertions[0].goal, draft.assertions[0].expected) == ("g1", True)
    assert all(each() for each in draft.holds)
    draft.setup("unplug")
    assert not all(each() for each in draft.holds)


def test_rows_of_a_blueprint_alone_are_kept_and_there(draft):
    guest = Account(account_id=AccountId("A2"), owner="Bo", phone=Phone("7"))
    draft.put("accounts", "A2", guest)
    assert draft.db.accounts[AccountId("A2")] == guest
    assert draft.candidate(SOMEBODY).rows == {"accounts": {"A2": msgspec.to_builtins(guest)}}
    draft.put("accounts", "A2", None)
    assert AccountId("A2") not in draft.db.accounts
    assert draft.candidate(SOMEBODY).rows == {"accounts": {"A2": None}}


def test_a_beginning_in_which_the_actions_so_far_cannot_be_made_is_none(draft):
    with pytest.raises(BlueprintError, match="find_account was refused"):
        draft.put("accounts", "A1", None)


def test_a_wish_that_cannot_be_leaves_the_draft_as_it_was(draft):
    draft.attempt(light, SEED)
    before = state(draft)
    assert not draft.attempt(nothing, SEED)
    assert state(draft) == before
    assert draft.attempt(power, SEED)


def test_a_read_is_made_once(draft):
    first, again = (draft.look("get_account", account_id="A1") for _ in range(2))
    assert first == again == msgspec.to_builtins(draft.account)
    assert [action.tool for action in draft.actions] == ["find_account", "get_account"]


def test_a_tool_that_refuses_makes_the_draft_no_good(draft):
    with pytest.raises(BlueprintError, match="settle was refused: Account A1 is paid"):
        draft.act("settle", {"account_id": "A1"})


def test_what_is_taken_is_taken_once(draft):
    assert draft.take(["a"], str, "a letter", SEED) == "a"
    with pytest.raises(BlueprintError, match="the person lacks a letter"):
        draft.take(["a"], str, "a letter", SEED)


def test_a_no_is_a_duty_with_the_forbidden_change_beside_it(draft):
    free_light(draft, SEED)
    (goal,), (duty,) = draft.goals, draft.duties
    assert (goal.kind, goal.signs, duty.kind, duty.goal) == ("refuse", ("settled",), "refuse", goal.id)
    assert goal.insistence in ("", "But why?")
    assert draft.untaken[goal.id].tool == "settle"
    assert draft.traits == {"forbidden"}


def test_an_answer_belongs_to_its_goal(draft):
    owner(draft, SEED)
    assert [(each.value, each.goal) for each in draft.outputs] == [("Ada Byron", "g1")]
    assert draft.candidate(SOMEBODY).instruction.startswith("You are Ada Byron.")


def test_a_goal_can_be_checked_by_the_human(draft):
    check = Check(tool="look_at_lamp", contains="shines")
    draft.finish("write", "Light!", "You want light.", ("shines",), check=check)
    assert draft.goals[0].check == check
    assert lamp_shines(draft.db)
