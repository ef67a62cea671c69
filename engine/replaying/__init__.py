"""Replaying: what others recorded, run again on our tools and compared part by part.

A recording is another implementation's behaviour as data. Whatever its form, replaying it gives the same:
the checks that were made, and what ours did, written in the recording's own form.

- what comes of a replay, and counting it: `checks`, `comparison`
- one recorded call: `calls`
- the forms: `sessions`, `tasks`, `conversations`, `scripts`, told apart by content in `forms`
- the world that a recording is about: `stage`
- many files at once: `collection`
"""
