"""Tokens: how long a conversation is for the model that shall learn it, as its own tokenizer and chat template say.

A tokenizer is a directory on this machine, and nothing is ever fetched. Without one the length is an estimate. A
conversation is always rendered whole, with its tools: a template writes what it writes with all of it in view.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.export.dialogue import AgentTurn, CallTurn, Dialogue, ResultTurn, Turn, UserTurn

CHARACTERS = 4
"""Characters of English and JSON that make a token, about."""
_MARKS = re.compile(r"\{%[-+]?\s*generation\s*[-+]?%\}")


class ChatTokenizer:
    """A tokenizer with a chat template.

    Args:
        path: directory that holds it.

    Raises:
        UsageError: transformers is not installed, or the directory holds no tokenizer, none with a chat template,
            or none that says where in the text its tokens stand; says what to do.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.resolve().name
        self._tokenizer = _load(path)
        if not self._tokenizer.chat_template:
            raise UsageError(
                f"the tokenizer in {path} has no chat template, so nobody can say how it would write a conversation; "
                "put the model's chat_template.jinja beside it, or take the tokenizer of the model's chat variant"
            )
        if not self._tokenizer.is_fast:
            raise UsageError(
                f"the tokenizer in {path} does not say where in the text its tokens stand; "
                "take one that has a tokenizer.json"
            )
        self._tokenizer.model_max_length = 1 << 60  # else what is longer is complained about, and cut by nobody

    @property
    def marks_agent(self) -> bool:
        """Whether its template marks what the agent says, with {% generation %}."""
        template = self._tokenizer.chat_template
        every = template.values() if isinstance(template, dict) else [template]
        return any(_MARKS.search(each) for each in every)

    def length(self, dialogue: Dialogue) -> int:
        """Tokens of a conversation."""
        return len(self._applied(dialogue, thoughts=False, tokenize=True, return_dict=True)["input_ids"])

    def text(self, dialogue: Dialogue, *, thoughts: bool) -> str:
        """A conversation as the template writes it."""
        found: str = self._applied(dialogue, thoughts=thoughts, tokenize=False)
        return found

    def marked(self, dialogue: Dialogue, *, thoughts: bool) -> tuple[list[int], list[int], list[tuple[int, int]]]:
        """Its tokens; for each 1 where the template marks it as the agent's; and where in the text it stands."""
        found = self._applied(
            dialogue,
            thoughts=thoughts,
            tokenize=True,
            return_dict=True,
            return_assistant_tokens_mask=True,
            tokenizer_kwargs={"return_offsets_mapping": True},
        )
        return found["input_ids"], found["assistant_masks"], found["offset_mapping"]

    def _applied(self, dialogue: Dialogue, *, thoughts: bool, **how: Any) -> Any:
        messages, tools = _messages(dialogue, thoughts=thoughts), list(dialogue.tools.objects) or None
        try:
            return self._tokenizer.apply_chat_template(messages, tools=tools, **how)
        except Exception as error:  # a template is a program of somebody else's, and may raise anything
            raise UsageError(
                f"the chat template of {self.path} cannot write a conversation with tools: {_line(error)}"
            ) from None


class TokenCounter:
    """Counts the tokens of conversations.

    Args:
        tokenizer: the model's; None: estimate.
    """

    def __init__(self, tokenizer: ChatTokenizer | None = None) -> None:
        self._tokenizer = tokenizer

    @classmethod
    def open(cls, path: Path | None) -> TokenCounter:
        """A counter with the tokenizer in a directory; None: one that estimates.

        Raises:
            UsageError: as `ChatTokenizer`.
        """
        return cls(None if path is None else ChatTokenizer(path))

    @property
    def exact(self) -> bool:
        """Whether it counts and does not estimate."""
        return self._tokenizer is not None

    @property
    def name(self) -> str:
        """Of the tokenizer; empty for an estimate."""
        return "" if self._tokenizer is None else self._tokenizer.name

    def count(self, dialogue: Dialogue) -> int:
        """Tokens of one conversation, with its system message and tools.

        Raises:
            UsageError: the chat template cannot write it.
        """
        if self._tokenizer is not None:
            return self._tokenizer.length(dialogue)
        characters = len(dialogue.system) + len(dialogue.tools.text) + sum(map(_characters, dialogue.turns))
        return -(-characters // CHARACTERS)


def _messages(dialogue: Dialogue, *, thoughts: bool) -> list[dict[str, Any]]:
    """A dialogue as templates read it: the messages that rows have, with arguments as objects."""
    return [{"role": "system", "content": dialogue.system}, *(_message(turn, thoughts) for turn in dialogue.turns)]


def _message(turn: Turn, thoughts: bool) -> dict[str, Any]:
    match turn:
        case UserTurn():
            return {"role": "user", "content": turn.text}
        case ResultTurn():
            return {"role": "tool", "tool_call_id": turn.call_id, "content": turn.content}
        case AgentTurn():
            message: dict[str, Any] = {"role": "assistant", "content": turn.text}
        case CallTurn():
            function = {"name": turn.tool, "arguments": turn.arguments}
            calls = [{"id": turn.call_id, "type": "function", "function": function}]
            message = {"role": "assistant", "content": "", "tool_calls": calls}
    return message | {"reasoning_content": turn.thought} if thoughts and turn.thought else message


def _characters(turn: Turn) -> int:
    match turn:
        case UserTurn() | AgentTurn():
            return len(turn.text)
        case CallTurn():
            return len(turn.tool) + len(msgspec.json.encode(turn.arguments))
        case ResultTurn():
            return len(turn.content)


def _load(path: Path) -> Any:
    if not path.is_dir():
        raise UsageError(
            f"there is no directory {path}; --tokenizer takes one that holds a model's tokenizer.json, "
            "tokenizer_config.json and chat_template.jinja; nothing is downloaded"
        )
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when the library is imported
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # that there is no PyTorch, which it needs not here
    try:
        from transformers import AutoTokenizer
    except ImportError as error:
        raise UsageError(
            f"reading a tokenizer needs transformers ({_line(error)}): pip install 'interplay[tokens]'"
        ) from None
    try:  # its own code may run in nobody's process, and nobody is asked whether it may
        return AutoTokenizer.from_pretrained(str(path), local_files_only=True, trust_remote_code=False)
    except Exception as error:  # whatever it is made of, it raises in many ways
        raise UsageError(
            f"{path} holds no tokenizer that transformers can read ({_line(error)}); it takes the directory that "
            "`save_pretrained` writes, with tokenizer.json and tokenizer_config.json"
        ) from None


def _line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
