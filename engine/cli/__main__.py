"""`python -m interplay.engine.cli` is `interplay`."""

from interplay.engine.cli import main

main()
