"""An index follows runs that are written, left, damaged or replaced, and holds each record once."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import msgspec
import pytest

from interplay.engine.errors import RunError, UsageError
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.index import Index, Query, schema
from interplay.engine.trajectory import Trials

from .runs import BAD, GOOD, grow, lines, made, played, run_at


@pytest.fixture(params=[True, False], ids=["words", "texts"])
def words(request):
    return request.param


def units_of(index, **query):
    rows, after = [], ""
    while True:
        hits = index.search(Query(**query), after, 7)
        rows += hits.rows
        after = hits.after
        if not after:
            assert len(rows) == hits.total
            return [(row.run, row.unit, row.trial) for row in rows]


def test_a_run_that_grows_is_read_on(tmp_path, words):
    run = run_at(tmp_path / "run", 5, total=9)
    index = Index(run.path, words=words)
    assert index.update().conversations == 5
    assert [entry.state for entry in index.runs()] == ["unfinished"]
    with (run.path / "trajectories.jsonl").open("ab") as file:
        file.write(b'{"unit":5,"bl')
    assert index.update().conversations == 5
    os.truncate(run.path / "trajectories.jsonl", run.path.joinpath("trajectories.jsonl").stat().st_size - 13)
    grow(run, range(5, 9))
    progress = index.update()
    assert (progress.conversations, progress.complete) == (9, True)
    assert progress.done_bytes == progress.total_bytes
    assert units_of(index) == [("run", unit, 0) for unit in range(9)]
    assert [entry.state for entry in index.runs()] == ["complete"]


def test_what_waits_is_found_and_not_found_twice_once_its_turn_came(tmp_path, words):
    run = run_at(tmp_path / "run", 2, total=4)
    index = Index(run.path, words=words)
    with run.writing() as writing:
        for record, log in ((made(3), writing.blueprints), (played(3, GOOD, BAD), writing.trajectories)):
            log.write(3, msgspec.json.encode(record))
        writing.flush()
        assert index.update().conversations == 4
        assert [entry.state for entry in index.runs()] == ["writing"]
        assert units_of(index, text='"there 3"') == [("run", 3, 0), ("run", 3, 1)]
        assert index.unit("run", 3).trials == played(3, GOOD, BAD)
        writing.blueprints.write(2, msgspec.json.encode(made(2)))
        writing.trajectories.write(2, msgspec.json.encode(played(2)))
        writing.flush()
        assert index.unit("run", 3).trials == played(3, GOOD, BAD)
    assert index.update().conversations == 5
    assert units_of(index) == [("run", 0, 0), ("run", 1, 0), ("run", 2, 0), ("run", 3, 0), ("run", 3, 1)]
    assert index.unit("run", 3).record == made(3)
    assert index.update().conversations == 5


def test_a_run_that_another_took_the_place_of_is_read_anew(tmp_path, words):
    run = run_at(tmp_path / "run", 5)
    index = Index(tmp_path, words=words)
    index.update()
    (run.path / "trajectories.jsonl").write_bytes(lines(played(unit, says="Good morning") for unit in range(5)))
    assert index.update().conversations == 5
    assert units_of(index, text="hello") == []
    assert len(units_of(index, text="morning")) == 5
    os.truncate(run.path / "trajectories.jsonl", 0)
    assert index.update().conversations == 0


def test_an_index_that_was_removed_with_its_run_is_made_again_for_the_next(tmp_path, words):
    run = run_at(tmp_path / "run", 5)
    index = Index(run.path, words=words)
    index.update()
    asked, seen = threading.Event(), list[int]()

    def look():
        seen.append(index.search(Query()).total)
        asked.wait()
        seen.append(index.search(Query()).total)

    other = threading.Thread(target=look)
    other.start()
    shutil.rmtree(run.path)
    with pytest.raises(RunError, match="no such directory"):
        index.update()
    run_at(run.path, 3, seed=2)
    assert index.update().conversations == 3
    asked.set()
    other.join()
    assert seen == [5, 3]
    assert Index(run.path, words=words).search(Query()).total == 3


def test_runs_come_and_go(tmp_path, words):
    first, second = run_at(tmp_path / "a" / "first", 3), run_at(tmp_path / "second", 2)
    index = Index(tmp_path, words=words)
    assert index.update().conversations == 5
    assert [entry.name for entry in index.runs()] == ["a/first", "second"]
    second.path.rename(tmp_path / "third")
    first.path.rename(tmp_path.parent / f"{tmp_path.name}-away")
    assert index.update().conversations == 2
    assert units_of(index) == [("third", 0, 0), ("third", 1, 0)]


def test_a_damaged_run_is_read_up_to_the_damage_and_the_others_whole(tmp_path, words):
    torn, other, _ = (run_at(tmp_path / name, 4) for name in ("damaged", "other", "sound"))
    log = torn.path / "trajectories.jsonl"
    whole = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*whole[:2], b'{"unit":2}\n', *whole[3:]]))
    config = msgspec.json.decode((other.path / "run.json").read_bytes())
    (other.path / "run.json").write_bytes(msgspec.json.encode(config | {"format": 99}))
    index = Index(tmp_path, words=words)
    assert index.update().conversations == 6
    entries = {entry.name: entry for entry in index.runs()}
    assert "trajectories.jsonl, line 3" in entries["damaged"].trouble
    assert (entries["other"].state, "format 99" in entries["other"].trouble) == ("unreadable", True)
    assert (entries["sound"].conversations, entries["sound"].trouble) == (4, "")
    log.write_bytes(b"".join(whole))
    assert index.update().conversations == 8
    assert {entry.trouble for entry in index.runs() if entry.name != "other"} == {""}
    with pytest.raises(RunError, match="format 99"):
        index.unit("other", 0)


def test_a_budget_ends_an_update_and_the_next_goes_on(tmp_path):
    names = [f"run{number}" for number in range(4)]
    for name in names:
        run_at(tmp_path / name, 3)
    index = Index(tmp_path)
    first = index.update(1)
    assert (first.conversations, first.complete) == (3, False)
    while not index.update(1).complete:
        pass
    assert units_of(index) == [(name, unit, 0) for name in names for unit in range(3)]


def test_a_unit_is_fetched_as_its_run_has_it(tmp_path):
    run = run_at(tmp_path / "run", 3, total=5)
    index = Index(run.path)
    index.update()
    unit = index.unit("run", 1)
    assert (unit.record, unit.trials) == (
        run.blueprints(BlueprintRecord).find(1),
        run.trajectories(Trials).find(1),
    )
    for number, why in ((4, "not done yet"), (5, "its units are 0 to 4"), (-1, "has no unit")):
        with pytest.raises(UsageError, match=why):
            index.unit("run", number)
    with pytest.raises(UsageError, match="no run 'gone'"):
        index.unit("gone", 0)


@pytest.mark.parametrize("damage", [b"", b"\xff" * 3000], ids=["empty", "overwritten"])
def test_a_damaged_index_is_made_anew(tmp_path, damage):
    run = run_at(tmp_path / "run", 3)
    index = Index(run.path)
    index.update()
    index.close()
    file = run.path / "index.db"
    file.write_bytes(damage and file.read_bytes()[:100] + damage)
    assert Index(run.path).update().conversations == 3


def test_an_index_that_lacks_a_table_is_made_anew(tmp_path):
    run = run_at(tmp_path / "run", 3)
    index = Index(run.path)
    index.update()
    index.close()
    with closing(sqlite3.connect(run.path / "index.db")) as database:
        database.execute("DROP TABLE profile")
    assert Index(run.path).update().conversations == 3


def test_an_index_of_another_version_is_made_anew(tmp_path):
    run = run_at(tmp_path / "run", 3)
    index = Index(run.path)
    index.update()
    index.close()
    database = sqlite3.connect(run.path / "index.db")
    database.execute("PRAGMA user_version = 999")
    database.close()
    assert Index(run.path).update().conversations == 3


@pytest.mark.parametrize("kind", ["text", "database"])
def test_what_is_not_an_index_of_ours_is_left_alone(tmp_path, kind):
    run = run_at(tmp_path / "run", 1)
    file = run.path / "index.db"
    if kind == "text":
        file.write_text("my notes")
    else:
        database = sqlite3.connect(file)
        database.execute("CREATE TABLE mine (x)")
        database.commit()
        database.close()
    before = file.read_bytes()
    with pytest.raises(RunError, match="not an index that Interplay made"):
        Index(run.path)
    assert file.read_bytes() == before


def test_the_index_of_a_directory_that_cannot_be_written_is_in_the_cache(tmp_path, monkeypatch):
    run = run_at(tmp_path / "run", 2)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    index = Index(run.path)
    assert index.where.parent == tmp_path / "cache" / "interplay" / "index"
    assert index.update().conversations == 2
    assert Index(run.path).where == index.where
    assert not (run.path / "index.db").exists()


def test_what_holds_no_run_is_refused(tmp_path):
    with pytest.raises(RunError, match="none is in it"):
        Index(tmp_path)


KILLED = """
import sys
from pathlib import Path
from interplay.engine.index import Index, batch, files
files.BATCH_BYTES = 2000
index = Index(Path(sys.argv[1]))
kept = batch.put_places
def put(*given):
    kept(*given)
    print("kept", flush=True)
batch.put_places = put
index.update()
print("done", flush=True)
"""


@pytest.mark.parametrize("moments", [1, 4, 9])
def test_an_index_whose_writer_was_killed_goes_on(tmp_path, moments):
    run = run_at(tmp_path / "run", 60)
    with subprocess.Popen([sys.executable, "-c", KILLED, str(run.path)], stdout=subprocess.PIPE, text=True) as writer:
        for _ in range(moments):
            assert writer.stdout.readline() == "kept\n"
        writer.send_signal(signal.SIGKILL)
    index = Index(run.path)
    assert index.update().conversations == 60
    assert units_of(index) == [("run", unit, 0) for unit in range(60)]
    assert len(units_of(index, text="hello")) == 60
    assert index.tally(Query()).made.tasks == 60


def test_an_index_that_another_viewer_is_about_to_make_is_not_taken_from_it(tmp_path, words):
    run = run_at(tmp_path / "run", 3)
    there = run.path / "index.db"
    with closing(sqlite3.connect(there)) as other:
        other.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        begun = there.stat().st_ino
        assert Index(run.path, words=words).update().conversations == 3
        assert there.stat().st_ino == begun
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            schema.create(other, words=words)
        assert not other.in_transaction


def test_two_viewers_share_an_index(tmp_path, monkeypatch):
    monkeypatch.setattr("interplay.engine.index.files.BATCH_BYTES", 1000)
    run_at(tmp_path / "first", 30)
    run_at(tmp_path / "second", 30)
    indexes = [Index(tmp_path) for _ in range(2)]
    failed = []

    def update(index):
        try:
            while not index.update(3000).complete:
                index.search(Query(text="hello"))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=update, args=(index,)) for index in indexes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert [index.update().conversations for index in indexes] == [60, 60]
    assert len(units_of(indexes[0], text="hello")) == 60
