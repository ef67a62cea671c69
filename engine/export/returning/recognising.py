"""Recognising: what format a file of rows is in, and with which settings a row was written.

A manifest says both. A file alone says the first by its suffix and its first row, and the second row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from interplay.engine.errors import DataError, UsageError
from interplay.engine.export.formats import FORMATS, Format, Settings, load_format
from interplay.engine.export.returning.layouts import HEADING
from interplay.engine.export.returning.rows import rows_of

SUFFIXES = (".jsonl", ".parquet")


def format_of(path: Path) -> str:
    """The format of a file, told from its suffix and its first row.

    Raises:
        UsageError: it is neither there nor of a known suffix, or its first row is like none.
        DataError: it cannot be read, or holds no row.
    """
    if not path.is_file():
        raise UsageError(f"there is no export at {path}: no such file or directory")
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path} is no export: a file of rows ends in {' or '.join(SUFFIXES)}")
    if path.suffix == ".parquet":
        return "parquet"
    first = next(rows_of(path), None)
    if first is None:
        raise DataError(f"{path} holds no row")
    found = _recognised(first.document or {})
    if not found:
        raise UsageError(
            f"nobody can tell the format of {path} from its first row; say it with --format: {', '.join(FORMATS)}"
        )
    return found


def _recognised(document: Mapping[str, Any]) -> str:
    columns = set(document)
    if "conversations" in columns:
        return "sharegpt"
    if "chosen" in columns or "completion" in columns:
        return "preferences"
    if "messages" not in columns:
        return ""
    if "spans" in columns:
        return "loss"
    return "xlam" if any(_answers_nobody(each) for each in _messages(document)) else "openai"


def _answers_nobody(message: Mapping[str, Any]) -> bool:
    """Whether a message is one of xlam's alone: an answer without an id, or the instruction for calls."""
    if message.get("role") == "system":
        return HEADING in str(message.get("content"))
    return message.get("role") == "tool" and "tool_call_id" not in message


class Formats:
    """One format, with the settings with which each row was written.

    Args:
        name: of the format.
        options: what the manifest says was asked for; None where there is none.
        tokenizer: with which tokens in the rows are made again; None: they are left alone.

    Raises:
        UsageError: there is no such format.
    """

    def __init__(self, name: str, options: Mapping[str, Any] | None, tokenizer: Path | None = None) -> None:
        self.name, self._options, self._tokenizer = name, options, tokenizer
        self._loaded: dict[Settings, Format] = {}
        self.of({})

    def of(self, document: Mapping[str, Any]) -> Format:
        """The format as it wrote this row.

        Args:
            document: the row; what the manifest does not say is told from it.
        """
        settings = self._told(document) if self._options is None else _asked(self._options)
        if "input_ids" in document:
            settings = settings._replace(tokenizer=self._tokenizer)
        if settings not in self._loaded:
            self._loaded[settings] = load_format(self.name, settings)
        return self._loaded[settings]

    def _told(self, document: Mapping[str, Any]) -> Settings:
        """With what a row was written, as far as it tells."""
        found = list(_messages(document))
        return Settings(
            thoughts=any(each.get("reasoning_content") for each in found),
            arguments="object" if any(_called_with_object(each) for each in found) else "string",
            preference="singles" if "completion" in document else "pairs",
        )


def _asked(options: Mapping[str, Any]) -> Settings:
    """With what rows were written, as a manifest says it: what stands there differs from the default.

    Raises:
        DataError: it says what cannot be asked for.
    """
    wanted = {name: options[name] for name in ("thoughts", "arguments", "preference") if name in options}
    try:
        return Settings(**msgspec.structs.asdict(msgspec.convert(wanted, _Wanted)))
    except msgspec.ValidationError as error:
        raise DataError(f"the options in the manifest cannot be: {error}") from None


class _Wanted(msgspec.Struct):
    """Options that rows are laid out by."""

    thoughts: bool = False
    arguments: Literal["string", "object"] = "string"
    preference: Literal["pairs", "singles"] = "pairs"


def _messages(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Whatever in a row may be a message; nothing is known of it yet."""
    for column in ("messages", "prompt", "chosen", "rejected", "completion"):
        found = document.get(column)
        yield from (each for each in (found if isinstance(found, list) else ()) if isinstance(each, dict))


def _called_with_object(message: Mapping[str, Any]) -> bool:
    calls = message.get("tool_calls")
    functions = [each.get("function") for each in calls if isinstance(each, dict)] if isinstance(calls, list) else []
    return any(isinstance(each, dict) and isinstance(each.get("arguments"), dict) for each in functions)
