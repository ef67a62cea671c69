"""Scenarios: what people want, and what fulfils it.

A wish is a function of a draft and a seed. It tells what the person knows, carries out what fulfils it, and closes the
goal. What it writes is a proposal: the checks run it and decide.
"""

from __future__ import annotations

from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import Draft
from interplay.engine.worldkit.writer import Writer

from .rows import Reservation, ReservationId, WorldDatabase
from .rules import LARGEST


class GuestDraft(Draft[WorldDatabase]):
    """One guest with a reservation.

    Args:
        domain: this world.
        base: its data.
        seed: decides who it is.
    """

    self_evident = frozenset({ReservationId})

    def __init__(self, domain: Domain[WorldDatabase], base: Base[WorldDatabase], seed: Seed) -> None:
        super().__init__(domain, base, seed)
        self.reservation_id = seed.child("person").pick(list(self.db.reservations))

    @property
    def reservation(self) -> Reservation:
        """The reservation as it is by now."""
        return self.db.reservations[self.reservation_id]

    @property
    def name(self) -> str:
        """The guest's full name."""
        return self.reservation.guest

    def identify(self, seed: Seed) -> None:
        """Begin with the number of the reservation, and looking it up."""
        number = self.reservation_id
        fact = self.introduce(
            "reservation_id",
            (number,),
            (f"My reservation is {number}.", f"The number is {number}.", f"It's {number}."),
            ("What is the number of your reservation?", "May I have the number of your reservation?"),
            ("number", "reservation"),
            seed,
        )
        self.facts.append(fact)
        self.act("get_reservation", {"reservation_id": number}, goal="")

    def tell_persons(self, persons: int) -> None:
        """For how many the table shall be."""
        self.tell(
            "persons",
            [str(persons)],
            f"There will be {persons} of us.",
            question="How many of you will there be?",
            cues=("how many",),
        )


def change(draft: GuestDraft, seed: Seed) -> None:
    """A yes: more or fewer come."""
    others = [number for number in range(2, LARGEST + 1) if number != draft.reservation.persons]
    persons = seed.child("persons").pick(others)
    draft.tell_persons(persons)
    draft.act("change_persons", {"reservation_id": draft.reservation_id, "persons": persons})
    draft.finish(
        "write",
        "Please change for how many persons my reservation is.",
        f"You want your reservation to be for {persons} persons.",
        draft.claims("change_persons"),
    )


def ask_time(draft: GuestDraft, seed: Seed) -> None:  # noqa: ARG001  (nothing to choose)
    """A question: the time was forgotten."""
    time = draft.reservation.time
    draft.answer(time, f"Your table is reserved for {time}.")
    draft.finish("read", "What time is my table for?", "You want to know what time your table is for.", ("reserved",))


def too_many(draft: GuestDraft, seed: Seed) -> None:
    """A no: more persons than a table has seats."""
    persons = seed.child("persons").pick(range(LARGEST + 1, 2 * LARGEST))
    draft.tell_persons(persons)
    draft.forbid("change_persons", {"reservation_id": draft.reservation_id, "persons": persons})
    draft.refuse(
        "I need my table for a larger party.",
        f"You want your reservation to be for {persons} persons.",
        f"I cannot do that: our tables are for at most {LARGEST} persons.",
        seed,
        insisting=("We can sit close together.", "Can you not make an exception?"),
    )


def other_day(draft: GuestDraft, seed: Seed) -> None:  # noqa: ARG001  (nothing to choose)
    """Something that only a person can see to."""
    draft.hand_over(
        "I would like to come on another day.",
        "You want to come on another day.",
        f"{draft.name} wants reservation {draft.reservation_id} on another day.",
        "I cannot change the day, so I am handing you over to a human agent who can help you.",
    )


write = Writer(
    GuestDraft,
    changes=(change,),
    questions=(ask_time,),
    denials=(too_many,),
    handed_over=(other_day,),
    counts=(1, 1, 2),
)
