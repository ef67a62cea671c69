"""Writer: the wishes that customers of the shop come with."""

from __future__ import annotations

from interplay.domains.retail.scenarios import changes, denials, questions, swaps
from interplay.domains.retail.scenarios.draft import ShopDraft
from interplay.engine.worldkit.writer import Writer

write = Writer(
    ShopDraft,
    changes=(
        changes.cancel,
        changes.change_address,
        changes.change_default_address,
        swaps.change_items,
        swaps.change_items,
        changes.change_payment,
        swaps.exchange,
        swaps.exchange,
        changes.give_back,
        changes.give_back,
    ),
    questions=(
        questions.tracking_number,
        questions.order_total,
        questions.order_status,
        questions.refund_sum,
        questions.options_in_stock,
        questions.cheapest_price,
        questions.card_balance,
        questions.shipping_address,
        questions.item_price,
    ),
    denials=(
        denials.cancel_too_late,
        denials.cancel_for_other_reason,
        denials.return_too_early,
        denials.refund_elsewhere,
        denials.pay_with_too_little,
        denials.somebody_elses_order,
    ),
    handed_over=(denials.for_a_person,),
)
"""One candidate from a seed."""
