"""Rows that do not fit together are named, with what was expected."""

from __future__ import annotations

import pytest
from msgspec import UNSET
from tests.engine.worldkit.lamps import Account, AccountId, base

from interplay.engine.errors import DataError
from interplay.engine.worldkit.integrity import inspect, no_row, not_theirs, other_key, other_keys

ACCOUNTS = base().fork().accounts


def test_the_first_row_with_something_wrong_is_named_with_its_file():
    with pytest.raises(DataError, match=r"^accounts\.json, row 'A1': one; expected two$"):
        inspect("accounts", ACCOUNTS, lambda _key, _row: ["one; expected two", "never told"])
    inspect("accounts", ACCOUNTS, lambda _key, _row: [])


def test_a_field_repeats_its_rows_key_or_is_unset():
    assert list(other_key("A1", account_id="A1")) == list(other_key("A1", account_id=UNSET)) == []
    assert list(other_key("A1", account_id="A2")) == ["account_id is 'A2'; expected the row's key"]


def test_a_part_stands_under_its_own_key():
    account = ACCOUNTS[AccountId("A1")]
    assert list(other_keys("account", {"A1": account}, "account_id")) == []
    assert list(other_keys("account", {"A2": account}, "account_id")) == [
        "account 'A2' has account_id 'A1'; expected its key"
    ]


def test_what_a_field_names_is_a_row():
    assert list(no_row(ACCOUNTS, account_id="A1")) == []
    assert list(no_row(ACCOUNTS, account_id="A2")) == ["account_id is 'A2'; expected a row of accounts.json"]


def test_what_is_listed_is_there_and_its_owners():
    def owner(account: Account) -> str:
        return account.owner

    assert list(not_theirs("Ada Byron", "account", [AccountId("A1")], ACCOUNTS, owner)) == []
    assert list(not_theirs("Bo", "account", [AccountId("A1"), AccountId("A2")], ACCOUNTS, owner)) == [
        "lists account 'A1', which is of 'Ada Byron'; expected one of 'Bo'",
        "lists account 'A2'; expected a row of accounts.json",
    ]
