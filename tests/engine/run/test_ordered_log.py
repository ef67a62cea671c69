"""Whatever order units finish in, whenever it is flushed and wherever it is cut, nothing acknowledged is lost."""

import errno
import os
import resource
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from interplay.engine.errors import RunError
from interplay.engine.run import journal as journal_module
from interplay.engine.run import log as log_module
from interplay.engine.run.reader import Records
from interplay.engine.run.writing import JOURNAL, Writing

LOGS = ("blueprints", "trajectories")


def record(log: str, unit: int) -> bytes:
    return msgspec.json.encode({"id": f"{log}-{unit}", "unit": unit, "text": "é" * (unit * 7 % 40)})


def whole(log: str, units: int) -> bytes:
    return b"".join(record(log, unit) + b"\n" for unit in range(units))


def read(directory: Path, log: str) -> list[tuple[int, dict]]:
    return list(Records(directory, log, JOURNAL, dict).items())


def fill(writing: Writing, units) -> None:
    for unit in units:
        writing.blueprints.write(unit, record("blueprints", unit))
        writing.trajectories.write(unit, record("trajectories", unit))


class CrashingRun(RuleBasedStateMachine):
    """A run that is written in any order, killed, cut, and taken up again."""

    @initialize(units=st.integers(1, 24), tidy=st.sampled_from([0, 200, 1 << 20]), held=st.sampled_from([60, 1 << 20]))
    def begin(self, units, tidy, held):
        self.directory = Path(tempfile.mkdtemp())
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(journal_module, "TIDY_BYTES", tidy)
        self.patch.setattr(journal_module, "COPY_BYTES", 100)
        self.patch.setattr(log_module, "PIECE_BYTES", 100)
        self.patch.setattr(log_module, "HELD_BYTES", held)
        self.units = units
        self.acknowledged = {log: set() for log in LOGS}
        self.open()

    def open(self):
        self.writing = Writing(self.directory, self.units)
        self.written = {log: set(self.log(log).units_there()) for log in LOGS}
        for log in LOGS:
            assert self.written[log] >= self.acknowledged[log]

    def log(self, name):
        found = getattr(self.writing, name)
        found.units_there = lambda: set(range(self.units)) - set(found.missing())
        return found

    @rule(log=st.sampled_from(LOGS), pick=st.integers(0, 1000))
    def write(self, log, pick):
        missing = list(self.log(log).missing())
        assert set(missing) == set(range(self.units)) - self.written[log]
        if missing:
            unit = missing[pick % len(missing)]
            self.log(log).write(unit, record(log, unit))
            self.written[log].add(unit)
            with pytest.raises(ValueError, match="already"):
                self.log(log).write(unit, record(log, unit))

    @rule()
    def flush(self):
        self.note(self.writing.flush())
        for log in LOGS:
            assert self.acknowledged[log] >= self.written[log]

    def note(self, flushed):
        for log in LOGS:
            units = getattr(flushed, log)
            assert len(set(units)) == len(units)
            assert not self.acknowledged[log] & set(units)
            self.acknowledged[log] |= set(units)

    @rule(torn=st.binary(max_size=30), data=st.data())
    def crash(self, torn, data):
        """The process dies in the middle of a write that was not acknowledged, and another takes up."""
        self.writing._opened.close()
        target = data.draw(st.sampled_from([*(f"{log}.jsonl" for log in LOGS), JOURNAL]))
        with (self.directory / target).open("ab") as file:
            file.write(torn.replace(b"\n", b""))
        self.open()
        self.reported_by_earlier_process()

    def reported_by_earlier_process(self):
        for log in LOGS:
            self.acknowledged[log] |= self.written[log]  # it is on the disk: nobody writes it again

    @precondition(lambda self: hasattr(self, "writing"))
    @invariant()
    def readers_see_every_acknowledged_record_in_order(self):
        for log in LOGS:
            found = read(self.directory, log)
            units = [unit for unit, _ in found]
            assert units == sorted(set(units))
            assert set(units) >= self.acknowledged[log]
            assert all(msgspec.json.encode(content) == record(log, unit) for unit, content in found)

    def teardown(self):
        if not hasattr(self, "writing"):
            return
        for log in LOGS:
            for unit in list(self.log(log).missing())[::-1]:
                self.log(log).write(unit, record(log, unit))
        self.note(self.writing.close())
        for log in LOGS:
            assert (self.directory / f"{log}.jsonl").read_bytes() == whole(log, self.units)
            assert self.acknowledged[log] == set(range(self.units))
        assert not (self.directory / JOURNAL).exists()
        self.patch.undo()
        shutil.rmtree(self.directory)


CrashingRun.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestCrashingRun = CrashingRun.TestCase


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(9)), acknowledged=st.integers(0, 8), data=st.data())
def test_files_cut_anywhere_after_an_acknowledgement_keep_what_was_acknowledged(order, acknowledged, data):
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        writing = Writing(directory, 9)
        fill(writing, order[:acknowledged])
        writing.flush()
        sizes = {path: path.stat().st_size for path in directory.iterdir()}
        fill(writing, order[acknowledged:])
        writing.flush()
        writing._opened.close()
        for path, size in sizes.items():
            # The second flush may move a record from the journal only after it stands in the log, so the
            # logs are cut anywhere in what it added, and the journal was not cut from the front.
            os.truncate(path, data.draw(st.integers(size, path.stat().st_size)))
        with Writing(directory, 9) as again:
            assert not set(again.missing()) & set(order[:acknowledged])
            for log in LOGS:
                opened = getattr(again, log)
                for unit in list(opened.missing()):
                    opened.write(unit, record(log, unit))
        for log in LOGS:
            assert (directory / f"{log}.jsonl").read_bytes() == whole(log, 9)


def test_record_out_of_turn_is_journaled_once_and_moves_when_its_turn_comes(tmp_path):
    with Writing(tmp_path, 3) as writing:
        writing.trajectories.write(2, record("trajectories", 2))
        assert writing.flush().trajectories == (2,)
        size = (tmp_path / JOURNAL).stat().st_size
        assert writing.flush().trajectories == ()
        assert (tmp_path / JOURNAL).stat().st_size == size
        fill(writing, [0])
        writing.trajectories.write(1, record("trajectories", 1))
        assert writing.flush() == ((0,), (0, 1))
        assert (tmp_path / "trajectories.jsonl").read_bytes() == whole("trajectories", 3)


def test_records_in_turn_cost_one_system_call_a_flush(tmp_path, monkeypatch):
    calls = []
    write = os.write
    with Writing(tmp_path, 100) as writing:

        def count(fd, data):
            if b'"unit"' in bytes(data):  # the test runner writes to its own pipes at the same time
                calls.append(len(data))
            return write(fd, data)

        monkeypatch.setattr(os, "write", count)
        for unit in range(60):
            writing.trajectories.write(unit, record("trajectories", unit))
        for unit in range(70, 90):
            writing.trajectories.write(unit, record("trajectories", unit))
        writing.flush()
        assert len(calls) == 2


@pytest.mark.parametrize(
    ("unit", "content", "message"),
    [
        (3, b'{"unit":3}', "not one of this run's 3"),
        (-1, b'{"unit":-1}', "not one of"),
        (0, b'{"unit":0}\n', "more than one line"),
        (0, b'{"unit":1}', "says unit 1"),
        (0, b"{}", "missing required field"),
        (0, b'{"unit":0,"x":"\xff"}', "utf-8"),
        (0, b'{"unit":0', "truncated"),
    ],
)
def test_record_that_could_not_be_read_back_is_not_taken(tmp_path, unit, content, message):
    with Writing(tmp_path, 3) as writing:
        with pytest.raises(ValueError, match=message):
            writing.trajectories.write(unit, content)
        assert list(writing.trajectories.missing()) == [0, 1, 2]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("trajectories.jsonl", b'{"unit":0}\n{"unit":\n', r"trajectories.jsonl, line 2: .*"),
        ("trajectories.jsonl", b'{"unit":0}\n\n', r"line 2: .*"),
        ("trajectories.jsonl", b'{"unit":0,"x":"\xff"}\n{"unit":1}\n', r"line 1: .*utf-8"),
        ("trajectories.jsonl", b'{"unit":1}\n', r"line 1: unit 1 stands where unit 0 should"),
        ("trajectories.jsonl", b'{"unit":0}\n{"unit":1}\n{"unit":2}\n{"unit":3}\n', "line 4: one record more than"),
        ("blueprints.jsonl", b'{"unit":0}\n' + b"\0" * 9 + b"\n", r"blueprints.jsonl, line 2"),
        (JOURNAL, b"{}\n", r"pending.jsonl, line 1"),
        (JOURNAL, b'{"log":"other","unit":0,"record":{}}\n', r"line 1: unit 0 of 'other'; this run has 3 units"),
        (JOURNAL, b'{"log":"blueprints","unit":9,"record":{}}\n', r"line 1: unit 9"),
        (JOURNAL, b'{"log": "blueprints", "unit": 1, "record": {}}\n', r"line 1: it was not written by Interplay"),
    ],
)
def test_damaged_line_is_named_and_the_file_is_left_alone(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RunError, match=message):
        Writing(tmp_path, 3)
    assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("torn", [b"{", b'{"unit":1}', b"\xff\xfe", b"\0\0\0"])
def test_torn_last_line_of_each_file_is_cut_off(tmp_path, torn):
    with Writing(tmp_path, 4) as writing:
        fill(writing, [0, 2])
    for name in ("blueprints.jsonl", "trajectories.jsonl", JOURNAL):
        with (tmp_path / name).open("ab") as file:
            file.write(torn)
    assert [unit for unit, _ in read(tmp_path, "blueprints")] == [0, 2]
    with Writing(tmp_path, 4) as writing:
        assert list(writing.missing()) == [1, 3]
        fill(writing, [1, 3])
    assert (tmp_path / "trajectories.jsonl").read_bytes() == whole("trajectories", 4)


@contextmanager
def file_size_limit(limit: int):
    """A disk that is full, as this process sees it: no file may grow past so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("first", [0, 1], ids=["in_turn", "out_of_turn"])
@pytest.mark.parametrize("limit", [1, 150, 333, 1000])
def test_full_disk_leaves_whole_records_and_what_is_held_can_be_flushed_later(tmp_path, first, limit):
    writing = Writing(tmp_path, 40)
    acknowledged = set()
    with file_size_limit(limit), pytest.raises(RunError) as raised:  # noqa: PT012
        for unit in range(first, 40):
            writing.trajectories.write(unit, record("trajectories", unit))
            acknowledged |= set(writing.flush().trajectories)
    assert "cannot write" in str(raised.value)
    assert "What was acknowledged is safe" in str(raised.value)
    assert f"interplay resume {tmp_path}" in str(raised.value)
    for path in tmp_path.iterdir():
        assert path.read_bytes()[-1:] in (b"", b"\n")
    assert {unit for unit, _ in read(tmp_path, "trajectories")} == acknowledged
    fill_in = [unit for unit in range(40) if unit not in writing.trajectories]
    for unit in fill_in:
        writing.trajectories.write(unit, record("trajectories", unit))
    assert acknowledged | set(writing.close().trajectories) == set(range(40))
    assert (tmp_path / "trajectories.jsonl").read_bytes() == whole("trajectories", 40)


def test_failing_disk_is_told_apart_and_close_does_not_hide_the_first_error(tmp_path, monkeypatch):
    def fail(fd, data):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(KeyError, match="the body's own") as raised, Writing(tmp_path, 2) as writing:  # noqa: PT012
        fill(writing, [0])
        monkeypatch.setattr(os, "write", fail)
        raise KeyError("the body's own")
    assert "Input/output error" in raised.value.__notes__[0]


def test_interrupted_write_is_not_repeated_and_the_next_writer_recovers(tmp_path, monkeypatch):
    write = os.write

    def interrupted(fd, data):
        write(fd, data[: len(data) // 2])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Writing(tmp_path, 3) as writing:  # noqa: PT012
        fill(writing, [0])
        writing.flush()
        fill(writing, [1])
        monkeypatch.setattr(os, "write", interrupted)
        try:
            writing.flush()
        finally:
            monkeypatch.undo()
    with Writing(tmp_path, 3) as writing:
        assert list(writing.missing()) == [1, 2]
        fill(writing, writing.missing())
    assert (tmp_path / "blueprints.jsonl").read_bytes() == whole("blueprints", 3)


def test_closing_notes_stay_quiet_when_nothing_fails(tmp_path):
    with pytest.raises(KeyError) as raised, Writing(tmp_path, 2) as writing:  # noqa: PT012
        fill(writing, [1])
        raise KeyError(1)
    assert not hasattr(raised.value, "__notes__")
    assert [unit for unit, _ in read(tmp_path, "trajectories")] == [1]


def test_slow_head_keeps_neither_memory_nor_a_journal_that_grows_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(journal_module, "TIDY_BYTES", 2_000)
    largest = 0
    with Writing(tmp_path, 400) as writing:
        for start in range(0, 400, 8):  # each group finishes last first: something always waits
            for unit in range(start + 7, start - 1, -1):
                fill(writing, [unit])
                writing.flush()
                largest = max(largest, (tmp_path / JOURNAL).stat().st_size)
    assert largest < 6_000
    assert (tmp_path / "trajectories.jsonl").read_bytes() == whole("trajectories", 400)


def test_a_million_units_cost_a_few_mebibytes(tmp_path):
    import tracemalloc

    with Writing(tmp_path, 1_000_000) as writing:
        tracemalloc.start()
        for unit in range(1, 20_001):
            writing.trajectories.write(unit, b'{"unit":%d}' % unit)
        writing.flush()
        writing.trajectories.write(999_999, b'{"unit":999999}')
        writing.flush()
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert held < 16 << 20
