"""Questions: wishes that end in an answer and change nothing."""

from __future__ import annotations

from interplay.domains.telecom.scenarios.draft import CallerDraft
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking
from interplay.engine.worldkit.words import yours


def data_used(draft: CallerDraft, seed: Seed) -> None:
    """How much data a line has used."""
    line, words = draft.about([each for each in draft.lines() if each.status == "Active"], "an active line", seed)
    usage = draft.look("get_data_usage", **draft.on(line))
    used = str(usage["data_used_gb"])
    draft.answer(used, f"The line {line.phone_number} has used {used} GB of data so far.")
    wish = seed.child("wish").pick(
        (
            f"How much data has {words} used this month?",
            f"Can you tell me the data usage of {words} so far?",
            f"I'd like to know how many gigabytes {words} has used by now.",
        )
    )
    draft.finish("read", wish, f"You want to know how much data {yours(words)} has used.", ("used", "usage"))


def plan_price(draft: CallerDraft, seed: Seed) -> None:
    """What a line's plan costs."""
    line, words = draft.about(draft.lines(), "a line", seed)
    plan = draft.look("get_details_by_id", id=line.plan_id)
    price = f"{plan['price_per_month']:.2f}"
    draft.answer(price, f"The plan of the line {line.phone_number} costs ${price} a month.")
    wish = seed.child("wish").pick(
        (
            f"What does the plan of {words} cost a month?",
            f"How much do I pay a month for the plan of {words}?",
            f"Could you look up the monthly price of the plan that {words} is on?",
        )
    )
    draft.finish("read", wish, f"You want to know what the plan of {yours(words)} costs a month.", ("costs", "plan"))


def contract_end(draft: CallerDraft, seed: Seed) -> None:
    """When a line's contract ends."""
    found = [each for each in draft.lines() if each.contract_end_date and each.status == "Active"]
    line, words = draft.about(found, "a line with a contract", seed)
    day = line.contract_end_date or ""
    draft.answer(day, f"The contract of the line {line.phone_number} ends on {day}.")
    wish = seed.child("wish").pick(
        (
            f"When does the contract of {words} end?",
            f"Until when does the contract of {words} run?",
            f"How long am I bound by the contract for {words}?",
        )
    )
    draft.finish("read", wish, f"You want to know when the contract of {yours(words)} ends.", ("contract",))


def bill_total(draft: CallerDraft, seed: Seed) -> None:
    """What the bill of this month comes to."""
    found = [bill for bill in draft.bills("Issued", "Paid") if bill.bill_id not in draft.touched]
    if not found:
        raise lacking("a bill")
    bill = max(found, key=lambda each: each.issue_date)
    draft.touched.add(bill.bill_id)
    draft.look("get_bills_for_customer", customer_id=draft.customer_id)
    total = f"{bill.total_due:.2f}"
    draft.answer(total, f"The total of the bill of this month is ${total}.")
    wish = seed.child("wish").pick(
        (
            "How much is this month's bill?",
            "What is the total of the last bill that you sent me?",
            "What do you charge me for this month, in all?",
        )
    )
    draft.finish(
        "read", wish, "You want to know the total of the bill that you were sent this month.", ("total", "bill")
    )


def which_device(draft: CallerDraft, seed: Seed) -> None:
    """Which device is registered for a line."""
    line, words = draft.about([each for each in draft.lines() if each.device_id], "a line with a device", seed)
    device = draft.look("get_details_by_id", id=line.device_id)
    draft.answer(device["model"], f"The device registered for the line {line.phone_number} is the {device['model']}.")
    wish = seed.child("wish").pick(
        (
            f"Which device is registered for {words}?",
            f"What device do you have on file for {words}?",
            f"Could you tell me which device belongs to {words} in your records?",
        )
    )
    draft.finish("read", wish, f"You want to know which device is registered for {yours(words)}.", ("device",))
