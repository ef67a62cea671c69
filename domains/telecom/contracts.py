"""Contracts: whether a line's goes on."""

from __future__ import annotations

from datetime import date

from interplay.domains.telecom.rows import Line


def may_resume(line: Line) -> bool:
    """Whether a line is suspended and its contract, if it has one, had not ended before that.

    It is judged by what the line itself says, for nobody in a conversation is told what day it is.
    """
    ends, since = line.contract_end_date, line.suspension_start_date
    return line.status == "Suspended" and (
        ends is None or since is None or date.fromisoformat(ends) >= date.fromisoformat(since)
    )
