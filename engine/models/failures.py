"""Failures: what an exchange that gave no reply means, and what is to be done about it.

The status says little: a prompt that is too long is a 400 here and a 500 there, a used-up account a 429 that no
waiting helps, an unknown model a 404 or a 400. So the server's words are read too, by the phrases that servers use.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple

import httpx

from interplay.engine.models.wire import told

QUOTED = 300
"""Characters of a server's text that an error repeats."""

READ = 4_000
"""Characters of it that are searched for a reason."""

Kind = Literal[
    "rate", "overload", "server", "timeout", "unreachable", "broken", "unreadable", "page",
    "context", "schema", "refused", "key", "model", "path", "funds", "redirect",
]  # fmt: skip
"""What went wrong: the first line may pass and is tried again, the second will not."""

TRANSIENT: frozenset[Kind] = frozenset(
    ("rate", "overload", "server", "timeout", "unreachable", "broken", "unreadable", "page")
)

_CONTEXT = re.compile(
    r"context_length_exceeded|context_window_exceeded|exceed_context_size|context.?window|string_above_max_length"
    r"|maximum (context|sequence|input|prompt|model) ?(length|size)|max_model_len|context (length|size|limit)"
    r"|(prompt|input|request|messages?|conversation)[^.]{0,40} (is |are |was )?(too long|too large|longer than)"
    r"|exceeds?[^.]{0,40}(context|token limit|maximum number of tokens|n_ctx)|too many (input |prompt )?tokens"
    r"|reduce the length|input tokens exceed|maximum allowed length|max_new_tokens.? must be",
    re.IGNORECASE,
)
_SCHEMA = re.compile(
    r"response_?format|json_?schema|guided_(json|grammar|decoding)|structured.?outputs?|grammar|xgrammar|outlines"
    r"|invalid schema|schema[^.]{0,60}(invalid|not supported|unsupported|not permitted|could not|cannot|failed)"
    r"|(invalid|unsupported|failed)[^.]{0,60}schema|tool_choice|enable-auto-tool-choice|tool-call-parser"
    r"|(does not|doesn't|do not|not) support (tools?|function)|--jinja|tools? (param|is not supported)"
    r"|invalid[^.]{0,30}(tools?\b|functions?\b)",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"model_not_found|model\b[^.]{0,120}(does not exist|not found|doesn't exist)"
    r"|(invalid|unknown|no such) model|not a valid model|no endpoints found",
    re.IGNORECASE,
)
_FUNDS = re.compile(r"insufficient.(quota|credits|balance|funds)|exceeded your current quota|billing", re.IGNORECASE)
_KEY = re.compile(
    r"(invalid|incorrect|missing|no)[^.]{0,20} api.?key|api.?key not valid|invalid_api_key|unauthori[sz]ed"
    r"|no_db_connection|no connected db",  # as LiteLLM's proxy says of a key that it does not know
    re.IGNORECASE,
)
_MODERATION = re.compile(r"moderation|flagged|content.?(policy|filter)|safety", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,9}(\.\d*)?\Z")


class Failure(NamedTuple):
    """An exchange that gave no reply."""

    kind: Kind
    text: str
    """What came back, fit to be shown."""
    retry_after: float | None = None
    """Seconds that the server asked to be left alone for."""


class Scrubber:
    """Makes what a server wrote fit to be shown: short, printable, without the keys.

    Args:
        secrets: what must not be seen.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = sorted({secret for secret in secrets if secret}, key=lambda secret: (-len(secret), secret))

    def __call__(self, text: str) -> str:
        """The text as it may be shown."""
        for secret in self._secrets:  # before it is shortened, or half a key would be left
            text = text.replace(secret, "[key]")
        text = " ".join("".join(each if each.isprintable() else " " for each in text[: 8 * QUOTED]).split())
        return text if len(text) <= QUOTED else text[:QUOTED] + "..."


def of_status(response: httpx.Response, scrub: Scrubber, now: Callable[[], float]) -> Failure:
    """What a response other than 2xx means.

    Args:
        response: read whole.
        scrub: applied to whatever is quoted.
        now: seconds since 1970, for a Retry-After that is a date.
    """
    status = response.status_code
    words = told(response.content)
    if is_page(response):
        words = f"a web page: {_plain(words)}"
    said = scrub(f"{status} {response.reason_phrase}: {words}".removesuffix(": "))
    if 300 <= status < 400:
        return Failure("redirect", scrub(f"{status}, to {_bare(response.headers.get('location', 'nowhere'))}"))
    kind = of_words(status, words)
    return Failure(kind, said, retry_after(response.headers, now) if kind in TRANSIENT else None)


def of_words(status: int, words: str) -> Kind:
    """The kind of a failure, from its status and what the server says."""
    words = words[:READ]
    if status == 429:
        return "funds" if _FUNDS.search(words) else "rate"
    if status in (502, 503, 504, 529):
        return "overload"
    if status in (401, 402, 403):
        return _of_permission(status, words)
    if status == 413 or _CONTEXT.search(words):
        return "context"
    if status in (404, 405, 410):
        return "model" if _MODEL.search(words) else "path"
    if status in (408, 409, 425, 499):
        return "server"
    if status < 500 and _MODEL.search(words):
        return "model"
    if _SCHEMA.search(words):
        return "schema"
    if status >= 500:
        return "server"
    return "key" if _KEY.search(words) else "refused"


def _of_permission(status: int, words: str) -> Kind:
    if status == 402:
        return "funds"
    return "refused" if status == 403 and _MODERATION.search(words) else "key"


def of_error(error: Exception, scrub: Scrubber) -> Failure:
    """What an error of the transport means."""
    text = scrub(str(error).replace(" ssl:default", "")) or type(error).__name__  # as aiohttp says, of plain HTTP too
    match error:
        case httpx.ConnectTimeout():
            return Failure("unreachable", f"no connection in time: {text}")
        case httpx.ConnectError():
            return Failure("unreachable", text)
        case httpx.TimeoutException():
            return Failure("timeout", f"no answer in time: {text}")
        case _:
            return Failure("broken", f"the connection broke: {text}")


def is_page(response: httpx.Response) -> bool:
    """Whether a response is a web page, by its first character and not only by its type."""
    return response.content[:256].lstrip()[:1] == b"<"


def page_words(response: httpx.Response, scrub: Scrubber) -> str:
    """The first words of a web page, as they may be shown."""
    return scrub(_plain(response.content.decode(errors="replace")))


def retry_after(headers: Mapping[str, str], now: Callable[[], float]) -> float | None:
    """Seconds that a server asks to be left alone for; None if it does not, or not in a way that can be read.

    Args:
        headers: with any of `retry-after-ms`, and `retry-after` in seconds or as a date.
        now: seconds since 1970.
    """
    milliseconds = headers.get("retry-after-ms", "").strip()
    if _SECONDS.match(milliseconds):
        return float(milliseconds) / 1e3
    text = headers.get("retry-after", "").strip()
    if _SECONDS.match(text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, moment - now()) if math.isfinite(moment) else None


def _plain(page: str) -> str:
    """The words of a page, without its tags, styles and scripts."""
    page = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", " ", page[:20_000])
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def _bare(location: str) -> str:
    """An address without what may hold a secret."""
    return location.partition("?")[0]
