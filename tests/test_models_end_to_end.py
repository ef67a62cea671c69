"""Runs with models over real HTTP: the command as a process, a model server's double on loopback."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import anyio
import click
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from click.testing import CliRunner

from interplay.agents.modelled import prompts
from interplay.agents.oracle import Oracle
from interplay.agents.rehearsal import Rehearsal
from interplay.agents.reviewing import model as reviewer
from interplay.domains.retail import DOMAIN
from interplay.engine.cli import commands
from interplay.engine.errors import InterplayError
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.models.exchange import Call, Reply
from interplay.engine.run import Run
from interplay.engine.seeds import Seed
from interplay.engine.testing.model_server import Fault, ModelServer
from interplay.engine.trajectory import Trials

REPOSITORY = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-P", "-m", "interplay.engine.cli"]
WORLD = ("retail", "--seed", 7, "--persons", 60)
BASE = DOMAIN.generate(Seed.root(7).child("data"), 60)
LOGS = ("blueprints.jsonl", "trajectories.jsonl", "run.json")
KEY = "sesame-4711-open-up"

ACTORS = '''
import anyio

from interplay.agents.casting import guided
from interplay.engine.forge.review import Review
from interplay.engine.messages import AgentMessage


def flaky(part):
    """Says no and nothing else in some of its conversations."""
    if part.seed.child("flaky").chance(0.4):
        return lambda conversation, tools: AgentMessage(text="No.")
    return guided(part)


async def hanging(conversation, tools):
    await anyio.sleep_forever()


def _review(score):
    return lambda case: Review(
        reviewer="own", abstains=not score, correctness=score, completeness=score, satisfaction=score, creativity=score
    )


yes, no, silent = _review(9), _review(1), _review(0)
'''

Play = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., ModelServer]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPATH": str(REPOSITORY / "src"), "COLUMNS": "200", **more}


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Runs a command to its end, in a directory of its own where actors and configs may stand."""
    (tmp_path / "own.py").write_text(ACTORS)

    def run(*arguments: Any, preexec_fn: Any = None, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [*COMMAND, *map(str, arguments)]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            preexec_fn=preexec_fn,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def serve(portal: BlockingPortal) -> Iterator[Serve]:
    """Starts a server that plays every role, unless it is told what to answer."""
    with ExitStack() as open_servers:

        def start(answer: Any = None, **options: Any) -> ModelServer:
            server = ModelServer(answer or rehearsal().answer, **options)
            open_servers.enter_context(portal.wrap_async_context_manager(server))
            return server

        yield start


def rehearsal() -> Rehearsal:
    return Rehearsal(DOMAIN, BASE, Seed.root(99))


def made(play: Play, *arguments: Any, code: int = 0, **variables: str) -> dict[str, Any]:
    """What a run that is made says of itself."""
    done = play(*arguments, "--json", **variables)
    assert done.returncode == code, done
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what was wrong."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    line = done.stderr.splitlines()[-1]
    assert line.startswith("error: "), done.stderr
    return line


def logs(run: Path) -> list[bytes]:
    return [(run / name).read_bytes() for name in LOGS]


def records(run: Path) -> list[BlueprintRecord]:
    return list(Run.open(run).blueprints(BlueprintRecord))


def lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a file that somebody may be writing."""
    return [json.loads(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]


def answered(run: Path) -> list[tuple[int, str, int]]:
    """Addresses of what an endpoint replied."""
    replies = lines(run / "replies.jsonl")
    return [(e["unit"], e["at"], e.get("again", 0)) for e in replies if "reply" in e and not e.get("origin")]


def see_that_commands_can_read(run: Path, *, units: int, conversations: int | None = None) -> dict[str, Any]:
    """Verify, read and count a run; the counts."""
    verified = asked_of(run, "verify", "--json")
    assert (verified["same"], verified["different"]) == (conversations or units, 0)
    assert asked_of(run, "show", "0", "--json")
    stats = asked_of(run, "stats", "--json")
    assert stats["done"] == units
    return stats


def asked_of(run: Path, command: str, *arguments: str) -> dict[str, Any]:
    """What a command that only reads says of a run, in this process, which takes less time."""
    done = CliRunner().invoke(commands, [command, str(run), *arguments])
    assert done.exit_code == 0, done
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_run_on_one_model_is_verified_replays_without_a_server_and_is_not_asked_twice_with_a_cache(
    play: Play, serve: Serve, tmp_path: Path
) -> None:
    server = serve(key=KEY, models=("oracle", "other"))
    asked = ("generate", *WORLD, "-n", 5, "--recombine", 0, "--model", f"{server.url}#oracle", "--key", "SESAME")
    told = made(play, *asked, "--out", "run", "--cache", "cache", SESAME=KEY)
    assert (told["complete"], told["kinds"]) == (True, {"verified": 5})
    paid = server.tally.requests
    assert paid == len(answered(tmp_path / "run")) == len(set(answered(tmp_path / "run")))
    again = made(play, *asked, "--out", "cached", "--cache", "cache", "--in-flight", 2, SESAME=KEY)
    assert again["kinds"] == {"verified": 5}
    assert server.tally.requests == paid
    assert logs(tmp_path / "cached") == logs(tmp_path / "run")
    for source, copy in (("cached", "copy"), ("copy", "copy of copy")):
        made(play, "generate", "--replay", source, "--out", copy, "--in-flight", 3)  # no key is set
        assert logs(tmp_path / copy) == logs(tmp_path / "run")
    assert server.tally.requests == paid
    see_that_commands_can_read(tmp_path / "copy", units=5)
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file


class Holding:
    """A rehearsal that holds every request from some number on, until it is let go.

    Args:
        number: of the first that is held.
    """

    def __init__(self, number: int) -> None:
        self.reached, self.free = Event(), Event()
        self._number, self._inner = number, rehearsal()

    def answer(self, asked: Any) -> Any:
        if asked.number < self._number or self.free.is_set():
            return self._inner.answer(asked)
        self.reached.set()
        return anyio.sleep_forever()


def test_a_run_that_is_killed_resumes_and_pays_for_no_reply_twice(play: Play, serve: Serve, tmp_path: Path) -> None:
    holding, units = Holding(120), 8
    server = serve(holding.answer)
    asked = ("generate", *WORLD, "-n", units, "--recombine", 0, "--model", f"{server.url}#oracle", "--out", "run")
    command = [*COMMAND, *map(str, asked)]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE) as process:
        assert holding.reached.wait(60)
        replies = tmp_path / "run" / "replies.jsonl"
        while len(lines(replies)) < 110:
            assert process.poll() is None
        assert "being written by another process" in refused(play("resume", "run"))
        process.send_signal(signal.SIGKILL)
    kept, before = answered(tmp_path / "run"), server.tally.requests
    holding.free.set()
    torn = replies.read_bytes() + b'{"unit": 0, "at": "torn'
    replies.write_bytes(torn)
    done = play("generate", "--replay", "run", "--out", "half")
    assert "has no reply to that" in refused(done)
    told = made(play, "resume", "run")
    assert (told["complete"], set(told["kinds"])) == (True, {"verified"})
    final = answered(tmp_path / "run")
    assert final[: len(kept)] == kept
    assert len(final) == len(set(final)) == len(kept) + server.tally.requests - before
    made(play, "resume", "half", "--replay", "run", "--in-flight", 2)
    assert logs(tmp_path / "half") == logs(tmp_path / "run")
    see_that_commands_can_read(tmp_path / "run", units=units)


def test_ctrl_c_in_the_middle_of_calls_keeps_what_was_answered(play: Play, serve: Serve, tmp_path: Path) -> None:
    holding = Holding(60)
    server = serve(holding.answer)
    asked = ("generate", *WORLD, "-n", 4, "--recombine", 0, "--model", f"{server.url}#oracle", "--out", "run")
    command = [*COMMAND, *map(str, asked)]
    heeding = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **heeding
    ) as process:  # type: ignore[call-overload]
        assert holding.reached.wait(60)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted; what was finished is kept: `interplay resume run` goes on" in error
    assert "Traceback" not in error
    kept, before = answered(tmp_path / "run"), server.tally.requests
    assert 0 < len(kept) < 60
    assert "has no reply to that" in refused(play("generate", "--replay", "run", "--out", "half"))
    holding.free.set()
    assert set(made(play, "resume", "run")["kinds"]) == {"verified"}
    assert len(answered(tmp_path / "run")) == len(kept) + server.tally.requests - before
    made(play, "generate", "--replay", "run", "--out", "copy")
    assert logs(tmp_path / "copy") == logs(tmp_path / "run")


def test_blueprints_that_a_model_wrote_are_joined_and_told_anew_by_it(play: Play, serve: Serve, tmp_path: Path) -> None:
    server = serve()
    (tmp_path / "run.toml").write_text(
        f'[endpoints.main]\nurl = "{server.url}"\n[roles.writer]\nmodel = "main#oracle"\n'
    )
    asked = ("generate", *WORLD, "-n", 100, "--config", "run.toml", "--recombine", 1, "--out", "run")
    assert made(play, *asked)["kinds"] == {"verified": 100}
    joined = [each for each in records(tmp_path / "run") if each.parents]
    assert joined
    assert all(len(each.parents) >= 2 for each in joined)
    assert {each.unit for each in joined} <= {unit for unit, at, _ in answered(tmp_path / "run") if "retell" in at}
    made(play, "generate", "--replay", "run", "--out", "copy", "--in-flight", 5)
    assert logs(tmp_path / "copy") == logs(tmp_path / "run")


def test_reviewers_that_never_answer_are_the_providers_fault_and_no_unresolved_task(
    play: Play, serve: Serve, tmp_path: Path
) -> None:
    inner = rehearsal()

    def answer(asked: Any) -> Any:
        reviewing = asked["messages"][0]["content"].startswith(reviewer.ROLE)
        return Fault("context_overflow") if reviewing else inner.answer(asked)

    asked = ("generate", *WORLD, "-n", 2, "--recombine", 0, "--writings", 2, "--model", f"{serve(answer).url}#oracle")
    assert made(play, *asked, "--out", "run", code=1)["kinds"] == {"failed:provider": 2}
    see_that_commands_can_read(tmp_path / "run", units=2)


def small_files() -> None:
    """What a disk does when it is full, for this process only."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))


def test_a_disk_that_fills_up_keeps_no_record_without_the_replies_that_it_rests_on(
    play: Play, serve: Serve, tmp_path: Path
) -> None:
    server = serve()
    asked = ("generate", *WORLD, "-n", 10, "--recombine", 0, "--model", f"{server.url}#oracle", "--out", "run")
    error = refused(play(*asked, preexec_fn=small_files))
    assert "replies.jsonl: File too large" in error
    kept, before = answered(tmp_path / "run"), server.tally.requests
    assert set(made(play, "resume", "run")["kinds"]) == {"verified"}
    final = answered(tmp_path / "run")
    assert len(final) == len(set(final)) == len(kept) + server.tally.requests - before
    made(play, "generate", "--replay", "run", "--out", "copy")
    assert logs(tmp_path / "copy") == logs(tmp_path / "run")


CONFIG = """
[endpoints.main]
url = "{main}"
[endpoints.other]
url = "{other}"
key = "SESAME"
[prices.oracle]
prompt = 1
completion = 1
[prices.lawyer]
prompt = 0
completion = 0
[roles.writer]
model = "main#oracle"
[[reviewers]]
name = "lawyer"
actor = "policy-lawyer"
model = "other#lawyer"
[[reviewers]]
name = "wishes"
actor = "wishes"
[forge]
recombine = 0.0
probes = 0.0
[play]
trials = 2
"""


def test_roles_go_to_the_endpoints_of_a_config_and_a_budget_ends_the_session_until_there_is_more(
    play: Play, serve: Serve, tmp_path: Path
) -> None:
    main, other = serve(), serve(key=KEY)
    (tmp_path / "run.toml").write_text(CONFIG.format(main=main.url, other=other.url))
    asked = ("generate", *WORLD, "-n", 4, "--config", "run.toml", "--in-flight", 1, "--out", "run")
    done = play(*asked, "--budget", "0.012", SESAME=KEY)
    error = refused(done)
    assert "the budget of 0.012 is spent: " in error
    assert error.endswith("what was finished is kept: `interplay resume run` goes on")
    assert 0 < len(records(tmp_path / "run")) < 4
    assert "the budget of 0.012 is spent" in refused(play("resume", "run", SESAME=KEY))
    told = made(play, "resume", "run", "--budget", 1, SESAME=KEY)
    assert told["complete"]
    assert {each["role"]: each["model"] for each in told["bill"]["roles"]} == {
        "writer": "oracle",
        "reviewer:lawyer": "lawyer",
    }
    assert {seen.body["model"] for seen in main.seen} == {"oracle"}
    assert {seen.body["model"] for seen in other.seen} == {"lawyer"}
    stats = see_that_commands_can_read(tmp_path / "run", units=4, conversations=8)
    assert stats["passed"]["trials"] == 2
    assert [each["all"]["value"] for each in stats["passed"]["passing"]] == [1.0, 1.0]
    assert play("resume", "run").returncode == 0  # nothing is left to do, so no key is needed


@pytest.mark.parametrize(
    ("options", "model", "text"),
    [
        ({"key": KEY}, "#oracle --key WRONG", "401 Unauthorized"),
        ({"models": ("oracle", "other")}, "#oracel", "did you mean 'oracle'?"),
        ({"faults": (Fault("html_page"),)}, "#oracle", "is no chat-completions endpoint: it answers with a web page"),
    ],
)
def test_what_no_request_can_pass_ends_the_session_in_one_line_and_is_resumable(
    play: Play, serve: Serve, tmp_path: Path, options: dict[str, Any], model: str, text: str
) -> None:
    server = serve(**options)
    name, *more = model.split()
    done = play("generate", *WORLD, "-n", 2, "--model", server.url + name, *more, "--out", "run", WRONG="not-" + KEY)
    error = refused(done)
    assert text in error
    assert "`interplay resume run` goes on" in error
    assert KEY not in done.stdout + done.stderr
    assert records(tmp_path / "run") == []
    if "key" in options:
        assert made(play, "resume", "run", WRONG=KEY)["kinds"] == {"verified": 2}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("--model http://127.0.0.1:9/v1#m --key UNSET", "the environment variable UNSET, which the endpoint's `key`"),
        ("--model http://127.0.0.1:9/v1#m --cache own.py", "cannot make a cache at own.py"),
        ("--model http://127.0.0.1:9/v1#m --budget 1", "a budget cannot be held without the price of 'm'"),
        ("--model 127.0.0.1:9/v1#m", "this is no URL"),
        ("--model #m", "--model has no URL"),
        ("--key SESAME", "--key goes with --model URL#NAME"),
        ("--model http://a.example/v1#m --agent http://b.example/v1#m --key SESAME", "--key does not say for which"),
        ("--human http://127.0.0.1:9/v1#m", "--human takes a name or module:attribute"),
        ("--human model", "the human 'model' asks a model, and roles.human has none"),
        ("--agent react", "the agent 'react' asks a model, and roles.agent has none"),
        ("--writer model", "the writer 'model' asks a model, and roles.writer has none"),
        ("--config misspelt.toml", "misspelt.toml: 'wirter' is no key of [roles]; did you mean 'writer'?"),
        ("--config both.toml", "both.toml: play.attempts and play.trials exclude each other"),
        ("--config short.toml", "short.toml: play.limits.turns has to be more than 0"),
        ("--config lonely.toml", "the reviewer 'policy-lawyer' asks a model, and reviewers[0] has none"),
        ("--config judged.toml", "roles.judge.actor says nothing"),
        ("--personas persons.jsonl", "persons.jsonl, line 2: "),
        ("--replay nowhere", "there is no run at nowhere"),
    ],
)
def test_what_cannot_be_asked_is_told_before_a_directory_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, text: str
) -> None:
    (tmp_path / "own.py").write_text(ACTORS)
    for name, table in {
        "misspelt": '[roles.wirter]\nmodel = "main#m"\n',
        "both": "[play]\nattempts = 3\ntrials = 3\n",
        "short": "[play.limits]\nturns = 0\n",
        "lonely": '[[reviewers]]\nname = "a"\nactor = "policy-lawyer"\n',
        "judged": '[roles.judge]\nactor = "scripted"\n',
    }.items():
        (tmp_path / f"{name}.toml").write_text(table)
    (tmp_path / "persons.jsonl").write_text('{"persona": "a baker"}\n{"person": "a smith"}\n')
    what = () if "--replay" in arguments else (*WORLD, "-n", 2)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises((InterplayError, click.ClickException)) as raised:  # each is told in one line
        commands.main(["generate", *map(str, what), *arguments.split(), "--out", "run"], standalone_mode=False)
    assert text in str(raised.value)
    assert not (tmp_path / "run").exists()


BAD_DAYS = {
    "context_overflow": "failed:provider",
    "schema_refused": "failed:provider",
    "rate_limited": "failed:provider",
    "half_body": "failed:provider",
    "empty": "failed:provider",
    "broken_arguments": "failed:provider",
    "calling": "rejected",
    "": "verified",
}
"""What the agent's model does in one conversation each, and what that comes to."""


def test_each_way_of_failing_is_an_outcome_of_its_own_conversation_and_no_others(
    play: Play, serve: Serve, tmp_path: Path
) -> None:
    inner, days = rehearsal(), list(BAD_DAYS)
    began: dict[str, str] = {}

    def answer(asked: Any) -> Any:
        messages = asked["messages"]
        if not messages[0]["content"].startswith(prompts.EMPLOYEE.partition("{")[0]):
            return inner.answer(asked)
        day = began.setdefault(messages[1]["content"], days[len(began) % len(days)])
        if day == "calling":
            return Reply(calls=(Call(id=f"c{len(messages)}", name="list_all_product_types", arguments="{}"),))
        return Fault(day) if day else inner.answer(asked)

    server = serve(answer)
    config = f"""
[endpoints.main]
url = "{server.url}"
failures = 1
rate_limits = 1
"""
    roles = "".join(f'[roles.{role}]\nmodel = "main#oracle"\n' for role in ("writer", "human", "judge", "agent"))
    (tmp_path / "run.toml").write_text(f"{config}{roles}[play.limits]\ncalls = 5\n[forge]\nrecombine = 0.0\n")
    told = made(play, "generate", *WORLD, "-n", len(days), "--config", "run.toml", "--out", "run", code=1)
    assert told["kinds"]["failed:provider"] == list(BAD_DAYS.values()).count("failed:provider"), told
    assert told["kinds"]["rejected"] >= 1
    endings = [str(trial.ending) for each in Run.open(tmp_path / "run").trajectories(Trials) for trial in each.trials]
    assert sum("calls" in each for each in endings) >= 1
    see_that_commands_can_read(tmp_path / "run", units=len(days))
    made(play, "generate", "--replay", "run", "--out", "copy", code=1)
    assert logs(tmp_path / "copy") == logs(tmp_path / "run")


def test_an_agent_is_tested_at_its_endpoint_or_as_a_module_with_a_scripted_human(
    play: Play, serve: Serve, tmp_path: Path
) -> None:
    made(play, "generate", *WORLD, "-n", 5, "--recombine", 0, "--out", "scripted")
    known = [record.blueprint for record in records(tmp_path / "scripted") if record.blueprint]
    server = serve(Oracle(DOMAIN.tools, known).answer)
    asked = ("generate", *WORLD, "-n", 5, "--recombine", 0)
    told = made(play, *asked, "--agent", f"{server.url}#oracle", "--out", "endpoint")
    assert told["kinds"] == {"verified": 5}
    assert [each["role"] for each in told["bill"]["roles"]] == ["agent"]
    made(play, *asked, "--agent", "own:flaky", "--trials", 3, "--turns", 12, "--out", "trials", code=1)
    stats = see_that_commands_can_read(tmp_path / "trials", units=5, conversations=15)
    each = [[trial.accepted for trial in unit.trials] for unit in Run.open(tmp_path / "trials").trajectories(Trials)]
    assert {len(trials) for trials in each} == {3}
    assert stats["passed"]["passing"][2]["all"]["value"] == pytest.approx(sum(map(all, each)) / 5)
    assert stats["passed"]["passing"][2]["any"]["value"] == pytest.approx(sum(map(any, each)) / 5)
    assert 0 < sum(map(all, each)) < sum(map(any, each))
    told = made(play, *asked, "--agent", "own:flaky", "--attempts", 3, "--turns", 12, "--out", "attempts")
    assert told["good"] == 5
    tried = [[trial.accepted for trial in unit.trials] for unit in Run.open(tmp_path / "attempts").trajectories(Trials)]
    assert tried == [trials[: trials.index(True) + 1] for trials in each]


def test_whoever_hangs_is_late_a_model_or_an_agent_of_ones_own_beside_models(
    play: Play, serve: Serve, tmp_path: Path
) -> None:
    asked = ("generate", *WORLD, "-n", 1, "--model", f"{serve().url}#oracle", "--agent", "own:hanging")
    assert made(play, *asked, "--seconds", 2, "--out", "own", code=1)["kinds"] == {"failed:agent": 1}
    inner, person = rehearsal(), prompts.PERSON.partition("{")[0]
    server = serve(
        lambda asked: Fault("silent") if asked["messages"][0]["content"].startswith(person) else inner.answer(asked)
    )
    asked = ("generate", *WORLD, "-n", 2, "--model", f"{server.url}#oracle", "--seconds", 0.5)
    assert made(play, *asked, "--out", "run", code=1)["kinds"] == {"failed:provider": 2}
    see_that_commands_can_read(tmp_path / "run", units=2)
    assert made(play, "generate", "--replay", "run", "--out", "copy", code=1)["seconds"] < 60
    assert logs(tmp_path / "copy") == logs(tmp_path / "run")


def test_nothing_is_taken_from_a_test_set_that_is_excluded(play: Play, tmp_path: Path) -> None:
    asked = ("generate", *WORLD, "-n", 6)
    made(play, *asked, "--out", "first")
    made(play, *asked, "--exclude", "first/blueprints.jsonl", "--out", "second")
    first, second = records(tmp_path / "first"), records(tmp_path / "second")
    texts = [{each.blueprint.instruction for each in run if each.blueprint} for run in (first, second)]
    assert len(texts[0]) == len(texts[1]) == 6
    assert not texts[0] & texts[1]
    assert "contamination" in {check for each in second for check in each.fallen}


def test_what_is_asked_of_blueprints_holds_for_each_and_some_are_joined_from_others(
    play: Play, serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "persons.jsonl").write_text('{"persona": "a retired baker from Kiel"}\n')
    made(play, "generate", *WORLD, "-n", 8, "--difficulty", "writes=2:1", "--recombine", 0, "--out", "hard")
    assert [each.difficulty.writes for each in records(tmp_path / "hard") if each.difficulty] == [2] * 8
    made(play, "generate", *WORLD, "-n", 60, "--recombine", 0.6, "--no-feedback", "--out", "joined")
    joined = records(tmp_path / "joined")
    ids = {each.blueprint.id for each in joined if each.blueprint}
    parents = [each.parents for each in joined if each.parents]
    assert parents
    assert all(len(each) >= 2 and set(each) <= ids for each in parents)
    server = serve()
    asked = ("-n", 2, "--model", f"{server.url}#oracle", "--recombine", 0, "--personas", "persons.jsonl")
    made(play, "generate", *WORLD, *asked, "--out", "persons")
    personas = [each.blueprint.persona.description for each in records(tmp_path / "persons") if each.blueprint]
    assert len(personas) == 2
    assert all("a retired baker from Kiel" in each for each in personas)


@pytest.mark.parametrize(
    ("committee", "accepted"),
    [(("yes",), True), (("yes", "no"), False), (("silent", "silent"), False)],
)
def test_a_committee_may_be_one_and_neither_an_even_split_nor_silence_accepts(
    play: Play, tmp_path: Path, committee: tuple[str, ...], accepted: bool
) -> None:
    reviewers = [f'[[reviewers]]\nname = "{who}{n}"\nactor = "own:{who}"\n' for n, who in enumerate(committee)]
    (tmp_path / "run.toml").write_text("[forge]\ntasks = 1\nwritings = 2\n" + "".join(reviewers))
    asked = ("generate", *WORLD, "-n", 2, "--config", "run.toml", "--out", "run")
    kinds = made(play, *asked, code=0 if accepted else 1)["kinds"]
    assert kinds == ({"verified": 2} if accepted else {"unresolved": 2})
