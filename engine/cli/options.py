"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def playing(command: F) -> F:
    """How conversations are played, whatever run they belong to."""
    for option in (
        click.option("--strict", is_flag=True, help="Raise a defect of Interplay instead of recording it."),
        as_json,
        click.option(
            "--in-flight",
            type=click.IntRange(1, 100_000),
            default=256,
            show_default=True,
            help="Conversations at once.",
        ),
    ):
        command = option(command)
    return command


def as_json(command: F) -> F:
    """`--json`, for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")(command)
