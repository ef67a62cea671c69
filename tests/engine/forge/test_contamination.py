"""What is taken from a test set is found in every layout, and a file that is none says what was expected."""

from pathlib import Path

import msgspec
import pytest
from tests.engine.two_sided import DARK, WORLD

from interplay.domains.retail import DOMAIN as RETAIL
from interplay.engine.blueprint import Action, Blueprint, Goal, Persona
from interplay.engine.errors import BlueprintError, DataError
from interplay.engine.forge.contamination import Exclusions

TEXT = (
    "You bought a lamp last spring and want to send it back because the switch is broken and nobody in the house can "
    "bear the humming any longer. You will not take a voucher."
)
CALLS = [
    {"name": "find_user_id_by_email", "arguments": {"email": "a@b.c"}},
    {"name": "get_order_details", "arguments": {"order_id": "#W1111111"}},
    {"name": "cancel_pending_order", "arguments": {"order_id": "#W1111111", "reason": "no longer needed"}},
]
TASK = {"user_id": "ada_lace_1000", "instruction": TEXT, "actions": CALLS, "outputs": []}
SECOND = {
    "id": "0",
    "user_scenario": {"persona": None, "instructions": {"reason_for_call": TEXT, "known_info": "You are Ada."}},
    "evaluation_criteria": {"actions": CALLS, "communicate_info": []},
}


def candidate(text: str = "Something else entirely.", *actions: Action) -> Blueprint:
    return Blueprint(
        id="b",
        domain="shop",
        instruction=text,
        persona=Persona(name="Ada", description=""),
        facts=(),
        goals=(Goal(id="g1", kind="write", wish="I want something.", signs=()),),
        actions=actions,
    )


OURS = candidate(TEXT, *(Action(tool=c["name"], arguments=c["arguments"], goal="g1") for c in CALLS))
LINES = [{"unit": 0, "blueprint": msgspec.to_builtins(OURS)}, {"unit": 1, "failure": "nothing was accepted"}]
AS_TEXT = [{"tool": c["name"], "arguments": msgspec.json.encode(c["arguments"]).decode()} for c in CALLS]
LAYOUTS = {
    "benchmark": msgspec.json.encode([TASK]),
    "its second version": msgspec.json.encode([SECOND]),
    "an object of tasks": msgspec.json.encode({"tasks": [TASK]}),
    "blueprints": b"\n".join(map(msgspec.json.encode, LINES)),
    "bare blueprints": msgspec.json.encode(OURS),
    "lines": msgspec.json.encode(TASK) + b"\n\n" + msgspec.json.encode({"instruction": "Hello."}) + b"\n",
    "arguments as text": msgspec.json.encode({"instruction": TEXT, "actions": AS_TEXT}),
}


def read(path: Path, data: bytes) -> Exclusions:
    file = path / "held-out.json"
    file.write_bytes(data)
    return Exclusions.read([file], RETAIL.tools)


@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS)
def test_same_change_is_found_in_every_layout(tmp_path, data):
    taken = Action(tool="cancel_pending_order", arguments=CALLS[2]["arguments"], goal="g1")
    with pytest.raises(BlueprintError, match=r"held-out.json, \w+ \d: 1 of its 1 changes") as caught:
        read(tmp_path, data).check(candidate("Something else entirely.", taken))
    assert caught.value.check == "contamination"


@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS)
def test_same_words_are_found_in_every_layout(tmp_path, data):
    with pytest.raises(BlueprintError, match="words stand in both"):
        read(tmp_path, data).check(candidate(f"You are Ben. {TEXT[30:150]}"))


def test_same_ids_are_found(tmp_path):
    ids = {"order_id": "#W1111111", "payment_method_id": "paypal_1000000"}
    data = msgspec.json.encode([{"instruction": "", "actions": [{"name": "get_order_details", "arguments": ids}]}])
    change = Action(tool="modify_pending_order_payment", arguments=ids, goal="g1")
    with pytest.raises(BlueprintError, match="2 of its 2 ids"):
        read(tmp_path, data).check(candidate("", change))


def test_what_is_its_own_passes(tmp_path):
    own = Action(tool="cancel_pending_order", arguments={"order_id": "#W2222222", "reason": "no longer needed"})
    kept = {"g1": Action(tool="cancel_pending_order", arguments=CALLS[2]["arguments"], goal="g1")}
    exclusions = read(tmp_path, LAYOUTS["benchmark"])
    exclusions.check(candidate("You want to send a lamp back because the switch is broken.", own))
    exclusions.check(candidate("Something else.", own))
    no = msgspec.structs.replace(candidate("You may not.", own), untaken=kept)
    assert len(exclusions) == 1
    exclusions.check(no)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "holds no tasks; expected a JSON array of tasks"),
        (b"[]", "holds no tasks"),
        (b"hello", "line 1: .*; expected a JSON array of tasks, or a JSON object a line"),
        (b'{"instruction": "a"}\n{"instruction": ', "line 2: "),
        (b"\xff\xfe", "line 1"),
        (b"[1]", "task 0: found int; expected"),
        (b'[{"question": "a", "answer": "b"}]', "task 0: found answer, question; expected"),
        (b'[{"instruction": "a", "actions": 3}]', 'task 0: "actions" is int'),
        (b'[{"instruction": "a", "actions": [{"arguments": {}}]}]', "task 0, action 0: expected"),
        (b'[{"instruction": "a", "actions": [{"name": "b", "arguments": "{"}]}]', "the arguments are no JSON"),
        (b'{"unit": 0, "blueprint": {"id": "a"}}', "task 0: no blueprint: .*missing required field"),
    ],
)
def test_file_that_is_no_test_set_says_where_and_what_was_expected(tmp_path, data, says):
    with pytest.raises(DataError, match=says):
        read(tmp_path, data)


def test_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*nowhere.json: No such file"):
        Exclusions.read([tmp_path / "nowhere.json"], RETAIL.tools)


@pytest.mark.recordings("taubench/retail/tasks_test.json", "tau2/retail/tasks.json", "tau2/mock/tasks.json")
def test_public_tasks_are_read(recording):
    assert len(Exclusions.read([recording], RETAIL.tools)) == len(msgspec.json.decode(recording.read_bytes()))


@pytest.mark.parametrize(("tool", "requestor"), [("check_lamp", "user"), ("press_switch", "user")])
def test_what_people_do_with_things_of_their_own_is_taken_from_nobody(tmp_path, tool, requestor):
    file = tmp_path / "held-out.json"
    call = {"name": tool, "arguments": {}, "requestor": requestor}
    file.write_bytes(msgspec.json.encode([{"instruction": "Another matter.", "actions": [call]}]))
    excluded = Exclusions.read([file], WORLD.tools)
    assert len(excluded) == 1
    excluded.check(DARK)  # raises where something was taken


def test_what_the_agent_changes_for_them_can_be_taken(tmp_path):
    file = tmp_path / "held-out.json"
    call = {"name": "connect", "arguments": {"lamp_id": "lamp_1001"}}
    file.write_bytes(msgspec.json.encode([{"instruction": "Another matter.", "actions": [call]}]))
    with pytest.raises(BlueprintError, match="1 of its 1 changes"):
        Exclusions.read([file], WORLD.tools).check(DARK)
