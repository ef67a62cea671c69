"""Features: the types of columns, as the head of a dataset's card states them for `datasets`.

A call's arguments are JSON in a string, as OpenAI's services want them. Chat templates want an object: of a string they
write a quoted string, and a model learns that. Stated as JSON, the same files are read with objects in that place, and
tools that differ in their parameters are not filled up with each other's as nulls.
"""

from __future__ import annotations

from collections.abc import Iterable

FORMATS = ("openai", "loss", "preferences")
"""Whose rows have calls with arguments of their own; those of the others are texts throughout, or say it themselves."""

_CALLS = """\
    - name: tool_calls
      list:
      - name: id
        dtype: string
      - name: type
        dtype: string
      - name: function
        struct:
        - name: name
          dtype: string
        - name: arguments
          dtype: json
"""
_MESSAGES = f"""\
    list:
    - name: role
      dtype: string
    - name: content
      dtype: string
    - name: reasoning_content
      dtype: string
{_CALLS}    - name: tool_call_id
      dtype: string
"""
_SPANS = """\
    list:
    - name: message
      dtype: int64
    - name: field
      dtype: string
    - name: start
      dtype: int64
    - name: end
      dtype: int64
    - name: learn
      dtype: bool
    - name: reason
      dtype: string
"""
_TYPES = {
    "messages": _MESSAGES,
    "prompt": _MESSAGES,
    "chosen": _MESSAGES,
    "rejected": _MESSAGES,
    "completion": _MESSAGES,
    "tools": "    dtype: json\n",
    "spans": _SPANS,
    "reasons": "    list: string\n",
    "label": "    dtype: bool\n",
    "input_ids": "    list: int64\n",
    "assistant_masks": "    list: int64\n",
}
_WEIGHT = "    - name: weight\n      dtype: int64\n"
_TEXT = "    dtype: string\n"


def features(layout: str, names: Iterable[str]) -> str:
    """Lines of YAML for the head of a card; empty for a format that needs none.

    Args:
        layout: name of the format.
        names: of the rows' columns.
    """
    if layout not in FORMATS:
        return ""
    weighted = _MESSAGES + _WEIGHT if layout == "loss" else _MESSAGES
    types = {**_TYPES, "messages": weighted}
    return "dataset_info:\n  features:\n" + "".join(f"  - name: {name}\n{types.get(name, _TEXT)}" for name in names)
