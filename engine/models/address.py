"""Address: where an endpoint's servers are, spelled in one way."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

_METHOD = "/chat/completions"


def base_url(text: str) -> str:
    """The base URL that a user means, without a slash at its end: "http://host:8000" is "http://host:8000/v1".

    Raises:
        ValueError: it cannot be one; the text is not repeated where it may hold a key.
    """
    try:
        parts = urlsplit(text.strip())
        _ = parts.port  # raises where it is no number
    except ValueError:
        raise ValueError('this is no URL; one looks like "http://127.0.0.1:8000/v1"') from None
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("no user, password, query or # may be in a URL (it is not shown); see `key` and `headers`")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f'{text!r} is no URL; one looks like "http://127.0.0.1:8000/v1"')
    path = parts.path.rstrip("/").removesuffix(_METHOD).rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path or "/v1", "", ""))
