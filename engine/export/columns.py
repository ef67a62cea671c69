"""Columns: what the columns of each format's rows mean, for the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from interplay.engine.forge.difficulty import DIMENSIONS


class Column(NamedTuple):
    """A column."""

    name: str
    type: str
    about: str
    """One sentence or two, in Markdown of ours."""


_MESSAGES = "list of {role, content, tool_calls, tool_call_id}"
_FUNCTIONS = "list of OpenAI function objects"
_THOUGHTS = "What the agent thought stands in `reasoning_content` where that was asked for."

_COMMON = (
    Column("id", "string", "RUN/UNIT/TRIAL of the conversation, and after `#` what part of it the row is."),
    Column("blueprint", "string", "Id of the task. Rows with the same one are plays of the same task."),
    Column("domain", "string", "Name of the world."),
)

_OUTCOME = Column(
    "outcome",
    "string",
    "What became of the conversation: `verified`, `rejected`, or `failed:` and whose failure it was.",
)

_CHAT = (
    Column(
        "messages",
        _MESSAGES,
        "The conversation as the agent saw it, in OpenAI's roles, the system message with the policy first. "
        "A call stands alone in its message; its answer has the same id. It ends with the agent's last message. "
        + _THOUGHTS,
    ),
    Column("tools", _FUNCTIONS, "Every tool that the agent had been offered by the end."),
)

_OWN: dict[str, tuple[Column, ...]] = {
    "openai": _CHAT,
    "sharegpt": (
        Column(
            "conversations",
            "list of {from, value}",
            "The conversation as the agent saw it. `human` and `gpt` speak; the value of `function_call` is a JSON "
            "object with `name` and `arguments`, and `observation` is what the call came to.",
        ),
        Column("system", "string", "The policy that the agent was given."),
        Column("tools", "string", "Every tool that the agent had, as a JSON array."),
    ),
    "xlam": (
        Column(
            "messages",
            "list of {role, content}",
            "The conversation as the agent saw it. A call is a JSON array of `name` and `arguments`, bare, as the "
            "content of the agent's message; the instruction for it stands in the system message, after the policy.",
        ),
        Column("tools", _FUNCTIONS, "Every tool that the agent had been offered by the end."),
    ),
    "parquet": (
        *_CHAT[:1],
        Column(
            "tools", "JSON", "Every tool that the agent had been offered by the end: a list of OpenAI function objects."
        ),
        Column("verified", "boolean", "Whether it was accepted."),
        Column("reward", "number", "1.0 where nothing was wrong, else 0.0; null where there is no verdict."),
        Column("progress", "number", "Share of what was wanted that was met, 0.0 to 1.0."),
        Column("verdict", "record", "What was met, part by part; null where nobody could judge."),
        Column("faults", "list of strings", "What was wrong, in short; empty where nothing was."),
        Column("fault", "string", "Whose fault it was, `human` or `agent`, where it was not accepted."),
        Column("ending", "string", "How the conversation ended."),
        Column("difficulty", "record", f"How hard the task is, counted: {', '.join(DIMENSIONS)}."),
        Column("traits", "list of strings", "What makes the task hard."),
        Column("parents", "list of strings", "Ids of the tasks that it was joined from."),
        Column("turns", "integer", "Messages of the person."),
        Column("calls", "integer", "Calls of the agent."),
        Column("tokens", "integer", "How long the conversation is; null where tokens were not counted."),
        Column("run", "string", "Name of the run."),
        Column("unit", "integer", "Number of the task in its run."),
        Column("trial", "integer", "Which play of the task it is, from 0."),
        Column("seed", "string", "Digest of the conversation's seed: with the same one, the same is played."),
        Column("run_seed", "string", "Seed of the run."),
        Column("data_digest", "string", "Digest of the data that the run started from."),
        Column("interplay", "string", "Version that made the run."),
    ),
    "loss": (
        *_CHAT,
        Column(
            "spans",
            "list of {message, field, start, end, learn, reason}",
            "All that the agent said, thought and called, cut where learning begins and ends: characters of a field of "
            "a message, whether to learn them, and why not. An agent's message also has OpenAI's `weight`, 0 where "
            "something in it is not to be learned.",
        ),
        Column("input_ids", "list of integers", "The conversation's tokens, as the tokenizer's template renders it."),
        Column("assistant_masks", "list of integers", "For each token 1 where it is to be learned, else 0."),
    ),
    "preferences": (
        Column("prompt", _MESSAGES, "All that the agent had seen, the system message first."),
        Column("chosen", _MESSAGES, "The better message, of a play that was verified."),
        Column("rejected", _MESSAGES, "The worse one in its place, of a play that was rejected."),
        Column("completion", _MESSAGES, "The message that is good or is not."),
        Column("label", "boolean", "Whether it is good: whether its play was verified."),
        Column("tools", _FUNCTIONS, "What the agent had been offered by then."),
        Column(
            "blamed",
            "string",
            "What the verdict on the worse play holds something against: `at` this message, at a `later` one, or at "
            "none, for what was left `undone` stands nowhere.",
        ),
        Column(
            "decided",
            "string",
            "Why this message: something is held against it (`blamed`), plays of other worth part here (`parted`), or "
            "all was done with it (`done`).",
        ),
        Column("reasons", "list of strings", "What is held against the message; empty where nothing is."),
        Column("chosen_id", "string", "RUN/UNIT/TRIAL of the better play."),
        Column("rejected_id", "string", "RUN/UNIT/TRIAL of the worse play."),
    ),
}


_SINGLES = ("completion", "label", "decided")
_PAIRS = ("chosen", "rejected", "blamed", "chosen_id", "rejected_id")
_TOKENS = ("input_ids", "assistant_masks")


def columns(format: str, options: Mapping[str, Any]) -> tuple[Column, ...]:  # noqa: A002
    """The columns of a format's rows.

    Args:
        format: its name.
        options: what was asked for, by name; some formats have other columns then.
    """
    absent: tuple[str, ...] = ()
    if format == "preferences":
        absent = _PAIRS if options.get("preference") == "singles" else _SINGLES
    elif format == "loss" and not options.get("tokenizer"):
        absent = _TOKENS
    common = _COMMON if format == "preferences" else (*_COMMON, _OUTCOME)
    return tuple(column for column in (*_OWN[format], *common) if column.name not in absent)
