"""Tokenizers as users have them: some good, some that cannot say what is the agent's."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from click.testing import CliRunner
from tests.readers.families import Family

from interplay.engine.cli import commands
from interplay.engine.errors import UsageError
from interplay.engine.export.dialogue import CallTurn
from interplay.engine.export.formats import Settings, load_format
from interplay.engine.export.samples import Sample, sampled_units
from interplay.engine.export.sources import open_sources
from interplay.engine.export.tokens import TokenCounter

PROMPT = "{%- if add_generation_prompt %}"


@pytest.fixture(scope="module")
def sample(runs: dict[str, Path]) -> Sample:
    """A conversation with calls."""
    (source,) = open_sources([runs["mock"]])
    accepted = (each for unit in sampled_units(source) for each in unit.samples if each.trajectory.accepted)
    return next(each for each in accepted if any(isinstance(turn, CallTurn) for turn in each.dialogue.turns))


def with_template(family: Family, directory: Path, template: str | None) -> Path:
    """The family's tokenizer with another chat template, in a directory of its own."""
    from transformers import PreTrainedTokenizerFast

    other = PreTrainedTokenizerFast.from_pretrained(str(family.path))
    other.chat_template = template
    other.save_pretrained(str(directory))
    return directory


def rows(directory: Path, sample: Sample) -> list[object]:
    return list(load_format("loss", Settings(tokenizer=directory)).rows([sample]))


def test_a_conversation_is_as_long_as_its_rendering_has_tokens(family: Family, sample: Sample) -> None:
    counter = TokenCounter.open(family.path)
    (row,) = rows(family.path, sample)
    assert counter.exact
    assert counter.count(sample.dialogue) == len(row.input_ids) == len(row.assistant_masks)


def test_a_directory_without_a_tokenizer_is_refused(trl: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no tokenizer that transformers can read"):
        TokenCounter.open(tmp_path)


def test_a_tokenizer_without_a_chat_template_is_refused(family: Family, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no chat template.*chat_template\.jinja"):
        TokenCounter.open(with_template(family, tmp_path, None))


def test_a_template_that_does_not_mark_the_assistant_counts_tokens_and_makes_no_masks(
    family: Family, sample: Sample, tmp_path: Path
) -> None:
    plain = family.tokenizer.chat_template.replace("{%- generation %}", "").replace("{%- endgeneration %}", "")
    directory = with_template(family, tmp_path, plain)
    assert TokenCounter.open(directory).count(sample.dialogue) > 0
    with pytest.raises(UsageError, match=r"does not say what in a conversation is the assistant's: put \{% generation"):
        rows(directory, sample)


@pytest.mark.parametrize(
    ("written", "instead", "why"),
    [
        (PROMPT, "{{ '~' }}{% generation %}~{% endgeneration %}" + PROMPT, "marks .* passages as the assistant's"),
        ("call.function.name", "'some_tool'", "does not hold"),
        ("tools", "raise_exception('no tools here')", "cannot write a conversation with tools: no tools here"),
    ],
)  # fmt: skip
def test_a_template_that_marks_or_writes_something_else_is_refused_and_never_guessed_at(
    written: str, instead: str, why: str, family: Family, sample: Sample, tmp_path: Path
) -> None:
    template = family.tokenizer.chat_template.replace(written, instead, 1)
    with pytest.raises(UsageError, match=why):
        rows(with_template(family, tmp_path, template), sample)


def test_an_export_with_tokens_is_verified_with_its_tokenizer_and_a_changed_token_is_found(
    family: Family, runs: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "loss"
    tokens = ["--tokenizer", str(family.path)]
    told = ["export", str(runs["mock"]), "--format", "loss", "--out", str(out)]
    done = CliRunner().invoke(commands, [*told, *tokens])
    assert done.exit_code == 0, done.output
    verify = ["verify", str(out), "--run", str(runs["mock"]), "--json", *tokens]
    done = CliRunner().invoke(commands, verify)
    assert done.exit_code == 0, done.output
    found = msgspec.json.decode(done.stdout)
    assert found["rows"] == found["same"] > 0

    (file,) = out.glob("*.jsonl")
    first, *rest = file.read_bytes().splitlines(keepends=True)
    row = msgspec.json.decode(first)
    row["input_ids"][3] += 1
    file.write_bytes(b"".join((msgspec.json.encode(row) + b"\n", *rest)))
    done = CliRunner().invoke(commands, verify)
    assert done.exit_code == 1
    assert row["id"] in {each["id"] for each in msgspec.json.decode(done.stdout)["differences"]}
