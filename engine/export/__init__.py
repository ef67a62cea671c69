"""Export: what we made, as others' tools read it.

- `tau2`: blueprints as the newer public benchmark's task files
"""
