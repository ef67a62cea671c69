"""openai, sharegpt and xlam: what stands in their rows, and that real loaders read it back."""

from __future__ import annotations

import json

import msgspec
import pytest
from tests.engine.export.conftest import played, talk

from interplay.engine.errors import UsageError
from interplay.engine.export.formats import FORMATS, Settings, load_format
from interplay.engine.export.formats.chat import chat, written
from interplay.engine.export.formats.xlam import INSTRUCTION
from interplay.engine.export.pipeline import Asked, export
from interplay.engine.export.samples import sampled_units
from interplay.engine.export.sources import open_sources


@pytest.fixture
def sample(fabricate):
    (source,) = open_sources([fabricate([played(0, messages=talk("#W1", thought="I look \u2028 it up."))])])
    (unit,) = sampled_units(source)
    return unit.samples[0]


def row(sample, name, **settings):
    (found,) = load_format(name, Settings(**settings)).rows([sample])
    return json.loads(msgspec.json.encode(found))


def test_a_row_of_openai_is_a_chat_with_its_tools_and_where_it_comes_from(sample):
    found = row(sample, "openai")
    assert list(found) == ["id", "blueprint", "domain", "outcome", "messages", "tools"]
    assert (found["id"], found["blueprint"], found["domain"]) == ("run/0/0", "retail-0000", "retail")
    assert found["tools"] == list(sample.source.domain.tools.schemas)
    roles = [message["role"] for message in found["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user", "assistant"]
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": "get_order_details", "arguments": '{"order_id":"#W1"}'},
    }
    assert found["messages"][2] == {"role": "assistant", "content": "", "tool_calls": [call]}
    assert found["messages"][3] == {"role": "tool", "tool_call_id": "c1", "content": '{"at":"sea"}'}
    assert found["messages"][5]["content"] == "I see \u001b waves."


def test_arguments_may_be_an_object_and_thoughts_may_be_told(sample):
    messages = row(sample, "openai", thoughts=True, arguments="object")["messages"]
    assert messages[2]["tool_calls"][0]["function"]["arguments"] == {"order_id": "#W1"}
    assert messages[2]["reasoning_content"] == messages[6]["reasoning_content"] == "I look \u2028 it up."
    assert "reasoning_content" not in messages[4]


@pytest.mark.parametrize("thoughts", [True, False])
@pytest.mark.parametrize("arguments", ["string", "object"])
def test_both_ways_of_writing_a_chat_give_the_same_bytes(sample, thoughts, arguments):
    settings = Settings(thoughts=thoughts, arguments=arguments)
    slow = chat(sample.dialogue, sample.source.raw_system, settings)
    assert bytes(written(sample, settings)) == msgspec.json.encode(slow)


def test_a_row_of_sharegpt_has_the_released_layout(sample):
    found = row(sample, "sharegpt")
    assert json.loads(found["tools"]) == list(sample.source.domain.tools.schemas)
    assert found["system"] == sample.source.domain.policy.text
    speakers = [entry["from"] for entry in found["conversations"]]
    assert speakers == ["human", "function_call", "observation", "gpt", "human", "gpt"]
    assert json.loads(found["conversations"][1]["value"]) == {
        "name": "get_order_details",
        "arguments": {"order_id": "#W1"},
    }
    assert found["conversations"][2]["value"] == '{"at":"sea"}'


def test_a_row_of_xlam_calls_in_bare_arrays_and_says_so_after_the_policy(sample):
    found = row(sample, "xlam")
    assert found["messages"][0]["content"] == f"{sample.source.domain.policy.text}\n\n{INSTRUCTION}"
    assert found["messages"][2]["content"] == '[{"name": "get_order_details", "arguments": {"order_id": "#W1"}}]'
    assert all(set(message) == {"role", "content"} for message in found["messages"])
    assert found["tools"] == list(sample.source.domain.tools.schemas)


@pytest.mark.parametrize("name", ["sharegpt", "xlam"])
def test_a_layout_without_a_place_for_thoughts_says_so(name):
    with pytest.raises(UsageError, match="no place for thoughts"):
        load_format(name, Settings(thoughts=True))


def test_an_unknown_format_is_answered_with_the_known_ones():
    with pytest.raises(UsageError, match="did you mean 'sharegpt'"):
        load_format("sharegtp")
    assert all(load_format(name).name == name for name in FORMATS)


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Loads rows with `datasets`, without the nulls of columns in which only another row has something."""
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    cache = str(tmp_path / "cache")
    return lambda *what, **how: [
        bare(found) for found in datasets.load_dataset(*what, split="train", cache_dir=cache, **how)
    ]


def bare(value):
    """A value without its nulls, but for those in lists."""
    if isinstance(value, dict):
        return {key: bare(each) for key, each in value.items() if each is not None}
    return [bare(each) for each in value] if isinstance(value, list) else value


def two_rows(fabricate, tmp_path, name, **settings):
    """An export of two conversations whose calls have other arguments; its rows, and where they stand."""
    said = talk("#W2")
    call = msgspec.structs.replace(said[1], arguments={"n": 1, "nested": {"a": [None]}, "s": "x"})
    runs = open_sources([fabricate([played(0), played(1, messages=[said[0], call, *said[2:]])])])
    export(runs, load_format(name, Settings(**settings)), Asked(), tmp_path / "out")
    file = tmp_path / "out" / "train-00000-of-00001.jsonl"
    return [json.loads(line) for line in file.read_bytes().splitlines()], file


@pytest.mark.parametrize("name", ["sharegpt", "xlam"])
def test_datasets_reads_the_rows_as_they_were_written(fabricate, tmp_path, load, name):
    rows, file = two_rows(fabricate, tmp_path, name)
    assert load(str(file.parent)) == rows
    assert load("json", data_files=str(file)) == rows


@pytest.mark.parametrize("arguments", ["string", "object"])
def test_datasets_reads_chats_with_their_arguments_as_they_stand_or_by_the_card_as_objects(
    fabricate, tmp_path, load, arguments
):
    rows, file = two_rows(fabricate, tmp_path, "openai", arguments=arguments)
    assert load("json", data_files=str(file)) == rows
    for message in (each for row in rows for each in row["messages"] if "tool_calls" in each):
        function = message["tool_calls"][0]["function"]
        if arguments == "string":
            function["arguments"] = json.loads(function["arguments"])
    assert load(str(file.parent)) == rows
