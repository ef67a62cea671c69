"""BFCL: the public benchmark's multi-turn conversations, with its own classes and data.

Both are read from the package `bfcl-eval` where the user has it; nothing of it is part of this one. Every
class is an object of a toolkit, every conversation a script: what the human says is given word for word,
and state and results are compared turn by turn. Importing this needs no package; the tools and the data do.
"""

from __future__ import annotations

from interplay.domains.bfcl.blueprints import NAME, every_blueprint, write
from interplay.domains.bfcl.recorded import replay_script
from interplay.domains.bfcl.world import BfclDatabase, Later, generate, world
from interplay.engine.domain import Domain
from interplay.engine.toolkit.kit import ToolkitDatabase
from interplay.engine.toolkit.world import SpokenPolicy

DOMAIN: Domain[ToolkitDatabase] = Domain(
    name=NAME,
    summary="the public benchmark BFCL v3, multi-turn: eight toolkits and 800 scripts; needs the package bfcl-eval",
    database=BfclDatabase,
    tools_in_order=Later(lambda: world().tools),
    policy=SpokenPolicy("Do what the user asks with the tools that you have, and tell them when you are done."),
    generate=generate,
    write=write,
    default_size=1,
    setups=Later(lambda: world().setups),
    scripts=every_blueprint,
    replay_script=replay_script,
)
