"""A conversation with the lending library, as others write it down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from interplay.engine.blueprint import Blueprint
from interplay.engine.edition import Edition
from interplay.engine.environment import Environment
from interplay.engine.forge.checks import Validated
from interplay.engine.forge.drafting import draft
from interplay.engine.grading.shelf import Shelf
from interplay.engine.messages import ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import generate, tiny_domain

TINY = tiny_domain()
BASE = generate(Seed.root(1), 5)
MADE = [draft(TINY, BASE, Seed.root(2).child(n), f"tiny-{n}") for n in range(12)]
RENEWAL = next(each for each in MADE if each.truth.changes)
LOAN: str = RENEWAL.blueprint.actions[-1].arguments["loan_id"]


@pytest.fixture
def shelf() -> Shelf:
    """The library with its blueprints."""
    return Shelf(Edition(domain=TINY, read=TINY.read), BASE, [each.blueprint for each in MADE])


@pytest.fixture
def renewal() -> Blueprint:
    """Somebody who wants to renew a loan."""
    return RENEWAL.blueprint


@pytest.fixture
def validated() -> Validated:
    """The same with what its actions do."""
    return RENEWAL


@pytest.fixture
def loan() -> str:
    """The loan's id."""
    return LOAN


@pytest.fixture
def chat() -> list[dict[str, Any]]:
    """How it is renewed, in OpenAI's messages."""
    environment = Environment(TINY.tools, BASE.fork())

    def called(id: str, tool: str) -> list[dict[str, Any]]:  # noqa: A002
        result = environment.apply(ToolCall(call_id=id, tool=tool, arguments={"loan_id": LOAN}))
        function = {"name": tool, "arguments": msgspec.json.encode({"loan_id": LOAN}).decode()}
        return [
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": id, "type": "function", "function": function}],
            },
            {"role": "tool", "tool_call_id": id, "content": result.content},
        ]

    return [
        {"role": "system", "content": "You are a librarian."},
        {"role": "user", "content": RENEWAL.blueprint.goals[0].wish},
        {"role": "assistant", "content": "Which loan is it?"},
        {"role": "user", "content": f"The loan is {LOAN}."},
        *called("a", "get_loan"),
        {"role": "assistant", "content": f"I can renew loan {LOAN} by two weeks. Shall I?"},
        {"role": "user", "content": [{"type": "text", "text": "Yes, please."}]},
        *called("b", "renew_loan"),
        {"role": "assistant", "content": f"Loan {LOAN} has been renewed by two weeks."},
        {"role": "user", "content": "Thanks, bye. ###STOP###"},
    ]


@pytest.fixture
def simulated(chat) -> list[dict[str, Any]]:
    """The same in the messages of the newer project."""
    found: list[dict[str, Any]] = []
    for message in chat[1:]:
        calls = [
            {"id": c["id"], "name": c["function"]["name"], "arguments": {"loan_id": LOAN}, "requestor": "assistant"}
            for c in message.get("tool_calls", ())
        ]
        text = message["content"]
        said = text if isinstance(text, str | None) else text[0]["text"]
        if message["role"] == "tool":
            found.append({"role": "tool", "id": message["tool_call_id"], "content": said, "requestor": "assistant"})
        else:
            found.append({"role": message["role"], "content": said, "tool_calls": calls or None})
    return found


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of one JSON value, or of several, each on a line."""

    def make(*documents: Any) -> Path:
        path = tmp_path / "conversations.json"
        path.write_bytes(
            b"\n".join(each if isinstance(each, bytes) else msgspec.json.encode(each) for each in documents)
        )
        return path

    return make
