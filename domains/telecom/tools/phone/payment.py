"""Payment: the bill that the company asks to have paid, on the customer's screen."""

from __future__ import annotations

import msgspec

from interplay.domains.telecom.rows import MINE, PaymentRequest, TelecomDatabase
from interplay.domains.telecom.tools.phone.handset import around_of
from interplay.engine.errors import Refusal
from interplay.engine.tools import Guidance, tool


@tool(
    guidance=Guidance(
        ask="Please check whether a payment request has arrived on your phone.",
        cues=(("payment request",), ("check", "whether", "arrived", "see", "received")),
    )
)
def check_payment_request(db: TelecomDatabase) -> str:
    """See whether the company asks for a payment.

    Returns:
        The bill and its amount, or that there is none.

    Source: our own.
    """
    request = _open_request(db)
    if request is None:
        return "You have no payment request."
    return f"You have a payment request for bill {request.bill_id}: {request.amount_due} USD."


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please pay the bill that I have sent you the payment request for.",
        cues=(("pay", "payment"), ("bill", "request"), ("pay", "make", "accept", "go ahead")),
    ),
)
def make_payment(db: TelecomDatabase) -> str:
    """Pay the bill that the company asks to have paid.

    Returns:
        What was paid.

    Raises:
        Refusal: no_payment_request.

    Source: recorded behaviour.
    """
    request = _open_request(db)
    if request is None:
        raise Refusal(
            "There is no payment request on the phone; the company has to send one first.", code="no_payment_request"
        )
    paid = msgspec.structs.replace(request, paid=True)
    db.surroundings.put(MINE, msgspec.structs.replace(around_of(db), payment_request=paid))
    return f"Payment of {request.amount_due} USD has been made for bill {request.bill_id}."


def _open_request(db: TelecomDatabase) -> PaymentRequest | None:
    request = around_of(db).payment_request
    return None if request is None or request.paid else request
