"""Tau2: the airline as the newer of the two public benchmarks has it.

All tables are in one file, a user's row repeats its key, and an answer holds null where ours leaves a field out.
A booking leaves fewer seats for others, and a change of flights changes the cabin. There is no `think`, and how a
flight is on a day can be looked up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from interplay.domains.airline.integrity import check
from interplay.domains.airline.rows import AirlineDatabase, Habits
from interplay.domains.airline.tools import TOOLS, get_flight_status, think
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.worldkit.layout import Layout


class Tau2Database(AirlineDatabase):
    """The airline's data, with the habits of that project's tools."""

    habits: ClassVar[Habits] = Habits(counts_seats=True, changes_cabin=True)


_KIND: type[AirlineDatabase] = Tau2Database
LAYOUT = Layout(_KIND, "db.json", check)
TAU2_TOOLS = LAYOUT.answering((*(each for each in TOOLS if each is not think), get_flight_status))
"""In the order of that project's own list."""


def edition(domain: Domain[AirlineDatabase]) -> Edition[AirlineDatabase]:
    """The airline as that project has it.

    Args:
        domain: the airline as it is here.
    """
    return LAYOUT.edition(replace(domain, database=_KIND, tools_in_order=TAU2_TOOLS))
