"""Results: what a caller reads of what a method returned."""

from __future__ import annotations

from typing import Any

import msgspec

from interplay.engine.errors import ToolkitError

_encoder = msgspec.json.Encoder(order="deterministic")


def as_json(result: Any) -> str:
    """A result as an agent reads it: text as it is, anything else as JSON, in which keys and sets are sorted.

    Raises:
        ToolkitError: it cannot be written as JSON.
    """
    try:
        if isinstance(result, str):
            return result.encode().decode()  # half of a character cannot be written in a record
        return _encoder.encode(result).decode()
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise ToolkitError(
            f"a {type(result).__name__} that cannot be written as JSON ({error}); return text, numbers, lists, "
            "dictionaries, dataclasses or msgspec structs"
        ) from None
