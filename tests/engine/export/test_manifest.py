"""What stands in export.json says how an export came about, and the same export says the same."""

from pathlib import Path

import msgspec
import pytest

from interplay.engine.errors import DataError, UsageError
from interplay.engine.export.manifest import FILE, Counts, Manifest, Part, encode_manifest, origin, read_manifest
from interplay.engine.models.config import from_model
from interplay.engine.run import RunConfig
from interplay.engine.testing.tiny import tiny_domain

TINY = tiny_domain()


def config(**settings) -> RunConfig:
    return RunConfig(domain="tiny", seed=3, units=4, data_digest="d", settings=settings)


def manifest(**values) -> Manifest:
    part = Part(split="train", name="train-00000-of-00001.jsonl", rows=2, bytes=9, blake2b="00")
    sources = (origin("first", config(asked={}, data={"generated": 5}), TINY),)
    counts = Counts(read=3, kept=2, left_out={"outcome rejected": 1})
    usual = {"format": "openai", "options": {}, "licence": "", "sources": sources, "counts": counts, "files": (part,)}
    return Manifest(**usual | values)


def test_a_manifest_is_read_back_as_it_was_written(tmp_path):
    written = manifest(options={"b": [1], "a": "x"})
    (tmp_path / FILE).write_bytes(encode_manifest(written))
    assert read_manifest(tmp_path) == written
    assert list(written.splits) == ["train"]


def test_the_same_export_gives_the_same_bytes_in_whatever_order_its_options_came():
    assert encode_manifest(manifest(options={"a": 1, "b": 2})) == encode_manifest(manifest(options={"b": 2, "a": 1}))


def test_an_option_that_json_cannot_hold_is_refused():
    with pytest.raises(UsageError, match="cannot be written down"):
        encode_manifest(manifest(options={"a": object()}))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "is damaged"),
        (b"\xff", "is damaged"),
        (b'{"layout": 9, "versions": {"interplay": "7.0"}}', "layout 9, written by Interplay 7.0; this one reads 1"),
        (b'{"layout": 1}', "missing required field `format`"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_named(tmp_path, data, said):
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(DataError, match=r"export\.json") as raised:
        read_manifest(tmp_path)
    assert said in str(raised.value)


def test_a_directory_without_one_is_no_export(tmp_path):
    with pytest.raises(DataError, match=r"is no export: it has no export\.json"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["../elsewhere.jsonl", "/etc/passwd", "..", "a/b.jsonl", ""])
def test_a_manifest_names_no_file_outside_its_directory(tmp_path, name):
    part = Part(split="train", name=name, rows=0, bytes=0, blake2b="")
    (tmp_path / FILE).write_bytes(encode_manifest(manifest(files=(part,))))
    with pytest.raises(DataError, match="is no name of a file beside it"):
        read_manifest(tmp_path)


def test_a_file_or_a_run_that_is_named_twice_is_refused(tmp_path):
    once = manifest()
    for twice, said in (({"files": once.files * 2}, "a file twice"), ({"sources": once.sources * 2}, "two runs")):
        (tmp_path / FILE).write_bytes(encode_manifest(manifest(**twice)))
        with pytest.raises(DataError, match=said):
            read_manifest(tmp_path)


def test_a_source_says_who_played_and_holds_no_path_and_no_address():
    asked = msgspec.to_builtins(from_model("http://secret.example:8000/v1#big"))
    found = origin("first", config(asked=asked, data={"loaded": "/home/somebody/data"}), TINY)
    assert found.actors["agent"] == "model big"
    assert found.actors["reviewer policy-lawyer"] == "policy-lawyer on model big"
    text = encode_manifest(manifest(sources=(found,))).decode()
    assert "secret.example" not in text
    assert str(Path("/home")) not in text
    assert found.data == "loaded"


@pytest.mark.parametrize(
    ("asked", "actors"),
    [
        ({}, {"writer": "scripted", "human": "scripted", "agent": "scripted", "reviewers": "scripted"}),
        ({"roles": {"agent": {"actor": "wrong-item"}}}, {"agent": "scripted wrong-item"}),
        ({"roles": {"agent": {"actor": "mine:play"}}}, {"agent": "code mine:play"}),
        ({"roles": {"human": {"model": "main#m"}}}, {"human": "model m", "judge": "scripted"}),
    ],
)
def test_roles_are_told_by_who_played_them(asked, actors):
    assert actors.items() <= origin("first", config(asked=asked), TINY).actors.items()


def test_a_run_that_does_not_say_who_played_says_so():
    assert origin("first", config(), TINY).actors == {}
    assert origin("first", config(asked={"roles": 7}), TINY).actors == {}


def test_blueprints_that_others_wrote_are_told_from_made_ones():
    assert origin("first", config(asked={}), TINY).blueprints == "made"
    assert origin("first", config(asked={"blueprints": "blueprints-theirs.jsonl"}), TINY).blueprints == "given"
