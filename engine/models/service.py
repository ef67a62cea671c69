"""Service: where models are served and what that bears, as a config says it.

It stands apart from the endpoint that keeps to it, so that whoever only reads a config, as every run does,
loads no HTTP client.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from interplay.engine.models.wire import RESERVED, MaxTokens

_Seconds = Annotated[float, msgspec.Meta(gt=0)]
_Count = Annotated[int, msgspec.Meta(ge=1)]
_Times = Annotated[int, msgspec.Meta(ge=0, le=1000)]


class EndpointConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where models are served, and what that bears."""

    url: str | tuple[str, ...]
    """Base URL; several are replicas, which serve the same models and share the load."""
    key: str = ""
    """Name of the environment variable that holds the key; empty where none is needed."""
    in_flight: _Count = 256
    """Requests at once at most; fewer while the server shows that it bears less."""
    requests_per_minute: _Seconds | None = None
    tokens_per_minute: _Seconds | None = None
    connect_seconds: _Seconds = 10.0
    first_byte_seconds: _Seconds = 300.0
    """Without a byte of an answer."""
    whole_seconds: _Seconds = 600.0
    """For one try of a request, once it is sent."""
    seed: bool = True
    """Whether the server is sent seeds."""
    max_tokens_name: MaxTokens = "max_tokens"
    """What the server calls the limit of an answer's tokens."""
    body: dict[str, Any] = {}
    """Further options of every request, such as `top_p`."""
    headers: dict[str, str] = {}
    """Further headers of every request; a value `$NAME` is that of the environment variable NAME."""
    trust_env: bool = False
    """Whether the environment's proxies (HTTPS_PROXY, NO_PROXY, ...) are used."""
    failures: _Times = 5
    """Tries beyond the first after 5xx, lost connections, timeouts (which count twice) and unreadable answers."""
    rate_limits: _Times = 20
    """Tries after 429."""
    rate_limit_seconds: _Seconds = 600.0
    """Waited at most for rate limits to pass, for one request; a server that asks for more ends the session."""
    silent_seconds: _Seconds = 900.0
    """The session ends where requests fail and none is answered for so long."""

    def __post_init__(self) -> None:
        """See that the options leave the client what is its own."""
        if not self.url:
            raise ValueError("url names no server")
        for name in RESERVED:
            if name in self.body:
                raise ValueError(f"body.{name} cannot be set: it is the client's own")
