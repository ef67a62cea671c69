"""Addresses are read as they were written, and bad ones say what may stand there."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import UsageError
from interplay.engine.index import Query
from interplay.engine.index.values import FACETS
from interplay.engine.view import addresses

WORD = st.text(min_size=1, max_size=40).map(str.strip).filter(bool)
VALUE = st.one_of(st.just(""), WORD)
QUERIES = st.fixed_dictionaries(
    {
        **dict.fromkeys((*FACETS, "text"), VALUE),
        "unit": st.one_of(st.none(), st.integers(0, 10**8)),
        "sort": st.sampled_from(["", "-turns", "calls"]),
        "least": st.dictionaries(st.sampled_from(["writes", "reads"]), st.integers(0, 99)),
    }
).map(lambda given: Query(**given))


@given(QUERIES, WORD)
def test_an_address_is_read_as_it_was_written(query, after):
    written = addresses.write(addresses.LIST, query, after=after)
    assert addresses.read(dict(parse_qsl(urlsplit(written).query))) == addresses.Asked(query, after)


@given(WORD, QUERIES)
def test_a_run_of_any_name_is_one_part_of_an_address(run, query):
    path = urlsplit(addresses.conversation(run, 3, 1, query)).path
    assert path.isascii()
    assert path.split("/")[2:] == [path.split("/")[2], "3", "1"]
    assert addresses.unspelled(unquote(path.split("/")[2])) == run


def test_empty_values_ask_for_nothing():
    assert addresses.read({"outcome": "", "text": "  ", "after": ""}) == addresses.Asked(Query())
    assert addresses.write(addresses.LIST, Query()) == addresses.LIST


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"flavour": "sweet"}, "there is no filter 'flavour'"),
        ({"sort": "length"}, "cannot sort by 'length'"),
        ({"unit": "first"}, "it has to be a whole number"),
        ({"text": "x" * 5000}, "more than 4,000 characters"),
    ],
)
def test_what_an_address_cannot_ask_for_is_said(given, said):
    with pytest.raises(UsageError, match=said):
        addresses.read(given)


@given(st.text())
def test_a_name_that_is_spelled_out_prints_and_comes_back(name):
    written = addresses.spelled(name)
    assert written.isprintable()
    assert addresses.unspelled(written) == name


@pytest.mark.parametrize("name", ["plain name", "\\x", "a\\b\\", "\\u12", "%00<b>&\"'"])
def test_a_name_without_such_characters_may_be_written_as_it_is(name):
    assert addresses.unspelled(name) == name


def test_lone_surrogates_of_a_file_system_have_an_address():
    path = urlsplit(addresses.conversation("run\udcff", 0, 0, Query())).path
    assert addresses.unspelled(unquote(path.split("/")[2])) == "run\udcff"
