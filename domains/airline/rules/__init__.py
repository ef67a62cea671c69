"""Rules: the sentences of `policy.md` that can be enforced.

Each judges one call that was carried out, on the state before it. The tools refuse little: what a reservation may
become, who may cancel and what is due to whom is left to the agent, and so to these. Some repeat what the tools
refuse; they hold for laxer ones, too. A rule is silent where another already speaks: a reservation that does not
exist, a flight that nobody knows.
"""

from __future__ import annotations

from interplay.domains.airline.rules.leaving import (
    asked_for,
    cancel_allowed,
    compensated_once,
    compensation_allowed,
    compensation_amount,
    insured_reason,
)
from interplay.domains.airline.rules.money import (
    bags_counted,
    bags_only_added,
    balance_covers,
    full_price,
    no_certificate,
    own_payment_method,
    payment_mix,
)
from interplay.domains.airline.rules.talking import (
    confirmed_writes,
    no_invention,
    nothing_after,
    one_at_a_time,
    one_customer,
    user_id_first,
)
from interplay.domains.airline.rules.trips import (
    basic_economy_fixed,
    cancelled_is_over,
    flights_connect,
    most_passengers,
    nothing_flown,
    same_number,
    same_trip,
    seats_available,
)
from interplay.engine.policy import Rule

RULES: tuple[Rule, ...] = (
    user_id_first,
    one_customer,
    no_invention,
    confirmed_writes,
    one_at_a_time,
    nothing_after,
    most_passengers,
    flights_connect,
    seats_available,
    payment_mix,
    own_payment_method,
    balance_covers,
    full_price,
    bags_counted,
    cancelled_is_over,
    basic_economy_fixed,
    same_trip,
    nothing_flown,
    no_certificate,
    bags_only_added,
    same_number,
    cancel_allowed,
    insured_reason,
    asked_for,
    compensation_allowed,
    compensation_amount,
    compensated_once,
)
"""All of them, about in the order of the text."""

__all__ = ["RULES"]
