"""Record: a conversation as it stands in the log, its texts left as the JSON that they are.

An export moves text from one JSON document to another. Read as values, every text would be unescaped and escaped again,
which is most of the work; left as it is, it is copied. What is decided by is read: who speaks, which tool is called,
what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from interplay.engine.conversation import Ending
from interplay.engine.messages import Caller
from interplay.engine.trajectory import Outcome, Trajectory

EMPTY = msgspec.Raw(b'""')
"""What a message lacks."""


class Said(msgspec.Struct, frozen=True, gc=False):
    """A message of any kind; see `messages` for what each has."""

    type: Literal["human", "agent", "tool_call", "tool_result"]
    text: msgspec.Raw = EMPTY
    thought: msgspec.Raw = EMPTY
    call_id: msgspec.Raw = EMPTY
    tool: msgspec.Raw = EMPTY
    arguments: msgspec.Raw = EMPTY
    content: msgspec.Raw = EMPTY
    by: Caller = "agent"
    """Whose call it is, or whose it answers."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """A trajectory; what the human might have said is passed over."""

    unit: int
    blueprint: str
    seed: str
    outcome: Outcome
    messages: list[Said]
    ending: Ending | None = None
    trial: int = 0

    @property
    def seen(self) -> Sequence[Said]:
        """The messages up to the last in which the agent said or did something; those of the human's own calls, too."""
        for end in range(len(self.messages), 0, -1):
            said = self.messages[end - 1]
            if said.type == "agent" or (said.type == "tool_call" and said.by == "agent"):
                return self.messages[:end]
        return ()


class Records(msgspec.Struct, frozen=True, gc=False):
    """Every play of one unit; a line of the trajectory log."""

    unit: int
    trials: list[Record]


decoder: msgspec.json.Decoder[Records] = msgspec.json.Decoder(Records)
_encode = msgspec.json.Encoder().encode
_one: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def record_of(trajectory: Trajectory) -> Record:
    """A trajectory as it would stand in a log."""
    return _one.decode(msgspec.json.encode(trajectory))


def call_text(call: Said) -> str:
    """A call as the text of a JSON object with its name and its arguments."""
    return f'{{"name":{str(call.tool, "utf-8")},"arguments":{str(call.arguments, "utf-8")}}}'


def quoted(text: str) -> bytes:
    """A text as a JSON string."""
    return _encode(text)
