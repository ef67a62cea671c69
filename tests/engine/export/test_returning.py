"""What was exported is read back and verified again, and whatever was changed in it is found where it stands."""

import json
import re
import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interplay.agents.casting import guided, skips_confirmation
from interplay.engine.cli import commands
from interplay.engine.errors import DataError, UsageError
from interplay.engine.export.columns import columns
from interplay.engine.export.formats import FORMATS, Settings, load_format
from interplay.engine.export.lineage import Share
from interplay.engine.export.manifest import FILE as MANIFEST
from interplay.engine.export.pipeline import Asked, export
from interplay.engine.export.returning import audit
from interplay.engine.export.returning.rows import rows_of
from interplay.engine.export.selection import Selection
from interplay.engine.export.sources import open_sources

USUAL = Settings()
SPLITS = (Share("train", 0.7), Share("test", 0.3))


def wavering(part):
    """An agent that goes wrong in the first of its plays."""
    return skips_confirmation(part) if part.at.split("/")[1] == "0" else guided(part)


def generated(out: Path, world: str, *more: object) -> Path:
    arguments = ["generate", world, "--seed", "5", "--out", out, *more]
    done = CliRunner().invoke(commands, [str(each) for each in arguments])
    assert done.exit_code in (0, 1), done.output  # 1: some conversations were rejected
    return out


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """A directory with a run of several plays a blueprint, of which some went wrong, and one of two sides."""
    place = tmp_path_factory.mktemp("runs")
    agent = f"{__name__}:wavering"
    generated(place / "mixed", "retail", "-n", 6, "--persons", 40, "--trials", 3, "--agent", agent)
    generated(place / "sided", "mock", "-n", 4)
    return place


def exported(runs: Path, name: str, out: Path, asked: Settings = USUAL, names=("mixed", "sided")) -> Path:
    layout = load_format(name, asked)
    options = {key: value for key, value in asked._asdict().items() if value != Settings._field_defaults[key]}
    chosen = Selection(outcome=layout.outcome)
    export(
        open_sources([runs / each for each in names]),
        layout,
        Asked(chosen, splits=SPLITS, shard_rows=5, options=options),
        out,
    )
    return out


@pytest.fixture(scope="module")
def whole(runs, tmp_path_factory) -> dict[str, Path]:
    """An export in each format, which nobody changes."""
    place = tmp_path_factory.mktemp("exports")
    found = {name: exported(runs, name, place / name) for name in FORMATS}
    found["singles"] = exported(runs, "preferences", place / "singles", Settings(preference="singles"))
    found["objects"] = exported(runs, "openai", place / "objects", Settings(thoughts=True, arguments="object"))
    return found


@pytest.mark.parametrize("name", [*FORMATS, "singles", "objects"])
def test_every_format_comes_back_as_the_runs_have_it(whole, runs, name):
    found = audit(whole[name], [runs])
    assert found.differences == []
    assert found.rows == found.same > 0
    assert found.agrees


@pytest.mark.parametrize("name", [*FORMATS, "singles", "objects"])
def test_a_file_alone_tells_its_format_and_comes_back(whole, runs, name):
    file = max(whole[name].glob("*-*-of-*"), key=lambda each: each.stat().st_size)
    found = audit(file, [runs])
    assert found.differences == []
    assert found.format == {"singles": "preferences", "objects": "openai"}.get(name, name)


def rewritten(path: Path, change) -> None:
    """Change the first line of a file, as JSON."""
    first, *rest = path.read_text().splitlines()
    document = json.loads(first)
    change(document)
    path.write_text("\n".join([json.dumps(document, separators=(",", ":"), ensure_ascii=False), *rest]) + "\n")


def alone(whole, name, tmp_path) -> Path:
    """A file of its own, without a manifest beside it."""
    file = max(whole[name].glob("*.jsonl"), key=lambda each: each.stat().st_size)
    return Path(shutil.copy(file, tmp_path / "rows.jsonl"))


def message(document, role, at=0):
    return [each for each in document["messages"] if each["role"] == role][at]


def changes_word(document):
    message(document, "user")["content"] += "!"


def changes_agents_words(document):
    next(m for m in document["messages"] if m["role"] == "assistant" and m["content"])["content"] = "Goodbye."


def changes_argument(document):
    call = next(m for m in document["messages"] if m.get("tool_calls"))["tool_calls"][0]["function"]
    call["arguments"] = re.sub(r'":"', r'":"x', call["arguments"], count=1)


def changes_tool(document):
    next(m for m in document["messages"] if m.get("tool_calls"))["tool_calls"][0]["function"]["name"] = "think"


def changes_answer(document):
    message(document, "tool")["content"] += " "


def changes_policy(document):
    document["messages"][0]["content"] += " Be nice."


def takes_a_tool_away(document):
    del document["tools"][0]


def takes_a_message_away(document):
    del document["messages"][2]


def changes_label(document):
    document["domain"] = "elsewhere"


def changes_blueprint(document):
    document["blueprint"] += "0"


def names_another(document):
    document["id"] = document["id"].rsplit("/", 1)[0] + "/77"


def names_nothing(document):
    document["id"] = "no id"


def adds_a_column(document):
    document["more"] = 1


def breaks_the_layout(document):
    document["messages"][1]["role"] = "narrator"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (changes_word, "the human's words"),
        (changes_agents_words, "the agent's words"),
        (changes_argument, "the call of "),
        (changes_tool, "the call of "),
        (changes_answer, "the answer of "),
        (changes_policy, "the policy"),
        (takes_a_tool_away, "the tools"),
        (takes_a_message_away, "turn 1"),
        (changes_label, "the column domain"),
        (changes_blueprint, "the column blueprint"),
        (names_another, "the conversation"),
        (names_nothing, "the row"),
        (adds_a_column, "the column more"),
        (breaks_the_layout, "the layout"),
    ],
)
def test_a_change_is_found_and_named_with_file_and_line(whole, runs, tmp_path, change, what):
    file = alone(whole, "openai", tmp_path)
    rewritten(file, change)
    found = audit(file, [runs])
    assert (found.different, found.same) == (1, found.rows - 1)
    assert {(each.file, each.row) for each in found.differences} == {("rows.jsonl", 1)}
    assert found.differences[0].what.startswith(what)
    assert all(each.leaves for each in found.differences)


def test_a_changed_argument_is_run_again_and_judged_again(whole, runs, tmp_path):
    file = alone(whole, "openai", tmp_path)
    rewritten(file, changes_argument)
    what = {each.what for each in audit(file, [runs], first=99).differences}
    assert any(each.startswith("the result of") for each in what)


def test_an_answer_that_was_invented_is_told_against_what_the_tool_gives(whole, runs, tmp_path):
    file = alone(whole, "sharegpt", tmp_path)

    def invent(document):
        next(e for e in document["conversations"] if e["from"] == "observation")["value"] = "all is well"

    rewritten(file, invent)
    [found] = audit(file, [runs]).differences
    assert (found.leaves[0].before, found.sides) == ("all is well", ("row", "run"))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("name", ["openai", "sharegpt", "xlam", "loss", "preferences", "singles"])
def test_whatever_is_changed_in_a_row_is_found(whole, runs, tmp_path, name, data):
    file = alone(whole, name, tmp_path)

    def tamper(document):
        place, key = document, data.draw(st.sampled_from(sorted(document)))
        while isinstance(place[key], dict | list) and place[key]:
            place = place[key]
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        old = place[key]
        other = (
            [old + "x", None] if isinstance(old, str) else [not old, None] if isinstance(old, bool) else [{"x": 1}, 7]
        )
        place[key] = data.draw(st.sampled_from(other))

    rewritten(file, tamper)
    assert not audit(file, [runs]).agrees


def copied(whole, name, tmp_path) -> Path:
    return Path(shutil.copytree(whole[name], tmp_path / name))


def test_a_row_that_was_taken_out_is_lost(whole, runs, tmp_path):
    place = copied(whole, "openai", tmp_path)
    file = next(place.glob("train-00000-*"))
    file.write_text("".join(file.read_text().splitlines(keepends=True)[1:]))
    found = audit(place, [runs])
    assert found.lost == 1
    assert {each.what for each in found.differences} == {"the size in bytes", "the BLAKE2b", "the number of rows"}


def test_a_file_that_was_taken_out_and_one_that_was_put_in_are_found(whole, runs, tmp_path):
    place = copied(whole, "openai", tmp_path)
    next(place.glob("test-00000-*")).rename(place / "more.jsonl")
    found = audit(place, [runs])
    assert found.lost > 0
    assert [(each.what, each.leaves[0].before) for each in found.differences] == [
        ("the file", "not there"),
        ("the file", "there"),
    ]


def test_a_row_that_stands_twice_is_found(whole, runs, tmp_path):
    file = alone(whole, "openai", tmp_path)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines, lines[0]]))
    [found] = audit(file, [runs]).differences
    assert (found.row, found.leaves[0].after) == (len(lines) + 1, "one row of each")


def test_rows_may_come_in_any_order(whole, runs, tmp_path):
    file = alone(whole, "openai", tmp_path)
    file.write_text("".join(sorted(file.read_text().splitlines(keepends=True), reverse=True)))
    assert audit(file, [runs]).agrees


def test_a_pair_whose_sides_are_exchanged_is_found(whole, runs, tmp_path):
    file = alone(whole, "preferences", tmp_path)

    def exchange(document):
        document["chosen"], document["rejected"] = document["rejected"], document["chosen"]

    rewritten(file, exchange)
    found = audit(file, [runs])
    assert {each.row for each in found.differences} == {1}
    assert found.different == 1


def test_a_label_that_is_turned_is_found(whole, runs, tmp_path):
    file = alone(whole, "singles", tmp_path)

    def turn(document):
        document["label"] = not document["label"]

    rewritten(file, turn)
    [found] = audit(file, [runs]).differences
    assert found.what == "the column label"


@pytest.mark.parametrize("name", ["openai", "sharegpt", "xlam", "loss"])
def test_every_row_says_what_became_of_its_conversation_and_a_changed_outcome_is_found(whole, runs, tmp_path, name):
    file = alone(whole, name, tmp_path)
    assert {row.document["outcome"] for row in rows_of(file)} == {"verified"}

    def claim(document):
        document["outcome"] = "rejected"

    rewritten(file, claim)
    [found] = audit(file, [runs]).differences
    assert (found.row, found.what) == (1, "the column outcome")


@pytest.mark.parametrize("line", [b"{", b"[1]", b"\xff", b'{"id":7}', b"[" * 5000, b""])
def test_a_line_that_is_no_row_is_told_and_the_next_ones_are_read(whole, runs, tmp_path, line):
    file = alone(whole, "openai", tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([lines[0], line + b"\n", *lines[1:]]))
    found = audit(file, [runs])
    assert [each.row for each in found.differences] == [2]
    assert found.rows == len(lines) + 1


def test_a_blank_last_line_and_a_mark_of_utf_8_are_no_matter(whole, runs, tmp_path):
    file = alone(whole, "openai", tmp_path)
    rows = len(file.read_bytes().splitlines())
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes() + b"\r\n")
    found = audit(file, [runs])
    assert found.differences == []
    assert found.rows == rows


def test_a_run_that_is_not_beside_its_export_is_asked_for(whole):
    with pytest.raises(UsageError, match="say where it is with --run DIR"):
        audit(whole["openai"])


def test_runs_are_found_around_the_export_and_in_a_directory_of_runs(whole, runs, tmp_path):
    shutil.copytree(runs, tmp_path / "runs")
    place = copied(whole, "openai", tmp_path)
    assert audit(place).agrees


def test_another_run_of_the_same_name_is_refused(whole, runs, tmp_path):
    shutil.copytree(runs, tmp_path / "runs")
    config = tmp_path / "runs" / "mixed" / "run.json"
    config.write_text(config.read_text().replace('"seed": 5', '"seed": 6'))
    with pytest.raises(UsageError, match="is not the run that was exported: its seed is 6, and was 5"):
        audit(whole["openai"], [tmp_path / "runs"])


def test_a_run_may_have_been_given_another_name(whole, runs, tmp_path):
    shutil.copytree(runs / "mixed", tmp_path / "renamed")
    assert audit(whole["openai"], [tmp_path / "renamed", runs / "sided"]).agrees


def test_a_file_that_is_of_none_of_the_runs_is_refused_and_not_told_row_by_row(whole, runs, tmp_path):
    file = tmp_path / "rows.jsonl"
    lines = [line for each in whole["openai"].glob("*.jsonl") for line in each.read_text().splitlines(keepends=True)]
    file.write_text("".join(line for line in lines if '"id":"mixed/' in line))
    with pytest.raises(UsageError, match=r"was not made of .*sided \(mock\): .* world 'retail'"):
        audit(file, [runs / "sided"])
    other = generated(tmp_path / "other" / "mixed", "retail", "-n", 6, "--persons", 40, "--trials", 3, "--seed", 9)
    with pytest.raises(UsageError, match="say with --run DIR where its own run is"):
        audit(file, [other])


def test_a_name_in_a_row_leads_nowhere_outside(runs, whole, tmp_path):
    file = alone(whole, "openai", tmp_path)
    file.write_text(
        file.read_text().replace('"id":"mixed/', f'"id":"{runs}/mixed/').replace('"id":"sided/', f'"id":"{runs}/mixed/')
    )
    with pytest.raises(UsageError, match="which does not stand beside"):
        audit(file)


def test_what_is_no_export_is_told_apart(tmp_path):
    for name, data, said in (
        ("rows.csv", b"a,b\n", "a file of rows ends in"),
        ("rows.jsonl", b'{"a":1}\n', "nobody can tell the format"),
        ("empty.jsonl", b"", "holds no row"),
        ("rows.parquet", b"PAR1", "cannot read"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises((UsageError, DataError), match=said):
            audit(tmp_path / name)


def test_counts_that_do_not_add_up_are_found(whole, runs, tmp_path):
    place = copied(whole, "openai", tmp_path)
    manifest = place / MANIFEST
    document = msgspec.json.decode(manifest.read_bytes())
    document["counts"]["kept"] += 1
    manifest.write_bytes(msgspec.json.encode(document))
    assert [each.what for each in audit(place, [runs]).differences] == ["the counts"]


@pytest.mark.parametrize("name", [*FORMATS, "singles"])
def test_a_card_describes_the_columns_that_rows_have(whole, name):
    file = max(whole[name].glob("*-*-of-*"), key=lambda each: each.stat().st_size)
    row = next(rows_of(file)).document
    layout, options = ("preferences", {"preference": "singles"}) if name == "singles" else (name, {})
    assert {column.name for column in columns(layout, options)} == set(row)
