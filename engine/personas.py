"""Personas: ways to behave, drawn trait by trait or read from a file.

Each trait changes what a person does, and each value of it has a sentence that tells whoever plays the person.
Drawing picks a value of each trait by itself, so a thousand people are seldom alike. A file of personas, one
JSON object a line as PersonaHub has them, gives people a life of their own; traits are drawn beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from interplay.engine.blueprint import Persona
from interplay.engine.errors import DataError
from interplay.engine.seeds import Seed

TRAITS: Final[Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "mood": (
        ("friendly", ("You are friendly.", "You are in a good mood and kind to whoever you talk with.")),
        ("neutral", ("You are matter-of-fact.", "You are neither warm nor cold.")),
        ("annoyed", ("You are annoyed today.", "Something has put you out before you began.")),
    ),
    "patience": (
        ("patient", ("You do not mind waiting.",)),
        ("usual", ("", "")),
        ("impatient", ("You are short of time and press for an end.",)),
    ),
    "verbosity": (
        ("terse", ("You write in few words.",)),
        ("plain", ("You say what is needed, plainly.",)),
        ("chatty", ("You like to talk.",)),
    ),
    "precision": (
        ("exact", ("You name the details of a thing as soon as you bring it up.",)),
        ("usual", ("", "")),
        ("vague", ("You speak loosely, and give a detail only when you are asked for it.",)),
    ),
    "comfort": (
        ("low", ("You are not at ease with computers and ask what a technical word means.",)),
        ("usual", ("", "")),
        ("high", ("You know your way around computers and need nothing explained.",)),
    ),
    "language": (
        ("usual", ("", "", "")),
        ("formal", ("You write whole, formal sentences.",)),
        ("casual", ("You write casually, with short forms and little punctuation.",)),
        ("foreign", ("English is not your first language; your sentences are simple and a little off.",)),
    ),
    "discloses": (
        ("stepwise", ("You bring up one thing at a time.", "You come to a point only when the last one is settled.")),
        ("together", ("You say at once everything that you want.",)),
    ),
    "identifies": (
        ("asked", ("", "", "You say who you are when you are asked.")),
        ("first", ("You begin with who you are.",)),
        ("reluctant", ("You do not like to say who you are, and grumble before you do.",)),
    ),
}
"""Trait, then its values, each with the sentences that tell it; a value is as likely as it has sentences."""

_LONGEST = 4000
"""Characters of a description in a file."""


class Sketch(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a file of personas; keys that are not here are passed over."""

    persona: str = ""
    """The description, as PersonaHub calls it."""
    description: str = ""
    """The same, under a name of its own; one of the two is given."""
    name: str = ""
    """Passed on; a world that knows its people by name uses theirs."""
    traits: dict[str, str] = {}
    """Values of traits that are not to be drawn: {"mood": "annoyed"}."""


class Personas:
    """A source of personas: called with a seed, it draws one.

    Args:
        sketches: lives to draw from; with none, a persona is its traits and nothing else.
    """

    def __init__(self, sketches: Sequence[Sketch] = ()) -> None:
        self._sketches = tuple(sketches)

    def __call__(self, seed: Seed, name: str = "") -> Persona:
        """A way to behave.

        Args:
            seed: decides.
            name: the person's full name; empty takes the sketch's, if it has one.
        """
        sketch = seed.child("sketch").pick(self._sketches) if self._sketches else Sketch()
        drawn: dict[str, str] = {}
        life = (sketch.persona or sketch.description).strip()
        told = [f"About you: {life}" if life else ""]
        for trait, values in TRAITS.items():
            given = sketch.traits.get(trait)
            options = [(value, text) for value, texts in values for text in texts if given in (None, value)]
            drawn[trait], text = seed.child(trait).pick(options)
            told.append(text)
        description = " ".join(text for text in told if text)
        return msgspec.convert({"name": name or sketch.name, "description": description, **drawn}, Persona)


def read_personas(path: Path) -> Personas:
    """The personas in a file with one JSON object a line; empty lines are passed over.

    Each has the text of a description under "persona" or "description", perhaps a "name", and perhaps "traits".

    Raises:
        DataError: the file cannot be read or holds none, or a row is none; names file, line and what is allowed.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    sketches = [_sketch(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not sketches:
        raise DataError(
            f'{path} holds no persona; one JSON object a line was expected: {{"persona": "a retired baker"}}'
        )
    return Personas(sketches)


def _sketch(line: bytes, where: str) -> Sketch:
    """One row.

    Raises:
        DataError: it is no persona.
    """
    form = (
        'expected {"persona": "a retired baker who ..."}, or "description" instead, with "name" and "traits" if wanted'
    )
    try:
        sketch = msgspec.json.decode(line, type=Sketch)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{where}: {error}; {form}") from None
    texts = [text for text in (sketch.persona, sketch.description) if text.strip()]
    if len(texts) != 1:
        what = "has both a persona and a description" if texts else "has no text under persona or description"
        raise DataError(f"{where}: {what}; {form}")
    if len(texts[0]) > _LONGEST:
        raise DataError(f"{where}: the text has {len(texts[0]):,} characters; at most {_LONGEST:,} are allowed")
    for trait, value in sketch.traits.items():
        allowed = [name for name, _ in TRAITS.get(trait, ())]
        if not allowed:
            raise DataError(f"{where}: there is no trait {trait!r}; known are {', '.join(TRAITS)}")
        if value not in allowed:
            raise DataError(f"{where}: {trait} is {value!r}; allowed are {', '.join(allowed)}")
    return sketch
