"""Guard: who may ask the viewer, and what a browser may do with its answers.

The viewer listens on loopback and asks for no password, so what protects a run is that only pages of its
own can read it. A page elsewhere can make a name of its own point at loopback, so the host that a request
names is looked at; it can have the browser ask from another site, so who asks is looked at, too. The
answers let a browser load nothing and run nothing but the viewer's own files, whatever the data holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

NAMES = ("localhost", "127.0.0.1", "[::1]")
"""Names of this machine to itself, as they stand in a Host header."""
METHODS = ("GET", "HEAD")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Nothing in a page may come from elsewhere, and no script or style may stand in it."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "interplay",
}
"""What every answer carries, errors among them."""


class Asking(Protocol):
    """The headers of a request; names are found in any case."""

    def get(self, name: str, default: str, /) -> str:
        """The first value of a header."""

    def getall(self, name: str, default: list[str], /) -> list[str]:
        """All of them."""


class Refused(NamedTuple):
    """Why a request is not answered."""

    status: int
    text: str
    """For the person who reads it; holds nothing that the request brought."""


def hosts(port: int) -> frozenset[str]:
    """What the Host header of a request to this port may say; where the port is HTTP's own, without it, too."""
    bare = frozenset(NAMES) if port == 80 else frozenset()
    return bare | {f"{name}:{port}" for name in NAMES}


def refusal(method: str, headers: Asking, port: int) -> Refused | None:
    """Whether a request may be answered.

    Args:
        method: in capitals.
        headers: of the request.
        port: that the viewer listens on.

    Returns:
        None, or why not.
    """
    if method not in METHODS:
        return Refused(405, "The viewer only shows: it answers GET and HEAD.\n")
    known = hosts(port)
    named = headers.getall("Host", [])
    if len(named) != 1 or named[0].lower() not in known:
        return Refused(
            403,
            "This viewer answers only requests that name this machine as their host: "
            f"{', '.join(sorted(known))}.\nThis one names another, so it may come from a page elsewhere "
            f"that wants to read your runs. Open http://localhost:{port}/ instead.\n",
        )
    origin = headers.get("Origin", "")
    if origin and origin.lower() not in {f"http://{host}" for host in known}:
        return Refused(403, "This viewer answers no requests from pages of other sites.\n")
    if _foreign(headers):
        return Refused(
            403, "This viewer answers no requests from pages of other sites; opening a link to it is allowed.\n"
        )
    return None


def _foreign(headers: Asking) -> bool:
    """Whether a page of another site asks, other than by a link that somebody followed.

    Another port of this machine is another site: what listens there may be anybody's. Browsers that do not
    say who asks are old; they are held by the host that they name.
    """
    if headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return False
    followed = headers.get("Sec-Fetch-Mode", "") == "navigate" and headers.get("Sec-Fetch-Dest", "") == "document"
    return not followed
