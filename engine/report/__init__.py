"""Report: what a run made, on one page that opens from disk with no network; or two runs side by side.

The page is HTML with its styles and drawings in it, and without a script. A run is read once; what is kept of
it is counts, one line a blueprint where two are compared, and the few conversations that are shown.

    gathering   a run, read once
    picking     which conversations are shown
    section     what the page is made of: a finding in words, figures, tables
    making      sections about blueprints: the yield, the committee
    playing     sections about conversations: outcomes, lengths, success, what was wrong, tools, variety, cost
    versus      what differs between two runs, and which differences are noise
    writing     the page
"""

from interplay.engine.report.gathering import Gathered, gather
from interplay.engine.report.writing import write_report

__all__ = ["Gathered", "gather", "write_report"]
