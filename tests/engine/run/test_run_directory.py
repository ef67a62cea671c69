"""A run directory is made whole or not at all, and says what is wrong with one that cannot be used."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from interplay.engine.database import Base, Database, Table
from interplay.engine.errors import DataError, RunError
from interplay.engine.run import FORMAT, Run, RunConfig


class Row(msgspec.Struct, frozen=True):
    """A row."""

    id: str
    price: float


class ShopDatabase(Database):
    """A world's data."""

    rows: Table[str, Row]


def base(price: float = 1.5) -> Base[ShopDatabase]:
    return Base(ShopDatabase, {"rows": {"b": Row("b", price), "a": Row("a", 2.0)}})


def config(**values) -> RunConfig:
    return RunConfig(**{"domain": "shop", "seed": 7, "units": 5, "settings": {"trials": 2, "agent": "é"}, **values})


DOMAIN = SimpleNamespace(name="shop", read=lambda directory: Base.read(ShopDatabase, directory))


def record(unit: int, **values) -> bytes:
    return msgspec.json.encode({"id": f"id-{unit}", "unit": unit, **values})


def test_run_is_found_again_as_it_was_made_under_parents_that_were_not_there(tmp_path):
    made = Run.create(tmp_path / "a" / "b", config(seed=2**70), base())
    found = Run.open(tmp_path / "a" / "b")
    assert found.config == made.config
    assert found.config.seed == 2**70
    assert found.config.settings == {"trials": 2, "agent": "é"}
    assert found.config.data_digest == base().digest()
    assert set(found.config.versions) >= {"python", "interplay", "msgspec"}
    assert found.base(DOMAIN).digest() == base().digest()
    assert list(found.base(DOMAIN).tables["rows"].rows) == ["b", "a"]


def test_empty_directory_is_accepted_and_a_second_run_in_it_is_not(tmp_path):
    Run.create(tmp_path, config(), base())
    with pytest.raises(RunError, match="is a run already; `interplay resume"):
        Run.create(tmp_path, config(), base())


def test_directory_with_something_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match=r"not empty \(notes.txt\)"):
        Run.create(tmp_path, config(), base())
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("under", ["file", "file/below"])
def test_file_in_the_way_is_named(tmp_path, under):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot make a run at"):
        Run.create(tmp_path / under, config(), base())
    with pytest.raises(RunError, match=r"is not a run|no such directory"):
        Run.open(tmp_path / under)


@contextmanager
def not_root():
    """Root may write anywhere; so be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_directory_that_is_not_writable_is_named(monkeypatch):
    with tempfile.TemporaryDirectory() as name:
        monkeypatch.chdir(name)  # a relative path needs no permission on the directories above
        run = Run.create(Path("run"), config(), base())
        for path in (Path("run"), Path()):
            path.chmod(0o555)
        try:
            with not_root():
                with pytest.raises(RunError, match="cannot make a run at other: Permission denied"):
                    Run.create(Path("other"), config(), base())
                with pytest.raises(RunError, match="cannot write run: Permission denied"), run.writing():
                    pass
                assert Run.open(Path("run")).config == run.config
                assert list(run.trajectories(dict)) == []
        finally:
            for path in (Path("run"), Path()):
                path.chmod(0o755)
        monkeypatch.undo()


def test_creation_that_fails_leaves_a_directory_that_can_be_used_again(tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(RunError, match="No space left on device"):
        Run.create(tmp_path / "run", config(), base())
    monkeypatch.undo()
    Run.create(tmp_path / "run", config(), base())


@pytest.mark.parametrize("values", [{"settings": {"x": object()}}, {"units": -1}, {"seed": "one"}])
def test_config_that_could_not_be_read_back_is_refused(tmp_path, values):
    with pytest.raises(RunError, match="settings cannot be kept"):
        Run.create(tmp_path / "run", config(**values), base())
    assert not (tmp_path / "run").exists()


def test_directory_that_is_no_run_says_what_is_missing(tmp_path):
    with pytest.raises(RunError, match=r"it has no run.json"):
        Run.open(tmp_path)
    with pytest.raises(RunError, match="no such directory"):
        Run.open(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'{"format":%d}' % FORMAT, b'{"format":"2"}', b"null"])
def test_damaged_run_file_is_named(tmp_path, content):
    Run.create(tmp_path, config(), base())
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(RunError, match=r"run.json is damaged: "):
        Run.open(tmp_path)


def test_run_of_another_format_says_which_version_wrote_it(tmp_path):
    (tmp_path / "run.json").write_bytes(b'{"format":99,"versions":{"interplay":"9.9"},"surprise":1}')
    with pytest.raises(RunError, match=rf"has format 99, written by Interplay 9.9; .* reads format {FORMAT}"):
        Run.open(tmp_path)


def test_data_that_is_not_what_it_was_is_refused(tmp_path):
    run = Run.create(tmp_path, config(), base())
    base(price=1.25).write(tmp_path / "data")
    with pytest.raises(RunError, match="is not the data that this run started from"):
        run.base(DOMAIN)
    (tmp_path / "data" / "rows.json").unlink()
    with pytest.raises(DataError, match=r"rows.json"):
        run.base(DOMAIN)
    with pytest.raises(RunError, match="is a run of 'shop', not of 'other'"):
        run.base(SimpleNamespace(name="other"))


class Played(msgspec.Struct):
    """A record, as a caller types it."""

    id: str
    unit: int
    note: str = ""


def test_records_are_read_in_unit_order_journaled_ones_too(tmp_path):
    run = Run.create(tmp_path, config(), base())
    with run.writing() as writing:
        for unit in (4, 0, 2):
            writing.trajectories.write(unit, record(unit, note=f"mentions id-{unit - 1}"))
        writing.flush()
        assert [played.unit for played in run.trajectories(Played)] == [0, 2, 4]
        assert list(run.blueprints(Played)) == []
    records = run.trajectories(Played)
    assert [unit for unit, _ in records.items()] == [0, 2, 4]
    assert [getattr(records.find(unit), "id", None) for unit in range(-1, 6)] == [
        None, "id-0", None, "id-2", None, "id-4", None,
    ]  # fmt: skip
    assert records.find_id("id-4") == (4, Played("id-4", 4, "mentions id-3"))
    assert records.find_id("id-0") == (0, Played("id-0", 0, "mentions id--1"))
    assert records.find_id("id-3") is None


@pytest.mark.parametrize("bad", [b"{", b'{"id":"\xff","unit":1}', b'{"unit":1}', b"[" * 100_000])
def test_damaged_record_is_named_by_file_and_line(tmp_path, bad):
    run = Run.create(tmp_path, config(), base())
    (tmp_path / "trajectories.jsonl").write_bytes(record(0) + b"\n" + bad + b"\n" + record(2) + b"\n")
    records = run.trajectories(Played)
    assert records.find(0).id == "id-0"
    assert records.find(2).id == "id-2"
    for read in (lambda: list(records), lambda: records.find(1)):
        with pytest.raises(RunError, match=r"trajectories.jsonl, line 2: "):
            read()


def test_torn_last_line_is_not_read(tmp_path):
    run = Run.create(tmp_path, config(), base())
    (tmp_path / "trajectories.jsonl").write_bytes(record(0) + b"\n" + record(1)[:-3])
    assert [played.unit for played in run.trajectories(Played)] == [0]


def test_reader_that_began_before_the_journal_was_written_anew_finishes(tmp_path, monkeypatch):
    monkeypatch.setattr("interplay.engine.run.journal.TIDY_BYTES", 0)
    run = Run.create(tmp_path, config(), base())
    with run.writing() as writing:
        for unit in (1, 2, 4):
            writing.trajectories.write(unit, record(unit))
        writing.flush()
        reading = iter(run.trajectories(Played))
        assert next(reading).unit == 1
        for unit in (0, 3):
            writing.trajectories.write(unit, record(unit))
        writing.flush()
        assert [played.unit for played in reading] == [2, 4]
        assert [played.unit for played in run.trajectories(Played)] == [0, 1, 2, 3, 4]
