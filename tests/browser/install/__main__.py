"""Install: finds the Chromium in which these tests open pages, or installs one.

    python tests/browser/install

It says nothing where there is one. INTERPLAY_BROWSER names another. Where none can be had, it says what to do and lets
the other tests run; with CI=true it fails. Needs nothing but Python.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAMED = "INTERPLAY_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
INSIDE = ("chromium-*/chrome-*/chrome", "chromium-*/chrome-*/*.app/Contents/MacOS/*")
PACKAGES = ("chromium", "fonts-liberation", "fonts-dejavu-core")
ADVICE = f"""Install Chromium or Chrome (Debian: apt-get install chromium; else: python -m playwright install chromium),
or name one: {NAMED}=/path/to/chrome"""
LINES = 5
"""So many last lines are repeated of a command that failed."""


def find_browser() -> str | None:
    """Path of a Chromium: the one that is named, else one on PATH, else one of Playwright's own."""
    named = os.environ.get(NAMED)
    if named:
        return shutil.which(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    for place in [own] * bool(own) + [*PLACES]:
        if found is None:
            files = (file for inside in INSIDE for file in sorted(Path(place).expanduser().glob(inside)))
            found = next((str(file) for file in files if os.access(file, os.X_OK)), None)
    return found


def install() -> list[str]:
    """Install one, first as the system's package, then as Playwright's own.

    Returns:
        What was tried in vain, in words; it did not help where there is still no browser.
    """
    failed: list[str] = []
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        _attempt(failed, ("apt-get", "-qq", "update"))
        _attempt(failed, ("apt-get", "-qq", "install", "-y", "--no-install-recommends", *PACKAGES))
    if find_browser() is None:
        _attempt(failed, (sys.executable, "-m", "playwright", "install", "chromium"))
    return failed


def _attempt(failed: list[str], command: Sequence[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        said = done.stdout.decode(errors="replace").splitlines()[-LINES:]
        failed.append("\n".join([f"{' '.join(command)}: failed with {done.returncode}", *said]))


def main() -> int:
    """Find or install; the exit code is 1 where there is no browser and CI=true."""
    if find_browser() is not None:
        return 0
    if os.environ.get(NAMED):
        tried = [f"{NAMED} names {os.environ[NAMED]}, which is no program."]
    else:
        print("Setting up: Chromium, for tests/browser", file=sys.stderr)
        tried = install()
        if find_browser() is not None:
            return 0
    print("\n".join(["NO BROWSER: the tests in tests/browser are skipped.", *tried, ADVICE]), file=sys.stderr)
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
