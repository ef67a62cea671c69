"""Statistics: what a run holds, counted.

Units are added one at a time and forgotten. What is counted is small by nature (tools, codes, traits,
lengths), except the number of distinct things; that is exact up to a limit and estimated beyond, so that
memory stays bounded however long the run.

    report      everything about a run, added up
    making      Phase 1: the yield, where attempts fell, difficulty, reviewers
    asked       what the run was asked for, and what its models used
    passing     pass^k and pass@k with their intervals, and attempts needed
    funnel      how far attempts at writing a blueprint came
    comparing   differences with their intervals, and the chance of them
    observing   what is kept of a run to set it beside another
    contrast    two runs side by side, measure by measure
    variety     how unlike each other the words and the calls are
    spread, distinct    what the others count with
"""

from interplay.engine.statistics.asked import Asked, asked_of, bill_of
from interplay.engine.statistics.report import Report, Statistics, ending_name

__all__ = ["Asked", "Report", "Statistics", "asked_of", "bill_of", "ending_name"]
