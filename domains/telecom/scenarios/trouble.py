"""Trouble: something does not work, because of one or several faults, on the phone or at the company.

The wish says what the customer notices, never what is wrong. The employee looks for the faults that make such
trouble, one after the other, has the customer mend what is on their phone and mends what is the company's; the
customer sees for themselves that it works. With a fault that only a person can see to, the right end is a hand-over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from interplay.domains.telecom.faults import MOST_GB, Fault, Made, Step, Trouble, beginning, choices, compose
from interplay.domains.telecom.scenarios.draft import BILLS, PHONE, CallerDraft
from interplay.domains.telecom.sync import data_used_up
from interplay.engine.blueprint import Check, Setup
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking

COUNTS = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5)
"""How many faults a trouble has, each as likely as the others."""
ABROAD = 0.35
"""Share of customers with trouble who are abroad."""
ROAMING = 0.75
"""Share of those with trouble with data abroad for whom roaming is among what is wrong."""
COUNTRIES = ("Portugal", "Japan", "Norway", "Peru", "Kenya", "Ireland", "Vietnam", "Greece")
NOTHING_EXTRA = (
    "And I'm not paying anything extra for it.",
    "Just so you know, I won't buy anything on top of my plan.",
    "It must not cost me anything on top, though.",
)
WHICH = ("The phone's number is {0}.", "It's the phone with the number {0}.", "The number is {0}.")
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
            "Nobody can reach me, and I can't reach anybody: the phone says that it has no service.",
            "I've lost all bars. Please help me to get my phone back on the network.",
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
            "Pages take forever on my phone, or never load. Please help me to get full speed again.",
            "Without Wi-Fi my phone is useless: no page opens as it should. I want fast mobile data again.",
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
            "My family doesn't get the pictures that I send in messages. Please help me to send them again.",
            "Sending a picture message just gives me an error. What can we do about it?",
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
    fatal = seed.child("fatal").pick(choices(trouble, abroad=False, beyond=True))
    pool = choices(trouble, abroad=False, beyond=False)
    on_the_phone = [fault for fault in pool if all(step.by == "human" for step in fault.mended)]
    others = _some(on_the_phone, (fatal,), seed.child("count").pick((0, 0, 1, 2)), seed)
    faults = compose(trouble, [fault.name for fault in (fatal, *others)], abroad=False)
    wish, story = _noticed(draft, trouble, faults, seed)
    _found(draft, trouble, faults[: faults.index(fatal)])
    for step in fatal.looked_at:
        _act(draft, step)
    draft.judged = "agent"
    summary = f"{draft.name} has trouble with their phone ({trouble}); {fatal.name.replace('_', ' ')}."
    draft.hand_over(
        wish,
        story,
        summary,
        "I can't mend this from here. I am handing you over to a colleague who can help you with it.",
    )


def nothing_extra(draft: CallerDraft, seed: Seed) -> None:
    """Mobile data is dead because it is used up, to a customer who buys none."""
    trouble: Trouble = seed.child("trouble").pick(("data", "data", "mms"))
    wish, story = _noticed(draft, trouble, compose(trouble, ["data_used_up"], abroad=False), seed)
    _found(draft, trouble, ())
    draft.look("get_data_usage", **draft.on(draft.own))
    draft.forbid("refuel_data", draft.on(draft.own, gb_amount=MOST_GB))
    draft.judged = "agent"
    no = (
        "I'm sorry, but the data of your line is used up. So I cannot bring mobile data back free of charge; adding "
        "data is the only way."
    )
    draft.refuse(
        f"{wish} {seed.child('extra').pick(NOTHING_EXTRA)}",
        f"{story} You will not pay anything extra: when you are offered more data, you decline, and when it turns out "
        "that nothing else helps, you accept that.",
        no,
        seed,
        revision="No, I'm not going to buy any data.",
    )


def _mended(draft: CallerDraft, trouble: Trouble, seed: Seed) -> None:
    noticed = NOTICED[trouble]
    abroad = seed.child("abroad").chance(ABROAD)
    pool = choices(trouble, abroad=abroad, beyond=False)
    count = seed.child("count").pick(COUNTS)
    roaming = [fault for fault in pool if fault.aspect == "roaming"]
    first = [seed.child("roaming").pick(roaming)] if roaming and seed.child("roams").chance(ROAMING) else []
    pool = [fault for fault in pool if fault.aspect != "roaming"]
    chosen = [*first, *_some(pool, first, count - len(first), seed)]
    faults = compose(trouble, [fault.name for fault in chosen], abroad=abroad)
    gigabytes = seed.child("gigabytes").pick((1, MOST_GB))
    wish, story = _noticed(draft, trouble, faults, seed, abroad=abroad)
    bill = next((bill.bill_id for bill in draft.bills("Overdue")), "")
    if any(fault.name == "data_used_up" for fault in faults):
        price = draft.db.plans[draft.own.plan_id].data_refueling_price_per_gb
        draft.find(draft.own)
        draft.look("get_details_by_id", id=draft.own.plan_id)
        story += f" You are willing to buy {gigabytes} GB of data if you have to."
        draft.tell(
            "gigabytes",
            [str(gigabytes)],
            f"I'd buy {gigabytes} GB.",
            question=f"How much data would you like to add? I can add up to {MOST_GB:g} GB, at ${price:.2f} each.",
            cues=("how much data", "how many gigabytes", "how many gb"),
        )
    _found(draft, trouble, faults, bill, gigabytes)
    for fault in faults:
        _assert(draft, fault, bill, gigabytes)
    _act(draft, Step("human", noticed.check.tool), again=True)
    for tool, arguments in noticed.assertions.items():
        draft.assertion(tool, **arguments)
    draft.judged = "agent"
    draft.traits |= {"trouble", f"faults_{len(faults)}", *(["abroad"] if abroad else [])}
    draft.finish("write", wish, story, FIXED, check=noticed.check)


def _found(draft: CallerDraft, trouble: Trouble, faults: Sequence[Fault], bill: str = "", gigabytes: float = 0) -> None:
    """See that there is trouble, and look for these faults and mend each."""
    draft.find(draft.own)
    _act(draft, Step("human", NOTICED[trouble].check.tool))
    for fault in faults:
        for step in (*fault.looked_at, *fault.mended):
            _act(draft, step, bill, gigabytes)
            if step.tool == "send_payment_request":
                _act(draft, Step("human", "check_payment_request"))  # nobody pays what they have not seen


def _some(pool: Sequence[Fault], besides: Sequence[Fault], count: int, seed: Seed) -> list[Fault]:
    """So many faults, or as many as there are, no two of one aspect; in the pool's order."""
    order = list(pool)
    seed.child("faults").random().shuffle(order)
    found: list[Fault] = []
    for fault in order:
        if len(found) < count and fault.aspect not in {each.aspect for each in (*besides, *found)}:
            found.append(fault)
    return [fault for fault in pool if fault in found]


def _noticed(
    draft: CallerDraft, trouble: Trouble, faults: Sequence[Fault], seed: Seed, *, abroad: bool = False
) -> tuple[str, str]:
    """Make the faults, and give the customer's words about what they notice, and their story.

    Raises:
        BlueprintError: another wish is about the phone, its line, or what the customer owes, or has them elsewhere;
            or the line is not in order to begin with.
    """
    if draft.own.status != "Active" or data_used_up(draft.db, draft.own):
        raise lacking("a line in order")
    draft.alone(PHONE, "a phone that works so far")
    draft.alone(draft.own.line_id, "a line in order")
    if any(fault.aspect == "contract" for fault in faults):
        if draft.bills("Overdue", "Awaiting Payment"):
            raise lacking("an account in which nothing is owed")
        draft.alone(BILLS, "an account in which nothing is owed")
    draft.be(abroad=abroad)
    free = draft.free_bill
    draft.set_up(
        *(
            Setup(tool=made.tool, arguments=_filled(draft, made, free), by=made.by)
            for made in beginning(faults, abroad=abroad)
        )
    )
    noticed = NOTICED[trouble]
    wish, story = seed.child("wish").pick(noticed.wishes), noticed.story
    where, yours = _where(seed, abroad=abroad)
    draft.tell(
        "where", (), where, question="Are you abroad at the moment?", cues=("abroad", "travelling", "where are you")
    )
    if abroad or seed.child("says").chance(0.25):
        wish = f"{wish} {where}"
    if draft.own_unknown:
        wish = f"{wish} {seed.child('which').pick(WHICH).format(draft.own.phone_number)}"
        yours = f"{yours} The number of the phone is {draft.own.phone_number}."
    return wish, f"{story} {yours}"


def _where(seed: Seed, *, abroad: bool) -> tuple[str, str]:
    """Where the customer is, in their words and told to them."""
    if not abroad:
        return seed.child("home").pick(("I'm at home.", "I'm not abroad or anything.", "I'm here in town.")), (
            "You are at home, in the country."
        )
    country = seed.child("country").pick(COUNTRIES)
    forms = ("I'm travelling in {0}.", "I'm on holiday in {0}.", "At the moment I'm abroad, in {0}.")
    return seed.child("abroad words").pick(forms).format(country), f"You are travelling in {country}."


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


def _act(draft: CallerDraft, step: Step, bill: str = "", gigabytes: float = 0, *, again: bool = False) -> None:
    """One step; a look that was taken for this goal already is not taken twice, unless it is to be."""
    known = {
        "customer_id": draft.customer_id,
        "line_id": draft.own.line_id,
        "id": draft.own.line_id,
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
