"""Retelling: a joined task's instruction as one text.

Code puts the parts' stories one after the other; a model makes one text of them. What has to stand in it is
looked for, so that nothing is lost on the way.
"""

from __future__ import annotations

import msgspec

from interplay.engine.blueprint import Candidate
from interplay.engine.models.decoding import decode
from interplay.engine.models.exchange import Model, Reply, Request, Said

ROLE = """\
Several tasks for testing customer service were joined into one, for one person in one conversation. You are given \
the whole as code put it together. Tell it anew as one coherent text to whoever will play the person: who they are, \
what they want in this order and why, what they know and when they say it, how they behave. Begin with "You are". \
Keep every wish with its conditions, and every name, number, address and id exactly as written. Add nothing: no calls, \
no outcome, no new facts. Answer with one JSON object with the field `instruction`."""

SCHEMA = {
    "type": "object",
    "properties": {"instruction": {"type": "string"}},
    "required": ["instruction"],
    "additionalProperties": False,
}


class _Retold(msgspec.Struct, frozen=True):
    instruction: str


async def retold(candidate: Candidate, model: Model, at: str) -> str:
    """The instruction in the model's words.

    Args:
        candidate: with the instruction that code composed.
        model: who tells it.
        at: address of the question in its unit.
    Raises:
        ModelError: no text could be had in which everything stands.
    """
    values = [value for fact in candidate.facts for value in fact.values if value in candidate.instruction]

    def read(reply: Reply) -> str:
        text = decode(reply, _Retold).instruction.strip()
        lacking = [value for value in values if value not in text]
        if lacking:
            raise ValueError(f"the instruction has to say {', '.join(map(repr, lacking[:8]))} as it was written")
        return text

    messages = (Said(role="system", content=ROLE), Said(role="user", content=candidate.instruction))
    return await model.ask(Request(messages=messages, schema=SCHEMA, schema_name="instruction"), at, read)
