"""Mock: a team's to-do lists and one member's notifications, the smallest world of two sides.

Its tools and rows are those of a public benchmark's world for tests, reimplemented from recorded behaviour;
its policy, its data and its scenarios are its own.
"""

from __future__ import annotations

from dataclasses import replace

from interplay.domains.mock import tau2
from interplay.domains.mock.data import generate
from interplay.domains.mock.integrity import check
from interplay.domains.mock.rows import HUMAN_TABLES, MockDatabase
from interplay.domains.mock.rules import RULES
from interplay.domains.mock.scenarios import write
from interplay.domains.mock.setups import ASSERTIONS, SETUPS
from interplay.domains.mock.sync import sync
from interplay.domains.mock.tools import HUMAN_TOOLS, TOOLS
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.policy import Policy

_TEAM: Domain[MockDatabase] = Domain(
    name="mock",
    summary="a team's to-do lists, with a member who has notifications of their own",
    database=MockDatabase,
    tools_in_order=TOOLS,
    policy=Policy("interplay.domains.mock", "policy.md", RULES),
    generate=generate,
    write=write,
    default_size=8,
    check=check,
    human_tools=HUMAN_TOOLS,
    human_tables=HUMAN_TABLES,
    setups=SETUPS,
    assertions=ASSERTIONS,
    sync=sync,
)
DOMAIN = replace(
    _TEAM, editions={"tau2": Edition(domain=_TEAM, read=tau2.read, recorded=tau2.recorded, write=tau2.write)}
)
