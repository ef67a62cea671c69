"""Index: what a run, or a directory of runs, holds, so that lists and counts need not read it again.

It is one SQLite database beside the runs, a cache that may be deleted at any time. It keeps a line of each
conversation, what was made of each unit, the words that were said, and where each record stands; a
conversation itself is read from its run when somebody opens it.

    values      what is asked and what is answered
    schema      the tables
    store       the database file, and a connection for each thread
    digest      what is kept of a record; batch puts it into the tables
    files       a run's logs and journal, read on; register: which runs there are; builder reads them in
    words       what stands in a search box
    matching    which conversations fit a query; searching lists them, counting counts them
    fetching    one unit, read where it stands; standing: whether somebody writes a run
    catalogue   all of it behind one door
"""

from interplay.engine.index.catalogue import Index
from interplay.engine.index.values import SCORED, Hits, Progress, Query, Row, RunEntry, Tally

__all__ = ["SCORED", "Hits", "Index", "Progress", "Query", "Row", "RunEntry", "Tally"]
