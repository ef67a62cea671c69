"""How people put things that have nothing to do with a world."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.worldkit.identity import Address
from interplay.engine.worldkit.rows import Zip
from interplay.engine.worldkit.words import listed, place, told_apart, yours

HOME = Address(address1="1 Main Street", address2="Apt 2", city="Boston", country="USA", state="MA", zip=Zip("02139"))


def test_an_address_stands_on_one_line():
    assert place(HOME) == "1 Main Street, Apt 2, Boston, MA 02139, USA"


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        ("my gift card", "your gift card"),
        ("the card I used", "the card you used"),
        ("a friend of mine", "a friend of yours"),
        ("Amy Myers, who I am", "Amy Myers, who you are"),
        ("model I, type II", "model I, type II"),
    ],
)
def test_a_persons_words_are_said_to_whoever_plays_them(mine, said):
    assert yours(mine) == said


def test_parts_are_put_in_a_row():
    assert [listed("abc"[:count]) for count in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


@given(st.lists(st.sampled_from("abcd")))
def test_what_is_told_apart_is_called_like_nothing_else(things):
    assert told_apart(things, str) == [each for each in things if things.count(each) == 1]
