"""The human on a model: drafts several replies, of which code strikes some and a judge picks one.

What the person wants and what is settled stands in the ledger, as with the scripted human; the model chooses
words and, where the person has tools of their own, what they do with those, and nothing more. Where no draft can be
said, not even after it was told why, the scripted human says its line instead: a conversation does not end for want
of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import anyio
import msgspec

from interplay.agents.human import ScriptedHuman
from interplay.agents.ledger import FreeLedger
from interplay.agents.modelled.agent import model_of
from interplay.agents.modelled.drafting import (
    Drafted,
    Use,
    acted,
    acting_schema_of,
    call_in,
    notes,
    read_acting,
    read_draft,
    rendered,
    schema_of,
    seen,
    system_prompt,
)
from interplay.agents.modelled.judging import scores_of
from interplay.agents.modelled.prompts import AGAIN
from interplay.agents.modelled.striking import Screen
from interplay.agents.modelled.understanding import Heard, weigh
from interplay.engine.casting import HumanPart
from interplay.engine.deliberation import Deliberation, Draft
from interplay.engine.errors import HaltError, ModelError, first
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, HumanReply, ToolCall, ToolResult
from interplay.engine.models.exchange import Reply, Request, Said

_FAREWELL = re.compile(
    r"\b(?:good ?bye|bye|that's (?:all|everything)|that is (?:all|everything)|that was (?:all|everything)|nothing else|"
    r"no,? thank(?:s| you)|take care|have a (?:good|great|nice|lovely) (?:day|one|evening|weekend))\b",
    re.IGNORECASE,
)
_OPENING = "(The employee is there. You write first.)"


class _Option(NamedTuple):
    """A draft with what it would mean."""

    drafted: Drafted
    heard: Heard
    draft: Draft


class ModelHuman:
    """Plays one person in one conversation.

    Args:
        part: the brief, the models and where in its unit it stands.
    Raises:
        CastingError: there is no model to play it.
    """

    def __init__(self, part: HumanPart) -> None:
        self._part = part
        self._model = model_of(part.model, "human")
        self._at = part.at or "human"
        self._ledger = FreeLedger(part.brief)
        self._screen = Screen(part.brief, part.leaks, part.tools)
        goals, tools = tuple(goal.id for goal in part.brief.goals), tuple(part.tools)
        self._schema = acting_schema_of(goals, tools) if tools else schema_of(goals)
        self._read: Callable[[Reply], Drafted] = read_acting if tools else read_draft
        self._messages = [Said(role="system", content=system_prompt(part.brief, part.tools))]
        self._turn = self._calls = 0
        self.deliberations: list[Deliberation] = []
        """What was drafted, turn by turn."""

    async def __call__(self, conversation: Sequence[AnyMessage]) -> HumanReply:
        """The next words, or the next thing done; the ledger decides whether the words may be the last."""
        before = self._ledger.copy()
        asked = self._take_in(conversation)
        options = self._options(await self._drafts(self._request(asked)), conversation)
        if all(option.draft.struck for option in options):
            again = await self._again(options, asked)
            options += self._options([again] if again else [], conversation)
        kept = [at for at, option in enumerate(options) if not option.draft.struck]
        if kept:
            chosen = await self._best(options, kept, conversation)
            said = self._say(options[chosen])
        else:
            chosen, said = len(options), self._scripted(before, conversation)
        drafts = [option.draft for option in options]
        drafts += [_noted(said)] * (not kept)
        self.deliberations.append(Deliberation(turn=self._turn, drafts=tuple(drafts), chosen=chosen))
        self._messages += (
            Said(role="user", content=asked or _OPENING),
            Said(role="assistant", content=acted(said) if isinstance(said, ToolCall) else rendered(said.text)),
        )
        self._turn += 1
        return said

    def _take_in(self, conversation: Sequence[AnyMessage]) -> str:
        """Have the ledger note what is new; returns it as the model is shown it."""
        match conversation[-1] if conversation else None:
            case AgentMessage(text=text) if text:
                self._ledger.hear(text)
                return text
            case ToolResult() as result:
                call = conversation[-2]
                assert isinstance(call, ToolCall)  # noqa: S101  (a person's call stands before its result)
                self._ledger.observe(call, result)
                return seen(result)
            case _:
                return ""

    # --- drafts

    def _request(self, asked: str, more: str = "") -> Request:
        """What a draft is asked with: all that was said, and in its last message where the person stands."""
        parts = [asked or _OPENING, notes(self._ledger), more]
        now = Said(role="user", content="\n\n".join(part for part in parts if part))
        return Request(messages=(*self._messages, now), schema=self._schema, schema_name="words")

    async def _drafts(self, request: Request) -> list[Drafted]:
        """As many drafts as are wanted, at once; those that could not be had are left out.

        Raises:
            ModelError: none could be had.
        """
        count = max(1, self._part.candidates)
        at = f"{self._at}/turn/{self._turn}/draft"
        if count == 1:
            return [await self._model.ask(request, f"{at}/1", self._read)]
        found: dict[int, Drafted] = {}
        lost: dict[int, ModelError] = {}

        async def draft(number: int) -> None:
            try:
                found[number] = await self._model.ask(request, f"{at}/{number}", self._read)
            except HaltError:
                raise
            except ModelError as error:
                lost[number] = error

        try:
            async with anyio.create_task_group() as tasks:
                for number in range(1, count + 1):
                    tasks.start_soon(draft, number)
        except BaseExceptionGroup as group:
            raise first(group) from None
        if not found:
            raise lost[min(lost)]
        return [found[number] for number in sorted(found)]

    async def _again(self, options: Sequence[_Option], asked: str) -> Drafted | None:
        """One more draft, told why the others were struck; None where it could not be had."""
        reasons = dict.fromkeys(f"- {option.draft.text[:200]!r}: {option.draft.struck}" for option in options)
        request = self._request(asked, AGAIN.format(reasons="\n".join(reasons)))
        try:
            drafted: Drafted = await self._model.ask(request, f"{self._at}/turn/{self._turn}/again", self._read)
        except HaltError:
            raise
        except ModelError:
            return None
        return drafted

    def _options(self, drafts: Sequence[Drafted], conversation: Sequence[AnyMessage]) -> list[_Option]:
        """Each draft with what it would mean, struck where it must not be said."""
        options = []
        for drafted in drafts:
            heard = weigh(self._ledger, drafted)
            stop = drafted.stop if drafted.stop in ("satisfied", "denied") else None
            struck = self._screen.strike(drafted, heard, conversation)
            text = str(call_in(drafted) or drafted.text.strip())
            options.append(_Option(drafted, heard, Draft(text=text, stop=stop, struck=struck)))
        return options

    # --- the choice

    async def _best(self, options: list[_Option], kept: list[int], conversation: Sequence[AnyMessage]) -> int:
        """Index of the draft to say: the judge's favourite, or the first where nobody judges.

        The scores are noted on the drafts. A judge that gives no answer does not end the conversation.
        """
        texts: dict[tuple[str, bool], int] = {}
        for at in kept:
            texts.setdefault((options[at].draft.text, options[at].drafted.leaves), at)
        judged = list(texts.values())
        if self._part.judge is None or len(judged) < 2:
            return kept[0]
        words = [options[index].draft.text for index in judged]
        where = f"{self._at}/turn/{self._turn}/judge"
        try:
            own = bool(self._part.tools)
            scores = await scores_of(self._part.judge, self._part.brief, conversation, words, where, own=own)
        except HaltError:
            raise
        except ModelError:
            return kept[0]
        for index, score in zip(judged, scores, strict=True):
            draft = msgspec.structs.replace(
                options[index].draft,
                agreement=score.agreement,
                consistency=score.consistency,
                flow=score.flow,
                critique=score.critique,
            )
            options[index] = options[index]._replace(draft=draft)
        return max(zip(judged, scores, strict=True), key=lambda pair: pair[1].total)[0]

    def _say(self, option: _Option) -> HumanReply:
        """Take a draft for what was said, or done."""
        ledger = self._ledger = option.heard.ledger
        use = call_in(option.drafted)
        if use is not None:
            return self._act(use.tool, use.arguments)
        text = option.draft.text
        ledger.insist()
        ledger.speak(text)
        leaves = option.drafted.leaves or (ledger.may_stop and "?" not in text and bool(_FAREWELL.search(text)))
        if not leaves:
            return HumanMessage(text=text)
        return HumanMessage(text=text, stop="denied" if "impossible" in ledger.standing.values() else "satisfied")

    def _act(self, tool: str, arguments: dict[str, Any]) -> ToolCall:
        """A call of the person's own, with an id that nobody else's has."""
        self._calls += 1
        return ToolCall(call_id=f"own_{self._calls}", tool=tool, arguments=arguments, by="human")

    def _scripted(self, before: FreeLedger, conversation: Sequence[AnyMessage]) -> HumanReply:
        """What the scripted human would say or do at this point, its ledger being this one's."""
        seed = self._part.seed.child("fallback", self._turn)
        said = ScriptedHuman(self._part.brief, seed, before, self._part.tools)(conversation)
        self._ledger = before
        if isinstance(said, ToolCall):
            return self._act(said.tool, said.arguments)
        before.insist()
        return said


def _noted(said: HumanReply) -> Draft:
    """What the scripted human said or did, as a draft."""
    if isinstance(said, ToolCall):
        return Draft(text=str(Use(said.tool, said.arguments)))
    return Draft(text=said.text, stop=said.stop)
