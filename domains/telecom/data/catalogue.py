"""Catalogue: the plans that the company sells, and the devices that its customers have."""

from __future__ import annotations

from typing import NamedTuple

from interplay.domains.telecom.rows import Plan, PlanId

PLANS: tuple[Plan, ...] = tuple(
    Plan(
        plan_id=PlanId(f"P{2001 + at}"),
        name=name,
        data_limit_gb=limit,
        price_per_month=price,
        data_refueling_price_per_gb=refuelling,
    )
    for at, (name, limit, price, refuelling) in enumerate(
        (
            ("Light", 3.0, 22.0, 4.0),
            ("Everyday", 10.0, 38.0, 3.0),
            ("Traveller", 20.0, 55.0, 2.5),
            ("Stream", 40.0, 70.0, 1.5),
            ("Household", 60.0, 110.0, 2.0),
            ("Tablet", 8.0, 18.0, 3.5),
        )
    )
)
"""All of them; money in dollars, data in gigabytes."""
FOR_PHONES, FOR_TABLETS = PLANS[:5], PLANS[5:]


class Model(NamedTuple):
    """A device that can be bought."""

    device_type: str
    model: str
    is_esim_capable: bool


MODELS = (
    Model("phone", "Aster 4", is_esim_capable=True),
    Model("phone", "Aster 4 Mini", is_esim_capable=True),
    Model("phone", "Halcyon One", is_esim_capable=True),
    Model("phone", "Halcyon Lite", is_esim_capable=False),
    Model("phone", "Kestrel X", is_esim_capable=True),
    Model("phone", "Tern 12", is_esim_capable=False),
    Model("tablet", "Slate 11", is_esim_capable=True),
    Model("tablet", "Slate Junior", is_esim_capable=False),
)
