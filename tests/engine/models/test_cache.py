from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from interplay.engine.errors import HaltError
from interplay.engine.models.cache import FILE, Cache
from interplay.engine.models.exchange import Call, Reply, Usage

HASH = sha256(b"question").digest()
REPLY = Reply(text="So.", calls=(Call(id="1", name="look", arguments="{}"),), usage=Usage(prompt=3, completion=1))


def test_a_reply_is_found_before_it_is_flushed_and_by_another_process_after(tmp_path: Path) -> None:
    with Cache(tmp_path) as one, Cache(tmp_path) as other:
        assert one.get(HASH) is None
        one.put(HASH, REPLY)
        assert one.get(HASH) == REPLY
        assert other.get(HASH) is None
        one.flush()
        assert other.get(HASH) == REPLY


def test_the_first_reply_to_a_question_stays(tmp_path: Path) -> None:
    with Cache(tmp_path) as one, Cache(tmp_path) as other:
        one.put(HASH, REPLY)
        other.put(HASH, Reply(text="late"))
        one.flush()
        other.flush()
        assert one.get(HASH) == other.get(HASH) == REPLY


def test_closing_keeps_what_was_not_flushed(tmp_path: Path) -> None:
    with Cache(tmp_path / "new" / "place") as cache:
        cache.put(HASH, REPLY)
    with Cache(tmp_path / "new" / "place") as cache:
        assert cache.get(HASH) == REPLY


def test_a_flush_while_another_process_writes_waits_for_the_next(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        writer = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        cache.put(HASH, REPLY)
        cache.flush()
        assert cache.get(HASH) == REPLY
        writer.execute("ROLLBACK")
        cache.flush()
        assert writer.execute("SELECT count(*) FROM replies").fetchone() == (1,)
        writer.close()


@pytest.mark.parametrize("content", [b"not a database at all, and long enough to be looked at" * 20, b"\0" * 5000])
def test_a_damaged_cache_says_what_to_delete(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(HaltError, match=f"{tmp_path / FILE} is damaged.* Delete {tmp_path}"):
        Cache(tmp_path)


def test_a_reply_that_is_none_says_what_to_delete(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put(HASH, REPLY)
    database = sqlite3.connect(tmp_path / FILE)
    database.execute("UPDATE replies SET reply = 'nothing'")
    database.commit()
    database.close()
    with Cache(tmp_path) as cache, pytest.raises(HaltError, match="is damaged"):
        cache.get(HASH)


def test_a_cache_of_another_layout_is_left_alone(tmp_path: Path) -> None:
    Cache(tmp_path).close()
    database = sqlite3.connect(tmp_path / FILE)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(HaltError, match="layout 99"):
        Cache(tmp_path)


def test_a_cache_cannot_be_made_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here first")
    with pytest.raises(HaltError, match="cannot make a cache"):
        Cache(tmp_path / "file")
