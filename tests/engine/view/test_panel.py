"""The filters beside a list."""

from __future__ import annotations

from interplay.engine.index import Query
from interplay.engine.view.panel import SORTS, nothing_said, panel

FACETS = {
    "run": {"first": 3},
    "outcome": {"rejected": 1, "verified": 1234},
    "tool": {"b": 2, "a": 2},
    "wrong": {},
}


def choices(query: Query) -> dict[str, list[str]]:
    found = panel("/conversations", query, FACETS, SORTS).choices
    return {choice.name: [option.label for option in choice.options] for choice in found}


def test_each_choice_says_how_many_there_are_the_most_frequent_first():
    assert choices(Query())["outcome"] == ["Any", "verified (1,234)", "rejected (1)"]
    assert choices(Query())["tool"] == ["Any", "a (2)", "b (2)"]


def test_a_filter_of_one_value_is_left_out_unless_it_is_set():
    assert "run" not in choices(Query())
    assert choices(Query(run="first"))["run"] == ["Any", "first (3)"]


def test_what_is_set_stays_a_choice_where_nothing_has_it():
    found = panel("/conversations", Query(wrong="claim:false"), FACETS, SORTS)
    chosen = [option for choice in found.choices for option in choice.options if option.chosen and option.value]
    assert [option.label for option in chosen] == ["claim:false (0)"]


def test_each_filter_that_is_set_can_be_taken_away():
    query = Query(outcome="rejected", text="a b", sort="-turns", least={"writes": 2})
    chips = {chip.name: chip for chip in panel("/plots", query, FACETS, {}).chips}
    assert set(chips) == {"outcome", "text", "least"}
    assert chips["outcome"].without == "/plots?text=a+b&sort=-turns&least=writes%3A2"


def test_the_form_keeps_what_it_has_no_field_for():
    query = Query(unit=7, least={"writes": 2}, sort="-turns")
    assert panel("/conversations", query, FACETS, SORTS).kept == [("unit", "7"), ("least", "writes:2")]
    assert ("sort", "-turns") in panel("/plots", query, FACETS, {}).kept


def test_what_is_said_of_nothing_depends_on_whether_anything_was_asked():
    assert "read yet" in nothing_said(Query(sort="-turns"))
    assert "fits" in nothing_said(Query(text="penguins"))
