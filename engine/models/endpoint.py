"""Endpoint: where models are served, as one thing that answers requests or says why not.

A request becomes bytes, waits at the gate, is carried by the transport, and comes back as a reply; what fails and
may pass is tried again within the request's patience. What will not pass is never tried again: it is the failure of
one request (`ModelError`), or of all that would follow (`EndpointError`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from types import TracebackType
from typing import Any, Generic, NamedTuple, NoReturn, TypeVar

import anyio
import httpx

from interplay.engine.errors import EndpointError, ModelError
from interplay.engine.models.address import base_url
from interplay.engine.models.exchange import Reply, Request, Usage
from interplay.engine.models.failures import (
    TRANSIENT,
    Failure,
    Kind,
    Scrubber,
    is_page,
    of_error,
    of_status,
    of_words,
    page_words,
)
from interplay.engine.models.gate import Gate, Limits, Slot, wait_for
from interplay.engine.models.pace import Reckoning
from interplay.engine.models.patience import Allowance, Patience
from interplay.engine.models.replica import Outcome
from interplay.engine.models.service import EndpointConfig
from interplay.engine.models.transport import PatientTransport, Timeouts, open_transport
from interplay.engine.models.wire import Encoding, WireFault, read_models, read_reply
from interplay.engine.seeds import Seed

T = TypeVar("T")

LOST = 8
"""Requests that may be given up in a row; then the server is ill, and the others are not to be lost to it."""
LISTED = 20
"""Models that an error names."""

_CAUSES: dict[Kind, str] = {"overload": "server", "unreachable": "server", "broken": "server", "page": "unreadable"}
"""What a kind is counted as, where that is not its own name."""
_OUTCOMES: dict[Kind, Outcome] = {
    "rate": Outcome.OVERLOADED,
    "overload": Outcome.OVERLOADED,
    "timeout": Outcome.OVERLOADED,
    "unreachable": Outcome.UNREACHABLE,
    "broken": Outcome.NEUTRAL,
}


class _Asked(NamedTuple, Generic[T]):
    """One request, as it is tried."""

    method: str
    path: str
    body: bytes
    read: Callable[[bytes], T]
    model: str
    """Empty where none is asked."""


class Endpoint:
    """Answers requests; to be closed, or used as a context manager.

    Args:
        config: where, and within which limits.
        seed: of waits, so that clients do not come back together.
        environ: looks up an environment variable.
        clock: seconds since any moment.
        now: seconds since 1970, for a Retry-After that is a date.
        sleep: waits between tries.
        watch: what the gate waits with, see `Gate`.
        transport: carries requests in place of the usual one; closed with the endpoint.
    Raises:
        EndpointError: a URL is none, or a variable that is named is not set.
    """

    def __init__(
        self,
        config: EndpointConfig,
        seed: Seed,
        *,
        environ: Callable[[str], str | None] = os.environ.get,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
        watch: Callable[[anyio.Event, float], Awaitable[None]] = wait_for,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.config = config
        try:
            self.bases = [base_url(url) for url in ((config.url,) if isinstance(config.url, str) else config.url)]
        except ValueError as error:
            raise EndpointError(str(error), cause="url") from None
        self._headers, secrets = _headers(config, environ)
        self._scrub = Scrubber(secrets)
        self._encoding = Encoding(config.body, config.max_tokens_name)
        self._chance = seed.child("waits").random()
        limits = Limits(config.in_flight, config.requests_per_minute, config.tokens_per_minute)
        self.gate = Gate(limits, len(self.bases), seed.child("pauses").random(), clock, watch)
        self._allowance = Allowance(config.failures, config.rate_limits, config.rate_limit_seconds)
        self._reckoning = Reckoning() if config.tokens_per_minute else None
        self._timeouts = Timeouts(config.connect_seconds, config.first_byte_seconds, config.whole_seconds)
        self._urls = {
            (path, index): httpx.URL(base + path)
            for path in ("/chat/completions", "/models")
            for index, base in enumerate(self.bases)
        }
        self._clock, self._now, self._sleep = clock, now, sleep
        self._transport: httpx.AsyncBaseTransport | None = None
        if transport is not None:
            self._transport = PatientTransport(transport, self._timeouts)
        self._has_answered = False
        self._failing_since: float | None = None
        self._lost = 0

    def __repr__(self) -> str:
        return f"Endpoint({', '.join(self.bases)})"

    async def __aenter__(self) -> Endpoint:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        if self._transport is not None:
            await self._transport.aclose()

    async def complete(self, model: str, request: Request, seed: int | None = None) -> Reply:
        """The reply to a request.

        Args:
            model: the name that the server knows it by.
            request: what to ask.
            seed: for the server's draws; sent only if the config says so.
        Raises:
            ModelError: there is none to this one; `cause` is "context", "schema", "refused", "server", "rate",
                "timeout" or "unreadable".
            EndpointError: there will be none to any: no server is there, or the key, the model or the URL is wrong.
        """
        body = self._encoding.body(model, request, seed if self.config.seed else None)
        return await self._ask(_Asked("POST", "/chat/completions", body, read_reply, model))

    async def models(self) -> list[str]:
        """The names of the models that are served, as the server lists them.

        Raises:
            ModelError, EndpointError: the server gives no such list.
        """
        return await self._ask(_Asked("GET", "/models", b"", read_models, ""))

    async def _ask(self, asked: _Asked[T]) -> T:
        tokens = self._reckoning.expected(len(asked.body)) if self._reckoning is not None else 0.0
        patience: Patience | None = None
        while True:
            slot = await self.gate.enter(tokens, again=patience is not None)
            answer = await self._try(slot, asked)
            if not isinstance(answer, Failure):
                return answer
            if patience is None:
                patience = Patience(self._allowance, self._chance)
            if (
                answer.kind not in TRANSIENT
                or not patience.bears(answer, self._clock())
                or self._is_settled(answer, patience)
            ):
                await self._give_up(asked, slot, answer, patience)
            if answer.kind != "unreachable" or not self.gate.admission.reachable:
                await self._sleep(patience.delay(answer))

    async def _try(self, slot: Slot, asked: _Asked[T]) -> T | Failure:
        """One try of a request; the slot is given back."""
        outcome, pause, tokens = Outcome.NEUTRAL, None, None
        try:
            answer = await self._exchange(slot, asked)
            if isinstance(answer, Failure):
                if self._failing_since is None:
                    self._failing_since = self._clock()
                outcome = _OUTCOMES.get(answer.kind, Outcome.ANSWERED)
                if answer.retry_after is not None:
                    pause = min(answer.retry_after, self.config.rate_limit_seconds)
            else:
                outcome, self._has_answered, self._failing_since, self._lost = Outcome.GOOD, True, None, 0
                if isinstance(answer, Reply):
                    tokens = self._learn(len(asked.body), answer.usage)
            return answer
        finally:
            self.gate.leave(slot, outcome, pause, tokens)

    async def _exchange(self, slot: Slot, asked: _Asked[T]) -> T | Failure:
        if self._transport is None:
            self._transport = open_transport(self._timeouts, trust_env=self.config.trust_env)
        url = self._urls[asked.path, slot.replica]
        request = httpx.Request(
            asked.method,
            url,
            headers=[*self._headers, (b"host", url.netloc), (b"content-length", b"%d" % len(asked.body))],
            stream=httpx.ByteStream(asked.body),  # as `content`, httpx would work out the headers anew
        )
        try:
            response = await self._transport.handle_async_request(request)
        except httpx.RequestError as error:
            return of_error(error, self._scrub)
        return self._read(response, asked.read)

    def _read(self, response: httpx.Response, read: Callable[[bytes], T]) -> T | Failure:
        if not response.is_success:
            return of_status(response, self._scrub, self._now)
        try:
            return read(response.content)
        except WireFault as fault:
            if is_page(response):
                return Failure("page", page_words(response, self._scrub))
            text = self._scrub(str(fault))
            return Failure(of_words(fault.status, str(fault)) if fault.status else "unreadable", text)

    def _learn(self, size: int, usage: Usage) -> float | None:
        """What a request really cost, if the server says so and it matters."""
        if self._reckoning is None or not usage.prompt:
            return None
        self._reckoning.learn(size, usage.prompt, usage.completion)
        return float(usage.prompt + usage.completion)

    def _is_settled(self, failure: Failure, patience: Patience) -> bool:
        """Whether nothing is to be hoped for: nobody is there, or a web page came twice, and never yet a reply."""
        if self._has_answered:
            return False
        if failure.kind == "unreachable":
            return not self.gate.admission.reachable
        return failure.kind == "page" and patience.failures > 1

    async def _give_up(self, asked: _Asked[Any], slot: Slot, failure: Failure, patience: Patience) -> NoReturn:
        """Raise what a failure means, once it is not tried again."""
        url = str(self._urls[asked.path, slot.replica])
        if failure.kind == "model" and asked.model:
            raise EndpointError(await self._unknown_model(url, asked.model, failure), cause="model")
        if failure.kind == "unreachable" and not self.gate.admission.reachable:
            servers = ", ".join(self.bases)
            raise EndpointError(
                f"{servers} cannot be reached: {failure.text}{_times(patience.failures)}; see that the server runs and "
                "that its address is right, then resume",
                cause="unreachable",
            )
        if self._is_settled(failure, patience):
            raise EndpointError(
                f"{url} is no chat-completions endpoint: it answers with a web page, not with JSON. It begins: "
                f"{failure.text!r}. The URL has to be the API's base, which often ends in /v1",
                cause="page",
            )
        halting = self._halting(failure)
        if halting:
            raise EndpointError(f"{url} answers {failure.text}. {halting}", cause=failure.kind)
        raise ModelError(self._of_one(url, failure, patience), cause=_CAUSES.get(failure.kind, failure.kind))

    def _halting(self, failure: Failure) -> str:
        """What to do about a failure that every other request would meet too; "" for any other kind."""
        if failure.kind in TRANSIENT:
            return self._waited_out(failure)
        if failure.kind == "key":
            if self.config.key:
                return f"See that the environment variable {self.config.key} holds a key that is valid there"
            return "It wants a key: put it into an environment variable, and name that as the endpoint's `key`"
        return {
            "path": "There is no such method; the URL has to be the API's base, which often ends in /v1",
            "model": "It does not have the model",
            "funds": "The account has nothing left to spend",
            "redirect": "Give the URL that it leads to; redirects are not followed, so that no key goes astray",
        }.get(failure.kind, "")

    def _waited_out(self, failure: Failure) -> str:
        """The same for what may pass, but will not in time; else each request would wait in vain, one by one."""
        if failure.kind == "rate" and (failure.retry_after or 0.0) > self.config.rate_limit_seconds:
            return f"It asks to be left alone for {failure.retry_after:g} s; resume after that"
        self._lost += 1
        if self._lost >= LOST:
            return f"It has answered none of {self._lost} requests in a row, each tried again; resume when it does"
        failing = self._clock() - self._failing_since if self._failing_since is not None else 0.0
        if failing > self.config.silent_seconds:
            return f"It has answered nothing well for {failing:.0f} s; resume when it does"
        return ""

    def _of_one(self, url: str, failure: Failure, patience: Patience) -> str:
        times = _times(patience.failures + patience.rate_limits)
        hint = {
            "context": ". The conversation is longer than the model's context",
            "schema": ". The server does not take the tools or the JSON schema; it may need a flag that allows them",
            "rate": f". Allowed are {self.config.rate_limits} tries and {self.config.rate_limit_seconds:g} s; "
            "lower `in_flight`, or set `requests_per_minute` or `tokens_per_minute`",
            "timeout": ". Lower `in_flight`, or raise `first_byte_seconds` or `whole_seconds`",
        }.get(failure.kind, "")
        return f"{url} gave no reply: {failure.text}{times}{hint}"

    async def _unknown_model(self, url: str, model: str, failure: Failure) -> str:
        text = f"{url} does not know the model {model!r} ({failure.text})"
        try:
            known = await self.models()
        except ModelError:
            return text
        if model in known:
            return f"{text}, although it lists it"
        near = get_close_matches(model, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
        return f"{text}{hint} Known are {', '.join(known[:LISTED]) or 'none'}{more}"


def _times(tried: int) -> str:
    return f" (tried {tried} times)" if tried > 1 else ""


def _headers(
    config: EndpointConfig, environ: Callable[[str], str | None]
) -> tuple[list[tuple[bytes, bytes]], list[str]]:
    """The headers of every request, and which of their values are secret."""
    headers = {"content-type": "application/json", "accept": "application/json", "user-agent": "interplay"}
    secrets: list[str] = []
    if config.key:
        secrets.append(_variable(config.key, "key", environ))
        headers["authorization"] = f"Bearer {secrets[-1]}"
    for name, value in config.headers.items():
        if value.startswith("$"):
            value = _variable(value[1:], f"headers.{name}", environ)
            secrets += [value, *value.split()[1:]]  # a server repeats a key without the "Bearer" before it
        headers[name.lower()] = value
    return [(name.encode(), value.encode()) for name, value in headers.items()], secrets


def _variable(name: str, where: str, environ: Callable[[str], str | None]) -> str:
    value = (environ(name) or "").strip()
    if not value:
        raise EndpointError(
            f"the environment variable {name}, which the endpoint's `{where}` names, is not set. Set it to the value "
            "itself, or take the name out if none is needed",
            cause="key",
        )
    if not value.isascii() or not value.isprintable():
        raise EndpointError(f"the value of the environment variable {name} cannot be a header", cause="key")
    return value
