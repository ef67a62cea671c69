"""The commands as processes: killed, interrupted, in each other's way, on a full disk, called with nonsense."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interplay.engine.run import Run

REPOSITORY = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-P", "-m", "interplay.engine.cli"]  # -P: as the console script, which lacks the directory
UNITS = 300
MADE = ["retail", "-n", str(UNITS), "--seed", "3", "--persons", "60"]

AGENTS = '''
import os, sys

import anyio

from interplay.agents.casting import guided

played = 0

def counting(part):
    """Says whom it plays for."""
    print("cast", part.blueprint.id, file=sys.stderr, flush=True)
    return guided(part)

def played_out(part):
    global played
    played += 1
    return played > 30 and not os.path.exists("go")

def hanging(part):
    """Waits for ever from some conversation on, unless it is let go."""
    async def act(conversation, tools):
        print("waiting", file=sys.stderr, flush=True)
        await anyio.sleep_forever()
    return act if played_out(part) else guided(part)

def blocking(part):
    """Holds the event loop."""
    def act(conversation, tools):
        print("waiting", file=sys.stderr, flush=True)
        while True:
            pass
    return act if played_out(part) else guided(part)
'''


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPATH": str(REPOSITORY / "src"), "COLUMNS": "200"}


def interplay(*arguments: Any, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def begun(*arguments: Any, cwd: Path, **options: Any) -> subprocess.Popen[str]:
    """Begin a command."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def heeding_ctrl_c() -> None:
    """As from a terminal; what a shell starts in the background ignores Ctrl-C, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(process: subprocess.Popen[str], marker: str) -> None:
    """Read what a process says until it says this."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if line.strip() == marker:
            return
    pytest.fail(f"it never said {marker!r}: {''.join(said)}")


def logs(run: Path) -> tuple[bytes, ...]:
    return tuple((run / f"{log}.jsonl").read_bytes() for log in ("blueprints", "trajectories"))


def there(run: Path) -> set[str]:
    """Blueprints whose conversation is on disk."""
    return {record["blueprint"] for record in Run.open(run).trajectories(dict)}


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what was wrong, after whatever a slow machine had time to say of its progress."""
    assert done.returncode == 2, done
    *before, error = done.stderr.splitlines(keepends=True)
    assert error.startswith("error: "), done.stderr
    assert all(" in flight; " in line for line in before), done.stderr
    return error


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing disturbed; nobody writes to it."""
    path = tmp_path_factory.mktemp("whole")
    done = interplay("generate", *MADE, "--out", "run", "--json", cwd=path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["complete"] is True
    assert (told["total"], told["before"], told["done"], told["kinds"]) == (UNITS, 0, UNITS, {"verified": UNITS})
    return path / "run"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory to work in, with agents of one's own."""
    (tmp_path / "own_agents.py").write_text(AGENTS)
    return tmp_path


def test_what_was_generated_verifies_and_needs_no_resuming(whole: Path) -> None:
    done = interplay("verify", whole, "--json", cwd=whole.parent)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["same"], told["different"], told["lost"], told["unfinished"]) == (UNITS, 0, 0, 0)
    before = logs(whole)
    again = interplay("resume", whole, cwd=whole.parent)
    assert again.returncode == 0, again.stderr
    assert f"{UNITS} of {UNITS} done; in this session nothing to do" in again.stdout
    assert logs(whole) == before


def test_a_run_that_is_killed_again_and_again_loses_and_repeats_nothing_that_was_kept(place: Path, whole: Path) -> None:
    run = place / "run"
    command: list[Any] = ["generate", *MADE, "--out", "run", "--agent", "own_agents:counting", "--in-flight", 5]
    kept: set[str] = set()
    for casts, kept_at_least in ((1, 0), (12, 1), (3, 0), (15, 5)):
        with begun(*command, cwd=place) as process:
            assert process.stderr is not None
            cast: list[str] = []
            while len(cast) < casts or len(before := there(run)) < len(kept) + kept_at_least:
                line = process.stderr.readline()
                assert line.startswith("cast "), line + process.stderr.read()
                cast.append(line.split()[1])
            before = there(run)
            process.kill()
            cast += [line.split()[1] for line in process.stderr if line.startswith("cast ")]
        assert process.returncode == -signal.SIGKILL
        assert not kept & set(cast)  # what was kept is not done again
        assert kept <= before <= there(run)
        kept = there(run)
        command = ["resume", "run", "--in-flight", 7]
    assert 0 < len(kept) < UNITS
    partly = interplay("verify", "run", "--json", cwd=place)
    assert json.loads(partly.stdout)["same"] == len(kept)
    done = interplay("resume", "run", cwd=place)
    assert done.returncode == 0, done.stderr
    cast = [line.split()[1] for line in done.stderr.splitlines() if line.startswith("cast ")]
    assert len(cast) == len(set(cast)) == UNITS - len(kept)
    assert not kept & set(cast)
    assert logs(run) == logs(whole)


def test_a_run_that_is_at_work_is_nobody_elses_and_ctrl_c_keeps_what_was_finished(place: Path, whole: Path) -> None:
    run = place / "run"
    command = ["generate", *MADE, "--out", "run", "--agent", "own_agents:hanging"]
    with begun(*command, cwd=place, preexec_fn=heeding_ctrl_c) as process:
        wait_for(process, "waiting")
        other = refused(interplay("resume", "run", cwd=place))
        assert other == "error: run is being written by another process\n"
        assert "run is a run already; `interplay resume run` continues it" in refused(interplay(*command, cwd=place))
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"30 of {UNITS} done; in this session 30 verified" in out
    assert "interrupted; what was finished is kept: `interplay resume run` goes on" in error
    assert "Traceback" not in error
    assert len(there(run)) == 30
    (place / "go").touch()
    done = interplay("resume", "run", "--json", cwd=place)
    assert done.returncode == 0, done.stderr
    assert [json.loads(done.stdout)[name] for name in ("before", "done")] == [30, UNITS - 30]
    assert logs(run) == logs(whole)


def test_an_agent_that_holds_the_event_loop_does_not_hold_the_process(place: Path, whole: Path) -> None:
    command = ["generate", *MADE, "--out", "run", "--agent", "own_agents:blocking"]
    with begun(*command, cwd=place) as process:
        wait_for(process, "waiting")
        process.send_signal(signal.SIGTERM)  # Ctrl-C and this are one
        error = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "stopped at once; what was finished is kept: `interplay resume run` goes on" in error
    (place / "go").touch()
    done = interplay("resume", "run", cwd=place)
    assert done.returncode == 0, done.stderr
    assert logs(place / "run") == logs(whole)


def test_ctrl_c_before_the_run_is_made_leaves_nothing_in_the_way(place: Path) -> None:
    (place / "interrupting.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    command = ["generate", *MADE, "--out", "run", "--agent", "interrupting:agent"]
    done = interplay(*command, cwd=place, preexec_fn=heeding_ctrl_c)
    assert done.returncode == 130
    assert done.stderr.strip() == "error: interrupted"
    assert not (place / "run").exists()


def small_files() -> None:
    """What a disk does when it is full, for this process only."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, resource.RLIM_INFINITY))


def test_a_full_disk_is_told_in_one_line_and_what_was_acknowledged_is_kept(place: Path, whole: Path) -> None:
    command = ["generate", *MADE, "--out", "run", "--in-flight", 4]
    said = refused(interplay(*command, cwd=place, preexec_fn=small_files))
    assert (
        "jsonl: File too large. What was acknowledged is safe; raise the file size limit and run `interplay res" in said
    )
    kept = there(place / "run")
    assert 0 < len(kept) < UNITS
    assert "File too large" in refused(interplay("resume", "run", cwd=place, preexec_fn=small_files))
    assert there(place / "run") >= kept
    done = interplay("resume", "run", cwd=place)
    assert done.returncode == 0, done.stderr
    assert logs(place / "run") == logs(whole)


def test_an_agent_of_ones_own_is_found_in_the_current_directory_and_its_mistakes_exit_with_1(place: Path) -> None:
    (place / "rude.py").write_text(
        "from interplay.engine.messages import AgentMessage\n"
        "def agent(conversation, tools): return AgentMessage(text='No.')\n"
        "def broken(conversation, tools): raise ValueError('no model')\n"
    )
    few = ["retail", "-n", "3", "--persons", "60"]
    done = interplay("generate", *few, "--out", "rude", "--agent", "rude:agent", "--turns", "4", cwd=place)
    assert done.returncode == 1, done.stderr
    assert "3 of 3 done; in this session 3 rejected" in done.stdout
    done = interplay("generate", *few, "--out", "broken", "--agent", "rude:broken", cwd=place)
    assert done.returncode == 1, done.stderr
    assert "3 of 3 done; in this session 3 failed:agent" in done.stdout
    (place / "rude.py").unlink()
    assert "agent rude:agent cannot be imported" in refused(interplay("resume", "rude", cwd=place))


def empty(place: Path, whole: Path) -> None:
    """Nothing is there."""


def filled(place: Path, whole: Path) -> None:
    (place / "run").mkdir()
    (place / "run" / "thesis.txt").write_text("mine")


def a_file(place: Path, whole: Path) -> None:
    (place / "run").write_text("mine")


def malformed(place: Path, whole: Path) -> None:
    shutil.copytree(whole / "data", place / "data")
    rows = json.loads((place / "data" / "orders.json").read_bytes())
    first = next(iter(rows))
    (place / "data" / "orders.json").write_text(json.dumps({first: {**rows[first], "status": 7}}))


def not_json(place: Path, whole: Path) -> None:
    malformed(place, whole)
    (place / "data" / "orders.json").write_text("{")


def lacking(place: Path, whole: Path) -> None:
    malformed(place, whole)
    (place / "data" / "orders.json").unlink()


def unfitting(place: Path, whole: Path) -> None:
    shutil.copytree(whole / "data", place / "data")
    rows = json.loads((place / "data" / "users.json").read_bytes())
    user = next(key for key, row in rows.items() if row["orders"])
    rows[user]["orders"] = ["#W0"]
    (place / "data" / "users.json").write_text(json.dumps(rows))


def no_run(place: Path, whole: Path) -> None:
    (place / "run").mkdir()


def other_format(place: Path, whole: Path) -> None:
    shutil.copytree(whole, place / "run")
    config = json.loads((whole / "run.json").read_bytes())
    (place / "run" / "run.json").write_text(json.dumps({**config, "format": 99}))


def tampered(place: Path, whole: Path) -> None:
    shutil.copytree(whole, place / "run")
    rows = json.loads((whole / "data" / "users.json").read_bytes())
    next(iter(rows.values()))["email"] = "somebody@else.example"
    (place / "run" / "data" / "users.json").write_text(json.dumps(rows))


def damaged(place: Path, whole: Path) -> None:
    shutil.copytree(whole, place / "run")
    lines = (whole / "trajectories.jsonl").read_bytes().splitlines(keepends=True)
    (place / "run" / "trajectories.jsonl").write_bytes(b"".join([*lines[:4], b"{}\n", *lines[5:]]))


@pytest.mark.parametrize(
    ("prepare", "arguments", "text"),
    [
        (empty, "generate retail -n 0 --out run", "'-n' / '--units': 0 is not in the range"),
        (empty, "generate retail -n some --out run", "'-n' / '--units': 'some' is not a valid integer"),
        (empty, "generate retail --out run", "say which world and how many"),
        (empty, "generate retail -n 1", "Missing option '--out'"),
        (empty, "generate retail -n 1 --out run --seed -1", "'--seed': -1 is not in the range x>=0"),
        (empty, "generate retail -n 1 --out run --seconds 0", "'--seconds': 0.0 is not in the range"),
        (empty, "generate retail -n 1 --out run --in-flight 0", "'--in-flight': 0 is not in the range"),
        (empty, "generate retial -n 1 --out run", "there is no domain 'retial'; known: airline"),
        (empty, "generrate retail", "there is no command 'generrate'; did you mean 'generate'?"),
        (empty, "generate retail -n 1 --out run --agent giuded", "there is no agent 'giuded'; did you mean 'guided'?"),
        (empty, "generate retail -n 1 --out run --human script", "no human 'script'; did you mean 'scripted'?"),
        (empty, "generate retail -n 1 --out run --agent nowhere:agent", "No module named 'nowhere'"),
        (empty, "generate retail -n 1 --out run --agent own_agents:nobody", "no attribute 'nobody'"),
        (empty, "generate retail -n 1 --out run --data d --persons 3", "--data and --persons exclude each other"),
        (empty, "generate retail -n 1 --out run --data nowhere", "nowhere is not a directory; it should hold"),
        (malformed, "generate retail -n 1 --out run --data data", "data/orders.json, row '#W"),
        (malformed, "generate retail -n 1 --out run --data data", "got `int` - at `$.status` (rows here are Order)"),
        (not_json, "generate retail -n 1 --out run --data data", "data/orders.json: expected one JSON object"),
        (lacking, "generate retail -n 1 --out run --data data", "cannot read data/orders.json: No such file"),
        (unfitting, "generate retail -n 1 --out run --data data", "lists order '#W0'; expected a row of orders.json"),
        (filled, "generate retail -n 1 --persons 20 --out run", "the directory is not empty (thesis.txt)"),
        (a_file, "generate retail -n 1 --persons 20 --out run", "cannot make a run at run: it is a file"),
        (empty, "resume run", "there is no run at run: no such directory"),
        (no_run, "resume run", "run is not a run: it has no run.json"),
        (a_file, "resume run", "run is not a run: it is a file"),
        (other_format, "resume run", "run/run.json has format 99, written by Interplay"),
        (tampered, "resume run", "run/data is not the data that this run started from: its digest is"),
        (damaged, "resume run", "run/trajectories.jsonl, line 5: "),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    place: Path, whole: Path, prepare: Callable[[Path, Path], None], arguments: str, text: str
) -> None:
    prepare(place, whole)
    assert text in refused(interplay(*arguments.split(), cwd=place))
    assert not arguments.startswith("generate") or not (place / "run" / "run.json").exists()


def test_a_directory_that_may_not_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    closed = Path("/proc") if os.geteuid() == 0 else tmp_path  # root may write anywhere else
    tmp_path.chmod(0o555)
    done = interplay("generate", "retail", "-n", 1, "--persons", 20, "--out", closed / "run", cwd=tmp_path)
    assert refused(done).startswith(f"error: cannot make a run at {closed}/run: ")
