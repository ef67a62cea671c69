"""What fits a query is listed, counted and found by words, the same as going through the run would find."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import UsageError
from interplay.engine.forge.difficulty import DIMENSIONS
from interplay.engine.index import Index, Query
from interplay.engine.statistics import Statistics, asked_of
from interplay.engine.trajectory import kind
from interplay.engine.units import units

from .runs import BAD, GOOD, LOST, lines, made, played, run_at


@pytest.fixture(scope="module", params=[True, False], ids=["words", "texts"])
def indexed(request, tmp_path_factory):
    run = run_at(tmp_path_factory.mktemp("indexed") / "run", 40, outcomes=(GOOD, BAD, GOOD, LOST, BAD))
    index = Index(run.path, words=request.param)
    index.update()
    return run, index


def found(index, limit=9, **query):
    rows, after = [], ""
    while True:
        hits = index.search(Query(**query), after, limit)
        rows += hits.rows
        after = hits.after
        if not after:
            assert len(rows) == hits.total
            return rows


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"outcome": "rejected"}, lambda unit: unit % 5 in (1, 4)),
        ({"outcome": "failed:provider"}, lambda unit: unit % 5 == 3),
        ({"fault": "agent"}, lambda unit: unit % 5 in (1, 4)),
        ({"wrong": "outputs:untold", "tool": "tool_1"}, lambda unit: unit % 5 in (1, 4) and unit % 3 == 2),
        ({"tool": "tool_0"}, lambda unit: unit % 3 > 0),
        ({"least": {"reads": 2}}, lambda unit: unit % 3 == 2),
        ({"unit": 7}, lambda unit: unit == 7),
        ({"text": "#W0000008"}, lambda unit: unit == 8),
        ({"text": "ann.lee12@example.org", "outcome": "verified"}, lambda unit: unit % 5 in (0, 2)),
        ({"text": '"hello there 39"'}, lambda unit: unit == 39),
        ({"text": "nothing of this"}, lambda unit: False),
        ({"text": "want a thing"}, lambda unit: True),
        ({"run": "run", "domain": "tiny"}, lambda unit: True),
        ({"run": "other"}, lambda unit: False),
    ],
)
def test_what_fits_is_found(indexed, query, fits):
    _, index = indexed
    expected = [unit for unit in range(40) if fits(unit)]
    assert [row.unit for row in found(index, **query)] == expected


@pytest.mark.parametrize("sort", ["", "-", "turns", "-turns", "calls", "-calls", "difficulty", "-difficulty"])
@pytest.mark.parametrize("query", [{}, {"outcome": "rejected"}, {"text": "hello"}, {"unit": 3}])
def test_pages_hold_everything_once_and_in_order(indexed, sort, query):
    _, index = indexed
    rows = found(index, sort=sort, **query)
    assert len({row.unit for row in rows}) == len(rows)
    by = {
        "turns": lambda row: (row.turns, row.unit),
        "calls": lambda row: (row.calls, row.unit),
        "difficulty": lambda row: (sum(getattr(row.difficulty, each) for each in DIMENSIONS), row.unit),
        "": lambda row: row.unit,
    }
    assert rows == sorted(rows, key=by[sort.removeprefix("-")], reverse=sort.startswith("-"))
    for place, row in enumerate(rows):
        before, after = index.neighbours(Query(sort=sort, **query), row.run, row.unit, row.trial)
        assert before == (rows[place - 1] if place else None)
        assert after == (rows[place + 1] if place + 1 < len(rows) else None)


def test_facets_count_under_the_other_filters(indexed):
    _, index = indexed
    for query in (Query(), Query(outcome="rejected"), Query(tool="tool_1", fault="agent"), Query(text="hello")):
        facets = index.facets(query)
        for facet, counts in facets.items():
            for value, count in counts.items():
                given = {name: getattr(query, name) for name in ("outcome", "tool", "fault", "text")}
                assert index.search(Query(**(given | {facet: value}))).total == count


@given(st.text(max_size=30) | st.text(alphabet='"*()%_\\ -:^+{}NEAR OR AND NOT', max_size=30))
def test_no_text_is_an_error(indexed, text):
    _, index = indexed
    hits = index.search(Query(text=text), limit=1000)
    assert len(hits.rows) == hits.total <= index.search(Query()).total


def test_wildcards_stand_for_themselves(indexed):
    _, index = indexed
    assert found(index, text="h%o") == found(index, text="hel_o") == found(index, text="zzz") == []


@pytest.mark.parametrize("words", [True, False], ids=["words", "texts"])
def test_a_word_of_any_script_is_found_as_it_is_written(tmp_path, words):
    said = ["Écoute la STRASSE", "Ёлка and straße", "我想取消订单 please", "can't pay $1,234.56"]
    run = run_at(tmp_path / "run", 0, total=len(said))
    (run.path / "trajectories.jsonl").write_bytes(lines(played(at, says=each) for at, each in enumerate(said)))
    index = Index(run.path, words=words)
    index.update()
    for at, each in enumerate(said):
        for word in each.split():
            assert at in [row.unit for row in found(index, text=word)], word


def test_a_place_of_another_list_is_refused(indexed):
    _, index = indexed
    for place in ("x", "1.2.3", "1", "é", "--1.2", "1.²"):
        with pytest.raises(UsageError, match="no place in this list"):
            index.search(Query(sort="turns"), place)
    with pytest.raises(UsageError, match="sort by"):
        index.search(Query(sort="size"))


TEXTS = st.text(string.printable, max_size=8)


@given(
    st.builds(
        Query,
        run=TEXTS,
        tool=TEXTS,
        text=TEXTS,
        unit=st.none() | st.integers(0, 10**8),
        least=st.dictionaries(st.sampled_from(DIMENSIONS), st.integers(0, 99), max_size=3),
        sort=st.sampled_from(["", "-", "calls", "-turns"]),
    )
)
def test_a_query_is_read_back_from_its_address(query):
    assert Query.from_params(query.to_params()) == query


@pytest.mark.parametrize("params", [{"colour": "red"}, {"unit": "-1"}, {"least": "size:2"}, {"sort": "size"}])
def test_an_address_that_means_nothing_is_refused(params):
    with pytest.raises(UsageError):
        Query.from_params(params)


def agree(run, index):
    """What the index counts is what statistics count."""
    statistics = Statistics(run.config.units, asked=asked_of(run.config))
    for unit in units(run):
        statistics.add(unit)
    report, tally = statistics.report(), index.tally(Query())
    assert tally.outcomes == report.outcomes
    assert tally.faults == report.blame
    assert tally.wrong == report.faults
    assert tally.rules == report.rules
    assert tally.turns == report.turn_counts
    assert tally.calls == report.call_counts
    assert tally.made == report.making.counts
    assert tally.passed == report.passed
    assert tally.difficulty == {
        dimension: {value: (share.verified, share.scored) for value, share in values.items()}
        for dimension, values in report.success.items()
    }


def test_a_tally_agrees_with_statistics(indexed):
    agree(*indexed)


def test_a_tally_of_several_trials_agrees_with_statistics(tmp_path):
    rng = random.Random(5)
    run = run_at(tmp_path / "run", 0, total=30)
    (run.path / "blueprints.jsonl").write_bytes(lines(made(unit) for unit in range(30)))
    (run.path / "trajectories.jsonl").write_bytes(
        lines(played(unit, *rng.choices((GOOD, BAD, LOST), (5, 4, 1), k=3)) for unit in range(28))
    )
    index = Index(run.path)
    index.update()
    agree(run, index)
    assert index.tally(Query()).passed.trials == 3
    assert index.tally(Query(outcome="verified")).passed is None


def test_rows_say_what_conversations_were(indexed):
    run, index = indexed
    for row, unit in zip(found(index), units(run), strict=True):
        trial = unit.played[0]
        assert (row.outcome, row.blueprint, row.difficulty) == (
            kind(trial.outcome),
            trial.blueprint,
            unit.record.difficulty,
        )
        assert (row.opening, row.turns, row.calls) == (f"Hello there {row.unit}", 1, row.unit % 3)
