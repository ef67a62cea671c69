"""A small company with one customer, whose phone is at hand."""

from __future__ import annotations

from typing import Any

import pytest

from interplay.domains.telecom import DOMAIN
from interplay.domains.telecom.integrity import check
from interplay.domains.telecom.rows import (
    MINE,
    TODAY,
    Address,
    App,
    AppName,
    Bill,
    BillId,
    BirthDate,
    Clock,
    Customer,
    CustomerId,
    Device,
    DeviceId,
    FullName,
    Line,
    LineId,
    Permissions,
    Phone,
    PhoneNumber,
    Plan,
    PlanId,
    Surroundings,
    TelecomDatabase,
)
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.messages import ToolCall, ToolResult

ADA, LINE, SPARE, PLAN, TABLET = CustomerId("C7"), LineId("L7"), LineId("L8"), PlanId("P7"), DeviceId("D7")
NUMBER = PhoneNumber("555-700-0007")


@pytest.fixture(scope="session")
def company() -> Base[TelecomDatabase]:
    """One customer of two lines on one plan, with an overdue bill and the draft of the next."""
    home = Address(street="7 Quay", city="Portland", state="ME", zip_code="04101")
    ada = Customer(
        customer_id=ADA,
        full_name=FullName("Ada Byrne"),
        date_of_birth=BirthDate("1990-12-10"),
        email="ada@example.com",
        phone_number=PhoneNumber("555-700-0001"),
        address=home,
        account_status="Active",
        created_at="2024-03-01T09:00:00",
        line_ids=(LINE, SPARE),
        bill_ids=(BillId("B70"), BillId("B71"), BillId("B72")),
    )
    apps = {
        AppName("messaging"): App(app_name=AppName("messaging"), permissions=Permissions(sms=True, storage=True)),
        AppName("browser"): App(app_name=AppName("browser"), permissions=Permissions(network=True)),
    }
    base = Base(
        TelecomDatabase,
        {
            "customers": {ADA: ada},
            "lines": {
                LINE: Line(line_id=LINE, phone_number=NUMBER, status="Active", plan_id=PLAN, data_used_gb=3.0),
                SPARE: Line(
                    line_id=SPARE, phone_number=PhoneNumber("555-700-0008"), status="Pending Activation", plan_id=PLAN
                ),
            },
            "bills": {
                BillId("B70"): _bill("B70", "2031-01-01", "Overdue", 30.0),
                BillId("B71"): _bill("B71", "2031-02-01", "Issued", 30.0),
                BillId("B72"): _bill("B72", "2031-03-01", "Draft", 0.0),
            },
            "plans": {
                PLAN: Plan(
                    plan_id=PLAN, name="Ten", data_limit_gb=10.0, price_per_month=30.0, data_refueling_price_per_gb=1.5
                )
            },
            "devices": {TABLET: Device(device_id=TABLET, device_type="tablet", model="Slate")},
            "clock": {TODAY: Clock(today="2031-02-17")},
            "device": {MINE: Phone(app_statuses=apps)},
            "surroundings": {MINE: Surroundings(name=FullName("Ada Byrne"), phone_number=NUMBER)},
        },
    )
    check(base)
    return base


def _bill(bill_id: str, start: str, status: Any, total: float) -> Bill:
    return Bill(
        bill_id=BillId(bill_id),
        customer_id=ADA,
        period_start=start,
        period_end=start[:8] + "28",
        issue_date=start,
        total_due=total,
        due_date=start[:8] + "15",
        status=status,
    )


class World:
    """The company and the phone, with everything that can be done to them."""

    def __init__(self, base: Base[TelecomDatabase]) -> None:
        self.db = base.fork()
        self._environment = Environment(DOMAIN.tools, self.db)

    def agent(self, tool: str, /, **arguments: Any) -> ToolResult:
        return self._environment.apply(ToolCall(call_id="0", tool=tool, arguments=arguments))

    def human(self, tool: str, /, **arguments: Any) -> ToolResult:
        return self._environment.apply(ToolCall(call_id="0", tool=tool, arguments=arguments, by="human"))

    def setup(self, tool: str, /, **arguments: Any) -> None:
        DOMAIN.tools.setups[tool].run(self.db, arguments)
        assert DOMAIN.sync is not None
        DOMAIN.sync(self.db)

    def holds(self, tool: str, /, **arguments: Any) -> bool:
        return DOMAIN.tools.assertions[tool].run(self.db, arguments) == "true"

    @property
    def phone(self) -> Phone:
        return self.db.device[MINE]

    @property
    def around(self) -> Surroundings:
        return self.db.surroundings[MINE]


@pytest.fixture
def world(company: Base[TelecomDatabase]) -> World:
    """The company and the phone, in step."""
    made = World(company)
    made.setup("simulate_network_search")
    return made
