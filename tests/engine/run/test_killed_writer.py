"""What a process said was safe is there after it was killed, and nobody writes beside it while it lives."""

import signal
import subprocess
import sys

import msgspec
import pytest

from interplay.engine.database import Base, Database, Table
from interplay.engine.errors import RunError
from interplay.engine.run import Run, RunConfig

UNITS = 4_000


class Row(msgspec.Struct, frozen=True):
    """A row."""

    id: str


class OneTable(Database):
    """A world's data."""

    rows: Table[str, Row]


WRITER = """
import random, sys
from pathlib import Path
from interplay.engine.run import Run

order = random.Random(int(sys.argv[2]))
with Run.open(Path(sys.argv[1])).writing() as writing:
    print("open", flush=True)
    units = list(writing.missing())
    while units:
        window = units[:64]  # as many as are in flight
        unit = window.pop(order.randrange(len(window)))
        units.remove(unit)
        for log in (writing.blueprints, writing.trajectories):
            if unit not in log:
                log.write(unit, b'{"id":"u%d","unit":%d,"text":"%s"}' % (unit, unit, b"x" * (unit % 300)))
        if order.random() < 0.2:
            for done in writing.flush().trajectories:
                print(done, flush=True)
    for done in writing.flush().trajectories:
        print(done, flush=True)
"""


@pytest.fixture
def run(tmp_path):
    config = RunConfig(domain="one", seed=1, units=UNITS)
    return Run.create(tmp_path / "run", config, Base(OneTable, {"rows": {"a": Row("a")}}))


def writer(run, seed):
    return subprocess.Popen([sys.executable, "-c", WRITER, str(run.path), str(seed)], stdout=subprocess.PIPE, text=True)


def units_there(run):
    return {unit for unit, _ in run.trajectories(dict).items()}


def test_every_acknowledged_record_survives_kill_9_again_and_again(run):
    acknowledged: set[int] = set()
    for seed, enough in enumerate([1, 7, 60, 333, 700]):
        with writer(run, seed) as process:
            assert process.stdout.readline() == "open\n"
            fresh = {int(process.stdout.readline()) for _ in range(enough)}
            process.send_signal(signal.SIGKILL)
            fresh |= {int(line) for line in process.stdout.read().split("\n")[:-1]}
        assert process.returncode == -signal.SIGKILL
        assert not fresh & acknowledged  # no unit is done twice
        acknowledged |= fresh
        assert units_there(run) >= acknowledged
    assert len(acknowledged) < UNITS
    with run.writing() as writing:
        assert not acknowledged & set(writing.missing())
    assert units_there(run) >= acknowledged
    with writer(run, 99) as process:
        fresh = set(process.stdout.read().split()[1:])
    assert process.returncode == 0
    assert not {int(unit) for unit in fresh} & acknowledged
    assert units_there(run) == set(range(UNITS))
    assert sorted(path.name for path in run.path.iterdir() if path.name != "lock") == [
        "blueprints.jsonl",
        "data",
        "run.json",
        "trajectories.jsonl",
    ]


def test_second_process_is_refused_until_the_first_is_gone(run):
    source = "import sys; from pathlib import Path; from interplay.engine.run import Run\n"
    source += "with Run.open(Path(sys.argv[1])).writing():\n    print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", source, str(run.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "open\n"
        with pytest.raises(RunError, match="is being written by another process"), run.writing():
            pass
        assert units_there(run) == set()  # reading takes no lock
        process.kill()
        process.wait()
    with run.writing() as writing:
        assert next(writing.missing()) == 0


def test_second_writer_in_the_same_process_is_refused(run):
    with run.writing():  # noqa: SIM117
        with pytest.raises(RunError, match="is being written"), run.writing():
            pass
    with run.writing():
        pass


def test_reader_beside_a_live_writer_sees_every_acknowledged_record_in_order(run):
    with writer(run, 5) as process:
        assert process.stdout.readline() == "open\n"
        acknowledged = set()
        for line in process.stdout:
            acknowledged.add(int(line))
            if len(acknowledged) % 200 == 0:
                units = [unit for unit, _ in run.trajectories(dict).items()]
                assert units == sorted(set(units))
                assert set(units) >= acknowledged
    assert process.returncode == 0
    assert units_there(run) == set(range(UNITS))
