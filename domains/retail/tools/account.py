"""The account: the tool that changes a customer's own row."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

import msgspec

from interplay.domains.retail.rows import RetailDatabase, User
from interplay.domains.retail.tools.requirements import user_of
from interplay.engine.tools import Speech, tool
from interplay.engine.worldkit.identity import Address
from interplay.engine.worldkit.rows import UserId, Zip


@tool(
    writes=True,
    speech=Speech(
        propose="change the default address in your account to {address1}, {address2}, {city}, {state} {zip}, "
        "{country}",
        done="The default address in your account has been changed to {address1}, {address2}, {city}, {state} {zip}, "
        "{country}.",
        claims=("changed", "updated", "modified"),
    ),
)
def modify_user_address(
    db: RetailDatabase,
    user_id: UserId,
    address1: str,
    address2: str,
    city: str,
    state: str,
    country: str,
    zip: Zip,  # noqa: A002
) -> User:
    """Change the default address in a customer's account; addresses of orders stay.

    Get an explicit yes before calling.

    Args:
        user_id: as one of the find tools returns it, such as "ada_lovelace_0000".
        address1: street and number, such as "12 Main Street".
        address2: flat, suite or unit, such as "Apt 4"; empty text where there is none.
        city: such as "Boston".
        state: two letters, such as "MA".
        country: such as "USA".
        zip: the zip code as text, such as "02139".

    Returns:
        The user afterwards.

    Raises:
        Refusal: user_unknown.

    Source: recorded behaviour.
    """
    user = user_of(db, user_id)
    there = Address(address1=address1, address2=address2, city=city, state=state, country=country, zip=zip)
    return db.users.put(user_id, msgspec.structs.replace(user, address=there))
