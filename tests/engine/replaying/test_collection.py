"""A directory of recordings: every file on its world and data, and one bad line stops nothing."""

from __future__ import annotations

from itertools import count

import msgspec
import pytest

from interplay.engine.errors import DataError
from interplay.engine.replaying import collection
from interplay.engine.replaying.collection import files_of, replay_all

SESSION = {"session": 1, "calls": [], "diff": []}


@pytest.fixture
def kit(tmp_path, domain, write, data, monkeypatch):
    """Recordings of boxes; the world is installed."""
    monkeypatch.setattr(collection, "load_domain", {"boxes": domain}.__getitem__)
    monkeypatch.setattr(collection, "domain_names", lambda: ["boxes"])
    (tmp_path / "kit" / "taubench").mkdir(parents=True)
    data.rename(tmp_path / "kit" / "taubench" / "boxes")
    write("kit/golden/boxes_test.jsonl", SESSION, SESSION)
    write("kit/fuzz/boxes.jsonl", SESSION, b"{", {**SESSION, "calls": 3}, SESSION)
    script = {"id": "s", "turns": [{"results": [{"call": "burst()", "result": ""}]}], "final_state": {}}
    write("kit/golden/boxes_scripts.jsonl", {**script, "turns": []}, script)
    write("kit/golden/tau2_boxes.jsonl", {"type": "meta", "domain": "boxes"})
    write("kit/recorded/garden_gpt.jsonl", {"task_id": 1, "messages": [], "recorded_task": {}})
    return tmp_path / "kit"


def test_a_file_is_of_the_world_that_its_name_begins_with(kit):
    found = {each.path.name: (each.world, str(each.data.relative_to(kit))) for each in files_of(kit, ["box", "boxes"])}
    assert found == {
        "boxes.jsonl": ("boxes", "taubench/boxes"),
        "boxes_scripts.jsonl": ("boxes", "taubench/boxes"),
        "boxes_test.jsonl": ("boxes", "taubench/boxes"),
        "garden_gpt.jsonl": ("garden", "taubench/garden"),
        "tau2_boxes.jsonl": ("boxes", "tau2/boxes"),
    }


def test_all_files_are_replayed_and_what_is_wrong_with_one_stops_no_other(kit):
    clock = count().__next__
    counted = {each.found.path.name: each for each in replay_all(kit, clock=lambda: float(clock()))}
    assert {name: (each.tally.agreeing, each.tally.recordings) for name, each in counted.items()} == {
        "boxes.jsonl": (2, 4),
        "boxes_scripts.jsonl": (0, 2),
        "boxes_test.jsonl": (2, 2),
        "garden_gpt.jsonl": (0, 1),
        "tau2_boxes.jsonl": (0, 1),
    }
    assert [each.seconds for each in counted.values()] == [1.0] * 5
    told = [found.check.disagreement or "" for found in counted["boxes.jsonl"].tally.disagreements]
    assert "line 2" in told[0]
    assert "line 3" in told[1]


def test_an_empty_directory_says_what_was_expected(tmp_path):
    with pytest.raises(DataError, match="golden/, fuzz/, recorded/"):
        list(replay_all(tmp_path))


def test_recordings_are_values_of_json(kit):
    found = [check.check._asdict() for each in replay_all(kit) for check in each.tally.disagreements]
    assert found
    assert [each.keys() for each in msgspec.json.decode(msgspec.json.encode(found))] == [each.keys() for each in found]
