"""Account: changes that customers want made to their lines and bills."""

from __future__ import annotations

from interplay.domains.telecom.contracts import may_resume
from interplay.domains.telecom.faults import MOST_GB
from interplay.domains.telecom.rows import Line
from interplay.domains.telecom.scenarios.draft import BILLS, CallerDraft
from interplay.domains.telecom.sync import data_used_up
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking
from interplay.engine.worldkit.words import yours

TRIPS = ("Italy", "Canada", "Iceland", "Morocco", "Chile", "Korea")


def roaming_for_a_trip(draft: CallerDraft, seed: Seed) -> None:
    """Allow a line to be used abroad, before a trip."""
    draft.be(abroad=False)
    barred = [each for each in draft.lines() if not each.roaming_enabled]
    line, words = _active(draft, barred, "a line that may not roam", seed)
    country = seed.child("country").pick(TRIPS)
    draft.act("enable_roaming", draft.on(line))
    wish = seed.child("wish").pick(
        (
            f"I'm going to {country} next week. Please enable roaming for {words}.",
            f"Please make sure that {words} can be used abroad; I'm travelling to {country} soon.",
            f"Can {words} be used in {country}? I'm going there on Friday, so please allow roaming for it.",
        )
    )
    story = f"You are travelling to {country} soon and want roaming enabled for {yours(words)}."
    draft.finish("write", wish, story, draft.claims("enable_roaming"))


def no_more_roaming(draft: CallerDraft, seed: Seed) -> None:
    """Bar a line from being used abroad."""
    draft.be(abroad=False)
    line, words = _active(draft, [each for each in draft.lines() if each.roaming_enabled], "a line that may roam", seed)
    draft.act("disable_roaming", draft.on(line))
    wish = seed.child("wish").pick(
        (
            f"I'm back from my trip. Please disable roaming for {words} again.",
            f"Please switch roaming off for {words}, so that nobody uses it over there by accident.",
        )
    )
    draft.finish("write", wish, f"You want roaming disabled for {yours(words)}.", draft.claims("disable_roaming"))


def lost_phone(draft: CallerDraft, seed: Seed) -> None:
    """Suspend a line whose phone is lost."""
    line, words = _active(draft, draft.lines(besides_own=True), "a second line that is active", seed)
    device = draft.db.devices[line.device_id].device_type if line.device_id else "phone"
    draft.act("suspend_line", draft.on(line, reason="the customer lost the device"))
    wish = seed.child("wish").pick(
        (
            f"The {device} that {words} is on was stolen. Please suspend that line.",
            f"We lost the {device} that {words} is on. Can you suspend the line?",
            f"Please suspend {words} at once; somebody took the {device} on the train.",
        )
    )
    draft.finish(
        "write",
        wish,
        f"The {device} that {yours(words)} is on is gone; you want that line suspended.",
        draft.claims("suspend_line"),
    )


def found_again(draft: CallerDraft, seed: Seed) -> None:
    """Resume a line that was suspended, where nothing is owed and its contract goes on."""
    if draft.bills("Overdue", "Awaiting Payment"):
        raise lacking("an account in which nothing is owed")
    draft.alone(BILLS, "an account in which nothing is owed")
    found = [each for each in draft.lines(besides_own=True) if may_resume(each)]
    line, words = draft.about(found, "a line to resume", seed)
    draft.look("get_bills_for_customer", customer_id=draft.customer_id)
    draft.act("resume_line", draft.on(line))
    wish = seed.child("wish").pick(
        (
            f"We found the device again. Please resume {words}.",
            f"Please lift the suspension of {words}; we need it again.",
            f"Could you activate {words} again? It has been suspended long enough.",
        )
    )
    draft.finish("write", wish, f"You want {yours(words)}, which is suspended, resumed.", draft.claims("resume_line"))


def more_data(draft: CallerDraft, seed: Seed) -> None:
    """Add data to a line that has used up what it had."""
    spent = [each for each in draft.lines() if data_used_up(draft.db, each)]
    line, words = _active(draft, spent, "a line whose data is used up", seed)
    gigabytes = seed.child("gigabytes").pick((0.5, 1, 1.5, MOST_GB))
    price = draft.db.plans[line.plan_id].data_refueling_price_per_gb
    draft.tell(
        "gigabytes",
        [str(gigabytes)],
        f"I'd like {gigabytes} GB more.",
        question=f"How much data would you like to add? Each GB costs ${price:.2f}.",
        cues=("how much data", "how many gigabytes", "how many gb"),
    )
    draft.look("get_data_usage", **draft.on(line))
    draft.look("get_details_by_id", id=line.plan_id)
    wanted, revision = gigabytes, ""
    if gigabytes < MOST_GB and seed.child("mind").chance(0.4):
        wanted, revision = MOST_GB, f"On second thought, make it {MOST_GB} GB, please."
        draft.rethink("refuel_data", draft.on(line, gb_amount=gigabytes))
    draft.act("refuel_data", draft.on(line, gb_amount=wanted))
    wish = seed.child("wish").pick(
        (
            f"The data of {words} is used up. Please add some.",
            f"I need more data on {words} for the rest of the month.",
            f"There is no data left on {words}. I'd like to buy some more.",
        )
    )
    story = f"The data of {yours(words)} is used up. You want {gigabytes} GB more."
    if revision:
        story += f" When the agent proposes that, you change your mind and ask for {MOST_GB} GB instead."
    draft.finish("write", wish, story, draft.claims("refuel_data"), revision=revision)


def pay_now(draft: CallerDraft, seed: Seed) -> None:
    """Pay the bill of this month, on the customer's own phone."""
    issued = [bill for bill in draft.bills("Issued") if bill.bill_id not in draft.touched]
    if len(issued) != 1 or draft.bills("Overdue", "Awaiting Payment"):
        raise lacking("exactly one open bill")
    bill = issued[0]
    draft.alone(BILLS, "exactly one open bill")
    draft.alone(bill.bill_id, "an open bill")
    draft.look("get_bills_for_customer", customer_id=draft.customer_id)
    draft.act("send_payment_request", {"customer_id": draft.customer_id, "bill_id": bill.bill_id})
    draft.act("check_payment_request", {}, by="human")
    draft.act("make_payment", {}, by="human")
    draft.assertion("assert_no_overdue_bill", overdue_bill_id=bill.bill_id)
    wish = seed.child("wish").pick(
        (
            "I have an open bill for this month and would like to pay it now.",
            "Please send me a request for this month's bill, so that I can pay it right away.",
            "I want this month's bill out of the way. Can I pay it with my phone right now?",
        )
    )
    story = "You want to pay the open bill of this month now, by the payment request that you get on your phone."
    draft.finish("write", wish, story, draft.claims("send_payment_request"))


def _active(draft: CallerDraft, found: list[Line], what: str, seed: Seed) -> tuple[Line, str]:
    return draft.about([each for each in found if each.status == "Active"], what, seed)
