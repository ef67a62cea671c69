"""Inspection: what is to be said of one conversation, message by message and field by field.

The command line, the viewer and the report show the same things of a conversation: what is wrong at which
message, what changed against what should have, every part of the verdict, whose fault it was and why. They are
found here once, as values; who shows them only says how they look.

    inspecting  a conversation with its calls run again, put together
    marks       what the verdict found wrong, at its message, and the verdict's parts
    state       the end against the expected end, step by step, and as rows and fields
    exchanges   calls with their results, the human's side and the agent's, turn by turn
"""

from interplay.engine.inspection.exchanges import Exchange, Moment, exchanges_of
from interplay.engine.inspection.inspecting import Inspection, inspect, world_of
from interplay.engine.inspection.marks import Detail, Mark, Part
from interplay.engine.inspection.state import Field, RowDiff, Step, rows_of, steps_of

__all__ = [
    "Detail",
    "Exchange",
    "Field",
    "Inspection",
    "Mark",
    "Moment",
    "Part",
    "RowDiff",
    "Step",
    "exchanges_of",
    "inspect",
    "rows_of",
    "steps_of",
    "world_of",
]
