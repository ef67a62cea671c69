"""Export: what was made, in the forms that others read.

Training data come from finished conversations, in this order:

    open_sources ── samples ─▶ Sample ── selection, lineage ─▶ format.rows ── writing ─▶ shards, card, manifest

- what is read: `sources`, `samples`, `dialogue`
- what is kept, and where it goes: `selection`, `tokens`, `distinctness`, `lineage`
- how it is laid out: `formats`, one module each
- what is written: `pipeline`, `writing`, `card`, `manifest`
- reading it back: `returning`
- blueprints as a public benchmark's tasks: `tau2`
"""
