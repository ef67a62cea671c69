"""Service: what the double does with a request, before and after the wire.

It is a plain object that a listener calls with each request that it heard, and that gives back what is to be
sent. Only an oracle may wait.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from inspect import isawaitable
from typing import Any

import msgspec

from interplay.engine.seeds import Seed
from interplay.engine.testing.model_server.answers import Answer, Oracle, Raw, completion, reply_of
from interplay.engine.testing.model_server.asked import Asked, Seen, Tally, masked
from interplay.engine.testing.model_server.failing import failing, overflow, refused
from interplay.engine.testing.model_server.faults import LATE, Fault
from interplay.engine.testing.model_server.wire import Heard, Plan, response

_COMPLETIONS = ("/v1/chat/completions", "/chat/completions")
_MODELS = ("/v1/models", "/models")
_TALLY = "/tally"


class Service:
    """Answers requests, and remembers them.

    Args: as of `ModelServer`.
    """

    def __init__(
        self,
        oracle: Oracle,
        *,
        faults: Sequence[Fault],
        models: Sequence[str],
        delay: float | Callable[[Asked], float],
        capacity: int | None,
        context: int,
        key: str,
        seed: Seed,
        keep: int,
        now: Callable[[], float],
    ) -> None:
        self.oracle = oracle
        self.faults = tuple(faults)
        self.models = tuple(models)
        self.delay = delay
        self.capacity = capacity
        self.context = context
        self.key = key
        self.seed = seed
        self.now = now
        self.tally = Tally()
        self.seen: deque[Seen] = deque(maxlen=keep)
        self.errors: list[Exception] = []
        self._struck = [0] * len(self.faults)
        self._came: Counter[bytes] | None = Counter() if any(f.rate is not None for f in self.faults) else None

    def answer(self, heard: Heard, connection: int) -> Plan | Awaitable[Plan]:
        """What to do about a request; to be awaited when the oracle waits.

        The caller says `done` when it has been done, or when the client has gone.
        """
        self.tally.began()
        if heard.path not in _COMPLETIONS:
            return self._aside(heard)
        if heard.method != "POST":
            return _sent(405, refused(405, f"{heard.path} takes POST, not {heard.method}.", code=None))
        self.tally.requests += 1
        try:
            body = msgspec.json.decode(heard.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            body = error
        right = isinstance(body, dict)
        asked = Asked(
            body if right else {},
            number=self.tally.requests,
            connection=connection,
            path=heard.path,
            headers=masked(heard.headers),
            in_flight=self.tally.in_flight,
            size=len(heard.body),
        )
        told = "" if right else f"The body is no JSON object: {body if isinstance(body, Exception) else type(body)}"
        refusal = self._refusal(heard, asked, told)
        if refusal is not None:
            return self._noted(asked, *refusal)
        return self._answered(heard, asked)

    def done(self, *, whole: bool) -> None:
        """A request was answered.

        Args:
            whole: false when its client went before that.
        """
        self.tally.in_flight -= 1
        self.tally.left += not whole

    def _aside(self, heard: Heard) -> Plan:
        """Answers to what is no request for a completion."""
        if heard.method == "GET" and heard.path in _MODELS:
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": "test"} for name in self._known()]
            return _sent(200, msgspec.json.encode({"object": "list", "data": listed}))
        if heard.method == "GET" and heard.path == _TALLY:
            return _sent(200, msgspec.json.encode(self.tally.as_json()))
        paths = ", ".join((_COMPLETIONS[0], _MODELS[0], _TALLY))
        return _sent(404, refused(404, f"There is no {heard.method} {heard.path} here; known are {paths}.", code=None))

    def _known(self) -> tuple[str, ...]:
        return self.models or ("double",)

    def _refusal(self, heard: Heard, asked: Asked, told: str) -> tuple[int, Plan] | None:
        """What a server of a sound mind says to a request that it cannot answer."""
        if self.key and heard.headers.get("authorization") != f"Bearer {self.key}":
            return failing(Fault("unauthorized"), asked, self.now, self.context)
        if not told and not (isinstance(asked.get("messages"), list) and asked["messages"]):
            told = "messages: at least one is needed."
        if not told and asked.get("stream"):
            told = "stream: this server sends answers whole."
        if told:
            return 400, _sent(400, refused(400, told, code=None))
        if self.models and asked.get("model") not in self.models:
            return failing(Fault("unknown_model"), asked, self.now, self.context)
        if self.context and asked.tokens > self.context:
            return 400, _sent(400, overflow("context_overflow", asked.tokens, self.context))
        if self.capacity is not None and asked.in_flight > self.capacity:
            return failing(Fault("rate_limited"), asked, self.now, self.context)
        return None

    def _answered(self, heard: Heard, asked: Asked) -> Plan | Awaitable[Plan]:
        fault = self._strike(heard, asked)
        if fault is not None and fault.kind not in LATE:
            return self._noted(asked, *failing(fault, asked, self.now, self.context), fault=fault)
        try:
            answer = self.oracle(asked)
            if isawaitable(answer):
                return self._awaited(asked, answer, fault)
            return self._planned(asked, answer, fault)
        except Exception as error:
            return self._defect(asked, error)

    async def _awaited(self, asked: Asked, answer: Awaitable[Answer], fault: Fault | None) -> Plan:
        try:
            return self._planned(asked, await answer, fault)
        except Exception as error:
            return self._defect(asked, error)

    def _defect(self, asked: Asked, error: Exception) -> Plan:
        """An oracle failed: the client gets a 500, and whoever started the server gets the error."""
        if len(self.errors) < 100:
            self.errors.append(error)
        text = f"The double's own answer failed: {type(error).__name__}: {error}"
        return self._noted(asked, 500, _sent(500, refused(500, text, code="double")))

    def _strike(self, heard: Heard, asked: Asked) -> Fault | None:
        """The first fault that strikes a request."""
        if not self.faults:
            return None
        seed = self.seed
        if self._came is not None:
            body = sha256(heard.body).digest()
            seed = seed.child(body.hex(), self._came[body])
            self._came[body] += 1
        for index, fault in enumerate(self.faults):
            if fault.times is not None and self._struck[index] >= fault.times:
                continue
            if fault.strikes(asked, seed.child(index)):
                self._struck[index] += 1
                return fault
        return None

    def _planned(self, asked: Asked, answer: Answer, fault: Fault | None) -> Plan:
        """An oracle's answer, as what is to be sent."""
        if isinstance(answer, Fault) and answer.kind not in LATE:
            return self._noted(asked, *failing(answer, asked, self.now, self.context), fault=answer)
        if isinstance(answer, Fault):
            raise TypeError(f"an oracle gives an answer or a fault, and {answer.kind} is a fault that needs an answer")
        if isinstance(answer, Raw):
            headers = dict(answer.headers)
            return self._noted(asked, answer.status, _sent(answer.status, answer.body, kind="", headers=headers))
        whole = response(200, msgspec.json.encode(completion(reply_of(answer), asked)))
        if fault is None:
            return self._noted(asked, 200, Plan(((0.0, whole),)))
        if fault.kind == "slow_first_byte":
            return self._noted(asked, 200, Plan(((fault.seconds, whole),)), fault=fault)
        half = len(whole) // 2
        return self._noted(asked, 200, Plan(((0.0, whole[:half]), (fault.seconds, whole[half:]))), fault=fault)

    def _noted(self, asked: Asked, status: int, plan: Plan, *, fault: Fault | None = None) -> Plan:
        """The plan, once it is remembered and waits as long as every answer does."""
        kind = fault.kind if fault is not None else ""
        self.tally.statuses[status] += 1
        if kind:
            self.tally.faults[kind] += 1
        self.tally.dropped += plan.ending != "keep"
        if self.seen.maxlen != 0:
            body: dict[str, Any] = dict(asked)
            self.seen.append(Seen(asked.number, asked.connection, asked.path, asked.headers, body, status, kind))
        delay = self.delay(asked) if callable(self.delay) else self.delay
        if not delay:
            return plan
        (wait, data), *rest = plan.steps or ((0.0, b""),)
        return plan._replace(steps=((wait + delay, data), *rest))


def _sent(status: int, body: bytes, *, kind: str = "application/json", headers: dict[str, str] | None = None) -> Plan:
    """One response, at once."""
    return Plan(((0.0, response(status, body, kind=kind, headers=headers)),))
