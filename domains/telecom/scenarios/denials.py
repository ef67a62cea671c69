"""Denials: wishes that the policy forbids, and those that only a person can see to."""

from __future__ import annotations

from interplay.domains.telecom.contracts import may_resume
from interplay.domains.telecom.data.catalogue import FOR_TABLETS
from interplay.domains.telecom.faults import MOST_GB
from interplay.domains.telecom.scenarios.draft import BILLS, CallerDraft
from interplay.domains.telecom.sync import data_used_up
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking
from interplay.engine.worldkit.words import yours

INSISTENCE = (
    "I have been your customer for years. Surely you can make an exception?",
    "Please, just this once.",
    "Other companies do that. Can't you?",
)


def too_much_data(draft: CallerDraft, seed: Seed) -> None:
    """Add more data at once than may be added."""
    spent = [each for each in draft.lines() if each.status == "Active" and data_used_up(draft.db, each)]
    line, words = draft.about(spent, "a line whose data is used up", seed)
    gigabytes = seed.child("gigabytes").pick((5, 8, 10))
    draft.tell(
        "gigabytes",
        [str(gigabytes)],
        f"I need {gigabytes} GB, nothing less.",
        question="How much data would you like to add?",
        cues=("how much data", "how many gigabytes", "how many gb"),
    )
    draft.look("get_data_usage", **draft.on(line))
    draft.forbid("refuel_data", draft.on(line, gb_amount=gigabytes))
    wish = seed.child("wish").pick(
        (
            f"Please add {gigabytes} GB of data to {words}, all at once; less is of no use to me.",
            f"{gigabytes} GB more for {words}, please. It has to be all of that; anything less I don't want.",
            f"I'm buying {gigabytes} GB for {words}, in one go or not at all. Please add them.",
        )
    )
    no = f"I'm sorry, but I can add {MOST_GB:g} GB at most, so I cannot add {gigabytes} GB."
    story = f"You want {gigabytes} GB of data added to {yours(words)}, and not less."
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE)


def data_to_spare(draft: CallerDraft, seed: Seed) -> None:
    """Add data to a line that has some left."""
    found = [each for each in draft.lines() if each.status == "Active" and not data_used_up(draft.db, each)]
    line, words = draft.about(found, "a line with data left", seed)
    draft.tell(
        "gigabytes",
        ["1"],
        "I'd like 1 GB more.",
        question="How much data would you like to add?",
        cues=("how much data", "how many gigabytes", "how many gb"),
    )
    draft.look("get_data_usage", **draft.on(line))
    draft.forbid("refuel_data", draft.on(line, gb_amount=1))
    wish = seed.child("wish").pick(
        (
            f"Please add 1 GB of data to {words}, just in case.",
            f"I'd like 1 GB more on {words}, to be on the safe side.",
            f"Before it runs out, please put 1 GB on {words}.",
        )
    )
    no = (
        f"I'm sorry, but the line {line.phone_number} has data left, and I can add some only when it is used up. "
        "So I cannot add any now."
    )
    draft.refuse(wish, f"You want 1 GB of data added to {yours(words)}.", no, seed, insisting=INSISTENCE)


def resume_before_paying(draft: CallerDraft, seed: Seed) -> None:
    """Resume a line while a bill is overdue, and pay later."""
    found = [each for each in draft.lines(besides_own=True) if each.status == "Active"]
    line, words = draft.about(found, "a second line that is active", seed)
    if draft.bills("Overdue", "Awaiting Payment"):
        raise lacking("an account in which nothing is owed")
    draft.alone(BILLS, "an account in which nothing is owed")
    free = draft.free_bill
    draft.setup("suspend_line_for_overdue_bill", **draft.on(line, new_bill_id=free, contract_ended=False))
    draft.look("get_bills_for_customer", customer_id=draft.customer_id)
    draft.forbid("resume_line", draft.on(line))
    wish = seed.child("wish").pick(
        (
            f"You have suspended {words}. Please resume it now; I will pay the bill next month.",
            f"Please lift the suspension of {words} today. I can't pay that bill before next month.",
            f"I need {words} back right away; you will get your money when I'm paid, next month.",
        )
    )
    no = f"I'm sorry, but bill {free} is overdue, and I cannot resume the line before it is paid."
    story = f"{yours(words).capitalize()} is suspended for a bill. You want it resumed now, and will not pay today."
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE)


def resume_after_the_end(draft: CallerDraft, seed: Seed) -> None:
    """Resume a line whose contract has ended."""
    ended = [e for e in draft.lines(besides_own=True) if e.status == "Suspended" and not may_resume(e)]
    line, words = draft.about(ended, "a line whose contract has ended", seed)
    draft.forbid("resume_line", draft.on(line))
    wish = seed.child("wish").pick(
        (
            f"Please resume {words}; I'd like to use it for another month or two, without a new contract.",
            f"I'd like to have {words} back for a few weeks. I'm not signing a new contract for that.",
            f"Please switch {words} on again, on the old terms; I want no new contract.",
        )
    )
    no = f"I'm sorry, but the contract of that line ended on {line.contract_end_date}, so I cannot resume it."
    story = f"You want {yours(words)} resumed, and no new contract."
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE)


def other_plan(draft: CallerDraft, seed: Seed) -> None:
    """Change to another plan."""
    line, words = draft.about([e for e in draft.lines() if e.status == "Active"], "an active line", seed)
    plans = (plan for plan in draft.db.plans.values() if plan not in FOR_TABLETS)
    others = [plan for plan in plans if plan.plan_id != line.plan_id]
    if not others:
        raise lacking("another plan to be on")
    other = seed.child("plan").pick(others)
    draft.hand_over(
        seed.child("wish").pick(
            (
                f"I want to change {words} to the plan {other.name}.",
                f"Please put {words} on the plan {other.name}; it suits me better.",
                f"The plan {other.name} is what I want for {words} from now on.",
            )
        ),
        f"You want to change {yours(words)} to the plan {other.name}.",
        f"The customer wants the line {line.phone_number} on the plan {other.name}.",
        "Changing plans is done by a colleague; I am handing you over to them.",
    )


def new_number(draft: CallerDraft, seed: Seed) -> None:
    """Get another phone number."""
    line, words = draft.about([e for e in draft.lines() if e.status == "Active"], "an active line", seed)
    draft.hand_over(
        seed.child("wish").pick(
            (
                f"I get too many unwanted calls on {words}. I want a new number there.",
                f"Somebody keeps calling {words} at night. Please replace that number by a new one.",
            )
        ),
        f"You want a new phone number for {yours(words)}.",
        f"The customer wants a new number instead of {line.phone_number}.",
        "A new number is given by a colleague; I am handing you over to them.",
    )
