"""Draft: a customer of the company with the phone in their hand, and what was written for them so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interplay.domains.telecom.rows import (
    Bill,
    BillId,
    BirthDate,
    Customer,
    CustomerId,
    FullName,
    Line,
    PhoneNumber,
    TelecomDatabase,
)
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import Draft, lacking
from interplay.engine.worldkit.material import somebody

TOLD = frozenset({PhoneNumber, FullName, BirthDate})
"""All that a person can tell: who they are, and numbers of their phones."""
PHONE, BILLS, HOME, ABROAD = "phone", "bills", "at home", "abroad"
"""In what a draft has touched: the phone in the customer's hand, what they owe by today, and where they are."""


class CallerDraft(Draft[TelecomDatabase]):
    """One customer and what was written for them so far.

    Args:
        domain: the phone company.
        base: its data.
        seed: decides who it is.
    """

    self_evident = TOLD

    def __init__(self, domain: Domain[TelecomDatabase], base: Base[TelecomDatabase], seed: Seed) -> None:
        super().__init__(domain, base, seed)
        self.customer_id = who_calls(base, seed)
        self.told_number = False
        """Whether the person is found by the number of the phone in their hand, which is known then."""

    @property
    def customer(self) -> Customer:
        """The person, as they are by now."""
        return self.db.customers[self.customer_id]

    @property
    def name(self) -> str:
        """The person's full name."""
        return self.customer.full_name

    @property
    def own(self) -> Line:
        """The line that the phone in their hand is on: their first."""
        return self.db.lines[self.customer.line_ids[0]]

    @property
    def own_unknown(self) -> bool:
        """Whether the employee can't know which of several lines is the person's own before they say so."""
        return not self.told_number and len(self.customer.line_ids) > 1

    def lines(self, *, besides_own: bool = False) -> list[Line]:
        """The person's lines, that of the phone in their hand excepted where it is."""
        return [self.db.lines[each] for each in self.customer.line_ids[besides_own:]]

    def bills(self, *statuses: str) -> list[Bill]:
        """The person's bills in one of these states, or all."""
        every = [self.db.bills[each] for each in self.customer.bill_ids]
        return [bill for bill in every if not statuses or bill.status in statuses]

    @property
    def free_bill(self) -> BillId:
        """An id that no bill has yet."""
        numbers = (int(bill_id[1:]) for bill_id in self.db.bills if bill_id[1:].isdecimal())
        return BillId(f"B{max(numbers, default=1000) + 1}")

    def about(self, found: Sequence[Line], what: str, seed: Seed) -> tuple[Line, str]:
        """Take one of these lines, which no other goal is about, and find it as an employee would.

        Args:
            found: lines of the person's that are as the wish needs them.
            what: what is looked for, for the error.
            seed: decides which, and how the person refers to it.

        Returns:
            The line, and how the person says which they mean.

        Raises:
            BlueprintError: there is none.
        """
        line = self.take(found, lambda line: line.line_id, what, seed.child("line"))
        words = self.refer(line, seed.child("words"))
        self.find(line)
        return line, words

    def identify(self, seed: Seed) -> None:
        """Begin with finding out who the person is: by their number, or by name and date of birth."""
        customer, number = self.customer, self.own.phone_number
        self.setup("set_user_info", name=self.name, phone_number=number)
        by_number = seed.child("way").chance(0.7)
        numbered = self.introduce(
            "phone_number",
            (number,),
            (f"My number is {number}.", f"It's {number}.", f"The phone number is {number}."),
            (
                "Could you give me the phone number that this is about?",
                "What is your phone number, please?",
                "May I have your phone number to find your account?",
            ),
            ("phone number", "your number"),
            seed,
        )
        named = self.introduce(
            "name_birth",
            (self.name, customer.date_of_birth),
            (
                f"My name is {self.name}, born on {customer.date_of_birth}.",
                f"I'm {self.name}, date of birth {customer.date_of_birth}.",
                f"{self.name}, and my date of birth is {customer.date_of_birth}.",
            ),
            (
                "Could you give me your full name and your date of birth?",
                "What are your full name and date of birth, please?",
                "May I have your full name and date of birth to find your account?",
            ),
            ("date of birth", "full name", "born"),
            seed,
        )
        self.told_number = by_number
        self.facts += [numbered, named] if by_number else [named, numbered]
        if by_number:
            self.act("get_customer_by_phone", {"phone_number": number}, goal="")
        else:
            self.act("get_customer_by_name", {"full_name": self.name, "dob": customer.date_of_birth}, goal="")

    def find(self, line: Line) -> None:
        """Look through the person's lines until the one that is meant."""
        ids = list(self.customer.line_ids)
        for line_id in ids[: ids.index(line.line_id) + 1]:
            self.look("get_details_by_id", id=line_id)

    def refer(self, line: Line, seed: Seed) -> str:
        """How the person says which of their lines they mean; they know its number by heart."""
        number, own = line.phone_number, line.line_id == self.own.line_id
        if own and not self.own_unknown:
            return seed.pick(("my line", "my own line", "my phone's line"))
        self.tell(
            "line",
            [number],
            f"It's the one with the number {number}.",
            question="Which number is it about?",
            cues=("which number", "which line", "number is it"),
        )
        if own:
            return seed.pick((f"my line {number}", f"my own line {number}", f"the line of my phone, {number},"))
        return seed.pick((f"the line {number}", f"my other line {number}", f"the number {number} in my account"))

    def on(self, line: Line, **more: Any) -> dict[str, Any]:
        """Arguments of a tool that acts on a line of the person's."""
        return {"customer_id": self.customer_id, "line_id": line.line_id, **more}

    def be(self, *, abroad: bool) -> None:
        """Say where the person is; no two goals say different things.

        Raises:
            BlueprintError: an earlier goal says otherwise.
        """
        here, there = (ABROAD, HOME) if abroad else (HOME, ABROAD)
        if there in self.touched:
            raise lacking("one place to be at")
        if abroad and here not in self.touched:
            self.setup("set_user_location", abroad=True)
        self.touched.add(here)

    def alone(self, thing: str, what: str) -> None:
        """Make the goal being written the only one that is about a thing.

        Args:
            thing: `PHONE` or `BILLS`.
            what: what is looked for, for the error.

        Raises:
            BlueprintError: an earlier goal is about it.
        """
        if thing in self.touched:
            raise lacking(what)
        self.touched.add(thing)


def who_calls(base: Base[TelecomDatabase], seed: Seed) -> CustomerId:
    """The customer whom a task is about: of three who have lines, the one with the most.

    Raises:
        BlueprintError: nobody has a line.
    """
    customers = base.fork().customers
    calling = [customer_id for customer_id, customer in customers.items() if customer.line_ids]
    if not calling:
        raise lacking("a line, and so does everybody else")
    return somebody(calling, lambda customer_id: len(customers[customer_id].line_ids), seed)
