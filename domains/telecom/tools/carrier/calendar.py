"""Calendar: days of the world, and the months that bills are for."""

from __future__ import annotations

from datetime import date, timedelta

from interplay.domains.telecom.rows import TODAY, TelecomDatabase


def today(db: TelecomDatabase) -> date:
    """What day it is in this world."""
    return date.fromisoformat(db.clock[TODAY].today)


def month_start(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of its month."""
    return next_month(day) - timedelta(days=1)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (month_start(day) + timedelta(days=31)).replace(day=1)


def last_month(day: date) -> date:
    """The first day of the month before."""
    return month_start(month_start(day) - timedelta(days=1))
