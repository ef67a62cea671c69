"""Rehearsal: a model's part in every role, played without a model.

It answers writers, reviewers, humans, judges and agents alike, so that a whole run goes over real HTTP and what it
comes to is known: for tests, for load tests, and for seeing that a config does what is meant before it is paid for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import count
from typing import Any

import msgspec

from interplay.agents.oracle import Oracle
from interplay.agents.reviewing import model as reviewing
from interplay.agents.writing import prompt as writing
from interplay.agents.writing import retelling
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.drafting import draft
from interplay.engine.forge.proposal import from_blueprint
from interplay.engine.models.exchange import Reply
from interplay.engine.seeds import Seed

SCORE = 8
"""What its reviewers give for everything."""
HASTE = 0.3
"""Share of tasks that its writer first proposes with a call left out."""


class Rehearsal:
    """Plays every role in one world.

    Args:
        domain: the world.
        base: the very data of the run: `domain.generate` with the run's seed and size.
        seed: decides what is written.
    """

    def __init__(self, domain: Domain[Any], base: Base[Any], seed: Seed) -> None:
        self._domain, self._base, self._seed = domain, base, seed
        self._oracle = Oracle(domain.tools)

    def answer(self, request: Mapping[str, Any]) -> Reply:
        """The reply to the body of a chat completions request.

        Raises:
            LookupError: it is no question of ours.
        """
        system = request["messages"][0]["content"]
        if system.startswith(writing.ROLE):
            return self._written(request)
        if system.startswith(reviewing.ROLE):
            return _opinion()
        if system.startswith(retelling.ROLE):
            return Reply(text=_json({"instruction": request["messages"][-1]["content"]}))
        return self._oracle.answer(request)

    def _written(self, request: Mapping[str, Any]) -> Reply:
        """A task, decided by the request alone; now and then in haste, with its first lookup left out."""
        asked = msgspec.json.encode([request["messages"][-1]["content"], request.get("seed")])
        seed = self._seed.child("task", sha256(asked).hexdigest())
        blueprint = next(self._drafts(seed))
        self._oracle.add(blueprint)
        proposal = from_blueprint(blueprint, self._domain.tools)
        if seed.child("haste").chance(HASTE):
            proposal = msgspec.structs.replace(proposal, actions=proposal.actions[1:])
        return Reply(text=_json(proposal))

    def _drafts(self, seed: Seed) -> Iterator[Any]:
        for number in count():
            try:
                yield draft(self._domain, self._base, seed.child(number), "").blueprint
            except BlueprintError:
                continue


def _opinion() -> Reply:
    scores = dict.fromkeys(("correctness", "completeness", "satisfaction", "creativity"), SCORE)
    return Reply(text=_json({"reason": "Every wish has its call.", **scores, "abstains": False}))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
