"""A card says how the data was made and what it is, and nothing that others named can break it."""

import re
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.export.test_manifest import TINY, config, manifest

from interplay.engine.export.card import card, licence_of
from interplay.engine.export.census import Census
from interplay.engine.export.columns import columns
from interplay.engine.export.formats import FORMATS
from interplay.engine.export.manifest import Counts, Part, origin
from interplay.engine.export.markdown import code, plain, quoted
from interplay.engine.statistics.spread import spread

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


@pytest.mark.parametrize(
    ("kept", "verified", "said"),
    [
        (1, 1, "There is one conversation, which was verified."),
        (1, 0, "There is one conversation, which was not verified."),
        (48, 0, "Of 48 conversations none was verified."),
        (48, 1, "Of 48 conversations 1 was verified."),
        (48, 20, "Of 48 conversations 20 were verified."),
        (48, 48, "All 48 conversations were verified."),
    ],
)
def test_how_many_were_verified_is_said_in_words_that_fit_the_number(kept, verified, said):
    counts = Counts(read=50, kept=kept, left_out={})
    figures = msgspec.structs.replace(EMPTY, outcomes={"verified": verified, "rejected": kept - verified})
    assert said in card("data", manifest(counts=counts), figures, columns("openai", {}))


def test_of_preferences_rows_are_pairs_and_conversations_are_plays():
    text = card("data", manifest(format="preferences"), EMPTY, columns("preferences", {}))
    assert "| split | pairs | files | plays |" in text
    assert "Of 2 plays none was verified." in text


@pytest.mark.parametrize(
    ("player", "said"),
    [
        ("scripted", "it follows the blueprint"),
        ("scripted early_action", "it follows the blueprint"),
        ("model main#big", "never the blueprint"),
        ("code mine:agent", "nobody here knows what it saw"),
        ("mine:agent on model main#big", "nobody here knows what it saw"),
        (None, "does not say who played the agent"),
    ],
)
def test_what_the_agent_saw_is_said_by_who_it_was(player, said):
    source = msgspec.structs.replace(manifest().sources[0], actors={"agent": player} if player else {})
    text = card("data", manifest(sources=(source,)), EMPTY, columns("openai", {}))
    assert said in text
    assert (said == "never the blueprint") is ("never the blueprint" in text)


def test_of_several_runs_each_agent_is_told_apart():
    one = manifest().sources[0]
    sources = tuple(
        msgspec.structs.replace(one, name=name, actors={"agent": player})
        for name, player in (("a", "scripted"), ("b", "model x"))
    )
    text = card("data", manifest(sources=sources), EMPTY, columns("openai", {}))
    assert "In `a` the agent is scripted" in text
    assert "In `b` the agent is a model" in text


def test_an_unfinished_run_says_how_much_of_it_is_done():
    source = msgspec.structs.replace(manifest().sources[0], done=3)
    text = card("data", manifest(sources=(source,)), EMPTY, columns("openai", {}))
    assert "was unfinished: 3 of its 4 units were done" in text
    assert "unfinished" not in written()


def test_training_is_shown_only_where_the_rows_are_what_trainers_take():
    unmarked = card("data", manifest(format="loss"), EMPTY, columns("loss", {}))
    assert "SFTTrainer" not in unmarked
    assert "--format loss --tokenizer DIRECTORY" in unmarked
    assert "max_length=None" in card("data", manifest(format="loss"), EMPTY, columns("loss", {"tokenizer": "x"}))
    singles = {"preference": "singles"}
    text = card("data", manifest(format="preferences", options=singles), EMPTY, columns("preferences", singles))
    assert "KTOTrainer" in text
    assert "DPOTrainer" not in text


def test_how_long_rows_are_is_said_where_it_was_counted():
    figures = msgspec.structs.replace(EMPTY, tokens=spread(Counter({900: 1, 5000: 1})))
    text = card("data", manifest(), figures, columns("openai", {}))
    assert "The longest conversation here has 5,000 tokens, about" in text
    assert "longest" not in written()


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
