"""Worlds are found from a checkout's root, the folder of its worlds, or their own; what is none says what it is."""

import json

import pytest
from tests.engine.importing.conftest import LOANS, task

from interplay.engine.errors import DataError, UsageError
from interplay.engine.importing import checkouts
from interplay.engine.importing.checkouts import search
from interplay.engine.importing.world import import_world


@pytest.mark.parametrize("inner", [".", "tau_bench", "tau_bench/envs", "tau_bench/envs/tiny"])
def test_tau_world_is_found_from_the_root_to_its_own_folder(library, inner):
    root = library(tasks_test__py="TASKS = []", tasks__json="[]")
    [found] = search("tau", root / inner).found
    assert (found.world, found.data.name) == ("tiny", "data")
    assert [path.name for path in checkouts.task_files(found.directory)] == ["tasks_test.py", "tasks.json"]


@pytest.mark.parametrize("inner", [".", "data", "data/tau2", "data/tau2/domains", "data/tau2/domains/house"])
def test_tau2_world_is_found_from_the_root_to_its_own_folder(house, inner):
    [found] = search("tau2", house(task()) / inner).found
    assert found.world == "house"


def test_world_is_taken_under_any_folders_name_when_it_is_named(house, tmp_path):
    inner = house(task()) / "data" / "tau2" / "domains" / "house"
    other = inner.rename(tmp_path / "my_copy")
    with pytest.raises(DataError, match="no world 'my_copy' is installed"):
        search("tau2", other)
    [found] = search("tau2", other, "house").found
    assert (found.world, found.directory) == ("house", other)


def test_tables_may_lie_beside_the_tasks(tmp_path, worlds):
    inner = tmp_path / "tiny"
    inner.mkdir()
    (inner / "loans.json").write_text(json.dumps(LOANS))
    (inner / "tasks_dev.json").write_text('[{"user_id": "a", "instruction": "Hi."}]')
    [found] = search("tau", inner).found
    assert found.data == inner
    assert import_world("tau", found).tasks == 1


def test_worlds_that_are_not_installed_are_passed_over_by_name(house):
    root = house(task())
    other = root / "data" / "tau2" / "domains" / "submarine"
    other.mkdir()
    for name in ("tasks.json", "db.toml"):
        (other / name).write_text("[]")
    searched = search("tau2", root)
    assert [each.world for each in searched.found] == ["house"]
    assert searched.passed_over == (f"{other}: no world 'submarine' is installed",)


def test_checkout_of_the_other_project_is_told_apart(house, library, tmp_path):
    root = house(task())
    with pytest.raises(DataError, match=r"house looks like a world of tau2: try `interplay import tau2 ") as said:
        search("tau", root)
    assert "expected a folder WORLD with tasks*.py" in str(said.value)
    assert "installed: tiny" in str(said.value)
    (root / "data").rename(tmp_path / "elsewhere")
    library_root = library(tasks__py="TASKS = []") if not root.exists() else root
    (library_root / "tau_bench" / "envs" / "tiny").mkdir(parents=True, exist_ok=True)
    (library_root / "tau_bench" / "envs" / "tiny" / "tasks.py").write_text("TASKS = []")
    with pytest.raises(DataError, match=r"tiny looks like a world of tau: try `interplay import tau "):
        search("tau2", library_root)


def test_directory_that_is_no_checkout_says_what_was_found_and_expected(tmp_path, worlds):
    (tmp_path / "photos").mkdir()
    (tmp_path / "letter.txt").touch()
    with pytest.raises(DataError, match=r"expected data/tau2/domains/WORLD .*Found letter.txt, photos\. Worlds"):
        search("tau2", tmp_path)
    with pytest.raises(DataError, match="is not a directory; expected a checkout"):
        search("tau2", tmp_path / "letter.txt")
    with pytest.raises(UsageError, match="there is no world 'boat' in tau2; known are house"):
        search("tau2", tmp_path, "boat")


def test_world_that_lacks_half_of_its_files_is_told_with_what_it_lacks(house):
    root = house(task())
    inner = root / "data" / "tau2" / "domains" / "house"
    (inner / "db.json").rename(inner / "data.json")
    with pytest.raises(DataError, match=r"house, which has tasks.json and lacks db.json or db.toml\. Worlds"):
        search("tau2", root)
    with pytest.raises(DataError, match="holds no world of tau;"):
        search("tau", root)
    (inner / "data.json").rename(inner / "db.json")
    (inner / "tasks.json").unlink()
    with pytest.raises(DataError, match=r"house, which has data and lacks tasks.json\. Worlds"):
        search("tau2", root)


def test_tasks_of_the_older_project_in_the_newer_ones_layout_are_told_apart(house):
    [found] = search("tau2", house({"id": 0, "user_id": "a", "instruction": "Hi."})).found
    with pytest.raises(DataError, match=r"none of its 1 tasks can be read.*; try `interplay import tau "):
        import_world("tau2", found)


def test_world_that_is_there_twice_has_to_be_chosen(house):
    root = house(task())
    copy = root / "backup" / "house"
    copy.mkdir(parents=True)
    for name in ("tasks.json", "db.json"):
        (copy / name).write_text("[]")
    with pytest.raises(DataError, match=r"more than once: .*backup/house and .*domains/house; name one"):
        search("tau2", root)
    assert search("tau2", root / "data").found


def test_data_that_is_missing_or_broken_is_named(library, house):
    root = library(tasks__json='[{"user_id": "a", "instruction": "Hi."}]')
    [found] = search("tau", root).found
    (found.data / "loans.json").write_text('{"L0001": {"loan_id": 3}}')
    with pytest.raises(DataError, match=r"loans.json, row 'L0001'"):
        import_world("tau", found)
    (found.data / "loans.json").unlink()
    with pytest.raises(DataError, match=r"cannot read .*loans.json"):
        import_world("tau", found)


def test_world_of_whose_tasks_none_can_be_read_is_of_another_version(house):
    [found] = search("tau2", house({"task_id": 1}, {"task_id": 2})).found
    with pytest.raises(DataError, match=r"none of its 2 tasks can be read, .*element 0: .*`id`"):
        import_world("tau2", found)


def test_broken_file_hides_no_other_and_alone_is_the_error(library):
    root = library(tasks_test__py="TASKS = [run()]\nrun(1)", tasks_dev__json='[{"user_id": "a", "instruction": "Hi."}]')
    [found] = search("tau", root).found
    imported = import_world("tau", found)
    assert [each.id for each in imported.blueprints] == ["tau-tiny-dev-0"]
    [broken] = [each for each in imported.findings if each.kind == "unreadable_file"]
    assert "tasks_test.py, line 2" in broken.text
    with pytest.raises(DataError, match=r"tasks_test.py, line 2: "):
        import_world("tau", found, "test")


def test_split_that_is_unknown_is_answered_with_the_known(library, house):
    [found] = search("tau", library(tasks_test__py="TASKS = []", tasks_dev__json="[]")).found
    with pytest.raises(DataError, match=r"there is no split 'train'; its splits are 'test', 'dev'"):
        import_world("tau", found, "train")
    with pytest.raises(DataError, match="its task files hold no tasks"):
        import_world("tau", found, "dev")


def test_split_takes_its_tasks_alone(house):
    root = house(task("a"), task("b"), splits={"half": ["b"]})
    [found] = search("tau2", root).found
    assert [each.id for each in import_world("tau2", found, "half").blueprints] == ["tau2-house-b"]
