"""Public benchmarks through the commands: imported, played, exported, graded and replayed, and bad input to each."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.test_commands_end_to_end import begun, heeding_ctrl_c, interplay, logs, refused, small_files

TASK = {
    "id": "t",
    "user_scenario": {"instructions": "Create a task named Tea for user_1."},
    "evaluation_criteria": {
        "actions": [{"name": "create_task", "arguments": {"user_id": "user_1", "title": "Tea"}}],
        "reward_basis": ["DB"],
    },
}
DATA = {
    "tasks": {"task_1": {"task_id": "task_1", "title": "Tea", "description": None, "status": "pending"}},
    "users": {"user_1": {"user_id": "user_1", "name": "Ada", "tasks": ["task_1"]}},
}
CALL = {"id": "1", "function": {"name": "create_task", "arguments": '{"user_id": "user_1", "title": "Tea"}'}}
MADE = {"task_id": "task_2", "title": "Tea", "description": None, "status": "pending"}
TALK = [
    {"role": "user", "content": "Create a task named Tea for user_1."},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "1", "content": json.dumps(MADE)},
    {"role": "assistant", "content": "The task Tea is on your list."},
]


def checkout(place: Path, *tasks: Any, name: str = "checkout") -> Path:
    """A checkout of the newer project with the smallest world; gives the world's folder."""
    inner = place / name / "data" / "tau2" / "domains" / "mock"
    inner.mkdir(parents=True)
    (inner / "db.json").write_text(json.dumps(DATA))
    (inner / "user_db.json").write_text(json.dumps({"notifications": {}}))
    (inner / "tasks.json").write_text(json.dumps(tasks or [TASK]))
    return inner


def told(done: subprocess.CompletedProcess[str]) -> Any:
    """What a command printed as JSON."""
    assert "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout)


def written_to(pipe: Path) -> int | None:
    """The writing end of a pipe; None while nobody reads it."""
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def read(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def lines(path: Path, *documents: Any) -> Path:
    path.write_text("".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in documents))
    return path


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of three tasks, imported; nobody writes to it."""
    path = tmp_path_factory.mktemp("imported")
    checkout(path, TASK, {**TASK, "id": "u"}, {**TASK, "id": "v"})
    done = interplay("import", "tau2", "checkout", "--out", "imported", cwd=path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def place(tmp_path: Path, imported: Path) -> Path:
    """Where commands are given: the imported world is there."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_odd_tasks_are_findings_and_each_hides_no_other(tmp_path: Path) -> None:
    def odd(task_id: str, **criteria: Any) -> dict[str, Any]:
        return {**TASK, "id": task_id, "evaluation_criteria": {"reward_basis": ["DB"], **criteria}}

    create = TASK["evaluation_criteria"]["actions"][0]  # type: ignore[index]
    tasks = [
        TASK,
        TASK,
        None,
        {**TASK, "id": 3},
        odd("robot", actions=[{**create, "requestor": "robot"}]),
        odd("unknown", actions=[{"name": "__class__", "arguments": {}}]),
        odd("refused", actions=[{"name": "create_task", "arguments": {"user_id": 10**400}}]),
        odd("asked", env_assertions=[{"func_name": "nothing"}], reward_basis=["ENV_ASSERTION", "MAGIC"]),
        {**TASK, "id": "begins", "initial_state": {"initialization_data": {"agent_data": {"tasks": 7}}}},
        {**TASK, "id": "\x1b[31m../../red"},
    ]
    checkout(tmp_path, *tasks)
    done = interplay("import", "tau2", "checkout", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    audit = json.loads((tmp_path / "out" / "mock" / "audit.json").read_bytes())
    found = {each["kind"] for each in audit["findings"]}
    assert found >= {
        "unreadable_task",
        "duplicate_id",
        "unknown_requestor",
        "unknown_tool",
        "reference_refused",
        "unknown_assertion",
        "unknown_basis",
        "no_start",
    }
    made = [
        json.loads(line)["id"] for line in (tmp_path / "out" / "mock" / "blueprints.jsonl").read_text().splitlines()
    ]
    assert made[:2] == ["tau2-mock-t", "tau2-mock-t~2"]
    assert len(made) == len(set(made)) == len(tasks) - 3


def test_findings_can_be_read_on_a_narrow_terminal(tmp_path: Path) -> None:
    checkout(tmp_path, TASK, {**TASK, "id": "w" * 300})
    done = interplay("import", "tau2", "checkout", "--out", "out", cwd=tmp_path)  # whose text is far too wide
    [row] = [line for line in done.stdout.splitlines() if line.startswith("duplicate_task")]
    assert row.split()[:4] == ["duplicate_task", "doubtful", "1", "1"]
    assert row.endswith("\N{HORIZONTAL ELLIPSIS}")


def a_pipe(world: Path) -> None:
    (world / "tasks.json").unlink()
    os.mkfifo(world / "tasks.json")


def no_data(world: Path) -> None:
    (world / "db.json").unlink()


def text(name: str, content: str) -> Callable[[Path], None]:
    """Puts this into one of the world's files."""

    def put(world: Path) -> None:
        (world / name).write_text(content)

    return put


@pytest.mark.parametrize(
    ("prepare", "arguments", "says"),
    [
        (no_data, "tau2 checkout", "which has tasks.json and lacks db.json or db.toml"),
        (a_pipe, "tau2 checkout", "which has data and lacks tasks.json"),
        (text("tasks.json", "[{"), "tau2 checkout", "tasks.json: expected a JSON array of tasks: Input data was trun"),
        (text("db.json", '{"tasks": {}, "users": []}'), "tau2 checkout", "mock/db.json: expected an object with task"),
        (text("notes", ""), "tau checkout", "looks like a world of tau2: try `interplay import tau2 checkout`"),
    ],
)
def test_a_checkout_that_cannot_be_imported_is_told_in_one_line_and_leaves_nothing(
    tmp_path: Path, prepare: Callable[[Path], None], arguments: str, says: str
) -> None:
    prepare(checkout(tmp_path))
    assert says in refused(interplay("import", *arguments.split(), "--out", "out", cwd=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["checkout"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('import os\nos.system("touch executed")\n', "line 2: Expr is not data"),
        ('TASKS = [Task(user_id=__import__("os").system("touch executed"))]\n', "line 1: Call is not data"),
        ('TASKS = [\n  Task(user_id=u)\n  for u in open("executed", "w")\n]\n', "line 1: ListComp is not data"),
        ("A = 1\nTASKS = [Task(user_id=f\"{open('executed', 'w')}\")]\n", "line 2: JoinedStr is not data"),
    ],
)
def test_python_that_is_no_data_is_never_executed_and_named_by_file_and_line(
    tmp_path: Path, source: str, says: str
) -> None:
    inner = tmp_path / "checkout" / "envs" / "retail"
    (inner / "data").mkdir(parents=True)
    (inner / "data" / "users.json").write_text("{}")
    (inner / "__init__.py").write_text('open("executed", "w")\n')
    (inner / "tasks_test.py").write_text(source)
    said = refused(interplay("import", "tau", "checkout", "--out", "out", cwd=tmp_path))
    assert f"checkout/envs/retail/tasks_test.py, {says}" in said
    assert [path.name for path in tmp_path.iterdir()] == ["checkout"]
    assert not list(tmp_path.rglob("__pycache__"))


def test_a_pipe_among_task_files_is_told_and_not_waited_for(tmp_path: Path) -> None:
    inner = tmp_path / "retail"
    inner.mkdir()
    os.mkfifo(inner / "tasks_test.py")
    said = refused(interplay("import", "tau", "retail", "--out", "out", cwd=tmp_path))
    assert said == "error: cannot read retail/tasks_test.py: it is not a regular file\n"


def test_an_import_that_is_interrupted_or_finds_the_disk_full_leaves_nothing(tmp_path: Path) -> None:
    inner = checkout(tmp_path, {**TASK, "user_scenario": {"instructions": "Tea. " * 60_000}})
    command = ["import", "tau2", "checkout", "--out", "out"]
    full = refused(interplay(*command, cwd=tmp_path, preexec_fn=small_files))
    assert full == "error: cannot write out: File too large; nothing was left there\n"
    (inner / "user_db.json").unlink()
    os.mkfifo(inner / "user_db.json")  # whoever reads it waits
    with begun(*command, cwd=tmp_path, preexec_fn=heeding_ctrl_c) as process:
        while (end := written_to(inner / "user_db.json")) is None:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        error = process.communicate(timeout=60)[1]
        os.close(end)
    assert (process.returncode, error.strip()) == (130, "error: interrupted")
    assert [path.name for path in tmp_path.iterdir()] == ["checkout"]


def test_imported_tasks_are_played_killed_resumed_verified_and_moved(place: Path) -> None:
    given = ["mock@tau2", "--blueprints", "imported/mock", "--trials", 20]
    done = interplay("generate", *given, "--out", "whole", "--json", cwd=place)
    assert told(done)["total"] == 3, done.stderr
    with begun("generate", *given, "--out", "run", "--in-flight", 1, cwd=place) as process:
        while not (place / "run" / "run.json").exists():
            assert process.poll() is None
        process.kill()
    shutil.rmtree(place / "imported")  # a run has all that it needs
    (place / "run").rename(place / "moved")
    assert told(interplay("resume", "moved", "--json", cwd=place))["complete"] is True
    assert logs(place / "moved") == logs(place / "whole")
    verified = told(interplay("verify", "moved", "--json", cwd=place))
    assert (verified["different"], verified["lost"], verified["unfinished"]) == (0, 0, 0)
    assert "create_task(" in interplay("show", "moved", 0, cwd=place).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("mock --blueprints imported/mock", "is of the world 'mock@tau2', not of 'mock'"),
        ("retail@tau2 --blueprints imported/mock", "imported/mock/data/orders.json: No such file"),
        ("mock@tau2 --blueprints imported/mock -n 4", "imported/mock holds 3 blueprints; -n 4 asks for more"),
        ("mock@tau2 --blueprints imported/mock/audit.json", "audit.json, line 1: not a blueprint"),
    ],
)
def test_blueprints_that_cannot_be_played_are_told_in_one_line(place: Path, arguments: str, says: str) -> None:
    assert says in refused(interplay("generate", *arguments.split(), "--out", "run", cwd=place))
    assert not (place / "run").exists()


def test_a_file_of_blueprints_is_played_on_the_data_beside_it(place: Path) -> None:
    interplay("generate", "mock@tau2", "--blueprints", "imported/mock/blueprints.jsonl", "--out", "run", cwd=place)
    assert json.loads((place / "run" / "data" / "tasks.json").read_bytes()) == DATA["tasks"]


def test_conversations_that_cannot_be_judged_are_told_and_hide_no_other(place: Path) -> None:
    def spoilt(**changed: Any) -> dict[str, Any]:
        return {"blueprint": "tau2-mock-t", "messages": TALK, **changed}

    def called(arguments: Any) -> dict[str, Any]:
        call = {"id": "1", "function": {"name": "create_task", "arguments": arguments}}
        return spoilt(messages=[TALK[0], {**TALK[1], "tool_calls": [call]}, TALK[2]])

    file = lines(
        place / "talks.jsonl",
        spoilt(reward=1.0),
        {"task_id": "t", "messages": TALK},
        spoilt(blueprint="nobody"),
        {"messages": TALK},
        spoilt(messages=[]),
        spoilt(messages=TALK[:2]),
        spoilt(messages=[TALK[2]]),
        called('{"user_id": '),
        called("[]"),
        spoilt(messages=[{"role": "robot", "content": ""}]),
        spoilt(trial="first"),
        "garbage",
        [],
    )
    done = interplay("grade", file, "--blueprints", "imported/mock", "--json", cwd=place)
    grades = told(done)
    assert done.returncode == 1
    assert (grades["conversations"], grades["graded"]) == (13, 2)
    assert grades["ungraded"] == {"message": 3, "arguments": 2, "blueprint": 2} | dict.fromkeys(
        ("empty", "unanswered", "unasked", "role"), 1
    )
    assert [each["rule_reward"] for each in grades["grades"] if each["type"] == "graded"] == [1.0, 1.0]
    table = interplay("grade", file, "--blueprints", "imported/mock", cwd=place).stdout
    assert "(line 12)" in table  # what says of no task is found by its place


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "talks is empty; expected conversations"),
        ('{"messages": [', "talks, line 1: Input data was truncated"),
        ('{"simulations": [{}], "tasks": 7}', "talks: `tasks` is no list"),
    ],
)
def test_files_without_conversations_are_told_in_one_line(place: Path, content: str, says: str) -> None:
    (place / "talks").write_text(content)
    assert says in refused(interplay("grade", "talks", "--blueprints", "imported/mock", cwd=place))


def test_a_conversation_in_which_the_human_acts_is_graded_on_both_sides(conformance_kit: Path, tmp_path: Path) -> None:
    data = conformance_kit / "tau2" / "telecom"
    task = json.loads((data / "tasks_small.json").read_bytes())[0]
    [wanted] = task["evaluation_criteria"]["actions"]
    assert (wanted["requestor"], wanted["arguments"]) == ("user", {})
    call = {"id": "1", "name": wanted["name"], "arguments": {}, "requestor": "user"}
    messages = [
        {"role": "user", "content": "It does not work."},
        {"role": "user", "content": None, "tool_calls": [call]},
        {"role": "tool", "id": "1", "content": "", "requestor": "user"},
        {"role": "user", "content": "Thank you. ###STOP###"},
    ]
    robot = [messages[0], {**messages[1], "tool_calls": [{**call, "requestor": "robot"}]}, *messages[2:]]
    talks = [{"task_id": task["id"], "messages": each} for each in (messages, messages[::3], robot)]
    (tmp_path / "results.json").write_text(json.dumps({"tasks": [task], "simulations": talks}))
    done = interplay("grade", "results.json", "--domain", "telecom", "--data", data, "--json", cwd=tmp_path)
    acted, idle, robots = told(done)["grades"]
    assert (acted["rule_reward"], idle["rule_reward"], robots["cause"]) == (1.0, 0.0, "role")


def test_what_is_exported_comes_back_and_what_is_not_is_told(tmp_path: Path) -> None:
    world = "telecom"
    assert interplay("generate", world, "-n", 8, "--seed", 5, "--out", "run", cwd=tmp_path).returncode == 0
    exported = told(interplay("export", "run", "--format", "tau2", "--out", f"out/{world}", "--json", cwd=tmp_path))
    assert exported["tasks"] + len(exported["left_out"]) == 8
    assert exported["tasks"] >= 5
    assert exported["lost"] == ["clock/today"]  # that project's files do not say which day it is
    done = interplay("import", "tau2", "out", "--out", "back", "--json", cwd=tmp_path)
    [back] = told(done)["worlds"]
    assert (back["blueprints"], back["tasks"]) == (exported["tasks"], exported["tasks"])
    assert not back["counts"].keys() & {"reference_refused", "no_start", "tool_broke", "absent_argument"}
    records = [
        json.loads(line)["blueprint"] for line in (tmp_path / "run" / "blueprints.jsonl").read_text().splitlines()
    ]
    ours = {each["id"]: each for each in records}
    for line in (tmp_path / "back" / world / "blueprints.jsonl").read_text().splitlines():
        theirs = json.loads(line)
        origin = ours[theirs["id"].removeprefix(f"tau2-{world}-")]
        for part, fields in (
            ("actions", ("tool", "arguments", "by")),
            ("setup", ("tool", "arguments")),
            ("assertions", ("tool", "arguments", "expected")),
            ("outputs", ("value",)),
        ):
            both = [[[each.get(field) for field in fields] for each in b.get(part, ())] for b in (origin, theirs)]
            assert both[0] == both[1], (theirs["id"], part)


def test_recordings_that_cannot_be_replayed_are_told_by_line_or_counted(place: Path) -> None:
    shutil.copytree(place / "checkout" / "data", place / "kit")
    tables = place / "kit" / "tau2" / "domains" / "mock"
    good = {"session": 1, "calls": [{"name": "get_users", "arguments": {}}], "diff": []}
    command = ["replay", "mock", "file", "--data", tables]
    lines(place / "file", good, good)
    assert interplay(*command, "--out", "out", cwd=place).returncode == 0
    before = (place / "out").read_bytes()
    for second, says in (
        ('{"session":', "file, line 2: not a recorded session: Input data was truncated"),
        ({"type": "meta", "domain": "mock"}, "file, line 2: not a recorded session: Object missing required field"),
        ({"session": 2, "calls": 7}, "file, line 2: not a recorded session: Expected `array`"),
    ):
        lines(place / "file", good, second)
        assert says in refused(interplay(*command, "--out", "out", cwd=place))
    assert (place / "out").read_bytes() == before
    robot = {"type": "task", "id": "t", "actions": [{"requestor": "robot", "name": "get_users", "arguments": {}}]}
    lines(place / "file", robot)
    assert "Invalid enum value 'robot' - at `$.actions[0].requestor`" in refused(interplay(*command, cwd=place))


def test_a_collection_without_its_data_names_where_they_should_be(place: Path) -> None:
    (place / "kit" / "golden").mkdir(parents=True)
    lines(place / "kit" / "golden" / "mock_test.jsonl", {"session": 1, "calls": []})
    done = interplay("replay", "--recordings", "kit", cwd=place)
    assert done.returncode == 1
    assert "kit/taubench/mock is not a directory; the data that these recordings began with should lie" in done.stdout


def test_a_world_whose_package_is_absent_or_damaged_says_so_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = tmp_path / "copy" / "bfcl_eval" / "eval_checker" / "multi_turn_eval" / "func_source_code"
    sources.mkdir(parents=True)
    (tmp_path / "copy" / "bfcl_eval" / "data").mkdir()
    (tmp_path / "copy" / "bfcl_eval" / "__init__.py").touch()
    (sources / "gorilla_file_system.py").write_text("def (")
    lines(tmp_path / "script.jsonl", {"id": "a", "turns": [], "final_state": {}})
    for named, says in (
        ("nowhere", "INTERPLAY_BFCL names nowhere, which holds no bfcl_eval"),
        ("copy", "copy/bfcl_eval cannot be used: GorillaFileSystem of gorilla_file_system.py: SyntaxError"),
    ):
        monkeypatch.setenv("INTERPLAY_BFCL", named)
        for command in ("generate bfcl -n 1 --out run", "replay bfcl script.jsonl"):
            assert says in refused(interplay(*command.split(), cwd=tmp_path))
    assert says in refused(interplay("tools", "bfcl", cwd=tmp_path))
    listed = interplay("domains", cwd=tmp_path).stdout
    assert "broken: " in listed
    assert "retail" in listed
    assert not (tmp_path / "run").exists()
