"""Retail: a shop whose agents cancel, change, return and exchange orders.

Its tools and rows are those of the public retail benchmark, reimplemented from recorded behaviour; its
policy, its generated data and its scenarios are its own.
"""

from __future__ import annotations

from dataclasses import replace

from interplay.domains.retail import tau2
from interplay.domains.retail.data import generate
from interplay.domains.retail.integrity import check
from interplay.domains.retail.material import material
from interplay.domains.retail.rows import RetailDatabase
from interplay.domains.retail.rules import RULES
from interplay.domains.retail.scenarios.draft import TOLD
from interplay.domains.retail.scenarios.writer import write
from interplay.domains.retail.tools import TOOLS
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.policy import Policy

_SHOP: Domain[RetailDatabase] = Domain(
    name="retail",
    summary="a shop: cancel, change, return and exchange orders",
    database=RetailDatabase,
    tools_in_order=TOOLS,
    policy=Policy("interplay.domains.retail", "policy.md", RULES),
    generate=generate,
    write=write,
    check=check,
    tells=TOLD,
    material=material,
)
DOMAIN = replace(_SHOP, editions={"tau": Edition(domain=_SHOP, read=_SHOP.read), "tau2": tau2.edition(_SHOP)})
