"""Returning: an export read back, and verified again.

A row is read from its format's layout, joined with what its agent never saw, and compared with the run word for word;
then its calls are run again, it is judged again, and it has to come to what the run recorded.

    audit         a whole export, file by file, and what was found
    recognising   what format a file is in, and who checks its rows
    rows          what stands in a file, row by row
    layouts       rows of each format read back into conversations
    reading       a conversation in a row, and how it is otherwise than the run's
    checking      one row against its run; `pairs` where rows are parts of conversations
    runs, recall  where the runs are, and their units by number
"""

from interplay.engine.export.returning.audit import Audit, Place, audit
from interplay.engine.export.returning.rows import FileRow

__all__ = ["Audit", "FileRow", "Place", "audit"]
