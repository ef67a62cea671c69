"""Findings: what an audit has to say, each of a kind, with what the kind means and what to do about it.

A finding is a fact that code established by running a task. Whether it is a mistake is for whoever keeps
the benchmark: some things that look odd are the point of a task, and the text says when that may be so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

import msgspec

Weight: TypeAlias = Literal["wrong", "doubtful", "note"]


class Kind(NamedTuple):
    """A kind of finding."""

    weight: Weight
    """wrong: the task does not test what it says; doubtful: a person should look; note: good to know."""
    title: str
    meaning: str
    advice: str


KINDS: Mapping[str, Kind] = {
    "unreadable_file": Kind(
        "wrong",
        "A task file that cannot be read",
        "None of its tasks was imported.",
        "Correct the file at the place named; tasks have to be written out as data.",
    ),
    "unreadable_task": Kind(
        "wrong",
        "A task that cannot be read",
        "The element is no task, or a field of it has another type than its siblings'. It was not imported.",
        "Correct the field that is named.",
    ),
    "no_start": Kind(
        "wrong",
        "A world that cannot be made ready",
        "Initial data does not fit, or an initialisation is unknown or refused. No blueprint was made.",
        "Correct the initialisation, or remove the task.",
    ),
    "unknown_requestor": Kind(
        "wrong",
        "A side that does not exist",
        "Something is done by, or to, a side that the project does not have. A call of the reference was left out.",
        'Write "assistant" or "user".',
    ),
    "unknown_tool": Kind(
        "wrong",
        "A reference that calls a tool which its side does not have",
        "The call does nothing and was left out, so the expected end is that of the other calls.",
        "Correct the name or the side, or remove the call.",
    ),
    "reference_refused": Kind(
        "wrong",
        "A reference call that is refused",
        "The call changes nothing, and a grader that goes on silently expects the end of the other calls. An agent "
        "that manages what was meant is then marked down. It was left out of the blueprint.",
        "Correct the call so that it runs, or remove it if the end without it is meant.",
    ),
    "unknown_assertion": Kind(
        "wrong",
        "An assertion that does not exist or cannot be asked",
        "It is not evaluated, or breaks, whatever an agent does. The blueprint does not hold it.",
        "Correct its name or its arguments.",
    ),
    "assertion_unmet": Kind(
        "wrong",
        "An assertion that the reference does not meet",
        "Not even the reference solution earns the reward.",
        "Complete the reference, or correct the expected value.",
    ),
    "idle_rewarded": Kind(
        "wrong",
        "An expectation that doing nothing meets",
        "An agent that neither acts nor says a word earns the full reward. Where a refusal is the right answer, "
        "the reward does not see whether one was given.",
        "Ask for something that an agent has to do or say: a value told, a hand-over, a refusal in words.",
    ),
    "duplicate_id": Kind(
        "wrong",
        "Tasks that share an id",
        "Results by id mix the two up. The later blueprint has a number after its id.",
        "Give each task an id of its own.",
    ),
    "same_words_other_end": Kind(
        "wrong",
        "The same words with different expectations",
        "Two tasks tell the person the same, begin alike and expect different ends: no agent can be right in both.",
        "Tell in one of them what makes the difference, or keep one.",
    ),
    "tool_broke": Kind(
        "wrong",
        "A call that breaks our tool",
        "A defect of the imported world, not of the benchmark. No blueprint was made.",
        "Report it to the maintainers of the world.",
    ),
    "no_blueprint": Kind(
        "wrong",
        "A task of which no blueprint could be made",
        "What was imported does not run as the reference did.",
        "See the text; the other findings on the task usually tell the cause.",
    ),
    "policy_broken": Kind(
        "doubtful",
        "A reference that breaks the policy",
        "A call of the reference breaks a rule that our own world of this name has as code, and that can be judged "
        "without the dialogue, whatever was looked up before. Where the benchmark's policy says the same, an agent "
        "that keeps to it cannot reach the expected end.",
        "Compare the rule (`interplay policy WORLD` prints its text) with the benchmark's own policy; correct the "
        "reference where they agree.",
    ),
    "idle_end": Kind(
        "doubtful",
        "An end that doing nothing reaches",
        "The data and the assertions ask for nothing; only what is named in the text keeps an idle agent from the "
        "full reward. Where that is not graded, the task earns it for nothing.",
        "Make sure that what is named is graded.",
    ),
    "out_of_step": Kind(
        "doubtful",
        "A reference end that is reached only out of step",
        "The end differs between a world whose two sides are kept in step after each call, as in a conversation, "
        "and one where they are not. A grader that replays the reference without doing so compares with an end that "
        "no conversation reaches.",
        "Bring the sides in step after each call of the reference, too; until then do not grade the end of the data.",
    ),
    "assertion_met_at_start": Kind(
        "doubtful",
        "An assertion that is true before anything is done",
        "It shows nothing about what the agent did, only that it broke nothing.",
        "Keep it if that is meant; else assert what the fault makes false.",
    ),
    "absent_argument": Kind(
        "doubtful",
        "An id in the reference that is not in the database",
        "A call names something that is neither in the data nor made or returned by an earlier call.",
        "Correct the id. In a task about a wrong id it is meant.",
    ),
    "absent_in_text": Kind(
        "doubtful",
        "An id of the person, or in their words, that is not in the database",
        "The task is about somebody, or names something, that looks like one of the world's and is none.",
        "Correct the id. In a task about a wrong id it is meant.",
    ),
    "setup_undone": Kind(
        "doubtful",
        "Initialisations that contradict each other",
        "What one makes is taken back, or made otherwise, by a later one; the fault that it stands for is not there.",
        "Remove one of the two.",
    ),
    "duplicate_task": Kind(
        "doubtful",
        "A task that stands there twice",
        "Words, beginning, reference and expectations are the same; it counts twice in every average.",
        "Keep one.",
    ),
    "same_words": Kind(
        "doubtful",
        "The same words again",
        "Two tasks tell the person the same and begin alike; only the path of the reference, or what is judged, "
        "differs. Both measure the same ability.",
        "Keep both only if that is meant.",
    ),
    "output_unreturned": Kind(
        "doubtful",
        "A value to tell that no tool returned",
        "The agent has to tell a value that stands in no result of the reference and nowhere in the data. "
        "It may have to be computed; then it is right only if the sum is.",
        "Recompute it, and add to the reference the lookup that it rests on.",
    ),
    "output_is_sentence": Kind(
        "doubtful",
        "A value to tell that is a whole sentence",
        "What has to be told is looked for word for word, and nobody says a sentence of someone else's by chance.",
        "Name the value alone, or leave the sentence to a judge.",
    ),
    "unknown_basis": Kind(
        "doubtful",
        "A reward basis that is unknown",
        "It is no part of what was audited, and the blueprint does not carry it.",
        "Correct the name, or use a version of Interplay that knows it.",
    ),
    "left_out": Kind(
        "note",
        "What the original judges and the blueprint does not carry",
        "The blueprint is judged by state, assertions and values told alone.",
        "Nothing; keep it in mind when comparing rewards.",
    ),
    "policy_unshown": Kind(
        "note",
        "A rule that the reference does not show to be kept",
        "The rule asks for something first, such as finding out who the person is, and the reference leaves out the "
        "lookups that would show it. With them the rule is kept, and the end is the same.",
        "Nothing, where references leave such calls out; else add them.",
    ),
    "not_judged": Kind(
        "note",
        "Expectations that the reward basis leaves out",
        "The task states them, and its reward does not depend on them; neither does the blueprint.",
        "Add them to the reward basis if they are meant to count.",
    ),
}
"""Kinds by name, what weighs most first."""


class Finding(msgspec.Struct, frozen=True):
    """One thing found."""

    kind: str
    task: str
    where: str
    """In the task: "action 3 (cancel_order)", "instruction", "assertion 0 (...)"."""
    text: str


def counted(findings: Iterable[Finding]) -> dict[str, tuple[int, int]]:
    """Findings and tasks concerned, by kind, in the order of KINDS."""
    findings = list(findings)
    number = Counter(each.kind for each in findings)
    tasks = Counter(kind for kind, _ in {(each.kind, each.task) for each in findings})
    return {kind: (number[kind], tasks[kind]) for kind in KINDS if kind in number}
