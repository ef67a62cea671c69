"""The engine: from a world to verified conversations, knowing no world and no agent by name.

The map, in the order in which data flows:

    Domain ── sample ─▶ Candidate ── check, review ─▶ Blueprint ── play ─▶ Trajectory ── verify ─▶ Verdict ── Run

- what a world is: `domain`, `registration`, `edition`, `database`, `patch`, `tools`, `extras`, `policy`, `graph`
- what makes one: `scaffold` to begin with, `worldkit` for its author, `toolkit` out of Python objects
- what is made of it first: `blueprint`, `truth`, `forge`, `personas`
- who talks, and how: `messages`, `channels`, `actors`, `casting`, `environment`, `conversation`
- language models, for whoever asks one: `models`, `deliberation`, `screening`
- what it was worth: `telling`, `confirmation`, `turns`, `verifier`, `attribution`, `trajectory`
- many of them, kept: `settings`, `hiring`, `crew`, `seeds`, `scheduler`, `progress`, `playing`, `generation`, `run`,
  `whole`, and `errors` for all
- looking back: `units`, `index`, `inspection`, `reverify`, `statistics`
- what others made and recorded: `importing`, `replaying`, `grading`
- doors: `cli`, `export`, `view`, `report` and the `pages` that these two show, `testing`; `inert` text for all of them

Everything is imported from the module that it lives in; this package itself imports nothing.
"""

__all__ = [
    "actors",
    "attribution",
    "blueprint",
    "casting",
    "channels",
    "cli",
    "confirmation",
    "conversation",
    "crew",
    "database",
    "deliberation",
    "domain",
    "edition",
    "environment",
    "errors",
    "export",
    "extras",
    "forge",
    "generation",
    "grading",
    "graph",
    "hiring",
    "importing",
    "index",
    "inert",
    "inspection",
    "messages",
    "models",
    "pages",
    "patch",
    "personas",
    "playing",
    "policy",
    "progress",
    "registration",
    "replaying",
    "report",
    "reverify",
    "run",
    "scaffold",
    "scheduler",
    "screening",
    "seeds",
    "settings",
    "statistics",
    "telling",
    "testing",
    "toolkit",
    "tools",
    "trajectory",
    "truth",
    "turns",
    "units",
    "verifier",
    "view",
    "whole",
    "worldkit",
]
