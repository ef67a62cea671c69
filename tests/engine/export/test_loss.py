"""Loss: messages with marks of what is to be learned."""

from __future__ import annotations

import msgspec
from tests.engine.export.plays import WRITES, calls, hears, play, reads, says

from interplay.engine.export.formats import Settings, load_format
from interplay.engine.policy import Violation


def rows(*samples):
    layout = load_format("loss", Settings())
    return [msgspec.json.decode(msgspec.json.encode(row)) for row in layout.rows(samples)], dict(layout.left_out)


def test_messages_of_the_agent_have_a_weight_and_no_others_do():
    broken = Violation(rule="ask-first", section="Work", message=1, text="")
    messages = (hears("Hi"), calls("1", WRITES), reads("1"), says("Done."))
    (row,), left_out = rows(play(0, *messages, policy=False, violations=(broken,)))
    assert [message.get("weight") for message in row["messages"]] == [None, None, 0, None, 1]
    assert [span["message"] for span in row["spans"] if span["learn"]] == [4]
    assert not {"input_ids", "assistant_masks"} & row.keys()
    assert not left_out


def test_a_conversation_with_nothing_to_learn_is_left_out():
    found, left_out = rows(play(0, hears("Hi"), calls("1"), reads("1", "no", "unknown_tool")))
    assert not found
    assert left_out == {"nothing in it is to be learned": 1}
