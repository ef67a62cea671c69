"""`verify` of an export reads every row back, and says with file and line what is not as the run has it."""

import json
import shutil

import pytest


@pytest.fixture
def place(made_run, tmp_path):
    """A directory with a copy of the run, and its export beside it."""
    shutil.copytree(made_run, tmp_path / "made")
    return tmp_path


@pytest.fixture
def data(place, cli):
    done = cli("export", place / "made", "--format", "openai", "--out", place / "data", "--split", "train=0.5,test=0.5")
    assert done.code == 0, done.err
    return place / "data"


def test_an_untouched_export_is_the_same_all_through(cli, data):
    said = cli("verify", data)
    assert said.code == 0, said.out
    assert said.out.startswith(f"{data}: 12 rows of 2 files (openai) replayed, 12 same, 0 different\n")
    assert "of made, recorded there as 12 verified" in said.out
    found = json.loads(cli("verify", data, "--json").out)
    assert (found["rows"], found["same"], found["different"], found["lost"]) == (12, 12, 0, 0)
    assert (found["format"], found["runs"], found["differences"]) == ("openai", ["made"], [])


def test_a_change_is_shown_with_file_line_and_both_sides(cli, data):
    file = data / "train-00000-of-00001.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    lines[1] = lines[1].replace('{"role":"user","content":"', '{"role":"user","content":"\x7f Well, ', 1)
    file.write_text("".join(lines))
    said = cli("verify", data)
    assert said.code == 1
    assert f"{file.name}, line 2 (made/" in said.out
    assert "message 0: the human's words differs" in said.out
    assert ', run "' in said.out
    assert "\x7f" not in said.out
    assert "the BLAKE2b differs" in said.out
    assert "11 same, 1 different" in said.out
    found = json.loads(cli("verify", data, "--json", "--first", 1).out)
    assert len(found["differences"]) == 1 < found["differences_in_all"]


def test_rows_that_are_gone_are_a_loss(cli, data):
    file = data / "train-00000-of-00001.jsonl"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-2]))
    said = cli("verify", data)
    assert said.code == 1
    assert "lost: 2 rows that should be there are not" in said.out


def test_a_run_that_is_elsewhere_is_named(cli, data, place):
    (place / "made").rename(place / "elsewhere")
    said = cli("verify", data)
    assert said.code == 2
    assert "say where it is with --run DIR" in said.err
    assert cli("verify", data, "--run", place / "elsewhere").code == 0


def test_a_file_alone_is_verified_by_what_its_first_row_looks_like_or_by_what_is_said(cli, data):
    file = data / "train-00000-of-00001.jsonl"
    assert json.loads(cli("verify", file, "--json").out)["format"] == "openai"
    wrong = cli("verify", file, "--format", "sharegpt")
    assert wrong.code == 1
    assert "the layout differs" in wrong.out
    assert "there is no format 'opena'; did you mean 'openai'?" in cli("verify", file, "--format", "opena").err


def test_what_is_for_exports_is_refused_of_a_run(process, place):
    for option in (("--run", place), ("--format", "openai")):
        said = process("verify", place / "made", *option)
        assert (said.code, said.out) == (2, "")
        assert f"{option[0]} is for exports" in said.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing", None, "no such directory"),
        ("rows.csv", "a,b", "a file of rows ends in .jsonl or .parquet"),
        ("rows.jsonl", "{}", "nobody can tell the format"),
    ],
)
def test_what_is_neither_run_nor_export_is_told(process, tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_text(content)
    done = process("verify", tmp_path / name)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_directory_of_runs_or_of_bare_files_is_told_with_one_to_name(cli, place, data):
    said = cli("verify", place)
    assert said.code == 2
    assert f"is no run and holds a run; say one: interplay verify {place / 'made'}" in said.err.replace("\n", " ")
    (data / "export.json").unlink()
    said = cli("verify", data)
    assert said.code == 2
    first = min(data.glob("*.jsonl"))
    assert f"holds 2 files of rows, which can be verified each alone: interplay verify {first}" in said.err
