"""The benchmark's package is the user's own; where it is absent, what needs it says so loudly."""

from __future__ import annotations

import pytest

from interplay.domains.bfcl.package import VARIABLE, VERSION, installed


@pytest.fixture(scope="session")
def package() -> None:
    """The package bfcl-eval, without which a test does not run."""
    if not installed():
        pytest.skip(
            f"BFCL NOT RUN: the package bfcl-eval is not installed. pip install --no-deps bfcl-eval=={VERSION} mpmath, "
            f"or set {VARIABLE}."
        )
