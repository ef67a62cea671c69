"""Preferences: pairs where two plays part, and singles with a label."""

from __future__ import annotations

import msgspec
from tests.engine.export.plays import SOURCE, WRITES, calls, hears, play, reads, says

from interplay.engine.export.formats import Settings, load_format
from interplay.engine.export.parting import ENDED_FIRST, HUMAN_FIRST, NEVER, NO_BETTER, TOOL_FIRST, part
from interplay.engine.policy import Violation
from interplay.engine.verifier import FalseClaim

ASKED = says("Shall I?")
BROKEN = {"policy": False, "violations": (Violation(rule="ask-first", section="Work", message=1, text=""),)}
GOOD = play(0, hears("Hi"), ASKED, hears("Yes."), calls("1", WRITES), reads("1"), says("Done."))
BAD = play(1, hears("Hi"), calls("1", WRITES), reads("1"), says("Done."), **BROKEN)


def rows(*samples, preference="pairs"):
    layout = load_format("preferences", Settings(preference=preference))
    found = [msgspec.json.decode(msgspec.json.encode(row)) for row in layout.rows(samples)]
    return found, dict(layout.left_out)


def test_a_pair_is_what_both_saw_and_the_messages_in_which_they_part():
    (row,), left_out = rows(GOOD, BAD)
    assert [message["role"] for message in row["prompt"]] == ["system", "user"]
    assert row["prompt"][0]["content"] == SOURCE.system
    assert row["chosen"] == [{"role": "assistant", "content": "Shall I?"}]
    assert row["rejected"][0]["tool_calls"][0]["function"]["name"] == WRITES
    assert (row["blamed"], row["reasons"]) == ("at", ["policy:ask-first"])
    assert (row["chosen_id"], row["rejected_id"]) == ("by_hand/0/0", "by_hand/0/1")
    assert {tool["function"]["name"] for tool in row["tools"]} == set(SOURCE.domain.tools)
    assert not left_out


def test_a_mistake_after_the_parting_and_one_that_left_something_undone_are_told_apart():
    later = play(1, hears("Hi"), says("Hm."), hears("Yes."), says("Sent."), false_claims=(FalseClaim(3, "Sent."),))
    undone = play(2, hears("Hi"), says("No."), state=False)
    found, _ = rows(GOOD, later, undone)
    assert [row["blamed"] for row in found] == ["later", "undone"]


def test_there_is_no_pair_where_the_human_or_a_tool_differed_first_or_nothing_did():
    def bad(*messages):
        return play(1, *messages, **BROKEN)

    better = play(0, hears("Hi"), calls("a"), reads("a", "1"), says("Done."))
    assert part(better, bad(hears("Hello"), says("No.")), thoughts=False) == HUMAN_FIRST
    assert part(better, bad(hears("Hi"), calls("b"), reads("b", "2"), says("No.")), thoughts=False) == TOOL_FIRST
    assert part(better, bad(hears("Hi"), calls("b")), thoughts=False) == ENDED_FIRST
    assert part(better, bad(hears("Hi"), calls("b"), reads("b", "1"), says("Done.")), thoughts=False) == NEVER
    unread = play(0, hears("Hi"), calls("a"), reads("a", "?", "bad_arguments"), says("Done."))
    assert part(unread, bad(hears("Hi"), says("No.")), thoughts=False) == NO_BETTER


def test_thoughts_part_two_plays_only_where_they_are_asked_for():
    one = play(0, hears("Hi"), says("Yes.", "I may"), hears("Go"), says("Done."))
    other = play(1, hears("Hi"), says("Yes.", "I must"), hears("Go"), says("No."), state=False)
    assert part(one, other, thoughts=False).better.turns == 3
    assert part(one, other, thoughts=True).better.turns == 1


def test_the_same_pair_is_there_once_whatever_the_ids_of_its_calls():
    again = play(2, hears("Hi"), calls("7", WRITES), reads("7"), says("Oh."), **BROKEN)
    found, left_out = rows(GOOD, BAD, again)
    assert len(found) == 1
    assert left_out == {"it says the same as another": 1}


def test_who_was_failed_by_the_human_or_has_nobody_to_be_compared_with_gives_no_pair():
    humans = play(1, hears("Hi"), says("No."), state=False, fault="human")
    found, left_out = rows(GOOD, humans)
    assert not found
    assert sum(left_out.values()) == 2


def test_a_single_is_the_message_that_was_blamed_or_where_plays_parted_or_with_which_all_was_done():
    found, left_out = rows(GOOD, BAD, preference="singles")
    assert [(row["label"], row["decided"]) for row in found] == [(True, "parted"), (False, "blamed")]
    alone, _ = rows(GOOD, preference="singles")
    assert [(row["id"], row["decided"]) for row in alone] == [("by_hand/0/0#3", "done")]
    assert alone[0]["completion"][0]["tool_calls"][0]["function"]["name"] == WRITES
    assert not left_out


def test_a_message_that_a_verified_play_has_in_the_same_place_is_held_against_nobody():
    said = play(1, hears("Hi"), ASKED, hears("No."), state=False, false_claims=(FalseClaim(1, "Shall I?"),))
    better = play(0, hears("Hi"), ASKED)
    found, left_out = rows(better, said, preference="singles")
    assert [row["label"] for row in found] == [True]
    assert left_out == {"the same message stands in a verified play of its unit": 1}
