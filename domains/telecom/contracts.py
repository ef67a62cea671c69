"""Contracts: whether a line's goes on."""

from __future__ import annotations

from datetime import date

from interplay.domains.telecom.rows import Line, TelecomDatabase
from interplay.domains.telecom.tools.carrier.calendar import today


def may_resume(db: TelecomDatabase, line: Line) -> bool:
    """Whether a line is suspended and its contract, if it has one, goes on."""
    ends = line.contract_end_date
    return line.status == "Suspended" and (ends is None or date.fromisoformat(ends) >= today(db))
