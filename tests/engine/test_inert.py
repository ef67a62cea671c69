"""What is spelled out can do nothing, and what need not be is left as it was."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.inert import inert, inert_line, pieces

ANY = st.text(st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"]))
SPARED = "\n\t\u200c\u200d"


@given(ANY)
def test_no_character_that_is_obeyed_is_left(text):
    left = {char for char in inert(text) if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert left <= set(SPARED)
    assert "\n" not in inert_line(text)


@given(ANY)
def test_the_pieces_of_a_text_are_the_text(text):
    found = list(pieces(text))
    assert "".join(piece.text for piece in found) == inert(text)
    assert all(piece.text for piece in found)
    written = [piece.text for piece in found if not piece.spelled]
    assert all(inert(text) == text for text in written)


@given(ANY)
def test_json_says_the_same_when_it_is_inert(text):
    assert json.loads(inert(json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f"))) == text


def test_what_is_spelled_out_says_what_it_is():
    assert list(pieces("a\u202eb\x1b\ud800")) == [
        ("a", ""),
        ("\\u202e", "U+202E right-to-left override"),
        ("b", ""),
        ("\\u001b", "U+001B a control character"),
        ("\\ud800", "U+D800 a lone surrogate"),
    ]
