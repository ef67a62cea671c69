"""Sentences are right for none, one and many."""

import pytest

from interplay.engine.report.section import counted, listed, part, sentence
from interplay.engine.report.versus import named, setting


@pytest.mark.parametrize(
    ("count", "whole", "said"),
    [(0, 9, "none of 9 calls"), (0, 1, "none of the calls"), (9, 9, "all 9 calls"), (2, 2, "both calls"),
     (1, 1, "the only one of the calls"), (3, 12, "3 of 12 calls (25.0 %)")],
)  # fmt: skip
def test_a_part_is_told_in_words(count, whole, said):
    assert part(count, whole, "calls") == said


def test_names_are_listed_as_people_do():
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_counts_and_sentences_have_their_forms():
    assert (counted(1, "call"), counted(2000, "call"), counted(2, "box", "boxes")) == (
        "1 call",
        "2,000 calls",
        "2 boxes",
    )
    assert (sentence("one thing"), sentence("3 of 4.")) == ("One thing.", "3 of 4.")


def test_two_runs_have_two_names():
    assert named(["/a/x", "/b/y"]) == ("x", "y")
    assert named(["/a/x", "/b/x"]) == ("/a/x", "/b/x")
    assert named(["/a/x", "/a/x"]) == ("x (first)", "x (second)")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("roles.agent.actor", "agent"),
        ("roles.human.model", "the human's model"),
        ("play.trials", "trials"),
        ("roles.agent.rates[0]", "roles.agent.rates[0]"),
        ("version of python", "version of python"),
    ],
)
def test_settings_are_called_what_people_call_them(name, said):
    assert setting(name) == said
