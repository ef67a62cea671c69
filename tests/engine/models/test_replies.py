from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import RunError
from interplay.engine.models.exchange import Reply, Usage
from interplay.engine.models.replies import FILE, Address, Failure, Glimpse, Recorded, Recordings, Replies


def said(unit: int, at: str, text: str = "yes", again: int = 0, **rest: object) -> Recorded:
    reply = Reply(text=text, usage=Usage(prompt=5, completion=2))
    return Recorded(unit=unit, at=at, again=again, hash="00", role="agent", model="m", reply=reply, **rest)


def failed(unit: int, at: str) -> Recorded:
    failure = Failure(cause="server", text="it fell over")
    return Recorded(unit=unit, at=at, hash="00", role="agent", model="m", failure=failure)


def unfinished(unit: int) -> bool:
    return True


def keep(directory: Path, *records: Recorded) -> None:
    with Replies(directory, unfinished=unfinished) as replies:
        for record in records:
            replies.keep(record)


records = st.builds(
    said, st.integers(0, 4), st.sampled_from(["a", "b", "c/d"]), st.text(max_size=20), st.integers(0, 2)
)


@given(st.lists(records, max_size=40), st.integers(0, 200), st.sets(st.integers(0, 4)))
def test_of_any_interleaving_and_any_torn_end_the_last_whole_reply_at_each_address_is_found(
    written: list[Recorded], torn: int, wanted: set[int]
) -> None:
    with TemporaryDirectory() as name:
        directory = Path(name)
        keep(directory, *written)
        path = directory / FILE
        data = path.read_bytes()
        path.write_bytes(data[: max(len(data) - torn, 0)])
        whole = written[: path.read_bytes().count(b"\n")]
        expected = {(each.unit, Address(each.at, each.again)): each for each in whole if each.unit in wanted}
        seen: list[Glimpse] = []
        with Replies(directory, unfinished=wanted.__contains__, seen=seen.append) as replies:
            found = {
                (unit, address): record
                for unit in range(5)
                for address in (Address(at, again) for at in ("a", "b", "c/d") for again in range(3))
                if (record := replies.take(unit, address)) is not None
            }
            replies.keep(said(7, "new"))
        assert found == expected
        assert [each.unit for each in seen] == [each.unit for each in whole]
        after = Recordings(directory)
        assert after.take(7, Address("new")) == said(7, "new")
        after.close()
        assert path.read_bytes().count(b"\n") == len(whole) + 1


def test_a_reply_is_given_out_once(tmp_path: Path) -> None:
    keep(tmp_path, said(0, "a"))
    recordings = Recordings(tmp_path)
    assert recordings.take(0, Address("a")) == said(0, "a")
    assert recordings.take(0, Address("a")) is None
    recordings.close()


def test_what_flush_returned_from_is_in_the_file(tmp_path: Path) -> None:
    with Replies(tmp_path, unfinished=unfinished) as replies:
        replies.keep(said(3, "a"))
        replies.flush()
        assert (tmp_path / FILE).read_bytes().endswith(b"}}\n")


def test_a_resumed_run_asks_again_where_an_outage_ended_a_unit_and_a_replay_does_not(tmp_path: Path) -> None:
    keep(tmp_path, failed(0, "a"), said(0, "b"), failed(0, "c"), failed(0, "d"))
    with Replies(tmp_path, unfinished=unfinished) as replies:
        assert replies.take(0, Address("a")) == failed(0, "a")
        assert replies.take(0, Address("b")) == said(0, "b")
        assert replies.take(0, Address("c")) is None
    recordings = Recordings(tmp_path)
    assert recordings.take(0, Address("d")) == failed(0, "d")
    recordings.close()


def test_a_run_without_replies_has_none(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    assert recordings.take(0, Address("a")) is None
    recordings.close()


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    keep(tmp_path, said(0, "a"))
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"unit": 1}\n')
    with pytest.raises(RunError, match=r"replies\.jsonl, line 2: .*role"):
        Replies(tmp_path, unfinished=unfinished)


def test_a_line_that_says_neither_reply_nor_failure_is_damaged(tmp_path: Path) -> None:
    keep(tmp_path, Recorded(unit=0, at="a", hash="00", role="agent", model="m"))
    recordings = Recordings(tmp_path)
    with pytest.raises(RunError, match="at byte 0: this is no reply"):
        recordings.take(0, Address("a"))
    recordings.close()
