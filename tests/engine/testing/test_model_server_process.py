"""The double as a process of its own: it says where it is, counts, and ends when it is told to."""

import json
import signal
import subprocess
import sys

import httpx
import pytest

from interplay.engine.errors import UsageError
from interplay.engine.testing.model_server.faults import Fault, read_fault

QUESTION = {"model": "m", "messages": [{"role": "user", "content": "Hello?"}]}
MODULE = (sys.executable, "-m", "interplay.engine.testing.model_server")


def start(*arguments, cwd=None):
    pipe = subprocess.PIPE
    return subprocess.Popen([*MODULE, *arguments], stdout=pipe, stderr=pipe, text=True, cwd=cwd)


def test_it_prints_its_url_serves_and_counts_when_a_signal_ends_it(tmp_path):
    (tmp_path / "rehearsal.py").write_text("def answer(asked):\n    return 'from ' + asked['model']\n")
    settings = ["--fault", "server_error,at=1", "--answer", "rehearsal:answer", "--json"]
    with start(*settings, cwd=tmp_path) as process:
        try:
            url = json.loads(process.stdout.readline())["url"]
            with httpx.Client(base_url=url, trust_env=False) as client:
                got = [client.post("/chat/completions", json=QUESTION) for _ in range(2)]
            assert got[0].status_code == 500
            assert got[1].json()["choices"][0]["message"]["content"] == "from m"
        finally:
            process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    tally = json.loads(out)["tally"]
    assert (tally["requests"], tally["faults"], tally["open"]) == (2, {"server_error": 1}, 0)


def test_it_ends_by_itself_when_its_time_is_over():
    with start("--lifetime", "0") as process:
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.startswith("http://127.0.0.1:")
    assert "requests=0" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--fault", "slowly"], "there is no fault 'slowly'"),
        (["--answer", "nonesuch_module:answer"], "No module named 'nonesuch_module'"),
        (["--answer", "json"], "MODULE:NAME"),
        (["--answer", "json:nonesuch"], "nonesuch"),
        (["--key-env", "INTERPLAY_NONESUCH"], "no such environment variable"),
    ],
)
def test_what_it_cannot_do_is_one_line(arguments, says):
    with start(*arguments) as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("error: ")
    assert says in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("dropped", Fault("dropped")),
        ("dropped,at=3+7", Fault("dropped", at=(3, 7))),
        (
            "rate_limited, rate=0.05, retry_after=2, dated=yes, times=4",
            Fault("rate_limited", rate=0.05, retry_after=2.0, dated=True, times=4),
        ),
        ("slow_body,seconds=0.5", Fault("slow_body", seconds=0.5)),
    ],
)
def test_a_fault_is_read_from_a_command_line(text, fault):
    assert read_fault(text) == fault


@pytest.mark.parametrize("text", ["", "drop", "dropped,at=x", "dropped,rate=2", "dropped,often=1", "dropped,dated=so"])
def test_a_fault_that_is_spelled_in_another_way_is_refused(text):
    with pytest.raises(UsageError, match="fault"):
        read_fault(text)
