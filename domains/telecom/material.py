"""Material: rows of the phone company that one task may be about, each with what makes it useful."""

from __future__ import annotations

from interplay.domains.telecom.rows import MINE, TelecomDatabase
from interplay.domains.telecom.scenarios.draft import who_calls
from interplay.domains.telecom.sync import data_used_up
from interplay.engine.database import Base
from interplay.engine.forge.assignment import Row
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.material import row_with


def material(base: Base[TelecomDatabase], seed: Seed) -> list[Row]:
    """One customer's rows: the account, their lines with plan and device, their bills, and the phone.

    Args:
        base: the company's data.
        seed: decides who it is.
    """
    db = base.fork()
    customer = db.customers[who_calls(base, seed)]
    found = [
        row_with("customers", customer.customer_id, customer, f"{len(customer.line_ids)} lines; calls from the first")
    ]
    for line in (db.lines[line_id] for line_id in customer.line_ids):
        plan = db.plans[line.plan_id]
        left = "used up" if data_used_up(db, line) else f"{line.data_used_gb} of {plan.data_limit_gb} GB used"
        note = (
            f"{line.status}; {left}; roaming {'on' if line.roaming_enabled else 'off'}; until {line.contract_end_date}"
        )
        found.append(row_with("lines", line.line_id, line, note))
        found.append(row_with("plans", plan.plan_id, plan, f"{plan.name}, ${plan.price_per_month:.2f} a month"))
        if line.device_id is not None:
            device = db.devices[line.device_id]
            found.append(row_with("devices", device.device_id, device, f"{device.model}, a {device.device_type}"))
    found += [
        row_with("bills", bill.bill_id, bill, f"{bill.status}; ${bill.total_due:.2f} by {bill.due_date}")
        for bill in (db.bills[bill_id] for bill_id in customer.bill_ids)
    ]
    found.append(row_with("device", MINE, db.device[MINE], "the customer's own phone, in order"))
    return list({(row.table, row.key): row for row in found}.values())
