"""Personas are drawn from traits or read from a file, and a bad row is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from interplay.engine.errors import DataError
from interplay.engine.personas import TRAITS, Personas, read_personas
from interplay.engine.seeds import Seed

SEED = Seed.root(5)


def written(path: Path, *rows: Any) -> Path:
    file = path / "personas.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return file


def test_every_value_of_every_trait_is_drawn_and_told() -> None:
    drawn = [Personas()(SEED.child(number), "Ann Lee") for number in range(300)]
    for trait, values in TRAITS.items():
        for value, texts in values:
            found = [persona for persona in drawn if getattr(persona, trait) == value]
            assert found
            assert all(any(text in persona.description for text in texts) for persona in found)
    assert len({persona.description for persona in drawn}) > 250
    assert {persona.name for persona in drawn} == {"Ann Lee"}


def test_the_same_seed_draws_the_same_persona() -> None:
    assert Personas()(SEED) == Personas()(SEED)


def test_a_file_gives_lives_to_draw_from(tmp_path: Path) -> None:
    rows = (
        {"persona": "A retired baker.", "id": 7},
        "",
        {"name": "Bo", "description": "You sail.", "traits": {"mood": "annoyed"}},
    )
    personas = read_personas(written(tmp_path, *rows))
    drawn = [personas(SEED.child(number)) for number in range(40)]
    bakers = [persona for persona in drawn if "A retired baker." in persona.description]
    sailors = [persona for persona in drawn if "You sail." in persona.description]
    assert len(bakers) + len(sailors) == 40
    assert {persona.name for persona in bakers} == {""}
    assert {persona.name for persona in sailors} == {"Bo"}
    assert {persona.mood for persona in sailors} == {"annoyed"}
    assert len({persona.mood for persona in bakers}) > 1
    assert personas(SEED, "Ann Lee").name == "Ann Lee"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "expected"),
        ("[1]", "expected"),
        ({"person": "a baker"}, "has no text"),
        ({"persona": " "}, "has no text"),
        ({"persona": 7}, "persona"),
        ({"persona": "a", "description": "b"}, "both"),
        ({"persona": "a" * 5000}, "at most"),
        ({"persona": "a", "traits": {"moood": "annoyed"}}, "known are mood"),
        ({"persona": "a", "traits": {"mood": "cross"}}, "allowed are friendly, neutral, annoyed"),
    ],
)
def test_a_bad_row_is_named_with_what_is_allowed(tmp_path: Path, row: Any, why: str) -> None:
    file = written(tmp_path, {"persona": "A baker."}, row)
    with pytest.raises(DataError, match=f"personas.jsonl, line 2: .*{why}"):
        read_personas(file)


def test_a_file_that_is_absent_or_empty_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot read"):
        read_personas(tmp_path / "none.jsonl")
    with pytest.raises(DataError, match="holds no persona"):
        read_personas(written(tmp_path, "", " "))
