"""A crowd that nobody can be confused in, with what they pay with."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interplay.engine.errors import DomainError
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.cities import CITIES
from interplay.engine.worldkit.identity import Name
from interplay.engine.worldkit.people import Crowd, must_fit
from interplay.engine.worldkit.rows import FirstName, LastName, PaymentMethodId
from interplay.engine.worldkit.wallet import CreditCard, PayPal, credit_card, wallet, ways_to_say

MIXES = {("credit_card",): 1, ("credit_card", "paypal", "certificate"): 2}


@given(st.integers(0, 2**32), st.integers(1, 60))
@settings(max_examples=10, deadline=None)
def test_people_are_as_many_as_asked_for_and_nobody_is_like_another(number, persons):
    everybody = list(Crowd(Seed.root(number), persons))
    assert everybody == list(Crowd(Seed.root(number), persons))
    for unique in ("id", "email"):
        assert len({getattr(each, unique) for each in everybody}) == persons
    assert len({(each.name, each.address.zip) for each in everybody}) == persons
    for each in everybody:
        assert (each.address.city, each.address.state, each.address.zip[:3]) in CITIES
        assert each.id.startswith("".join(filter(str.isalpha, each.name.first_name.lower())))


def test_a_birthday_is_within_its_bounds():
    crowd, first, last = Crowd(Seed.root(1), 1), date(1950, 1, 1), date(1950, 1, 3)
    days = {crowd.birthday(youngest=last, oldest=first) for _ in range(60)}
    assert days == {"1950-01-01", "1950-01-02", "1950-01-03"}


def test_payment_methods_have_ids_of_their_own_that_say_what_they_are():
    crowd = Crowd(Seed.root(1), 30)
    wallets = [wallet(crowd, MIXES, lambda kind, method_id: (kind, method_id)) for _ in crowd]
    assert {tuple(kind for kind, _ in each.values()) for each in wallets} == set(MIXES)
    assert all(key == method_id and key.startswith(f"{kind}_") for w in wallets for key, (kind, method_id) in w.items())
    assert len({key for each in wallets for key in each}) == sum(map(len, wallets))


def test_a_payment_method_may_be_called_by_its_kind_and_a_card_by_its_digits():
    card = credit_card(PaymentMethodId("credit_card_1234567"), Crowd(Seed.root(1), 1))
    assert isinstance(card, CreditCard)
    assert {"credit card", card.last_four, card.brand, card.id} <= set(ways_to_say(card.id, card))
    assert "gift card" in ways_to_say("gift_card_1234567", PayPal(id=PaymentMethodId("gift_card_1234567")))
    assert ways_to_say("paypal_7", None) == ("paypal_7",)


@pytest.mark.parametrize("persons", [0, -1, 11])
def test_a_size_that_is_not_possible_is_refused_with_the_reason(persons):
    with pytest.raises(DomainError, match=f"lamps data can be made for 1 to 10 persons, because .* {persons} were"):
        must_fit("lamps", persons, 10, "an id has one digit")
    must_fit("lamps", 10, 10, "an id has one digit")


def test_a_name_reads_as_it_is_said():
    assert str(Name(first_name=FirstName("Ada"), last_name=LastName("Byron"))) == "Ada Byron"
