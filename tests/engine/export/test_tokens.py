"""Tokens: how long a conversation is, and what stands in the way of knowing it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.engine.export.plays import SOURCE, calls, hears, play, reads, says

from interplay.engine.errors import UsageError
from interplay.engine.export.formats import Settings, load_format
from interplay.engine.export.tokens import CHARACTERS, TokenCounter


def test_without_a_tokenizer_the_length_is_an_estimate_of_all_that_a_model_would_read():
    counter = TokenCounter.open(None)
    said = "Hi" + "get_users" + "{}" + "[]" + "Done."
    sample = play(0, hears("Hi"), calls("1"), reads("1"), says("Done."))
    characters = len(SOURCE.system) + len(sample.tools.text) + len(said)
    assert counter.count(sample.dialogue) == -(-characters // CHARACTERS)
    assert (counter.exact, counter.name) == (False, "")


def test_a_tokenizer_that_is_not_there_is_refused_and_nothing_is_fetched(tmp_path: Path):
    with pytest.raises(UsageError, match=r"there is no directory .*nothing is downloaded"):
        TokenCounter.open(tmp_path / "Qwen")


def test_without_transformers_it_is_said_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(UsageError, match=r"pip install 'interplay\[tokens\]'"):
        TokenCounter.open(tmp_path)


def test_without_pyarrow_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"pip install 'interplay\[parquet\]'"):
        load_format("parquet", Settings())
