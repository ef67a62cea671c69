"""Telecom: a phone company, and a customer with a phone of their own, who act on one world from two sides.

Its tools and rows are those of the public benchmark of two sides, reimplemented from recorded behaviour; its
policy, its generated data, its faults and the scenarios made of them are its own.
"""

from __future__ import annotations

from dataclasses import replace

from interplay.domains.telecom import tau2
from interplay.domains.telecom.assertions import ASSERTIONS
from interplay.domains.telecom.data import generate
from interplay.domains.telecom.integrity import check
from interplay.domains.telecom.material import material
from interplay.domains.telecom.rows import HUMAN_TABLES, TelecomDatabase
from interplay.domains.telecom.rules import RULES
from interplay.domains.telecom.scenarios.draft import TOLD
from interplay.domains.telecom.scenarios.writer import write
from interplay.domains.telecom.setups import SETUPS
from interplay.domains.telecom.sights import assert_phone_shows
from interplay.domains.telecom.sync import sync
from interplay.domains.telecom.tools import HUMAN_TOOLS, TOOLS
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.policy import Policy

_COMPANY: Domain[TelecomDatabase] = Domain(
    name="telecom",
    summary="a phone company: lines, bills and roaming, with a customer who has the phone in their hand",
    database=TelecomDatabase,
    tools_in_order=TOOLS,
    policy=Policy("interplay.domains.telecom", "policy.md", RULES),
    generate=generate,
    write=write,
    check=check,
    tells=TOLD,
    material=material,
    human_tools=HUMAN_TOOLS,
    human_tables=HUMAN_TABLES,
    setups=SETUPS,
    assertions=(*ASSERTIONS, assert_phone_shows),
    sync=sync,
)
DOMAIN = replace(
    _COMPANY,
    editions={
        "tau2": Edition(domain=_COMPANY, read=tau2.read, recorded=tau2.recorded, rows=tau2.rows, write=tau2.write)
    },
)
