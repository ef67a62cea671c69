"""Importing: a checkout of a public benchmark becomes blueprints, and is audited on the way.

- reading what others wrote, as it is: `checkouts`, `files`, `literals`, `tau`, `tau2`
- one shape for the tasks of both: `cases`, and what comes of running one: `rehearsal`
- what is wrong with them: `audit`, with `conduct`, `lookups`, `identities`, `telling`, `findings`
- what is made of them: `blueprints`, `world`, `writing`, `report`
"""
