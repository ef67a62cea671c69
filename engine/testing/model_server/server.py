"""Server: the double as a test holds it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType

from interplay.engine.models.exchange import Call, Reply
from interplay.engine.seeds import Seed
from interplay.engine.testing.model_server.answers import Answer, FillingOracle, Oracle, Raw, ScriptedOracle
from interplay.engine.testing.model_server.asked import Asked, Seen, Tally
from interplay.engine.testing.model_server.faults import Fault, checked
from interplay.engine.testing.model_server.listening import HOST, listening
from interplay.engine.testing.model_server.service import Service


class ModelServer:
    """A model server on loopback, while its context is open.

    Args:
        answer: text for every request (and where JSON is asked for, the plainest value that fits the schema); a
            list of answers, which are given in the order in which requests arrive; or a function, async or not,
            that gets each request (`Asked`: the decoded body, a dict, and its headers) and returns an answer.
            An answer is text, a `Call` or a tuple of them, an object that goes out as JSON text, a `Reply`, a
            `Fault`, or `Raw`, which is sent as it stands. One that raises is a 500 to the client, and is raised
            again when the context closes.
        faults: what goes wrong, and when; of several that strike one request the first one counts. A request
            that is struck takes nothing from a list of answers, unless it is only slow.
        models: names that it knows, any other is a 404; with none it knows every name.
        delay: seconds before each response, or a function of the request.
        capacity: answer 429 to requests beyond so many at once.
        context: answer 400 to requests beyond so many tokens, as it counts them (`Asked.tokens`); 0 for no limit.
        key: answer 401 to requests without this key; "" for anyone.
        seed: where the faults' chance comes from.
        keep: how many of the last requests `seen` holds.
        port: 0 for any that is free.
        now: seconds since 1970, for Retry-After as a date.
    """

    def __init__(
        self,
        answer: str | Sequence[Answer | Oracle] | Oracle = "As you wish.",
        *,
        faults: Sequence[Fault] = (),
        models: Sequence[str] = (),
        delay: float | Callable[[Asked], float] = 0.0,
        capacity: int | None = None,
        context: int = 0,
        key: str = "",
        seed: Seed | None = None,
        keep: int = 10_000,
        port: int = 0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._service = Service(
            _oracle(answer),
            faults=tuple(checked(fault) for fault in faults),
            models=models,
            delay=delay,
            capacity=capacity,
            context=context,
            key=key,
            seed=Seed.root(0) if seed is None else seed,
            keep=keep,
            now=now,
        )
        self._port = port
        self._stack = AsyncExitStack()

    @property
    def url(self) -> str:
        """The base URL, such as "http://127.0.0.1:40123/v1"; known once the context is open."""
        return f"http://{HOST}:{self._port}/v1"

    @property
    def seen(self) -> Sequence[Seen]:
        """The last requests for completions, oldest first; those of other paths are not kept."""
        return self._service.seen

    @property
    def tally(self) -> Tally:
        """Counts of everything."""
        return self._service.tally

    @property
    def errors(self) -> Sequence[Exception]:
        """What `answer` raised; the first hundred."""
        return self._service.errors

    async def __aenter__(self) -> ModelServer:
        self._port = await self._stack.enter_async_context(listening(self._service, self._port))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await (
            self._stack.aclose()
        )  # what went wrong inside passes by the server's tasks, which would wrap it in a group
        if error is None and self.errors:
            raise self.errors[0]


def _oracle(answer: str | Sequence[Answer | Oracle] | Oracle) -> Callable[[Asked], Answer | Awaitable[Answer]]:
    """One function, whatever was given."""
    if isinstance(answer, str):
        return FillingOracle(answer)
    if isinstance(answer, Call | Reply | Raw | Fault | Mapping):
        return lambda _asked: answer
    return answer if callable(answer) else ScriptedOracle(tuple(answer))
