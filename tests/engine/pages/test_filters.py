"""What a filter hands to a page is text of the run, escaped, with what is obeyed spelled out."""

import html
import re
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from interplay.engine import inert as table
from interplay.engine.pages import filters

ANY = st.text(st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | ANY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY, inner, max_size=4),
)
OURS = re.compile(
    r'<span class="spelled" title="[^"<>&]*">|<span class="key">|<mark class="claim">|</span>|</mark>|<wbr>'
)


def bare(markup):
    """The text that a page would show; everything in the markup that is not ours is text."""
    assert isinstance(markup, Markup)
    text = OURS.sub("", str(markup))
    assert "<" not in text
    assert ">" not in text
    return html.unescape(text)


@given(ANY)
def test_a_text_is_shown_as_it_is_with_what_is_obeyed_spelled_out(text):
    assert bare(filters.inert(text)) == table.inert(text)
    filters.inert(text).encode("utf-8")


@given(ANY, st.lists(ANY, max_size=3))
def test_marking_sentences_changes_no_text(text, sentences):
    assert bare(filters.said(text, [*sentences, text[2:5]])) == table.inert(text)


@given(JSON)
def test_json_is_shown_as_text_that_nothing_obeys(value):
    shown = bare(filters.json_pretty(value))
    assert not {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - set("\n\t\u200c\u200d")
    line = filters.json_line(value)
    assert "\n" not in line
    line.encode("utf-8")


@given(ANY)
def test_a_path_is_shown_whole(text):
    assert bare(filters.steps(text)) == table.inert_line(text)


def test_markup_in_a_text_is_text():
    assert filters.inert("<b>&") == "&lt;b&gt;&amp;"
    assert filters.inert("\u202e") == ('<span class="spelled" title="U+202E right-to-left override">\\u202e</span>')


def test_the_sentence_of_a_claim_is_marked_whatever_the_space_in_it():
    assert filters.said("Well. It was\n cancelled. Bye.", ["It was cancelled."]) == (
        'Well. <mark class="claim">It was\n cancelled.</mark> Bye.'
    )


def test_short_json_stands_on_a_line_and_wide_json_on_several():
    assert filters.json_text({"a": 1}) == '{"a":1}'
    assert filters.json_text(["x" * 40, "y" * 40]).count("\n") == 3
    assert (
        filters.json_pretty({"a": "x" * 90})
        == '{\n  <span class="key">&#34;a&#34;</span>: &#34;' + "x" * 90 + "&#34;\n}"
    )


def test_a_value_that_is_not_there_is_not_null():
    assert (filters.json_line(msgspec.UNSET), filters.json_line(None)) == ("nothing", "null")


def test_what_no_json_can_hold_is_still_shown():
    assert "ud800" in bare(filters.json_pretty("\ud800"))
    assert filters.content("[" * 5_000 + "]" * 5_000) == "[" * 5_000 + "]" * 5_000
    deep = []
    for _ in range(5_000):
        deep = [deep]
    assert filters.json_line(deep) == filters.json_pretty(deep) == "(nested too deeply to be shown)"


def test_an_answer_is_json_or_text():
    assert filters.content('{"a": [1]}') == "{&#34;a&#34;:[1]}"
    assert filters.content("12 <b>") == "12 &lt;b&gt;"


def test_a_line_of_arguments_says_that_it_goes_on():
    assert filters.arguments_line({"a": 1, "b\n": "x"}) == 'a=1, b\u21b5="x"'
    assert filters.arguments_line({"a": "x" * 500}).endswith("\N{HORIZONTAL ELLIPSIS}")


@pytest.mark.parametrize(("count", "said"), [(0, "0 calls"), (1, "1 call"), (2, "2 calls"), (12_000, "12,000 calls")])
def test_a_count_is_said_with_its_word(count, said):
    assert filters.plural(count, "call") == said


def test_a_size_counts_characters_and_lines():
    assert filters.size("a") == "1 character"
    assert filters.size("ab\ncd") == "5 characters, 2 lines"
    assert filters.plural(2, "box", "boxes") == "2 boxes"
