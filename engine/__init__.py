"""The engine: from a world to verified conversations, knowing no world and no agent by name.

The map, in the order in which data flows:

    Domain ── write ─▶ Candidate ── validate ─▶ Blueprint ── play ─▶ Played ── verify ─▶ Verdict ── Run

- what a world is: `domain`, `database`, `patch`, `tools`, `policy`, `graph`
- what is made of it first: `blueprint`, `truth`, `forge`
- who talks, and how: `messages`, `channels`, `actors`, `casting`, `environment`, `conversation`
- what it was worth: `telling`, `confirmation`, `verifier`, `trajectory`
- many of them, kept: `seeds`, `scheduler`, `progress`, `generation`, `run`, and `errors` for all
- looking back: `units`, `reverify`, `replay`, `statistics`
- doors: `cli`, `testing`

Everything is imported from the module that it lives in; this package itself imports nothing.
"""

__all__ = [
    "actors",
    "blueprint",
    "casting",
    "channels",
    "cli",
    "confirmation",
    "conversation",
    "database",
    "domain",
    "environment",
    "errors",
    "forge",
    "generation",
    "graph",
    "messages",
    "patch",
    "policy",
    "progress",
    "replay",
    "reverify",
    "run",
    "scheduler",
    "seeds",
    "statistics",
    "telling",
    "testing",
    "tools",
    "trajectory",
    "truth",
    "units",
    "verifier",
]
