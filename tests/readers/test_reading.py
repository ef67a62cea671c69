"""What is exported, read by pyarrow, DuckDB and datasets."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import msgspec
import pytest
from tests.readers.conftest import Export, need

from interplay.engine.domain import load_domain
from interplay.engine.messages import ToolCall
from interplay.engine.trajectory import Scored, Trajectory


class Inner(msgspec.Struct):
    """A record in a row."""

    number: int
    names: list[str]


class Odd(msgspec.Struct):
    """A row of which everything may be absent."""

    several: list[Inner] | None
    one: Inner | None
    number: int | None
    text: Annotated[str, msgspec.Meta(extra={"json": True})]


FORMATS = ("openai", "sharegpt", "xlam", "loss", "preferences", "parquet")


def read(datasets: ModuleType, directory: Path, cache: Path) -> list[dict[str, Any]]:
    """The rows of an export, as its card's head says how to load it."""
    return list(datasets.load_dataset(str(directory), split="train", cache_dir=str(cache)))


@pytest.mark.parametrize("format_", FORMATS)
def test_datasets_reads_each_export_by_its_card(
    format_: str, datasets: ModuleType, exported: Export, tmp_path: Path
) -> None:
    directory = exported("telecom", format_)
    rows = read(datasets, directory, tmp_path)
    manifest = msgspec.json.decode((directory / "export.json").read_bytes())
    assert len(rows) == sum(part["rows"] for part in manifest["files"]) > 0
    assert {"id", "blueprint", "domain"} <= rows[0].keys()


def test_a_call_is_read_with_its_arguments_as_an_object_and_no_other_calls_parameters(
    datasets: ModuleType, exported: Export, played: dict[str, Trajectory], tmp_path: Path
) -> None:
    for format_ in ("openai", "loss", "parquet"):
        for row in read(datasets, exported("telecom", format_), tmp_path):
            called = [message["tool_calls"][0]["function"] for message in row["messages"] if message["tool_calls"]]
            own = [each for each in played[row["id"]].messages if isinstance(each, ToolCall) and each.by == "agent"]
            assert called == [{"name": each.tool, "arguments": each.arguments} for each in own]
            assert [tool["function"]["name"] for tool in row["tools"]] == list(load_domain("telecom").tools)


def test_parquet_has_the_messages_of_openai_and_what_is_known_of_each_play(
    datasets: ModuleType, exported: Export, played: dict[str, Trajectory], tmp_path: Path
) -> None:
    parquet = need("pyarrow.parquet")
    (path,) = exported("telecom", "parquet", "all").glob("*.parquet")
    table = parquet.read_table(path).to_pylist()
    lines = {row["id"]: row for row in read(datasets, exported("telecom", "openai", "all"), tmp_path)}
    assert [row["id"] for row in table] == list(lines)
    for row in table:
        messages = lines[row["id"]]["messages"]
        assert [(each["role"], each["content"]) for each in row["messages"]] == [
            (each["role"], each["content"]) for each in messages
        ]
        assert msgspec.json.decode(row["tools"]) == lines[row["id"]]["tools"]
        play = played[row["id"]]
        assert isinstance(play.outcome, Scored)
        verdict = play.outcome.verdict
        assert (row["verified"], row["reward"], row["faults"]) == (play.accepted, verdict.reward, verdict.faults)
        assert row["verdict"]["state"] == verdict.state
        assert (row["seed"], row["unit"], row["trial"], row["run_seed"]) == (play.seed, play.unit, play.trial, "3")


def test_the_card_of_parquet_says_how_pyarrow_reads_it(exported: Export) -> None:
    need("pyarrow.parquet")
    directory = exported("telecom", "parquet", "all")
    blocks = re.findall(r"```python\n(.*?)```", (directory / "README.md").read_text("utf-8"), re.DOTALL)
    (block,) = (each for each in blocks if "pyarrow" in each)
    names: dict[str, Any] = {}
    exec(block.replace("THIS_DIRECTORY", str(directory)), names)
    assert names["table"].num_rows == 32


def test_duckdb_asks_parquet_and_lines_by_column(exported: Export) -> None:
    duckdb = need("duckdb")
    directory = exported("telecom", "parquet", "all")
    (found,) = duckdb.sql(
        f"select count(*), count(*) filter (verified), max(difficulty.writes), min(len(messages)) "
        f"from '{directory}/*.parquet' where verdict.duties or not verdict.duties"
    ).fetchall()
    assert found[0] == 32 > found[1] > 0
    assert found[2] > 0
    assert found[3] > 1
    lines = duckdb.sql(f"select count(*) from '{exported('telecom', 'openai', 'all')}/*.jsonl'").fetchall()
    assert lines == [(32,)]
    arguments = duckdb.sql(
        f"select distinct json_type(c.function.arguments) from (select unnest(m.tool_calls) c from "
        f"(select unnest(messages) m from '{directory}/*.parquet'))"
    ).fetchall()
    assert arguments == [("OBJECT",)]


def test_a_row_that_lacks_a_list_a_record_or_a_number_is_read_back_as_it_was(tmp_path: Path) -> None:
    parquet = need("pyarrow.parquet")
    from interplay.engine.export.rowgroups import GROUP_ROWS, RowGroups

    rows = [Odd([], None, None, "[]"), Odd(None, Inner(2, ["a"]), 3, "{}"), Odd([Inner(1, [])], None, 0, "1")]
    with (tmp_path / "odd.parquet").open("wb") as file:
        shard = RowGroups(file, Odd)
        for start in range(0, GROUP_ROWS, 7):
            shard.write([rows[at % 3] for at in range(start, start + 7)])
        shard.close()
    read_back = parquet.ParquetFile(tmp_path / "odd.parquet")
    assert read_back.num_row_groups == 2
    assert read_back.read().to_pylist()[:3] == [msgspec.to_builtins(row) for row in rows]
