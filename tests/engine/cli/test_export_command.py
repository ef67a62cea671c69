"""`interplay export tau2`: from a run to task files, and what it says of what it leaves out."""

from __future__ import annotations

import msgspec


def test_a_run_is_written_as_task_files_that_import_again(cli, made_run, tmp_path):
    done = cli("export", "tau2", made_run, "--out", tmp_path / "retail")
    assert done.code == 0
    assert "blueprints as tasks to" in done.out
    tasks = msgspec.json.decode((tmp_path / "retail" / "tasks.json").read_bytes())
    splits = msgspec.json.decode((tmp_path / "retail" / "split_tasks.json").read_bytes())
    assert splits == {"base": [task["id"] for task in tasks]}
    back = cli("import", "tau2", tmp_path / "retail", "--world", "retail", "--out", tmp_path / "back", "--json")
    assert back.code == 0
    assert msgspec.json.decode(back.out)["worlds"][0]["blueprints"] == len(tasks)


def test_what_is_left_out_is_counted_and_named(cli, made_run, tmp_path):
    report = msgspec.json.decode(cli("export", "tau2", made_run, "--out", tmp_path / "retail", "--json").out)
    assert report["tasks"] + len(report["left_out"]) == 12
    assert all(each["text"] for each in report["left_out"])


def test_nothing_is_overwritten_and_a_wrong_source_is_said(cli, made_run, tmp_path):
    assert "exists already" in cli("export", "tau2", made_run, "--out", tmp_path).err
    assert "no run" in cli("export", "tau2", tmp_path / "nothing", "--out", tmp_path / "new").err
    assert not (tmp_path / "new").exists()
