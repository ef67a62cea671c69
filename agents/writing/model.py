"""The model writer: a language model proposes, under a schema; code makes a candidate of it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from interplay.agents.writing.prompt import request
from interplay.agents.writing.retelling import retold
from interplay.engine.blueprint import Candidate
from interplay.engine.casting import on_model
from interplay.engine.errors import CastingError
from interplay.engine.forge.assignment import Assignment
from interplay.engine.forge.form import Proposal, form_of
from interplay.engine.forge.proposal import to_candidate
from interplay.engine.models.decoding import decode
from interplay.engine.models.exchange import Model, Reply
from interplay.engine.tools import Toolset


@on_model
class ModelWriter:
    """Writes tasks, and tells joined ones anew."""

    async def __call__(self, assignment: Assignment) -> Candidate:
        """A candidate that the assignment's model wrote.

        Args:
            assignment: what to write, and what was wrong with the last attempt.
        Raises:
            BlueprintError: the proposal makes no sense; says what about it.
            CastingError: there is no model in the writer's role.
            ModelError: no usable answer could be had.
        """
        if assignment.model is None:
            raise CastingError(
                "the writer 'model' needs a model, and the writer's role has none; name one, or use 'scripted'"
            )
        proposal = await assignment.model.ask(request(assignment), assignment.at, reader(assignment.domain.tools))
        return to_candidate(proposal, assignment)

    async def retell(self, candidate: Candidate, model: Model, at: str) -> Candidate:
        """A joined candidate with one coherent instruction in place of the parts' one after the other.

        Args:
            candidate: joined by code.
            model: in the writer's role.
            at: address of the question in its unit.
        Raises:
            ModelError: no usable answer could be had.
        """
        instruction = await retold(candidate, model, at)
        return msgspec.structs.replace(candidate, instruction=instruction)


model = ModelWriter()


def reader(tools: Toolset) -> Callable[[Reply], Proposal]:
    """What reads the proposal in a reply.

    Args:
        tools: the world's, for what a proposal has there.
    Returns:
        A function that raises a ValueError where there is none, or where it is empty.
    """
    form = form_of(tools)

    def read(reply: Reply) -> Proposal:
        proposal = decode(reply, form)
        if not proposal.wishes or not proposal.actions + proposal.forbidden:
            raise ValueError("a task needs at least one wish and one call")
        return proposal

    return read
