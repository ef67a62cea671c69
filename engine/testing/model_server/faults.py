"""Faults: what goes wrong on purpose, and when."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple

from interplay.engine.errors import UsageError
from interplay.engine.seeds import Seed
from interplay.engine.testing.model_server.asked import Asked

KINDS = {
    "slow_first_byte": "nothing comes for `seconds`, then the answer",
    "slow_body": "half of the answer comes, the other half after `seconds`",
    "silent": "nothing ever comes",
    "rate_limited": "429, with Retry-After if `retry_after` is set",
    "server_error": "500",
    "overloaded": "503, with Retry-After if `retry_after` is set",
    "dropped": "the connection closes before any byte",
    "reset": "the connection is reset before any byte",
    "half_body": "the connection closes in the middle of the body",
    "broken_json": "200 whose JSON ends in the middle",
    "wrong_shape": "200 with JSON that is no chat completion",
    "no_choices": "200 with a chat completion without choices",
    "html_page": "200 with a web page",
    "empty": "200 with neither text nor a tool call",
    "cut": "200 that ended at the limit of tokens, in the middle of its text",
    "broken_arguments": "200 with a tool call whose arguments are half a JSON object",
    "wrong_content_type": "200 with a chat completion that is called text/plain",
    "unauthorized": "401",
    "unknown_model": "404",
    "context_overflow": "400, too long, as OpenAI spells it",
    "context_overflow_vllm": "400, too long, as vLLM spells it",
    "context_overflow_llama": "400, too long, as llama.cpp's server spells it",
    "schema_refused": "400, the schema cannot be used",
}
"""Every kind of fault, and what the client gets."""

LATE = frozenset({"slow_first_byte", "slow_body"})
"""Those that deliver the answer; the others stand in its place, and take none from a script."""


class Fault(NamedTuple):
    """Something that goes wrong, and the requests that it strikes: those for which all that is set holds.

    With nothing set it strikes every one.
    """

    kind: str
    rate: float | None = None
    """The chance of each request, drawn by its body and by how often the same body came before: who comes first
    does not change who is struck."""
    at: tuple[int, ...] = ()
    """Requests by number, the first is 1."""
    when: Callable[[Asked], bool] | None = None
    times: int | None = None
    """At most so many in all."""
    seconds: float = 1.0
    """Of the slow ones."""
    retry_after: float | None = None
    """Seconds, of those that may say it."""
    dated: bool = False
    """Whether Retry-After says when, instead of in how many seconds."""

    def strikes(self, asked: Asked, seed: Seed) -> bool:
        """Whether a request is struck, `times` apart.

        Args:
            asked: the request.
            seed: of this request and this fault.
        """
        if self.at and asked.number not in self.at:
            return False
        if self.rate is not None and not seed.chance(self.rate):
            return False
        return self.when is None or self.when(asked)


def checked(fault: Fault) -> Fault:
    """The fault, if it can be had.

    Raises:
        UsageError: its kind is unknown, or a number is out of range.
    """
    if fault.kind not in KINDS:
        near = get_close_matches(fault.kind, KINDS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise UsageError(f"there is no fault {fault.kind!r}{hint} Known are {', '.join(KINDS)}")
    if fault.rate is not None and not 0.0 <= fault.rate <= 1.0:
        raise UsageError(f"fault {fault.kind}: rate is {fault.rate}, and a chance lies between 0 and 1")
    if fault.seconds < 0 or (fault.retry_after or 0) < 0:
        raise UsageError(f"fault {fault.kind}: seconds and retry_after are no less than 0")
    if any(number < 1 for number in fault.at) or (fault.times is not None and fault.times < 0):
        raise UsageError(f"fault {fault.kind}: requests are counted from 1, and times is no less than 0")
    return fault


def read_fault(text: str) -> Fault:
    """A fault as a command line spells it: "rate_limited,rate=0.05,retry_after=2" or "dropped,at=3+7".

    Raises:
        UsageError: it is spelled in another way.
    """
    kind, *settings = text.split(",")
    fault = Fault(kind.strip())
    for setting in settings:
        name, _, value = (part.strip() for part in setting.partition("="))
        try:
            match name:
                case "at":
                    fault = fault._replace(at=tuple(int(number) for number in value.split("+")))
                case "rate":
                    fault = fault._replace(rate=float(value))
                case "seconds":
                    fault = fault._replace(seconds=float(value))
                case "retry_after":
                    fault = fault._replace(retry_after=float(value))
                case "times":
                    fault = fault._replace(times=int(value))
                case "dated" if value in {"yes", "no"}:
                    fault = fault._replace(dated=value == "yes")
                case _:
                    known = "at, rate, seconds, retry_after, times (numbers) and dated (yes or no)"
                    raise UsageError(f"fault {text!r}: {setting!r} is no setting of it; known are {known}")
        except ValueError:
            raise UsageError(f"fault {text!r}: {value!r} is no number for {name}") from None
    return checked(fault)
