"""Asked: what reached the double, for whoever answers it and for whoever asserts on it afterwards."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

MASKED = "(masked)"
_SECRET = ("authorization", "proxy-authorization", "api-key", "x-api-key", "cookie")


class Asked(dict[str, Any]):
    """The body of one request, decoded: a dict, and beside it what is known of the request.

    Args:
        body: the JSON object.
        number: the how manieth request for a completion it is, from 1.
        connection: the how manieth connection it came on, from 1.
        path: such as "/v1/chat/completions".
        headers: names in small letters; what authorises is masked.
        in_flight: how many requests wait for their answers now, this one included.
        size: bytes of the body.
    """

    __slots__ = ("connection", "headers", "in_flight", "number", "path", "size")

    def __init__(
        self,
        body: dict[str, Any],
        *,
        number: int = 1,
        connection: int = 1,
        path: str = "/v1/chat/completions",
        headers: dict[str, str] | None = None,
        in_flight: int = 1,
        size: int = 0,
    ) -> None:
        super().__init__(body)
        self.number = number
        self.connection = connection
        self.path = path
        self.headers = {} if headers is None else headers
        self.in_flight = in_flight
        self.size = size

    @property
    def tokens(self) -> int:
        """Its length in tokens, as the double counts them: four bytes of JSON each."""
        return self.size // 4 + 1

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON schema that the answer's text has to fit, if one was asked for."""
        form = self.get("response_format")
        if not isinstance(form, dict) or form.get("type") != "json_schema":
            return None
        told = form.get("json_schema")
        schema = told.get("schema") if isinstance(told, dict) else None
        return schema if isinstance(schema, dict) else None


class Seen(NamedTuple):
    """One request for a completion, and what became of it."""

    number: int
    connection: int
    path: str
    headers: dict[str, str]
    """What authorises is masked."""
    body: dict[str, Any]
    """Empty when it was no JSON object."""
    status: int
    """What was answered; 0 when the connection was closed instead, or nothing was ever sent."""
    fault: str
    """The kind of fault that struck it, or ""."""


class Tally:
    """Counts of everything since the double started."""

    def __init__(self) -> None:
        self.requests = 0
        """For completions."""
        self.connections = 0
        """That were accepted."""
        self.open = 0
        self.peak_open = 0
        """The most connections that were open at once."""
        self.in_flight = 0
        self.peak_in_flight = 0
        """The most requests that waited for their answers at once."""
        self.dropped = 0
        """Connections that the double closed before a whole answer was sent: faults."""
        self.left = 0
        """Requests whose client went away before its answer."""
        self.statuses: Counter[int] = Counter()
        """Answers by status; 0 stands for none."""
        self.faults: Counter[str] = Counter()
        """Requests struck, by kind."""

    def opened(self) -> int:
        """One more connection; its number."""
        self.connections += 1
        self.open += 1
        self.peak_open = max(self.peak_open, self.open)
        return self.connections

    def began(self) -> None:
        """A request waits for its answer."""
        self.in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self.in_flight)

    def as_json(self) -> dict[str, Any]:
        """The counts as a JSON object."""
        return vars(self) | {
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "faults": dict(sorted(self.faults.items())),
        }


def masked(headers: dict[str, str]) -> dict[str, str]:
    """The headers with what authorises made unreadable."""
    if not any(name in headers for name in _SECRET):
        return headers
    return {name: MASKED if name in _SECRET else value for name, value in headers.items()}
