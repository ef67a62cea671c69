"""Testing: what we ship to people who test their own worlds and agents.

`check_domain` tells what is wrong with a world. `domain_machine` and `calls` walk it with hypothesis,
which is an extra, `interplay[testing]`, and imported only when one of them is asked for.
`unenforced_rules` finds the rules that a world's tools leave to the agent, and `play_blueprints` lets the
scripted actors play its tasks. The doubles are actors that do what a test says, and `tiny_domain` is a world
to let them play in.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from interplay.engine.testing.call import Call
from interplay.engine.testing.contract import check_domain
from interplay.engine.testing.doubles import (
    FloodingAgent,
    HangingActor,
    RaisingActor,
    SayingHuman,
    ScriptedAgent,
    SilentActor,
)
from interplay.engine.testing.enforcement import Unenforced, policy_property, unenforced_rules
from interplay.engine.testing.findings import Finding
from interplay.engine.testing.playing import Performance, play_blueprints
from interplay.engine.testing.survey import Rejection, Survey, survey_writer
from interplay.engine.testing.tiny import tiny_domain
from interplay.engine.testing.walker import Property

if TYPE_CHECKING:
    from interplay.engine.testing.machine import domain_machine
    from interplay.engine.testing.walk import calls, walks

_WITH_HYPOTHESIS = {
    "calls": "interplay.engine.testing.walk",
    "domain_machine": "interplay.engine.testing.machine",
    "walks": "interplay.engine.testing.walk",
}

__all__ = [
    "Call",
    "Finding",
    "FloodingAgent",
    "HangingActor",
    "Performance",
    "Property",
    "RaisingActor",
    "Rejection",
    "SayingHuman",
    "ScriptedAgent",
    "SilentActor",
    "Survey",
    "Unenforced",
    "calls",
    "check_domain",
    "domain_machine",
    "play_blueprints",
    "policy_property",
    "survey_writer",
    "tiny_domain",
    "unenforced_rules",
    "walks",
]


def __getattr__(name: str) -> Any:
    """What needs hypothesis, imported when it is first asked for."""
    if name not in _WITH_HYPOTHESIS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WITH_HYPOTHESIS[name]), name)
