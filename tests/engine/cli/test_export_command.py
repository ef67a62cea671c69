"""`interplay export --format tau2`: from a run to task files, and what it says of what it leaves out."""

from __future__ import annotations

import shutil

import msgspec
import pytest


def test_a_run_is_written_as_task_files_that_import_again(cli, made_run, tmp_path):
    done = cli("export", made_run, "--format", "tau2", "--out", tmp_path / "retail")
    assert done.code == 0
    assert "blueprints as tasks to" in done.out
    tasks = msgspec.json.decode((tmp_path / "retail" / "tasks.json").read_bytes())
    splits = msgspec.json.decode((tmp_path / "retail" / "split_tasks.json").read_bytes())
    assert splits == {"base": [task["id"] for task in tasks]}
    back = cli("import", "tau2", tmp_path / "retail", "--world", "retail", "--out", tmp_path / "back", "--json")
    assert back.code == 0
    assert msgspec.json.decode(back.out)["worlds"][0]["blueprints"] == len(tasks)


def test_what_is_left_out_is_counted_and_named(cli, made_run, tmp_path):
    report = msgspec.json.decode(
        cli("export", made_run, "--format", "tau2", "--out", tmp_path / "retail", "--json").out
    )
    assert report["tasks"] + len(report["left_out"]) == 12
    assert all(each["text"] for each in report["left_out"])


def test_nothing_is_overwritten_and_a_wrong_source_is_said(cli, made_run, tmp_path):
    assert "exists already" in cli("export", made_run, "--format", "tau2", "--out", tmp_path).err
    assert "no run" in cli("export", tmp_path / "nothing", "--format", "tau2", "--out", tmp_path / "new").err
    assert not (tmp_path / "new").exists()


def test_training_data_come_with_a_summary_for_people_and_for_programs(cli, trials_run, tmp_path):
    said = cli("export", trials_run, "--format", "openai", "--out", tmp_path / "a", "--split", "train=0.5,test=0.5")
    assert said.code == 0
    assert "left out 6 (33.3%): outcome rejected" in said.out
    assert "rows of openai as " in said.out
    told = msgspec.json.decode(
        cli("export", trials_run, "--format", "sharegpt", "--out", tmp_path / "b", "--outcome", "all", "--json").out
    )
    assert told["counts"]["read"] == told["counts"]["kept"] + sum(told["counts"]["left_out"].values())
    assert told["options"] == {"outcome": "all"}
    assert sum(part["rows"] for part in told["files"]) == told["counts"]["kept"]


def test_options_that_mean_nothing_in_a_format_are_refused(cli, made_run, tmp_path):
    def err(*arguments):
        said = cli("export", made_run, "--out", tmp_path / "x", *arguments)
        assert said.code == 2
        return said.err

    assert "--split means nothing with --format tau2" in err("--format", "tau2", "--split", "train=1")
    assert "--arguments means nothing with --format xlam" in err("--format", "xlam", "--arguments", "object")
    assert "--data means nothing with --format openai" in err("--format", "openai", "--data", tmp_path)
    assert "say --outcome rejected or all" in err("--format", "openai", "--fault", "state")
    assert "there is no run of 'moon'" in err("--format", "openai", "--domain", "moon")
    assert "holds no splits" in err("--format", "openai", "--out", "x.jsonl", "--split", "a=0.5,b=0.5")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("layout", "name", "meant"),
    [
        ("openai", "data.json", "data.jsonl for one file"),
        ("openai", "data.JSONL", "data.jsonl for one file"),
        ("openai", "data.jsnol", "data.jsonl for one file"),
        ("openai", "data.parquet", "end in .jsonl"),
        ("parquet", "data.jsonl", "data.parquet for one file"),
        ("parquet", "data.parqet", "data.parquet for one file"),
        ("sharegpt", "data.csv", "end in .jsonl"),
    ],
)
def test_a_name_of_another_kind_of_file_is_refused_with_what_was_meant(cli, made_run, tmp_path, layout, name, meant):
    said = cli("export", made_run, "--format", layout, "--out", tmp_path / name)
    assert said.code == 2
    assert meant in said.err.replace("\n", "")
    assert not (tmp_path / name).exists()


def test_a_directory_may_have_a_point_in_its_name(cli, made_run, tmp_path):
    assert cli("export", made_run, "--format", "openai", "--out", tmp_path / "data.v1").code == 0
    assert (tmp_path / "data.v1").is_dir()


def test_one_file_has_no_shards(cli, made_run, tmp_path):
    said = cli("export", made_run, "--format", "openai", "--out", tmp_path / "x.jsonl", "--shard-rows", 5)
    assert said.code == 2
    assert "--shard-rows:" in said.err
    assert "name a directory" in said.err
    assert not (tmp_path / "x.jsonl").exists()


@pytest.mark.parametrize("text", ["writes=2-4,reads=3-", "writes=2-4 reads=3-", "writes=2-4&reads=3-"])
def test_another_mark_between_ranges_is_answered_with_the_right_one(cli, made_run, tmp_path, text):
    said = cli("export", made_run, "--format", "openai", "--out", tmp_path / "x", "--difficulty", text)
    assert said.code == 2
    assert 'between several stands ";"' in said.err


def test_lengths_are_estimated_and_said_to_be(cli, made_run, tmp_path):
    said = cli("export", made_run, "--format", "openai", "--out", tmp_path / "a", "--max-tokens", 1_000_000)
    assert "an estimate at 4 characters each" in said.out
    told = cli("export", made_run, "--format", "openai", "--out", tmp_path / "b", "--max-tokens", 10)
    assert told.code == 2
    assert "12 left out: more tokens than asked for" in told.err


def test_preferences_refuse_to_keep_one_play_of_a_blueprint(cli, trials_run, tmp_path):
    for unique in ("calls", "blueprint"):
        said = cli("export", trials_run, "--format", "preferences", "--unique", unique, "--out", tmp_path / "x")
        assert said.code == 2
        assert f"--unique {unique} keeps one of several plays" in said.err
    assert not (tmp_path / "x").exists()


def test_a_run_that_cannot_be_opened_is_named_and_the_others_are_exported(cli, made_run, tmp_path):
    runs = tmp_path / "runs"
    shutil.copytree(made_run, runs / "good")
    (runs / "bad").mkdir()
    (runs / "bad" / "run.json").write_text("{")
    said = cli("export", runs, "--format", "openai", "--out", tmp_path / "x")
    assert said.code == 0
    assert f"passed over: {runs / 'bad'}" in said.err
    assert "rows of openai" in said.out
