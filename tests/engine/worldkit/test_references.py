"""How a person says which of their things they mean."""

from __future__ import annotations

from tests.engine.worldkit.lamps import LAMPS, AccountId, LampDraft, base

from interplay.engine.seeds import Seed
from interplay.engine.worldkit.references import Thing, refer

ACCOUNTS = ["A1", "A2", "A3"]


def referred(number: int, *, given: bool = False, alike: tuple[str, ...] = ("A2",)):
    draft = LampDraft(LAMPS, base(), Seed.root(number))
    thing = Thing("account", "A2", AccountId, ACCOUNTS, "the garden", given, lambda key: key in alike)
    return draft, refer(draft, thing, Seed.root(number))


def test_every_way_occurs_and_tells_or_finds_the_right_one():
    ways = set()
    for number in range(80):
        draft, reference = referred(number)
        told = [value for fact in draft.facts for value in fact.values]
        ways |= draft.traits or {"told"}
        assert reference.looked_at[-1] == "A2"
        assert bool(reference.told) == ("A2" in told)
        assert all(fact.goal == "g1" and all(value in fact.say for value in fact.values) for fact in draft.facts)
    assert ways == {"told", "must_ask", "account_searched", "confused_accounts"}


def test_who_searches_looks_through_all_up_to_the_right_one():
    searched = [reference for draft, reference in map(referred, range(80)) if "account_searched" in draft.traits]
    assert {reference.looked_at for reference in searched} == {("A1", "A2")}
    assert {reference.yours for reference in searched} == {"the account with the garden"}


def test_what_is_known_by_the_same_is_neither_searched_nor_confused():
    traits = {trait for number in range(80) for trait in referred(number, alike=("A1", "A2", "A3"))[0].traits}
    assert traits == {"must_ask"}


def test_what_the_wish_names_anyway_is_not_named_again():
    asked = [reference for draft, reference in (referred(n, given=True) for n in range(80)) if draft.traits]
    assert "one of my accounts" in {reference.words for reference in asked}
    assert "one of your accounts" in {reference.yours for reference in asked}
