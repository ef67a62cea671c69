"""Desk: where a role asks its model, and whence the reply comes.

A question is looked for in what is recorded, then in the cache, and put to the endpoint last. Every reply is
recorded and counted before anybody reads it, so that nothing is paid for twice and a run replays without a
model. Where it came from makes no difference to who asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec
from anyio import Event
from anyio.lowlevel import checkpoint

from interplay.engine.errors import BudgetError, CutOffError, HaltError, ModelError, ReplayError
from interplay.engine.models.bill import Account, Bill
from interplay.engine.models.cache import Cache
from interplay.engine.models.exchange import Reply, Request, Said
from interplay.engine.models.fingerprint import Beginning, Fingerprints
from interplay.engine.models.replies import Address, Failure, Recorded, Recordings, Replies
from interplay.engine.seeds import Seed

T = TypeVar("T")

CUT_OFF = "cut off"
"""Cause of a failure that is recorded when the time of a conversation was up, so that it is up in a replay, too.

It is recorded under the conversation's address, not under that of a question: which questions were open then is
chance, and a session that is interrupted leaves open questions of which nothing may be recorded.
"""
TRIES = 3
"""How often a question is put for want of a reply that can be read."""
SEED_BITS = 31
"""Every server takes seeds of so many bits."""
QUOTED = 2_000
"""Characters of an unreadable reply, and of what was wrong with it, that a model is shown again."""


class Completing(Protocol):
    """What the desk needs of an endpoint."""

    async def complete(self, model: str, request: Request, seed: int) -> Reply:
        """The reply to one question.

        Raises:
            ModelError: there is none.
            HaltError: there will be none to any question.
        """
        ...


class Part(NamedTuple):
    """A role that is played by a model."""

    role: str
    endpoint: str
    model: str
    """The name that the server knows it by; empty where it has a single one."""
    shown: str
    """What it is called in records and bills."""
    temperature: float | None = None
    max_tokens: int | None = None
    extra: Any = None
    """What else the server is sent with each question; it counts for the hash."""


class Sources(NamedTuple):
    """Where replies may come from other than an endpoint; each may be absent."""

    replies: Replies | None = None
    """This run's own; what is new is added."""
    replay: Recordings | None = None
    """Another run's; then nothing but what these two hold is a reply."""
    cache: Cache | None = None


class Desk:
    """The models of a run, for a session; it belongs to one event loop.

    Args:
        parts: the roles that are played by models.
        endpoints: by name; in a replay none is needed.
        seed: of the run.
        sources: of replies, other than endpoints.
        account: what earlier sessions were counted on.
    """

    def __init__(
        self,
        parts: Mapping[str, Part],
        endpoints: Mapping[str, Completing],
        seed: Seed,
        sources: Sources,
        account: Account,
    ) -> None:
        self._parts = {role: (part, Beginning(part.model, part.extra)) for role, part in parts.items()}
        self._endpoints, self._seed = dict(endpoints), seed
        self._replies, self._replay, self._cache = sources
        self._account = account
        self._asked: dict[int, set[str]] = {}
        self._over: dict[int, set[str]] = {}
        self._under_way = 0
        self._idle: Event | None = None

    def model(self, role: str, unit: int) -> RoleModel | None:
        """The model of a role, for one unit; None where no model plays it.

        Args:
            role: "writer", "human", "judge", "agent", or "reviewer:" and a name.
            unit: its number in the run.
        """
        if role not in self._parts:
            return None
        part, beginning = self._parts[role]
        return RoleModel(self, part, unit, self._seed.child("unit", unit), Fingerprints(beginning))

    def bill(self) -> Bill:
        """What the run has used up to now, all sessions together."""
        return self._account.bill()

    def flush(self) -> None:
        """Make replies durable against the death of this process; call it before records that rest on them.

        Raises:
            RunError: the run's disk refused.
            HaltError: the cache's disk refused, or it is damaged.
        """
        if self._replies is not None:
            self._replies.flush()
        if self._cache is not None:
            self._cache.flush()

    def finished(self, unit: int) -> None:
        """Let go of a unit: it will ask no more."""
        self._asked.pop(unit, None)
        self._over.pop(unit, None)
        for each in (self._replies, self._replay):
            if each is not None:
                each.finished(unit)

    def time_was_up(self, unit: int, conversation: str) -> None:
        """Record that the time of a conversation was up, so that it is up at the same point in a replay.

        Args:
            unit: of the conversation.
            conversation: its address, with which those of its questions begin: "trial/0".
        """
        failure = Failure(cause=CUT_OFF, text="the time of this conversation was up")
        self._keep(Recorded(unit=unit, at=conversation, hash="", role="", model="", failure=failure))

    def expect_new(self, unit: int, at: str) -> None:
        """See that an address is used once.

        Raises:
            ValueError: it was used before, and its reply could not be told apart in a replay.
        """
        asked = self._asked.setdefault(unit, set())
        if at in asked:
            raise ValueError(f"unit {unit} has asked at {at!r} before; an address is for one question")
        asked.add(at)

    async def reply(self, part: Part, request: Request, recorded: Recorded, seed: int) -> Reply:
        """The reply to one question, from wherever it is had.

        Args:
            part: who asks.
            request: what.
            recorded: the record of it, which lacks the reply.
            seed: of the reply.
        Raises:
            ModelError: there is none; recorded like a reply.
            HaltError: there will be none to any question.
        """
        known = self._known(recorded)
        if known is not None:
            await checkpoint()  # a run that never waits would let nothing else go on
            return _outcome(known)
        if self._was_up(recorded):
            raise CutOffError("the time of this conversation was up", cause=CUT_OFF)
        if self._replay is not None:
            raise _cannot_replay(self._replay, recorded, None)
        await self._expect_funds()
        try:
            reply = await self._complete(part, request, seed)
        except HaltError:
            raise
        except ModelError as error:
            self._account.failed(part.role, part.shown)
            self._keep(recorded, failure=Failure(cause=error.cause, text=str(error)))
            raise
        self._account.called(part.role, part.shown, reply.usage, again=recorded.again > 0)
        self._keep(recorded, reply=reply)
        if self._cache is not None:
            self._cache.put(bytes.fromhex(recorded.hash), reply)
        return reply

    async def _expect_funds(self) -> None:
        """Let a call begin, or raise once no call is under way: what is paid for already is not to be thrown away."""
        try:
            self._account.expect_funds()
        except BudgetError:
            while self._under_way:
                if self._idle is None:
                    self._idle = Event()
                await self._idle.wait()
            raise

    async def _complete(self, part: Part, request: Request, seed: int) -> Reply:
        self._under_way += 1
        try:
            return await self._endpoints[part.endpoint].complete(part.model, request, seed)
        finally:
            self._under_way -= 1
            if not self._under_way and self._idle is not None:
                self._idle.set()
                self._idle = None

    def _known(self, asked: Recorded) -> Recorded | None:
        """The outcome, where no endpoint is needed for it."""
        address = Address(asked.at, asked.again)
        found = None if self._replies is None else self._replies.take(asked.unit, address)
        if found is not None and found.hash == asked.hash:
            self._account.replayed(asked.role, asked.model)
            return found
        if self._replay is not None:
            found = self._replay.take(asked.unit, address)
            if found is None:
                return None
            if found.hash != asked.hash:
                raise _cannot_replay(self._replay, asked, found)
            self._account.replayed(asked.role, asked.model)
            return self._keep(asked, reply=found.reply, failure=found.failure, origin="replay")
        reply = None if self._cache is None else self._cache.get(bytes.fromhex(asked.hash))
        if reply is None:
            return None
        self._account.cached(asked.role, asked.model)
        return self._keep(asked, reply=reply, origin="cache")

    def _was_up(self, asked: Recorded) -> bool:
        """Whether the time of the conversation to which a question belongs was up when it was recorded."""
        conversation = "/".join(asked.at.split("/", 2)[:2])
        over = self._over.setdefault(asked.unit, set())
        if conversation not in over:
            for source in (self._replies, self._replay):
                if source is not None and source.take(asked.unit, Address(conversation)) is not None:
                    over.add(conversation)
        return conversation in over

    def _keep(self, asked: Recorded, **outcome: Any) -> Recorded:
        recorded = msgspec.structs.replace(asked, **outcome)
        if self._replies is not None:
            self._replies.keep(recorded)
        return recorded


class RoleModel:
    """The model of a role, within one unit; `exchange.Model` says how it is asked.

    Args:
        desk: where it asks.
        part: who it plays.
        unit: its number.
        seed: of the unit.
        fingerprints: hashes its questions.
    """

    __slots__ = ("_desk", "_fingerprints", "_part", "_seed", "_unit", "name")

    def __init__(self, desk: Desk, part: Part, unit: int, seed: Seed, fingerprints: Fingerprints) -> None:
        self.name = part.shown
        self._desk, self._part, self._unit, self._seed = desk, part, unit, seed
        self._fingerprints = fingerprints

    async def ask(self, request: Request, at: str, read: Callable[[Reply], T]) -> T:
        """A reply that can be read; one that cannot is asked for again, up to three times in all.

        A question at temperature 0 would get the same reply again, so the model is told what was wrong.

        Args:
            request: what to ask.
            at: where in the unit, unique in it and the same whenever it is played.
            read: makes of a reply what the caller needs; raises ValueError on one that it cannot use.
        Raises:
            ModelError: no usable reply could be had.
            HaltError: no unit can go on.
            ValueError: the address was used before.
        """
        self._desk.expect_new(self._unit, at)
        request = question = self._complete(request)
        complaint = ""
        for again in range(TRIES):
            reply = await self._put(question, at, again)
            try:
                return read(reply)
            except ValueError as error:
                complaint = str(error)
            if request.temperature == 0:
                question = _corrected(request, reply, complaint)
        raise ModelError(
            f"{self._part.role} asked {self.name} {TRIES} times ({at}) and could use no reply; "
            f"of the last: {complaint}",
            cause="unreadable",
        )

    def _complete(self, request: Request) -> Request:
        """The request with the role's settings where it has none of its own."""
        temperature = self._part.temperature if request.temperature is None else request.temperature
        max_tokens = self._part.max_tokens if request.max_tokens is None else request.max_tokens
        if temperature == request.temperature and max_tokens == request.max_tokens:
            return request
        return msgspec.structs.replace(request, temperature=temperature, max_tokens=max_tokens)

    async def _put(self, question: Request, at: str, again: int) -> Reply:
        seed = self._seed.child("model", at, again).number >> (64 - SEED_BITS)
        part = self._part
        recorded = Recorded(
            unit=self._unit,
            at=at,
            again=again,
            hash=self._fingerprints.of(question, seed).hex(),
            role=part.role,
            model=part.shown,
        )
        return await self._desk.reply(part, question, recorded, seed)


def _outcome(recorded: Recorded) -> Reply:
    if recorded.reply is not None:
        return recorded.reply
    failure = recorded.failure or Failure(cause="model", text="no reply was recorded")
    raise ModelError(failure.text, cause=failure.cause)


def _corrected(request: Request, reply: Reply, complaint: str) -> Request:
    """The question again, with the reply that could not be used and what was wrong with it."""
    said = reply.text
    if not said:
        calls = [{"name": call.name, "arguments": call.arguments} for call in reply.calls]
        said = msgspec.json.encode(calls).decode() if calls else "(an empty reply)"
    wrong = (
        f"This reply cannot be used: {complaint[:QUOTED]}\n"
        "Answer the question before it again, in full and in the form that was asked for; do not mention this."
    )
    more = (Said(role="assistant", content=said[:QUOTED]), Said(role="user", content=wrong))
    return msgspec.structs.replace(request, messages=(*request.messages, *more))


def _cannot_replay(replay: Recordings, asked: Recorded, found: Recorded | None) -> ReplayError:
    what = f"unit {asked.unit} asks {asked.model} as {asked.role} at {asked.at!r}"
    if asked.again:
        what += f" (asked again, {asked.again})"
    if found is None:
        return ReplayError(
            f"{what}, and {replay.path} has no reply to that. Either that run never did this unit to its end, or "
            "this one differs from it earlier: another seed, world, config, or version of Interplay",
            cause="replay",
        )
    return ReplayError(
        f"{what}, and the question is not the one whose reply {replay.path} has: "
        f"its hash is {asked.hash[:12]}, there {found.hash[:12]}"
        + (f", there {found.model} was asked" if found.model != asked.model else "")
        + ". Likely the config differs (model, temperature, max_tokens, extra), the seed, the data, a prompt, or the "
        "version of Interplay or of an actor of your own",
        cause="replay",
    )
