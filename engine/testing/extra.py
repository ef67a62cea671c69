"""The extra: what a module says that needs hypothesis where there is none."""

from __future__ import annotations


def no_hypothesis(module: str) -> ModuleNotFoundError:
    """The error that tells how to install hypothesis.

    Args:
        module: which needs it, dotted.
    """
    return ModuleNotFoundError(
        f"{module} needs hypothesis, which is not installed; install it with: pip install 'interplay[testing]'",
        name="hypothesis",
    )
