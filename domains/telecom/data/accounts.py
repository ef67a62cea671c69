"""Accounts: customers with their lines, devices and bills."""

from __future__ import annotations

from datetime import date, timedelta

from interplay.domains.telecom.data.catalogue import FOR_PHONES, FOR_TABLETS, MODELS
from interplay.domains.telecom.rows import (
    Address,
    Bill,
    BillId,
    BillStatus,
    BirthDate,
    Customer,
    CustomerId,
    Device,
    DeviceId,
    FullName,
    Line,
    LineId,
    LineItem,
    LineStatus,
    PaymentMethod,
    PhoneNumber,
    Plan,
)
from interplay.domains.telecom.tools.carrier.billing import DAYS_TO_PAY
from interplay.domains.telecom.tools.carrier.calendar import last_month, month_end, month_start, next_month
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.people import Crowd, Person

LINES = (1, 1, 2, 2, 2, 3, 3, 4)
"""How many lines a customer has, each as likely as the others."""
MONTHS = 3
"""Bills of so many months are kept, the present one included."""
USED_UP = 0.15
"""Share of lines, other than a customer's first, whose data is used up."""
YEAR = timedelta(days=365)
ADULT, OLD = 18 * YEAR, 85 * YEAR


class Accounts:
    """All rows on the company's side that belong to somebody.

    Args:
        seed: decides all of it.
        persons: how many there will be, for the size of the pools.
        now: what day it is, YYYY-MM-DD.
    """

    def __init__(self, seed: Seed, persons: int, now: str) -> None:
        self._crowd = Crowd(seed.child("people"), persons)
        self._rng = seed.child("accounts").random()
        self._now = date.fromisoformat(now)
        self.customers: dict[CustomerId, Customer] = {}
        self.lines: dict[LineId, Line] = {}
        self.bills: dict[BillId, Bill] = {}
        self.devices: dict[DeviceId, Device] = {}
        self._plans = {plan.plan_id: plan for plan in (*FOR_PHONES, *FOR_TABLETS)}

    def open(self) -> Customer:
        """One more customer, with everything that is theirs."""
        rng, person = self._rng, self._crowd.person()
        customer_id = CustomerId(f"C{10_001 + len(self.customers)}")
        since = self._day(30, 6 * 365)
        lines = [self._line(at, since) for at in range(rng.choice(LINES))]
        customer = Customer(
            customer_id=customer_id,
            full_name=FullName(str(person.name)),
            date_of_birth=BirthDate(self._crowd.birthday(self._now - ADULT, self._now - OLD)),
            email=person.email,
            phone_number=lines[0].phone_number,
            address=_address(person),
            account_status="Active",
            created_at=f"{since.isoformat()}T{rng.randint(8, 19):02}:{rng.randint(0, 59):02}:00",
            payment_methods=self._payment_methods(),
            line_ids=tuple(line.line_id for line in lines),
            bill_ids=tuple(bill.bill_id for bill in self._bills(customer_id, lines)),
            goodwill_credit_used_this_year=rng.choice((0.0, 0.0, 0.0, 10.0, 25.0)),
        )
        self.customers[customer_id] = customer
        return customer

    def _line(self, at: int, since: date) -> Line:
        """A line; a customer's first is active, has data left and is on a phone."""
        rng = self._rng
        device = self._device(tablet=at > 0 and rng.random() < 0.25, since=since)
        plan = rng.choice(FOR_TABLETS if device.device_type == "tablet" else FOR_PHONES)
        status: LineStatus = "Suspended" if at > 0 and rng.random() < 0.2 else "Active"
        ends = self._now - timedelta(days=rng.randint(20, 90)) if status == "Suspended" and rng.random() < 0.4 else None
        suspended = self._suspended(ends) if status == "Suspended" else None
        line = Line(
            line_id=LineId(f"L{20_001 + len(self.lines)}"),
            phone_number=self._number(),
            status=status,
            plan_id=plan.plan_id,
            device_id=device.device_id,
            data_used_gb=self._used(plan, up=at > 0 and rng.random() < USED_UP) if status == "Active" else 0.0,
            roaming_enabled=rng.random() < 0.4,
            contract_end_date=(ends or self._now + timedelta(days=rng.randint(60, 700))).isoformat(),
            last_plan_change_date=(since + timedelta(days=rng.randint(0, 20))).isoformat(),
            suspension_start_date=suspended.isoformat() if suspended else None,
        )
        self.lines[line.line_id] = line
        return line

    def _suspended(self, ended: date | None) -> date:
        """Since when a line is suspended: after its contract ended, where it has."""
        day = self._day(3, 60)
        return day if ended is None else max(day, ended + timedelta(days=1))

    def _used(self, plan: Plan, *, up: bool) -> float:
        if up:
            return round(plan.data_limit_gb * self._rng.uniform(1.0, 1.05) + 0.05, 1)
        return round(plan.data_limit_gb * self._rng.uniform(0.05, 0.9), 1)

    def _device(self, *, tablet: bool, since: date) -> Device:
        rng = self._rng
        model = rng.choice([each for each in MODELS if (each.device_type == "tablet") == tablet])
        activated = since + timedelta(days=rng.randint(0, 25))
        device = Device(
            device_id=DeviceId(f"D{30_001 + len(self.devices)}"),
            device_type=model.device_type,
            model=model.model,
            imei=f"35{rng.randrange(10**13):013d}",
            is_esim_capable=model.is_esim_capable,
            activated=True,
            activation_date=f"{activated.isoformat()}T12:00:00",
        )
        self.devices[device.device_id] = device
        return device

    def _bills(self, customer_id: CustomerId, lines: list[Line]) -> list[Bill]:
        """The bills of the last months, and a draft for the next."""
        start = month_start(self._now)
        months = [start]
        while len(months) < MONTHS:
            months.insert(0, last_month(months[0]))
        found = [self._bill(customer_id, lines, month) for month in months]
        found.append(self._bill(customer_id, [], next_month(self._now)))
        return found

    def _bill(self, customer_id: CustomerId, lines: list[Line], start: date) -> Bill:
        items = tuple(
            LineItem(
                description=f"{self._plans[line.plan_id].name} for {line.phone_number}",
                amount=self._plans[line.plan_id].price_per_month,
                date=start.isoformat(),
                item_type="Plan Charge",
            )
            for line in lines
        )
        present = start == month_start(self._now)
        status: BillStatus = "Draft" if start > self._now else "Issued" if present else "Paid"
        if present and self._rng.random() < 0.6:
            status = "Paid"
        bill = Bill(
            bill_id=BillId(f"B{40_001 + len(self.bills)}"),
            customer_id=customer_id,
            period_start=start.isoformat(),
            period_end=month_end(start).isoformat(),
            issue_date=start.isoformat(),
            total_due=round(sum((item.amount for item in items), 0.0), 2),
            due_date=(start + timedelta(days=DAYS_TO_PAY + 14)).isoformat(),
            line_items=items,
            status=status,
        )
        self.bills[bill.bill_id] = bill
        return bill

    def _payment_methods(self) -> tuple[PaymentMethod, ...]:
        rng = self._rng
        return tuple(
            PaymentMethod(
                method_type=kind,
                account_number_last_4=f"{rng.randrange(10_000):04d}",
                expiration_date=f"{rng.randint(1, 12):02}/{self._now.year + rng.randint(1, 4)}",
            )
            for kind in rng.sample(("Credit Card", "Debit Card", "PayPal"), rng.choice((1, 1, 2)))
        )

    def _number(self) -> PhoneNumber:
        """A number that nobody else has, in an exchange that is never given out."""
        while not self._crowd.free(found := f"555-{self._rng.randint(200, 989)}-{self._rng.randint(1000, 9999)}"):
            pass
        return PhoneNumber(found)

    def _day(self, least: int, most: int) -> date:
        """A day so many days ago."""
        return self._now - timedelta(days=self._rng.randint(least, most))


def _address(person: Person) -> Address:
    home = person.address
    street = f"{home.address1}, {home.address2}" if home.address2 else home.address1
    return Address(street=street, city=home.city, state=home.state, zip_code=home.zip)
