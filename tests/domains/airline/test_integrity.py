"""Data of one's own is checked once: rows that do not fit together are named."""

from typing import Any

import msgspec
import pytest
from tests.domains.airline.carrier import carrier, document

from interplay.domains.airline.integrity import check
from interplay.domains.airline.rows import AirlineDatabase
from interplay.domains.airline.tau2 import LAYOUT
from interplay.engine.database import Base
from interplay.engine.errors import DataError


def put(tables: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    *way, last = path
    node: Any = tables
    for step in way:
        node = node[step]
    node[last] = value


def test_rows_that_fit_together_pass_and_stay_as_they_are():
    base = carrier()
    before = base.digest()
    check(base)
    assert base.digest() == before


@pytest.mark.parametrize("project", ["taubench", "tau2"])
def test_the_public_data_keep_what_is_required(conformance_kit, project):
    directory = conformance_kit / project / "airline"
    if project == "tau2":
        base = LAYOUT.read(directory)
        assert base.fork().users["mia_li_3668"].user_id == "mia_li_3668"
    else:
        base = Base.read(AirlineDatabase, directory)
        check(base)
    assert base.fork().now == "2024-05-15T15:00:00"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("flights", "F1", "flight_number"), "F9", "row 'F1': flight_number is 'F9'"),
        (("flights", "F1", "dates", "2031-03-02", "prices"), {"economy": 1}, "2031-03-02 lacks seats or prices"),
        (("users", "ann_lee_1", "user_id"), "ann", "user_id is 'ann'"),
        (("users", "ann_lee_1", "payment_methods", "gift_card_1", "id"), "x", "has id 'x'"),
        (("users", "ann_lee_1", "reservations"), ["R9"], "lists reservation 'R9'; expected a row"),
        (("users", "bob_lee_2", "reservations"), ["R1"], "which is of user 'ann_lee_1'"),
        (("reservations", "R1", "reservation_id"), "R2", "reservation_id is 'R2'"),
        (("reservations", "R1", "user_id"), "cy", "expected one of this user"),
        (("reservations", "R1", "flights", 0, "flight_number"), "F9", "flight 'F9' is none"),
        (("reservations", "R1", "flights", 0, "date"), "2030-01-01", "does not fly on '2030-01-01'"),
        (("reservations", "R1", "flights", 0, "origin"), "SFO", "expected 'BOS' to 'DEN'"),
        (("clock", "world", "now"), "noon", "now is 'noon'"),
        (("clock", "moon"), {"now": "2031-03-01T12:00:00"}, "the clock has one row"),
        (("clock",), {}, "clock.json has no row 'world'"),
    ],
)
def test_a_row_that_does_not_fit_is_named_with_what_was_expected(path, value, said):
    tables = document()
    put(tables, path, value)
    with pytest.raises(DataError) as refused:
        check(carrier(tables))
    assert said in str(refused.value)
    assert str(refused.value).startswith(f"{path[0]}.json") or path[:2] == ("reservations", "R1")


def test_a_user_that_a_reservation_names_is_there():
    tables = document()
    tables["users"]["ann_lee_1"]["reservations"] = []
    tables["reservations"]["R1"]["user_id"] = "cy"
    with pytest.raises(DataError, match="user_id is 'cy'"):
        check(carrier(tables))


@pytest.mark.parametrize("status", ["boarding", None])
def test_a_day_has_one_of_the_statuses(status):
    tables = document()
    tables["flights"]["F1"]["dates"]["2031-03-01"] = {"status": status}
    with pytest.raises(msgspec.ValidationError):
        carrier(tables)
