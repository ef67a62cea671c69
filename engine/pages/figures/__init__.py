"""Figures: what was counted, drawn as inline SVG.

Drawn here and by no plotting library, for three reasons. A figure takes its colours from the page's custom
properties by classes alone, so that one drawing serves the light and the dark theme and paper. It needs no
script, no font and no network. And every text in it, whoever wrote it, goes through markupsafe on its way
in: a drawing cannot be made that holds a name's markup as markup.

A figure is 400 units wide and grows with its page, so that its letters are as large on a telephone as on a
desk. Several series are compared runs: each has a colour, and a pattern or a shape besides. What is drawn
stands below as a table, to be read aloud and copied.

    histogram   how often each number occurred
    bars        counts by name, and what share each is
    shares      chances with their 95 % intervals
    figure      what all of them are in the end: a drawing, its words, its table
    scales, drawing     what they are made of
"""

from interplay.engine.pages.figures.bars import bars
from interplay.engine.pages.figures.figure import Figure
from interplay.engine.pages.figures.histogram import histogram
from interplay.engine.pages.figures.shares import shares

__all__ = ["Figure", "bars", "histogram", "shares"]
