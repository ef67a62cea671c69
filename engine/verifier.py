"""Verifier: the verdict on a conversation, and what in it caused the verdict.

State decides: the conversation's end must be the end that the blueprint's actions lead to. Beside state
stand what had to be true at the end, the outputs that had to be told, the duties that leave no trace in
state, and the policy's rules. Where a world has two sides, its end is that of both, unless the blueprint
says otherwise. The reward is 1 when all of it is met and 0 otherwise; progress is told beside it and never
instead. Where nothing is expected, nothing can be earned.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from interplay.engine.blueprint import Blueprint, Duty
from interplay.engine.conversation import Ending, HandedOver, LimitReached, Stopped
from interplay.engine.database import Address, Base, Changes, to_patch
from interplay.engine.errors import BlueprintError, Refusal
from interplay.engine.forge.provenance import leaves
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.patch import Path
from interplay.engine.policy import Policy, Violation
from interplay.engine.telling import claims, declines, puts_off, sentences, told
from interplay.engine.tools import Toolset
from interplay.engine.truth import Truth, described, holds
from interplay.engine.turns import TurnVerdict, judge_turns


class Discrepancy(msgspec.Struct, frozen=True, omit_defaults=True):
    """One leaf of the state that is not as the blueprint's actions leave it."""

    kind: Literal["missing", "extra", "different"]
    pointer: str
    """Where, as a JSON pointer into the database."""
    expected: Any = msgspec.UNSET
    """The value that the blueprint leads to; unset for "extra"."""
    found: Any = msgspec.UNSET
    """The value that the conversation left; unset for "missing"."""
    message: int | None = None
    """Index of the tool call that made it; None when nobody did."""

    @property
    def address(self) -> Address:
        """The row that it is in."""
        table, key = self.pointer.split("/")[1:3]
        return table, key.replace("~1", "/").replace("~0", "~")


class Unmet(msgspec.Struct, frozen=True):
    """A duty that was not done."""

    duty: Literal["refuse", "hand_over", "stay", "leave", "end"]
    """"stay": the human was handed over although nothing asked for it; "leave": something was changed and
    changed back; "end": nobody ended the conversation."""
    text: str


class FalseClaim(msgspec.Struct, frozen=True):
    """The agent said that something was done, and it was not."""

    message: int
    sentence: str


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a conversation was worth."""

    reward: float
    """1.0 when nothing is wrong in anything that stands below, `asides` excepted; else 0.0."""
    state: bool
    outputs: bool
    duties: bool
    policy: bool
    progress: float
    """Share of expected changes, outputs, duties and assertions that were met, 0.0 to 1.0; never a reward."""
    expectation: bool = True
    """Whether anything was expected; a blueprint that the checks passed always expects something."""
    discrepancies: tuple[Discrepancy, ...] = ()
    untold: tuple[str, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    violations: tuple[Violation, ...] = ()
    false_claims: tuple[FalseClaim, ...] = ()
    assertions: bool = True
    """Whether all that had to be true at the end was."""
    unmet_assertions: tuple[str, ...] = ()
    """Those that were not, as they would be called."""
    asides: tuple[Discrepancy, ...] = ()
    """Differences in tables whose end does not decide."""
    turns: tuple[TurnVerdict, ...] = ()
    """Of a scripted conversation, each turn; all of them have to be met."""

    @property
    def accepted(self) -> bool:
        """Whether the conversation may be kept as correct."""
        return self.reward == 1.0

    @property
    def faults(self) -> list[str]:
        """Short names of everything that was wrong, for counting."""
        found = [f"state:{kind}" for kind in dict.fromkeys(d.kind for d in self.discrepancies)]
        found += [f"assertion:{name}" for name in dict.fromkeys(a.split("(")[0] for a in self.unmet_assertions)]
        missed = [turn for turn in self.turns if not turn.met]
        found += ["turn:unreached"] * any(not turn.reached for turn in missed)
        found += ["turn:state"] * any(turn.reached and not turn.state for turn in missed)
        found += ["turn:responses"] * any(turn.reached and not turn.responses for turn in missed)
        found += ["outputs:untold"] * bool(self.untold)
        found += [f"duty:{u.duty}" for u in self.unmet]
        found += [f"policy:{rule}" for rule in dict.fromkeys(v.rule for v in self.violations)]
        found += ["expectation:empty"] * (not self.expectation)
        return found + ["claim:false"] * bool(self.false_claims)


class Evidence(NamedTuple):
    """What a verdict is based on."""

    messages: Sequence[AnyMessage]
    ending: Ending
    changes: Changes
    """Rows that differ at the end from what the conversation found."""
    effects: Mapping[str, Changes]
    """What each call changed, by call id."""


class Verifier:
    """Judges conversations of one world.

    Args:
        tools: the world's tools.
        policy: its rules.
        base: its data, before a blueprint sets anything up.
    """

    def __init__(self, tools: Toolset, policy: Policy, base: Base[Any]) -> None:
        self._tools = tools
        self._policy = policy
        self._base = base

    def verify(self, blueprint: Blueprint, truth: Truth, evidence: Evidence) -> Verdict:
        """The verdict; a plain function of its arguments.

        Args:
            blueprint: what was played.
            truth: its actions, executed on the same base.
            evidence: what happened.
        Raises:
            BlueprintError: the world has no assertion that the blueprint names, or one broke on this end.
        """
        expected = truth.changes
        wanted, found = (self._deciding(blueprint, changes) for changes in (expected, evidence.changes))
        same_end = wanted == found
        differing = () if expected == evidence.changes else tuple(_discrepancies(expected, evidence))
        deciding = {address for changes in (wanted, found) for address in changes}
        discrepancies = tuple(each for each in differing if each.address in deciding)
        unmet_assertions = tuple(self._unmet_assertions(blueprint, truth.start, evidence))
        informed = _informed(evidence.messages)
        untold = tuple(o.value for o in blueprint.outputs if not any(told(o.value, t, o.statement) for t in informed))
        detours = () if blueprint.judged == "none" else _detours(truth, evidence, self._tools.human_tables)
        unmet = (*_unmet(blueprint, evidence, self._handed_over(evidence)), *detours)
        violations = tuple(self._policy.violations(truth.start, evidence.messages, evidence.effects))
        turns = judge_turns(blueprint, truth, evidence.messages, evidence.effects)
        expectation = bool(
            wanted or blueprint.outputs or blueprint.duties or blueprint.assertions or (turns and blueprint.actions)
        )
        false_claims = tuple(self._false_claims(expected, evidence))
        good = expectation and same_end and all(turn.met for turn in turns)
        good = good and not (untold or unmet or violations or false_claims or unmet_assertions)
        return Verdict(
            reward=1.0 if good else 0.0,
            state=same_end,
            outputs=not untold,
            duties=not unmet,
            policy=not violations,
            progress=1.0 if good else _progress(blueprint, wanted, discrepancies, untold, unmet, unmet_assertions),
            expectation=expectation,
            discrepancies=discrepancies,
            untold=untold,
            unmet=unmet,
            violations=violations,
            false_claims=false_claims,
            assertions=not unmet_assertions,
            unmet_assertions=unmet_assertions,
            asides=tuple(each for each in differing if each.address not in deciding),
            turns=turns,
        )

    def _deciding(self, blueprint: Blueprint, changes: Changes) -> Changes:
        """The changes whose end decides."""
        match blueprint.judged:
            case "all":
                return changes
            case "agent":
                own = self._tools.human_tables
                return {address: change for address, change in changes.items() if address[0] not in own}
            case "none":
                return {}

    def _unmet_assertions(self, blueprint: Blueprint, start: Base[Any], evidence: Evidence) -> Iterator[str]:
        """What had to be true at the end and was not."""
        if not blueprint.assertions:
            return
        db = start.fork()
        db.write(evidence.changes)
        for each in blueprint.assertions:
            try:
                held = holds(self._tools, db, each)
            except BlueprintError as error:
                if not isinstance(error.__cause__, Refusal):
                    raise
                held = False  # what it asks about is gone, and so is the answer that was due
            if not held:
                yield described(each)

    def _handed_over(self, evidence: Evidence) -> int | None:
        """Index of the call that handed the human over; None where none did."""
        over = {name for name, tool in self._tools.items() if tool.hands_over}  # the agent's; nobody else can
        done = {m.call_id for m in evidence.messages if isinstance(m, ToolResult) and m.refusal is None}
        calls = ((at, m) for at, m in enumerate(evidence.messages) if isinstance(m, ToolCall))
        return next((at for at, call in calls if call.tool in over and call.call_id in done), None)

    def _rows_named(self, sentence: str, rows: set[str]) -> set[str]:
        """Keys of rows that a sentence names: of these rows, and any in the data that look like an id."""
        words = {word.rstrip(".!") for word in re.findall(r"[^\s,;:()\[\]\"']+", sentence)}
        ids = {word for word in words if re.search(r"\d", word)}
        return (words & rows) | {i for i in ids if any(i in table.rows for table in self._base.tables.values())}

    def _false_claims(self, expected: Changes, evidence: Evidence) -> Iterator[FalseClaim]:
        """Claims that no call before them bears out."""
        rows = {key for _, key in (*expected, *evidence.changes)}
        by_words: dict[tuple[str, ...], set[str]] = {}
        for tool in self._tools.values():
            if tool.speech is not None:
                by_words.setdefault(tool.speech.claims, set())
        for at, message in enumerate(evidence.messages):
            if isinstance(message, ToolCall) and message.call_id in evidence.effects:
                speech = self._tools.of(message.by)[message.tool].speech
                if speech is not None:
                    touched = {key for _, key in evidence.effects[message.call_id]}
                    touched.update(str(value) for _, value in leaves(message.arguments))  # what it was made with
                    for words, keys in by_words.items():
                        if set(words) & set(speech.claims):
                            keys |= touched
            elif isinstance(message, AgentMessage):
                yield from self._unsupported(at, message.text, by_words, rows)

    def _unsupported(
        self, at: int, text: str, by_words: Mapping[tuple[str, ...], set[str]], rows: set[str]
    ) -> Iterator[FalseClaim]:
        """Claims in one message about rows that nothing had changed in that way; one a sentence."""
        reported: set[str] = set()
        for words in by_words:
            for sentence in claims(text, words):
                named = self._rows_named(sentence, rows)
                supported = any(
                    (named <= keys if named else bool(keys))
                    for others, keys in by_words.items()
                    if any(word in sentence.lower() for word in others)
                )
                if not supported and sentence not in reported:
                    reported.add(sentence)
                    yield FalseClaim(at, sentence)


def _discrepancies(expected: Changes, evidence: Evidence) -> Iterator[Discrepancy]:
    wanted = {change.path: change for change in to_patch(expected)}
    found = {change.path: change for change in to_patch(evidence.changes)}
    makers = _makers(evidence)
    for path, change in wanted.items():
        if path not in found:
            yield Discrepancy("missing", change.pointer, expected=change.after)
        elif found[path] != change:
            yield Discrepancy("different", change.pointer, change.after, found[path].after, _maker(makers, path))
    for path, change in found.items():
        if path not in wanted:
            yield Discrepancy("extra", change.pointer, found=change.after, message=_maker(makers, path))


def _makers(evidence: Evidence) -> dict[Path, int]:
    """Index of the last call that changed each leaf."""
    makers: dict[Path, int] = {}
    for at, message in enumerate(evidence.messages):
        if isinstance(message, ToolCall) and message.call_id in evidence.effects:
            for change in to_patch(evidence.effects[message.call_id]):
                makers[change.path] = at
    return makers


def _maker(makers: Mapping[Path, int], path: Path) -> int | None:
    """Who made a leaf: the last call on it, on something that holds it, or on something in it."""
    related = [at for other, at in makers.items() if other[: len(path)] == path or path[: len(other)] == other]
    return max(related, default=None)


def _informed(messages: Sequence[AnyMessage]) -> list[str]:
    """What the agent stated after it had learned something; a question states nothing."""
    learned = next((at for at, m in enumerate(messages) if isinstance(m, ToolResult) and m.refusal is None), None)
    said = [message.text for message in messages[learned or 0 :] if isinstance(message, AgentMessage)]
    return [" ".join(s for s in sentences(text) if not s.endswith("?")) for text in said]


def _detours(truth: Truth, evidence: Evidence, own: Container[str]) -> Iterator[Unmet]:
    """Rows that the agent changed and somebody changed back, which the end does not show.

    People may try things on their own, whatever comes of it on the other side. What the blueprint's own actions
    change, and be it back again, is asked for.
    """
    seen: set[Address] = {address for effect in truth.effects.values() for address in effect}
    for message in evidence.messages:
        if isinstance(message, ToolCall) and message.by == "agent":
            for address in evidence.effects.get(message.call_id, {}):
                if address[0] in own or address in seen:
                    continue
                if address not in evidence.changes:
                    seen.add(address)
                    yield Unmet("leave", f"{'/'.join(address)} was changed and changed back, which nothing asked for")


def _unmet(blueprint: Blueprint, evidence: Evidence, handed_over: int | None) -> Iterator[Unmet]:
    if not isinstance(evidence.ending, Stopped | HandedOver):
        end = evidence.ending
        how = f"it ran into the limit of {end.allowed} {end.limit}" if isinstance(end, LimitReached) else "it broke off"
        yield Unmet("end", f"nobody ended the conversation; {how}")
    owed = {duty.kind for duty in blueprint.duties}
    for duty in blueprint.duties:
        if duty.kind == "hand_over" and (handed_over is None or _voiced(blueprint, duty, evidence) > handed_over):
            yield Unmet("hand_over", f"the human was not handed over to a person (goal {duty.goal})")
        if duty.kind == "refuse" and not _refused(blueprint, duty, evidence):
            yield Unmet("refuse", f"the human was not told no (goal {duty.goal})")
    if handed_over is not None and "hand_over" not in owed:
        yield Unmet("stay", "the human was handed over to a person, which nothing asked for")


def _refused(blueprint: Blueprint, duty: Duty, evidence: Evidence) -> bool:
    """Whether the agent said no, in a statement, once the human had voiced the wish."""
    after = evidence.messages[min(_voiced(blueprint, duty, evidence), len(evidence.messages)) :]
    said = [sentence for m in after if isinstance(m, AgentMessage) for sentence in sentences(m.text)]
    return any(declines(sentence) and not puts_off(sentence) for sentence in said)


def _voiced(blueprint: Blueprint, duty: Duty, evidence: Evidence) -> int:
    """Index of the message in which the human voiced the wish of a duty; past the end where they never did.

    A human who uses other words than the blueprint's voices it at some time that code cannot tell: 0.
    """
    said = [(at, m.text) for at, m in enumerate(evidence.messages) if isinstance(m, HumanMessage)]
    if not any(goal.wish in text for goal in blueprint.goals for _, text in said):
        return 0
    wish = next(goal.wish for goal in blueprint.goals if goal.id == duty.goal)
    return next((at for at, text in said if wish in text), len(evidence.messages) + 1)


def _progress(
    blueprint: Blueprint,
    expected: Changes,
    discrepancies: Sequence[Discrepancy],
    untold: Sequence[str],
    unmet: Sequence[Unmet],
    unmet_assertions: Sequence[str],
) -> float:
    changes = len(to_patch(expected))
    wanted = changes + len(blueprint.outputs) + len(blueprint.duties) + len(blueprint.assertions)
    lacking = sum(d.kind != "extra" for d in discrepancies) + len(untold) + len(unmet_assertions)
    lacking += sum(u.duty in ("refuse", "hand_over") for u in unmet)
    return round((wanted - lacking) / wanted, 4) if wanted else 0.0
