"""Run: a directory that keeps what was made, append-only and crash-safe.

    DIR/run.json            what the run is: written once, whole or not at all
    DIR/data/               the base data that it started from
    DIR/inputs/             other files that it rests on: test sets to exclude, personas
    DIR/blueprints.jsonl    one record a unit, in unit order
    DIR/trajectories.jsonl  one record a unit, in unit order
    DIR/replies.jsonl       what its models answered, in the order of arrival
    DIR/pending.jsonl       records that finished out of turn; gone when the run is complete
    DIR/lock                held by the one process that writes
    DIR/index.db            what the viewer looks up, with what SQLite keeps beside it; may be deleted at any time

A record that `flush` acknowledged survives `kill -9`. A finished log has the same bytes in whatever
order its units finished.
"""

from interplay.engine.run.config import FORMAT, RunConfig
from interplay.engine.run.directory import Run
from interplay.engine.run.log import OrderedLog
from interplay.engine.run.reader import Found, Records
from interplay.engine.run.writing import Flushed, Writing

__all__ = ["FORMAT", "Flushed", "Found", "OrderedLog", "Records", "Run", "RunConfig", "Writing"]
