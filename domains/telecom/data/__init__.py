"""Data: a phone company of any size, made from a seed.

The customers' numbers, lines, plans and bills fit together: a line is on a plan that is sold, used what it can
have used by today, and is billed for each of the last months. The phone on the customer's side is in order;
what is wrong with it is a task's to say.
"""

from __future__ import annotations

from interplay.domains.telecom.data.accounts import Accounts
from interplay.domains.telecom.data.catalogue import PLANS
from interplay.domains.telecom.rows import (
    MINE,
    TODAY,
    App,
    AppName,
    Clock,
    Permissions,
    Phone,
    Surroundings,
    TelecomDatabase,
)
from interplay.engine.database import Base
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.people import must_fit

NOW = "2031-06-17"
"""What day it is in data that is made here."""
MOST_PERSONS = 100_000


def generate(seed: Seed, persons: int) -> Base[TelecomDatabase]:
    """Make the company's data.

    Args:
        seed: decides all of it.
        persons: how many customers.
    Raises:
        DomainError: the size is not possible.
    """
    must_fit("phone company", persons, MOST_PERSONS, "there are only so many phone numbers")
    accounts = Accounts(seed.child("accounts"), persons, NOW)
    for _ in range(persons):
        accounts.open()
    apps = {
        AppName("messaging"): App(
            app_name=AppName("messaging"), permissions=Permissions(sms=True, storage=True, phone=True)
        ),
        AppName("browser"): App(app_name=AppName("browser"), permissions=Permissions(storage=True, network=True)),
    }
    return Base(
        TelecomDatabase,
        {
            "customers": accounts.customers,
            "lines": accounts.lines,
            "bills": accounts.bills,
            "plans": {plan.plan_id: plan for plan in PLANS},
            "devices": accounts.devices,
            "clock": {TODAY: Clock(today=NOW)},
            "device": {MINE: Phone(network_signal_strength="excellent", app_statuses=apps)},
            "surroundings": {MINE: Surroundings()},
        },
    )
