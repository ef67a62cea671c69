"""A card says how the data was made and what it is, and nothing that others named can break it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.export.test_manifest import TINY, config, manifest

from interplay.engine.export.card import card, licence_of
from interplay.engine.export.census import Census
from interplay.engine.export.columns import columns
from interplay.engine.export.formats import FORMATS
from interplay.engine.export.manifest import Part, origin
from interplay.engine.export.markdown import code, plain, quoted

yaml = pytest.importorskip("yaml")

EMPTY = Census().figures()


def written(**values) -> str:
    return card("data", manifest(**values), EMPTY, columns("openai", {}))


def head(text: str):
    begin, found, rest = re.split(r"^---$", text, maxsplit=2, flags=re.MULTILINE)
    assert begin == ""
    return yaml.safe_load(found), rest


def test_the_head_names_the_files_of_each_split():
    parts = [("train", 0), ("train", 1), ("test", 0)]
    files = tuple(
        Part(split=split, name=f"{split}-0000{at}-of-00002.jsonl", rows=600, bytes=1, blake2b="") for split, at in parts
    )
    found, _ = head(written(files=files))
    [config_] = found["configs"]
    assert [(each["split"], each["path"]) for each in config_["data_files"]] == [
        ("train", ["train-00000-of-00002.jsonl", "train-00001-of-00002.jsonl"]),
        ("test", ["test-00000-of-00002.jsonl"]),
    ]
    assert found["size_categories"] == ["1K<n<10K"]
    assert found["language"] == ["en"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_card_with_its_columns_and_how_to_load_it(name):
    text = card("data", manifest(format=name), EMPTY, columns(name, {}))
    assert text.count("\n## ") == 8
    assert 'load_dataset("THIS_DIRECTORY")' in text
    assert "interplay verify THIS_DIRECTORY --run first" in text
    assert "arXiv:2504.03601" in text
    assert all(f"| `{column.name}` |" in text for column in columns(name, {}))


def test_what_was_left_out_and_why_is_told():
    assert "| `outcome rejected` | 1 |" in written()
    assert "Of 3 conversations that were read, 2 were kept." in written()


def test_the_licence_is_what_was_stated():
    assert head(written(licence="cc-by-4.0"))[0]["license"] == "cc-by-4.0"
    found, _ = head(written(licence="Ours: ask first"))
    assert (found["license"], found["license_name"]) == ("other", "Ours: ask first")


def test_without_a_stated_licence_only_what_is_all_our_own_has_one():
    ours = manifest().sources[0]
    own = type(ours)(**{name: getattr(ours, name) for name in ours.__struct_fields__} | {"package": "interplay"})
    assert licence_of(manifest(sources=(own,))) == "apache-2.0"
    assert licence_of(manifest()) == "unknown"  # a world that nobody registered
    asked = {"roles": {"agent": {"model": "main#big"}}}
    played = origin("first", config(asked=asked, data={"generated": 5}), TINY)
    assert "may bind what you do" in card("data", manifest(sources=(played,)), EMPTY, columns("openai", {}))


HOSTILE = st.text(max_size=30) | st.sampled_from(
    [
        "a\n---\nlicense: mit",
        "`x` | y",
        "<script>alert(1)</script>",
        "[a](javascript:x)",
        "\x1b[31m",
        "```\n# h",
        "a\\",
        "|",
        "\u2028- b",
    ]
)
CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)|\\.", re.DOTALL)
"""What Markdown takes for code, from one run of backticks to the next of that length; or an escaped character."""


@settings(max_examples=30)
@given(name=HOSTILE, domain=HOSTILE, reason=HOSTILE, option=HOSTILE)
def test_hostile_names_break_neither_head_nor_text(name, domain, reason, option):
    source = manifest().sources[0]
    fields = {each: getattr(source, each) for each in source.__struct_fields__}
    hostile = type(source)(**fields | {"name": name, "domain": domain, "actors": {"agent": option}})
    counts = type(manifest().counts)(read=3, kept=2, left_out={reason: 1})
    text = card(name, manifest(sources=(hostile,), counts=counts, licence=option), EMPTY, columns("openai", {}))
    found, rest = head(text)
    assert set(found) - {"license_name"} == {
        "pretty_name",
        "license",
        "language",
        "task_categories",
        "tags",
        "size_categories",
        "configs",
    }
    assert rest.count("\n## ") == 8
    assert rest.count("\n# ") == 1
    assert "<script" not in CODE.sub("", rest)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202e]", text)
    for line in rest.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<= )\|(?= |$)", line)) >= 2


@given(HOSTILE)
def test_others_words_are_kept_whole_and_obeyed_nowhere(text):
    assert "\n" not in code(text) + plain(text)
    assert "|" not in code(text) + plain(text)
    fence = re.match("`+", code(text)).group()
    assert fence not in code(text)[len(fence) : -len(fence)]
    assert isinstance(yaml.safe_load(quoted(text)), str)
