"""Rows that do not fit together are refused as they are loaded; the public benchmark's and ours fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from interplay.domains.retail import DOMAIN
from interplay.domains.retail.integrity import check
from interplay.domains.retail.rows import RetailDatabase
from interplay.engine.database import Base
from interplay.engine.errors import DataError
from interplay.engine.seeds import Seed

GENERATED = DOMAIN.generate(Seed.root(1), 30)
DB = GENERATED.fork()
ORDER, FIRST = next(iter(DB.orders.items()))
USER = FIRST.user_id
OTHER = next(key for key, order in DB.orders.items() if order.user_id != USER)
STRANGER = next(user_id for user_id in DB.users if user_id != USER)
PRODUCT, STOCKED = next(iter(DB.products.items()))
VARIANT = next(iter(STOCKED.variants))
METHOD = next(iter(DB.users[USER].payment_methods))

Rows = dict[str, dict[str, Any]]


def rows() -> Rows:
    tables = {name: dict(table.rows) for name, table in GENERATED.tables.items()}
    found: Rows = msgspec.json.decode(msgspec.json.encode(tables))
    return found


def based(tables: Rows) -> Base[RetailDatabase]:
    types = RetailDatabase.row_types()
    return Base(RetailDatabase, {name: msgspec.convert(tables[name], dict[str, types[name]]) for name in types})


def test_the_public_benchmarks_data_loads(conformance_kit: Path) -> None:
    assert len(DOMAIN.read(conformance_kit / "taubench" / "retail").fork().orders) == 1000


@pytest.mark.parametrize("persons", [1, 7, 200])
def test_generated_data_fits(tmp_path: Path, persons: int) -> None:
    made = DOMAIN.generate(Seed.root(persons), persons)
    made.write(tmp_path)
    assert DOMAIN.read(tmp_path).digest() == made.digest()


def renamed(tables: Rows) -> None:
    tables["orders"][ORDER]["order_id"] = "#W1"


def product_renamed(tables: Rows) -> None:
    tables["products"][PRODUCT]["product_id"] = "1"


def variant_renamed(tables: Rows) -> None:
    tables["products"][PRODUCT]["variants"][VARIANT]["item_id"] = "1"


def method_renamed(tables: Rows) -> None:
    tables["users"][USER]["payment_methods"][METHOD]["id"] = "paypal_1"


def no_order(tables: Rows) -> None:
    del tables["orders"][ORDER]


def not_theirs(tables: Rows) -> None:
    tables["users"][USER]["orders"].append(OTHER)


def no_user(tables: Rows) -> None:
    del tables["users"][USER]


def no_product(tables: Rows) -> None:
    tables["orders"][ORDER]["items"][0]["product_id"] = "1"


def unpaid(tables: Rows) -> None:
    tables["orders"][ORDER]["payment_history"] = []


def only_refunded(tables: Rows) -> None:
    for each in tables["orders"][ORDER]["payment_history"]:
        each["transaction_type"] = "refund"


def paid_by_a_stranger(tables: Rows) -> None:
    method = next(iter(tables["users"][STRANGER]["payment_methods"]))
    tables["orders"][ORDER]["payment_history"][0]["payment_method_id"] = method
    del tables["orders"][ORDER]["payment_history"][1:]


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (renamed, f"orders.json, row {ORDER!r}: order_id is '#W1'; expected the row's key"),
        (product_renamed, f"products.json, row {PRODUCT!r}: product_id is '1'; expected the row's key"),
        (variant_renamed, f"products.json, row {PRODUCT!r}: variant {VARIANT!r} has item_id '1'; expected its key"),
        (method_renamed, f"users.json, row {USER!r}: payment method {METHOD!r} has id 'paypal_1'; expected its key"),
        (no_order, f"users.json, row {USER!r}: lists order {ORDER!r}; expected a row of orders.json"),
        (not_theirs, f"users.json, row {USER!r}: lists order {OTHER!r}, which is of "),
        (no_user, f"orders.json, row {ORDER!r}: user_id is {USER!r}; expected a row of users.json"),
        (no_product, f"orders.json, row {ORDER!r}: item "),
        (
            unpaid,
            f"orders.json, row {ORDER!r}: is paid with nothing; expected a payment with a method of user {USER!r}",
        ),
        (only_refunded, f"orders.json, row {ORDER!r}: is paid with nothing; expected"),
        (paid_by_a_stranger, f"orders.json, row {ORDER!r}: is paid with "),
    ],
)
def test_rows_that_do_not_fit_are_named_with_what_was_expected(damage: Callable[[Rows], None], text: str) -> None:
    tables = rows()
    check(based(tables))
    damage(tables)
    with pytest.raises(DataError) as caught:
        check(based(tables))
    assert str(caught.value).startswith(text)


def test_loading_says_which_directory(tmp_path: Path) -> None:
    tables = rows()
    unpaid(tables)
    based(tables).write(tmp_path)
    with pytest.raises(DataError) as caught:
        DOMAIN.read(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}: orders.json, row {ORDER!r}: ")
