"""Writer: what customers of the phone company call about."""

from __future__ import annotations

from interplay.domains.telecom.scenarios import account, denials, questions, trouble
from interplay.domains.telecom.scenarios.draft import CallerDraft
from interplay.engine.worldkit.writer import Writer

write = Writer(
    CallerDraft,
    changes=(
        *(trouble.no_service,) * 4,
        *(trouble.bad_data,) * 5,
        *(trouble.no_pictures,) * 4,
        account.roaming_for_a_trip,
        account.no_more_roaming,
        account.lost_phone,
        account.found_again,
        account.more_data,
        account.pay_now,
    ),
    questions=(
        questions.data_used,
        questions.plan_price,
        questions.contract_end,
        questions.bill_total,
        questions.which_device,
    ),
    denials=(
        denials.too_much_data,
        denials.data_to_spare,
        trouble.nothing_extra,
        denials.resume_before_paying,
        denials.resume_after_the_end,
    ),
    handed_over=(trouble.beyond_us, trouble.beyond_us, denials.other_plan, denials.new_number),
    counts=(1, 1, 1, 1, 2, 2, 3),
    forbidden=0.25,
    person=0.4,
)
"""One candidate from a seed."""
