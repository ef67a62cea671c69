"""Certificates: the tool that sends one."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from interplay.domains.airline.rows import AirlineDatabase, Certificate, Money, PaymentId, UserId
from interplay.domains.airline.tools.requirements import user_of
from interplay.domains.airline.tools.writing import put_user
from interplay.engine.errors import Refusal
from interplay.engine.tools import Speech, tool

NEW_IDS = tuple(PaymentId(f"certificate_{number}") for number in (3221322, 3221323, 3221324))
"""Ids of new certificates, in order; a customer holds each once."""


@tool(
    writes=True,
    speech=Speech(
        propose="send a travel certificate of ${amount} to {user_id}",
        done="A travel certificate of ${amount} has been sent to {user_id}.",
        claims=("sent", "issued"),
    ),
)
def send_certificate(db: AirlineDatabase, user_id: UserId, amount: Money) -> str:
    """Send a customer a travel certificate as compensation; it pays for a new reservation.

    Only where the policy allows it.

    Args:
        user_id: such as "ann_smith_1234".
        amount: what it is worth, in dollars.

    Returns:
        The certificate's id.

    Raises:
        Refusal: user_unknown; too_many_certificates: the customer holds as many as can be sent.

    Source: recorded behaviour.
    """
    user = user_of(db, user_id)
    new_id = next((each for each in NEW_IDS if each not in user.payment_methods), None)
    if new_id is None:
        raise Refusal(
            f"{user_id} holds {', '.join(NEW_IDS)} already; no more can be sent before one of them is used.",
            code="too_many_certificates",
        )
    methods = {**user.payment_methods, new_id: Certificate(amount=amount, id=new_id)}
    put_user(db, user_id, user, payment_methods=methods)
    return f"Certificate {new_id} added to user {user_id} with amount {amount}."
