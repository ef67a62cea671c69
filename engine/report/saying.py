"""Saying: what a run's numbers say of its conversations, in a sentence or two, whatever the numbers are."""

from __future__ import annotations

from collections import Counter

from interplay.engine.pages.figures.scales import median, number, percent
from interplay.engine.report.gathering import Gathered
from interplay.engine.report.grouping import grouped, range_name
from interplay.engine.report.section import counted, estimated, part, sentence
from interplay.engine.statistics.passing import Estimate, interval
from interplay.engine.statistics.report import Share

ENOUGH = 10
"""Conversations that a group of one difficulty needs before a sentence is made of it."""
APART = 0.05
"""Two groups' shares that differ by less are said to be alike."""


def verified_chance(side: Gathered) -> Estimate | None:
    """The chance that one conversation of a blueprint is verified; None where nothing says so."""
    if side.report.passed is not None and side.report.passed.passing:
        return side.report.passed.passing[0].all
    values: Counter[float] = Counter()
    for (trials, verified), count in side.observations.trials.items():
        values[verified / trials] += count
    if not values:
        return None
    mean = sum(value * count for value, count in sorted(values.items())) / values.total()
    return Estimate(mean, *interval(values))


def outcome(side: Gathered) -> str:
    """What became of conversations."""
    report = side.report
    if not report.conversations:
        return "no conversation has been played yet"
    verified = report.outcomes.get("verified", 0)
    text = f"{part(verified, report.conversations, 'conversations')} {'was' if verified == 1 else 'were'} verified"
    if not report.scored:
        text += ", as none came to an end that can be judged"
    chance = verified_chance(side)
    if chance is not None:
        first = "" if side.observations.most == 1 or side.observations.fixed else " at the first attempt"
        text += f". A blueprint of this kind is verified{first} with a chance of {estimated(chance)}"
    passed = report.passed
    if passed is not None and len(passed.passing) > 1:
        text += f"; all {passed.trials} trials succeed with one of {estimated(passed.passing[-1].all)}"
        if passed.left_out:
            text += f". {counted(passed.left_out, 'blueprint')} with a trial that says nothing of the agent left out"
    unscored = report.conversations - report.scored
    if unscored and report.scored:
        text += (
            f". {counted(unscored, 'conversation')} could not be scored: somebody failed, or there was nothing to play"
        )
    return text


def length(side: Gathered) -> str:
    """Turns and tool calls."""
    turns, calls = (Counter(each) for each in (side.report.turn_counts, side.report.call_counts))
    if not turns:
        return "no conversation took place"
    said, made = _middle(turns, "message"), _middle(calls, "tool call")
    return (
        f"half of the conversations have {said} of the human or fewer, the longest {max(turns):,}; "
        f"half have {made} or fewer, at most {max(calls):,}"
    )


def hardest(side: Gathered) -> str:
    """On which dimension success depends most."""
    report = side.report
    verified = report.outcomes.get("verified", 0)
    if not report.scored:
        return "nothing was scored, so nothing can be said of difficulty"
    if verified in (0, report.scored):
        every = "none" if not verified else "every one"
        return f"{every} of the scored conversations was verified, so difficulty made no difference"
    best: tuple[float, str, str] | None = None
    for name, values in report.success.items():
        groups = [(each, share) for each, share in grouped(values) if share.scored >= ENOUGH]
        if len(groups) > 1:
            (easy, first), (hard, last) = groups[0], groups[-1]
            apart = _rate(last) - _rate(first)
            said = f"from {percent(_rate(first))} at {range_name(easy)} to {percent(_rate(last))} at {range_name(hard)}"
            if best is None or abs(apart) > abs(best[0]):
                best = apart, name, said
    if best is None:
        return f"too few conversations of each difficulty to say what is hard: {ENOUGH} are needed in a group"
    apart, name, said = best
    if abs(apart) >= APART:
        return f"success changes most with {name}: {said}"
    return f"success is much the same at every difficulty; most apart with {name}, {said}"


def wrong(side: Gathered) -> str:
    """What was wrong most often, and whose fault it was."""
    report = side.report
    failures = sum(report.blame.values())
    if not report.faults and not failures:
        return "nothing was wrong in any scored conversation" if report.scored else "nothing was scored"
    text = ""
    if report.faults:
        often, count = next(iter(report.faults.items()))
        text = f"most often {often}, in {part(count, report.scored, 'scored conversations')}"
        more = len(report.faults) - 1
        text += f"; {counted(more, 'other thing')} {'was' if more == 1 else 'were'} wrong, too" if more else ""
    if failures:
        whose, blamed = next(iter(report.blame.items()))
        owner = {"ours": "Interplay's own", "provider": "a model provider's"}.get(whose, f"the {whose}'s")
        blame = sentence(f"{part(blamed, failures, 'failures')} {'was' if blamed == 1 else 'were'} {owner}")
        text = f"{text}. {blame}" if text else blame
    return text


def tools(side: Gathered) -> str:
    """Which tools were called most, and how often calls were refused."""
    report = side.report
    calls, refused = sum(report.tools.values()), sum(report.refusals.values())
    if not calls:
        return "no tool was called"
    name, count = next(iter(report.tools.items()))
    text = f"{counted(len(report.tools), 'tool')} called {counted(calls, 'time')}"
    text += f", most often {name} ({percent(count / calls)})"
    own = report.callers.get("human", 0)
    text += f"; {counted(own, 'call')} made by the human, which the agent never sees" if own else ""
    return text + (f"; {part(refused, calls, 'calls')} refused" if refused else "; none was refused")


def varied(side: Gathered) -> str:
    """How unlike each other conversations are."""
    report = side.report
    played = sum(report.turn_counts.values())
    return (
        f"{counted(report.tool_sequences, 'different sequence')} of tools in {counted(played, 'conversation')}; "
        f"the human said {counted(report.words, 'word')}, of which {report.vocabulary:,} are different"
    )


def cost(side: Gathered) -> str:
    """What models were asked and what it cost."""
    bill, report = side.report.bill, side.report
    if bill is None:
        return "no model was asked"
    total = bill.total
    tokens = f"{number(total.prompt)} tokens in and {number(total.completion)} out"
    text = f"models answered {counted(total.calls, 'call')} with {tokens}"
    if total.cost is None:
        return text + "; what it cost is unknown, as a price or a count of tokens is"
    verified = report.outcomes.get("verified", 0)
    each = f", {total.cost / verified:.4f} for each verified conversation" if verified else ""
    return text + f", for {total.cost:.4f}{each}"


def _middle(counts: Counter[int], what: str) -> str:
    """The median with its word: "1 call", "8.5 calls"."""
    half = median(counts)
    return f"{half:g} {what if half == 1 else what + 's'}"


def _rate(share: Share) -> float:
    return share.verified / share.scored
