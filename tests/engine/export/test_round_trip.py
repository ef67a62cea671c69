"""A conversation that was laid out as a row and read back from it is the same conversation, in every format."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interplay.engine.conversation import Stopped
from interplay.engine.export.formats import Settings, load_format
from interplay.engine.export.returning.layouts import LAYOUTS
from interplay.engine.export.returning.reading import compared, restored
from interplay.engine.export.returning.rows import reread
from interplay.engine.export.samples import UNMADE, Sample
from interplay.engine.export.sources import Source
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.run import Run, RunConfig
from interplay.engine.testing.tiny import tiny_domain
from interplay.engine.trajectory import Scored, Trajectory
from interplay.engine.verifier import Verdict

TINY = tiny_domain()
SOURCE = Source(Run(Path("nowhere"), RunConfig(domain=TINY.name, seed=1, units=1)), "a run", TINY)
GOOD = Verdict(1.0, state=True, outputs=True, duties=True, policy=True, progress=1.0)

TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", " ", "\n", "\x00\x1b[31m", "\u2028", "</think>", "<|im_end|>", '{"name":"x","arguments":{}}', "🦉 \u202e"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | TEXTS
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
ARGUMENTS = st.dictionaries(TEXTS, VALUES, max_size=3)
CALLERS = st.sampled_from(["agent", "human"])


@st.composite
def exchanges(draw: st.DrawFn):
    """One thing said, or a call and what it came to."""
    kind = draw(st.sampled_from(["human", "agent", "call"]))
    if kind == "human":
        return (HumanMessage(text=draw(TEXTS)),)
    if kind == "agent":
        return (AgentMessage(text=draw(TEXTS), thought=draw(TEXTS)),)
    by = draw(CALLERS)
    tool = draw(st.sampled_from(["get_loan", "no such tool", "ünï"]))
    call = ToolCall(call_id="", tool=tool, arguments=draw(ARGUMENTS), thought=draw(TEXTS), by=by)
    refusal = draw(st.none() | st.just("loan_unknown"))
    return call, ToolResult(call_id="", content=draw(TEXTS), refusal=refusal, by=by)


def numbered(messages) -> tuple:
    """The same with an id for each call, which its answer repeats."""
    found, count = [], 0
    for message in messages:
        if isinstance(message, ToolCall):
            count += 1
        if isinstance(message, ToolCall | ToolResult):
            message = type(message)(
                **{name: getattr(message, name) for name in message.__struct_fields__} | {"call_id": f"call {count}"}
            )
        found.append(message)
    return tuple(found)


CONVERSATIONS = (
    st.lists(exchanges(), min_size=1, max_size=8)
    .map(lambda found: numbered(message for each in found for message in each))
    .filter(
        lambda messages: any(getattr(m, "by", "agent") == "agent" and not isinstance(m, HumanMessage) for m in messages)
    )
)


def sample_of(messages) -> Sample:
    trajectory = Trajectory(0, "tiny-1", "00", Stopped("satisfied"), Scored(GOOD), messages)
    return Sample(SOURCE, UNMADE, trajectory)


def document(layout, sample):
    """The row of a conversation, as a reader of the file has it."""
    written = BytesIO()
    shard = layout.shard(written)
    shard.write(list(layout.rows([sample])))
    shard.close()
    return reread(written, layout.suffix)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("openai", Settings()),
        ("openai", Settings(thoughts=True, arguments="object")),
        ("sharegpt", Settings()),
        ("xlam", Settings()),
        ("parquet", Settings(thoughts=True)),
        ("loss", Settings(thoughts=True)),
        ("loss", Settings()),
    ],
)
@settings(max_examples=40)
@given(messages=CONVERSATIONS)
def test_a_row_says_what_the_agent_saw_and_gives_it_back(name, asked, messages):
    sample, layout = sample_of(messages), load_format(name, asked)
    if name == "loss" and not list(layout.rows([sample])):
        return  # nothing in it can be learned, and there is no row
    reading = LAYOUTS[name](document(layout, sample))
    dialogue = sample.dialogue
    assert compared(reading, dialogue) == []
    assert len(reading.turns) == len(dialogue.turns)
    if asked.thoughts and "thought" not in reading.lacks:
        assert [getattr(t, "thought", "") for t in reading.turns] == [getattr(t, "thought", "") for t in dialogue.turns]
    assert restored(reading, dialogue.turns, messages) == messages
