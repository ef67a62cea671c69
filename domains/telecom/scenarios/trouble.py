"""Trouble: something does not work, because of one or several faults, on the phone or at the company.

The wish says what the customer notices, never what is wrong. The employee looks for the faults that make such
trouble, one after the other, has the customer mend what is on their phone and mends what is the company's; the
customer sees for themselves that it works. With a fault that only a person can see to, the right end is a hand-over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from interplay.domains.telecom.faults import MOST_GB, Fault, Made, Step, Trouble, choices, compose
from interplay.domains.telecom.scenarios.draft import CallerDraft
from interplay.engine.blueprint import Check
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking

PHONE = "phone"
"""In what a draft has touched: the phone in the customer's hand."""
COUNTS = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5)
"""How many faults a trouble has, each as likely as the others."""
ABROAD = 0.35
"""Share of customers with trouble with data who are abroad; then roaming is among what is wrong."""
COUNTRIES = ("Portugal", "Japan", "Norway", "Peru", "Kenya", "Ireland")
FIXED = ("working", "fixed", "resolved", "solved")


class Noticed(NamedTuple):
    """A trouble as the customer has it."""

    wishes: tuple[str, ...]
    story: str
    check: Check
    """How they see that it is over."""
    assertions: Mapping[str, Mapping[str, Any]]


NOTICED: Mapping[Trouble, Noticed] = {
    "service": Noticed(
        (
            "My phone has no service. I can't call anybody.",
            "There is no signal on my phone any more. Please help me to get service again.",
            "My phone has been without service since this morning. Can you help me?",
        ),
        "Your phone has no service. You want service again; you believe that it works when your network settings "
        "show that the phone is connected.",
        Check(tool="check_network_status", contains="Connection: connected"),
        {"assert_service_status": {"expected_status": "connected"}},
    ),
    "data": Noticed(
        (
            "The internet on my phone hardly works. I'd like it to be as fast as it should be.",
            "Mobile data on my phone is dead or crawling. Please help me to get it back to excellent speed.",
            "I can't really use the internet on my phone. Can you help me to get a fast connection again?",
        ),
        "Mobile data on your phone does not work, or is very slow. You are content only when a speed test calls it "
        "excellent.",
        Check(tool="run_speed_test", contains="Excellent"),
        {
            "assert_mobile_data_status": {"expected_status": True},
            "assert_internet_speed": {"expected_speed": 200, "expected_desc": "excellent"},
        },
    ),
    "mms": Noticed(
        (
            "I can't send picture messages any more.",
            "Picture messages don't leave my phone. Please help me with that.",
            "Whenever I try to send a photo in a message, it fails. Can you help me?",
        ),
        "You cannot send picture messages. You believe that it works when your messaging app can send one.",
        Check(tool="can_send_mms", contains="can send"),
        {"assert_can_send_mms": {"expected_status": True}},
    ),
}


def no_service(draft: CallerDraft, seed: Seed) -> None:
    """The phone has no network."""
    _mended(draft, "service", seed)


def bad_data(draft: CallerDraft, seed: Seed) -> None:
    """Mobile data is slow or dead."""
    _mended(draft, "data", seed)


def no_pictures(draft: CallerDraft, seed: Seed) -> None:
    """Picture messages do not go out."""
    _mended(draft, "mms", seed)


def beyond_us(draft: CallerDraft, seed: Seed) -> None:
    """Trouble of which a part can only be seen to by a person."""
    trouble: Trouble = seed.child("trouble").pick(("service", "service", "data", "mms"))
    noticed = NOTICED[trouble]
    fatal = seed.child("fatal").pick(choices(trouble, abroad=False, beyond=True))
    others = _some(choices(trouble, abroad=False, beyond=False), (fatal,), seed.child("count").pick((0, 0, 1, 2)), seed)
    wish, story = _noticed(draft, trouble, compose(trouble, [f.name for f in (fatal, *others)], abroad=False), seed)
    draft.find(draft.own)
    _act(draft, Step("human", noticed.check.tool), "", 0.0)
    for step in fatal.looked_at:
        _act(draft, step, "", 0.0)
    summary = f"{draft.name} has trouble with their phone ({trouble}); {fatal.name.replace('_', ' ')}."
    draft.hand_over(
        wish,
        story,
        summary,
        "I can't mend this from here. I am handing you over to a colleague who can help you with it.",
    )


def _mended(draft: CallerDraft, trouble: Trouble, seed: Seed) -> None:
    noticed = NOTICED[trouble]
    abroad = trouble != "service" and seed.child("abroad").chance(ABROAD)
    pool = choices(trouble, abroad=abroad, beyond=False)
    count = seed.child("count").pick(COUNTS)
    first = [seed.child("roaming").pick([f for f in pool if f.aspect == "roaming"])] if abroad else []
    chosen = [*first, *_some(pool, first, count - len(first), seed)]
    faults = compose(trouble, [fault.name for fault in chosen], abroad=abroad)
    gigabytes = seed.child("gigabytes").pick((1.0, MOST_GB))
    wish, story = _noticed(draft, trouble, faults, seed, abroad=abroad)
    bill = _bill(draft)
    if any(fault.name == "data_used_up" for fault in faults):
        story += f" You are willing to buy {gigabytes} GB of data if you have to."
        draft.tell(
            "gigabytes",
            [str(gigabytes)],
            f"I'd buy {gigabytes} GB.",
            question=f"How much data would you like to add? I can add up to {MOST_GB:g} GB.",
            cues=("how much data", "how many gigabytes", "how many gb"),
        )
    draft.find(draft.own)
    _act(draft, Step("human", noticed.check.tool), bill, gigabytes)
    for fault in faults:
        for step in (*fault.looked_at, *fault.mended):
            _act(draft, step, bill, gigabytes)
        _assert(draft, fault, bill, gigabytes)
    _act(draft, Step("human", noticed.check.tool), bill, gigabytes, again=True)
    for tool, arguments in noticed.assertions.items():
        draft.assertion(tool, **arguments)
    draft.judged = "agent"
    draft.traits |= {"trouble", f"faults_{len(faults)}", *(["abroad"] if abroad else [])}
    draft.finish("write", wish, story, FIXED, check=noticed.check)


def _some(pool: Sequence[Fault], besides: Sequence[Fault], count: int, seed: Seed) -> list[Fault]:
    """So many faults, or as many as there are, no two of one aspect."""
    order = list(pool)
    seed.child("faults").random().shuffle(order)
    found: list[Fault] = []
    for fault in order:
        if len(found) < count and fault.aspect not in {each.aspect for each in (*besides, *found)}:
            found.append(fault)
    return found


def _noticed(
    draft: CallerDraft, trouble: Trouble, faults: Sequence[Fault], seed: Seed, *, abroad: bool = False
) -> tuple[str, str]:
    """Make the faults, and give the customer's words about what they notice, and their story.

    Raises:
        BlueprintError: the phone has trouble already, or the customer is elsewhere.
    """
    if PHONE in draft.touched or draft.own.line_id in draft.touched:
        raise lacking("a phone that works so far")
    draft.touched |= {PHONE, draft.own.line_id}
    draft.be(abroad=abroad)
    free = f"B{max(int(bill_id[1:]) for bill_id in draft.db.bills) + 1}"
    for made in (each for fault in faults for each in fault.made):
        draft.setup(made.tool, by=made.by, **_filled(draft, made, free))
    noticed = NOTICED[trouble]
    wish, story = seed.child("wish").pick(noticed.wishes), noticed.story
    if abroad:
        country = seed.child("country").pick(COUNTRIES)
        wish, story = f"{wish} I'm travelling in {country}.", f"{story} You are travelling in {country}."
    return wish, story


def _filled(draft: CallerDraft, made: Made, bill_id: str) -> dict[str, Any]:
    """A setup's arguments for this customer."""
    line = draft.own
    limit = draft.db.plans[line.plan_id].data_limit_gb
    known = {
        "customer_id": draft.customer_id,
        "line_id": line.line_id,
        "new_bill_id": bill_id,
        "data_used_gb": round(limit + 0.1, 1),
    }
    return {name: known[name] if value is None else value for name, value in made.arguments.items()}


def _bill(draft: CallerDraft) -> str:
    """The customer's overdue bill, if any."""
    return next((bill.bill_id for bill in draft.bills("Overdue")), "")


def _act(draft: CallerDraft, step: Step, bill: str, gigabytes: float, *, again: bool = False) -> None:
    """One step; a look that was taken for this goal already is not taken twice, unless it is to be."""
    known = {
        "customer_id": draft.customer_id,
        "line_id": draft.own.line_id,
        "bill_id": bill,
        "gb_amount": gigabytes,
    }
    arguments = {name: known[name] if value is None else value for name, value in step.arguments.items()}
    if step.by == "agent" and not draft.domain.tools[step.tool].writes:
        draft.look(step.tool, **arguments)
        return
    looks = step.by == "human" and not draft.domain.tools.human[step.tool].writes
    last = next((a for a in reversed(draft.actions) if a.by == "human" and a.goal == draft.goal), None)
    if looks and not again and last is not None and (last.tool, last.arguments) == (step.tool, arguments):
        return
    draft.act(step.tool, arguments, by=step.by)


def _assert(draft: CallerDraft, fault: Fault, bill: str, gigabytes: float) -> None:
    """What shows that a fault is mended."""
    if fault.seen is not None:
        draft.assertion(
            "assert_phone_shows", look=fault.seen.tool, contains=fault.seen.contains, **fault.seen.arguments
        )
    if fault.name == "data_used_up":
        line = draft.on(draft.own, expected_amount=gigabytes)
        draft.assertion("assert_data_refueling_amount", **line)
    if fault.name == "bill_overdue":
        draft.assertion("assert_no_overdue_bill", overdue_bill_id=bill)
