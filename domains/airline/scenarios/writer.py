"""Writer: the wishes that customers of the airline come with."""

from __future__ import annotations

from interplay.domains.airline.scenarios import bookings, changes, denials, handovers, leaving, questions
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.engine.worldkit.writer import Writer

write = Writer(
    AirlineDraft,
    changes=(
        bookings.book_direct,
        bookings.book_direct,
        bookings.book_one_stop,
        bookings.book_round_trip,
        bookings.book_round_trip,
        bookings.book_within_budget,
        changes.move_to_other_day,
        changes.take_other_flight,
        changes.change_way_back,
        changes.change_cabin,
        changes.change_cabin,
        changes.upgrade_within_budget,
        changes.add_bags,
        changes.correct_passenger,
        changes.replace_passenger,
        leaving.cancel_new,
        leaving.cancel_business,
        leaving.cancel_insured,
        leaving.cancel_called_off,
        leaving.compensate_called_off,
        leaving.leave_called_off,
        leaving.leave_late,
    ),
    questions=(
        questions.cheapest_fare,
        questions.cheapest_with_stop,
        questions.seats_left,
        questions.first_departure,
        questions.number_of_flights,
        questions.paid_for_trip,
        questions.bags_included,
        questions.balances,
        questions.which_flights,
        questions.upgrade_price,
        questions.how_many_fly,
    ),
    denials=(
        denials.cancel_without_ground,
        denials.cancel_without_ground,
        denials.cancel_insured_for_other_reason,
        denials.cancel_for_one,
        denials.add_somebody,
        denials.change_basic_economy,
        denials.other_destination,
        denials.remove_bags,
        denials.add_insurance,
        denials.give_insurance_back,
        denials.upgrade_with_certificate,
        denials.upgrade_one,
        denials.two_certificates,
        denials.too_many_people,
        denials.compensate_regular,
        denials.compensate_for_delay_only,
        denials.compensate_for_other,
        denials.somebody_elses_trip,
    ),
    handed_over=(handovers.for_a_person, handovers.cancel_begun, handovers.change_begun),
    forbidden=0.33,
    person=0.22,
)
"""One candidate from a seed."""
