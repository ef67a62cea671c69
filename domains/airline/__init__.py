"""Airline: a carrier whose agents book, change and cancel journeys.

Its tools and rows are those of the public airline benchmark, reimplemented from recorded behaviour; its policy, its
generated data and its scenarios are its own.
"""

from __future__ import annotations

from dataclasses import replace

from interplay.domains.airline import tau2
from interplay.domains.airline.data import generate
from interplay.domains.airline.integrity import check
from interplay.domains.airline.material import material
from interplay.domains.airline.rows import AirlineDatabase
from interplay.domains.airline.rules import RULES
from interplay.domains.airline.scenarios.draft import TOLD
from interplay.domains.airline.scenarios.writer import write
from interplay.domains.airline.tools import TOOLS
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.policy import Policy

_AIRLINE: Domain[AirlineDatabase] = Domain(
    name="airline",
    summary="a carrier: book, change and cancel journeys",
    database=AirlineDatabase,
    tools_in_order=TOOLS,
    policy=Policy("interplay.domains.airline", "policy.md", RULES),
    generate=generate,
    write=write,
    check=check,
    tells=TOLD,
    material=material,
)
DOMAIN = replace(
    _AIRLINE, editions={"tau": Edition(domain=_AIRLINE, read=_AIRLINE.read), "tau2": tau2.edition(_AIRLINE)}
)
