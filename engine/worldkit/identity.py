"""Identity: who somebody is and where they live, as rows."""

from __future__ import annotations

from interplay.engine.worldkit.rows import FirstName, LastName, Row, Zip


class Name(Row, frozen=True):
    """A person's name."""

    first_name: FirstName
    last_name: LastName

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Address(Row, frozen=True):
    """A postal address in the USA."""

    address1: str
    address2: str
    city: str
    country: str
    state: str
    zip: Zip
