"""A figure says what was counted: drawn, in words, and as a table; whatever the numbers and names are."""

import re
from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from interplay.engine.pages import stylesheet
from interplay.engine.pages.figures import bars, histogram, shares
from interplay.engine.pages.figures.drawing import WIDTH, fitted, width
from interplay.engine.pages.figures.scales import BINS, bins, median, number, step, ticks
from interplay.engine.statistics.passing import share_estimate

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&\x1b[31m\u202e"
counts = st.dictionaries(st.integers(0, 10**12), st.integers(1, 10**9), min_size=1, max_size=30).map(Counter)
names = st.text(st.characters(exclude_characters="\ufffe\uffff"), max_size=30)


def parsed(figure):
    return ElementTree.fromstring(str(figure.svg))


def texts(figure):
    return [each.text or "" for each in parsed(figure).iter(f"{SVG}text")]


@given(counts, st.booleans())
def test_a_histogram_counts_every_number_once(found, twice):
    series = {"one": found, "two": found} if twice else {"one": found}
    figure = histogram("f", "T", "", series, "turns")
    assert sum(int(row[1].replace(",", "")) for row in figure.rows) == found.total()
    assert all(len(row) == len(figure.columns) for row in figure.rows)
    assert len(figure.rows) <= BINS + 2
    parsed(figure)


@given(counts)
def test_columns_follow_upon_each_other_and_are_of_one_width(found):
    columns = bins(found)
    assert columns[0].first <= min(found)
    assert columns[-1].last >= max(found)
    assert all(left.last + 1 == right.first for left, right in pairwise(columns))
    assert len({each.last - each.first for each in columns if not each.beyond}) == 1


@given(counts)
def test_the_median_is_the_middle_of_all_numbers(found):
    small = Counter({value: count % 5 + 1 for value, count in found.items()})
    ordered = sorted(small.elements())
    assert median(small) == (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


@given(st.floats(1e-6, 1e12))
def test_a_step_is_one_two_or_five_times_a_power_of_ten_and_no_smaller_than_asked(least):
    found = step(least)
    assert found >= least * (1 - 1e-6)
    assert found <= 2.5 * least * (1 + 1e-6)
    assert f"{found:.6e}"[0] in "125"


@given(st.floats(0, 1e9), st.booleans())
def test_ticks_begin_at_nothing_reach_the_top_and_are_few(top, whole):
    found = ticks(top, whole=whole)
    assert (found[0], found == sorted(set(found))) == (0, True)
    assert found[-1] >= top * (1 - 1e-6)
    assert 2 <= len(found) <= 7


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (7, "7"), (0.5, "0.5"), (2500, "2,500"), (12_000, "12k"), (1.5e6, "1.5M"), (1e9, "1G")],
)
def test_a_number_at_a_tick_is_short(value, written):
    assert number(value) == written


def test_one_number_far_from_the_others_does_not_squeeze_them_into_one_column():
    found = Counter(dict.fromkeys(range(1, 15), 20) | {900: 1})
    assert [each.name for each in bins(found)][:2] == ["1", "2"]
    assert bins(found)[-1].name == "15 and more"


def test_a_histogram_says_its_finding_and_labels_the_middle():
    figure = histogram("turns", "Turns", "", {"run": {5: 2, 7: 5, 29: 1}}, "turns")
    assert figure.about == "median 7, up to 29"
    root = parsed(figure)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "turns-title turns-desc"
    assert root.find(f"{SVG}desc").text == "median 7, up to 29"
    assert "median 7" in texts(figure)


@pytest.mark.parametrize("draw", [
    lambda: histogram("f", "T", "", {"a": {}}, "turns"),
    lambda: histogram("f", "T", "", {}, "turns"),
    lambda: bars("f", "T", "", {"a": {}}),
    lambda: bars("f", "T", "", {"a": {"x": 0}}),
    lambda: shares("f", "T", "", {"a": []}),
])  # fmt: skip
def test_where_there_is_nothing_to_draw_it_says_so(draw):
    figure = draw()
    assert (figure.svg, figure.rows) == ("", ())
    assert "There is nothing to draw." in str(escape(figure))


@settings(max_examples=40)
@given(names, names, st.integers(0, 10**15))
def test_whatever_a_name_holds_it_is_text(first, second, count):
    series = {"x" + first: {"a" + second: count + 1, "b" + first: 1}, "y" + second: {"a" + second: 2}}
    for figure in (
        bars(first, second, first, series, counted=first),
        histogram(first, second, first, {name: {1: count + 1} for name in series}, second),
        shares(first, second, first, {name: [(first, share_estimate(1, 2))] for name in series}),
    ):
        root = parsed(figure)
        known = {"svg", "title", "desc", "g", "rect", "line", "text", "circle", "polygon", "path", "defs", "pattern"}
        assert {each.tag.removeprefix(SVG) for each in root.iter()} <= known
        ElementTree.fromstring(str(escape(figure)))


def test_markup_in_names_stays_text_in_the_drawing_and_in_the_table():
    figure = bars(HOSTILE, HOSTILE, HOSTILE, {HOSTILE: {HOSTILE: 3}})
    page = str(escape(figure))
    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "\\u001b" in page


def test_nothing_is_coloured_or_styled_by_an_attribute():
    page = "".join(
        str(each.svg)
        for each in (
            bars("b", "T", "", {"a": {"x": 3}, "b": {"x": 1}, "c": {"x": 1}}),
            histogram("h", "T", "", {"a": {1: 3}, "b": {2: 1}}, "turns"),
            shares("s", "T", "", {"a": [("k", share_estimate(1, 2))], "b": [("k", share_estimate(1, 3))]}),
        )
    )
    assert "style=" not in page
    fills = {each.split('"')[0] for each in page.split('fill="')[1:]}
    assert all(each.startswith("url(#") for each in fills)


def test_every_class_that_a_drawing_uses_has_a_meaning():
    sheet = stylesheet("figures.css")
    figure = bars("b", "T", "", {"a": {"x": 3}, "b": {"x": 1}}, counted="x")
    dots = shares("s", "T", "", {"a": [("k", share_estimate(1, 2))]}, notes={"k": "of 2"})
    columns = histogram("h", "T", "", {"a": {1: 3, 2: 1}}, "turns")
    used = {
        name for each in (figure, dots, columns) for at in parsed(each).iter() for name in at.get("class", "").split()
    }
    assert not {name for name in used if f".{name}" not in sheet}


def test_several_series_are_told_apart_by_more_than_colour():
    both = {"one": {"x": 3}, "two": {"x": 1}}
    assert "url(#b-p2)" in bars("b", "T", "", both).svg
    points = shares("s", "T", "", {name: [("k", share_estimate(1, 2))] for name in both})
    assert {each.tag for each in parsed(points).iter()} >= {f"{SVG}circle", f"{SVG}polygon"}
    assert {"one", "two"} <= set(texts(points))


def test_compared_counts_are_drawn_as_shares_of_their_own_whole():
    figure = bars("b", "T", "", {"small": {"x": 5, "y": 5}, "large": {"x": 500, "y": 500}})
    drawn = [float(each.get("width")) for each in parsed(figure).iter(f"{SVG}rect") if "bar" in each.get("class")]
    assert len({round(each) for each in drawn if each != 14}) == 1


def test_more_names_than_the_limit_are_said_to_be_so_many():
    figure = bars("b", "T", "", {"a": {f"name {at}": 9 - at for at in range(9)}}, limit=4)
    assert "and 5 more" in texts(figure)
    assert len(figure.rows) == 4


def test_a_whole_of_nothing_gives_no_shares():
    figure = bars("b", "T", "", {"a": {"x": 3}}, wholes={"a": 0})
    assert figure.rows == (("x", "3", ""),)


@given(st.text(max_size=300), st.floats(10, WIDTH))
def test_a_label_fits_where_it_stands(text, room):
    assert width(fitted(text, room)) <= room + 6.5


def test_a_cut_label_is_whole_where_it_is_pointed_at():
    long = "a label that goes on " * 9
    figure = bars("b", "T", "", {"a": {long: 3}})
    cut = next(each for each in parsed(figure).iter(f"{SVG}text") if each.find(f"{SVG}title") is not None)
    assert cut.find(f"{SVG}title").text == long


def test_shares_stand_at_their_place_with_their_interval():
    figure = shares("s", "T", "", {"run": [("k = 1", share_estimate(40, 120))]})
    assert figure.rows == (("k = 1", "33.3 %", "25.5 to 42.2"),)
    (point,) = parsed(figure).iter(f"{SVG}circle")
    assert float(point.get("cx")) == pytest.approx(8 + 380 * 0.3333, abs=0.1)


def test_lines_stand_behind_points_and_not_behind_words():
    found = shares("a", "t", "", {"one": [(name, share_estimate(40, 120)) for name in "xyz"]})
    root = parsed(found)
    words = [float(each.attrib["y"]) for each in root.iter(f"{SVG}text") if each.get("class") in ("label", "value")]
    lines = " ".join(each.attrib["d"] for each in root.iter(f"{SVG}path"))
    pieces = re.findall(r" ([\d.]+)V([\d.]+)", lines)
    assert len(pieces) == 15
    assert not [y for y in words for begins, ends in pieces if float(begins) < y and y - 9 < float(ends)]
