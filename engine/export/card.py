"""Card: README.md of an exported directory, as people read it and as dataset hubs and loaders do.

A head in YAML names the files of each split, so that `datasets.load_dataset(DIR)` finds them. The rest says how the
data was made, what was left out, what the columns mean and where it is weak. Names that others chose (of runs,
worlds, models, tools) are shown as code, in which nothing is obeyed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence

from interplay.engine.export.census import Figures
from interplay.engine.export.columns import Column
from interplay.engine.export.loading import loading
from interplay.engine.export.manifest import CODE, SCRIPTED, Manifest, Origin
from interplay.engine.export.manifest import FILE as MANIFEST
from interplay.engine.export.markdown import SHOWN, code, listed, plain, quoted, table
from interplay.engine.statistics.spread import Spread, share

FILE = "README.md"
OWN_LICENCE = "apache-2.0"
PAPER = "[arXiv:2504.03601](https://arxiv.org/abs/2504.03601)"
_HUB_LICENCE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,40}\Z")
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))
_LARGEST = "10M<n<100M"


def card(title: str, manifest: Manifest, figures: Figures, columns: Sequence[Column], types: str = "") -> str:
    """The text of README.md.

    Args:
        title: name of the export.
        manifest: what stands in its `export.json`.
        figures: what was counted of what was kept.
        columns: of the rows.
        types: of the columns, as lines of the head, as `features` gives them; empty: whatever a reader guesses.
    """
    names = [column.name for column in columns]
    parts = (
        "\n".join(_head(title, manifest, types)),
        f"# {plain(title)}",
        _opening(manifest, figures, names),
        "## How it was made\n\n" + "\n\n".join(_making(manifest)),
        "## What was kept and left out\n\n" + "\n\n".join(_kept(manifest, figures)),
        "## Numbers\n\n" + "\n\n".join(_numbers(figures)),
        "## Columns\n\n" + _columns(columns),
        "## Loading\n\n" + loading(manifest, figures, names),
        "## Verifying it again\n\n" + _verifying(manifest),
        "## Limits\n\n" + "\n".join(f"- {each}" for each in _limits(manifest, figures)),
        "## Licence\n\n" + _licence_text(manifest),
    )
    return "\n\n".join(parts) + "\n"


def _head(title: str, manifest: Manifest, types: str) -> Iterator[str]:
    """The head in YAML; every text that is not ours stands in quotation marks."""
    yield "---"
    yield f"pretty_name: {quoted(title)}"
    licence = licence_of(manifest)
    if _HUB_LICENCE.match(licence):
        yield f"license: {licence}"
    else:
        yield "license: other"
        yield f"license_name: {quoted(licence)}"
    yield "language:\n- en"
    yield "task_categories:\n- text-generation"
    tags = ("interplay", "tool-use", "function-calling", "agents", "multi-turn", "synthetic", manifest.format)
    yield "tags:\n" + "\n".join(f"- {quoted(tag)}" for tag in tags)
    rows = sum(part.rows for part in manifest.files)
    yield f"size_categories:\n- {next((name for limit, name in _SIZES if rows < limit), _LARGEST)}"
    yield "configs:\n- config_name: default\n  data_files:"
    for split, parts in manifest.splits.items():
        yield f"  - split: {quoted(split)}\n    path:"
        yield from (f"    - {quoted(part.name)}" for part in parts)
    if types:
        yield types.rstrip()
    yield "---"


def _opening(manifest: Manifest, figures: Figures, names: Container[str]) -> str:
    worlds = dict.fromkeys(source.domain for source in manifest.sources)
    rows = [
        (code(split), f"{sum(part.rows for part in parts):,}", f"{len(parts):,}", f"{_conversations(figures, split):,}")
        for split, parts in manifest.splits.items()
    ]
    pairs, singles = "chosen" in names, "completion" in names
    made = "pairs of messages, a better and a worse one," if pairs else "messages with a label" if singles else "rows"
    played = "play" if pairs or singles else "conversation"
    return (
        f"Conversations between a person and an agent that has tools and a policy to follow, in "
        f"{listed(worlds)}, as {made} of the format {code(manifest.format)}. "
        f"{_verified(manifest.counts.kept, figures.outcomes.get('verified', 0), played)} To verify one, its tool "
        "calls are run, and what they left behind, what the agent said and what it refused are compared with what "
        "the task asks for, by code and not by a model's opinion.\n\n"
        + table(("split", "pairs" if pairs else "rows", "files", f"{played}s"), rows)
    )


def _verified(kept: int, verified: int, played: str) -> str:
    """How many of what was kept were verified, in a sentence.

    Args:
        kept: how many were kept.
        verified: of these.
        played: what one of them is called.
    """
    if kept == 1:
        return f"There is one {played}, which was {'' if verified else 'not '}verified."
    if verified == kept:
        return f"All {kept:,} {played}s were verified."
    if not verified:
        return f"Of {kept:,} {played}s none was verified."
    return f"Of {kept:,} {played}s {verified:,} {'was' if verified == 1 else 'were'} verified."


def _conversations(figures: Figures, split: str) -> int:
    return sum(figures.conversations.get(split, {}).values())


def _making(manifest: Manifest) -> Iterator[str]:
    yield (
        f"By Interplay, after the method of APIGen-MT ({PAPER}), in three steps. A blueprint comes first: what a "
        "person wants, the tool calls that fulfil it, and the facts that the agent has to tell; its calls are run, "
        "its values are traced to where they come from, rules of the world's policy are checked on it and reviewers "
        "vote on it, and what fails goes back to its writer with the reasons. Then a simulated person, who knows what "
        "they want and not how it is done, and an agent play it out against the world's data. "
        f"{' '.join(_agents(manifest))} Last, the state that the conversation left is compared with the one that the "
        "blueprint's calls lead to, beside what had to be said, refused or handed over, and every rule of the policy."
    )
    yield table(
        ("run", "world", "units", "seed", "data", "made with"),
        [
            (
                code(each.name),
                code(each.domain),
                f"{each.units:,}" if each.done in (None, each.units) else f"{each.done:,} of {each.units:,} done",
                str(each.seed),
                f"{each.data}, {code(each.data_digest[:12])}",
                ", ".join(f"{plain(name)} {plain(version)}" for name, version in each.versions.items()),
            )
            for each in manifest.sources
        ],
    )
    yield "Who played which role:\n\n" + "\n".join(
        f"- {code(each.name)}: {_players(each)}" for each in manifest.sources
    )
    if any(each.blueprints == "given" for each in manifest.sources):
        given = [each.name for each in manifest.sources if each.blueprints == "given"]
        yield f"The blueprints of {listed(given)} were written by others and played as they are."


def _agents(manifest: Manifest) -> Iterator[str]:
    """What the agents saw, which hangs on what they are."""
    by: dict[str, list[str]] = {}
    for source in manifest.sources:
        by.setdefault(_sight(source.actors.get("agent", "")), []).append(source.name)
    for sight, names in by.items():
        yield f"In {listed(names)} {sight}." if len(by) > 1 else f"Here {sight}."


def _sight(player: str) -> str:
    """What an agent saw, by who played it."""
    if not player:
        return "the run does not say who played the agent, nor what it saw"
    name, on, _ = player.partition(" on model ")
    if player.startswith(f"{CODE} ") or (on and ":" in name):
        return "the agent is somebody's own code, and nobody here knows what it saw beside tools and policy"
    if player.startswith(SCRIPTED):
        return "the agent is scripted: it follows the blueprint, and uses no value before it was told or read it"
    return "the agent is a model, which sees tools and policy and never the blueprint"


def _players(source: Origin) -> str:
    if not source.actors:
        return "the run does not say"
    by: dict[str, list[str]] = {}
    for role, player in source.actors.items():
        by.setdefault(player, []).append(role)
    return "; ".join(f"{plain(', '.join(roles))}: {code(player)}" for player, roles in by.items())


def _kept(manifest: Manifest, figures: Figures) -> Iterator[str]:
    counts = manifest.counts
    were = "was" if counts.kept == 1 else "were"
    yield f"Of {counts.read:,} conversations that were read, {counts.kept:,} {were} kept."
    for each in manifest.sources:
        if each.done is not None and each.done < each.units:
            yield f"The run {code(each.name)} was unfinished: {each.done:,} of its {each.units:,} units were done."
    if counts.left_out:
        yield table(("left out because", "conversations"), _counted(counts.left_out))
    if counts.rowless:
        yield "Of these, some plays, or comparisons of two, gave no row:\n\n" + table(
            ("no row because", "number"), _counted(counts.rowless)
        )
    yield "Outcomes of those that were kept:\n\n" + table(("outcome", "conversations"), _counted(figures.outcomes))
    if figures.faults:
        yield "What was wrong with those that were not verified:\n\n" + table(
            ("fault", "conversations"), _counted(figures.faults)
        )
    chosen = {name: value for name, value in manifest.options.items() if value not in (None, (), [], {}, False, "")}
    if chosen:
        yield "What was asked for:\n\n" + "\n".join(
            f"- {plain(name)}: {code(json.dumps(value, ensure_ascii=False))}" for name, value in chosen.items()
        )


def _numbers(figures: Figures) -> Iterator[str]:
    spreads = {"turns of the person": figures.turns, "tool calls of the agent": figures.calls}
    if figures.tokens is not None:
        spreads["tokens"] = figures.tokens
    spreads |= {f"difficulty: {name}": spread for name, spread in figures.difficulty.items()}
    yield table(("of one conversation", "mean", "median", "95 %", "least", "most"), _spreads(spreads))
    if figures.tokens is not None:
        yield f"In all, {figures.total_tokens:,} tokens."
    domains = dict.fromkeys(domain for found in figures.conversations.values() for domain in found)
    if domains:
        rows = [
            (code(domain), *(f"{found.get(domain, 0):,}" for found in figures.conversations.values()))
            for domain in domains
        ]
        yield table(("world", *(code(split) for split in figures.conversations)), rows)
    if figures.tools:
        total = sum(figures.tools.values())
        yield f"The agent called {len(figures.tools):,} different tools, {total:,} times in all.\n\n" + table(
            ("tool", "calls", "share"),
            [
                (code(name), f"{count:,}", f"{share(count, total):.1%}")
                for name, count in list(figures.tools.items())[:SHOWN]
            ],
        )


def _spreads(spreads: Mapping[str, Spread]) -> Iterator[tuple[str, ...]]:
    for name, each in spreads.items():
        yield name, f"{each.mean:,.2f}", f"{each.median:,.1f}", f"{each.p95:,}", f"{each.min:,}", f"{each.max:,}"


def _counted(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    rows = [(code(name), f"{count:,}") for name, count in list(counts.items())[:SHOWN]]
    rest = list(counts.values())[SHOWN:]
    return [*rows, (f"{len(rest):,} others", f"{sum(rest):,}")] if rest else rows


def _columns(columns: Sequence[Column]) -> str:
    rows = [(code(each.name), plain(each.type), each.about) for each in columns]
    return table(("column", "type", "what it is"), rows)


def _verifying(manifest: Manifest) -> str:
    runs = " ".join(f"--run {_shell(each.name)}" for each in manifest.sources)
    return (
        f"`{MANIFEST}` holds the BLAKE2b digest of every file, as `b2sum` prints it, the options and the counts. With "
        "the runs at hand,\n\n"
        f"```\ninterplay verify THIS_DIRECTORY {runs}\n```\n\n"
        "reads every row back from its format, runs its calls again on the run's data, compares each answer with "
        "the one in the row, judges the conversation anew, and names whatever differs: a word, an argument, an "
        "answer, a tool, a label, or a row that is not there."
    )


def _limits(manifest: Manifest, figures: Figures) -> Iterator[str]:
    players = {player for source in manifest.sources for player in source.actors.values()}
    if any(player.startswith(SCRIPTED) for player in players) or not players:
        yield (
            "Where a role was scripted, its language comes from templates: it is correct and varied within bounds, "
            "and it is not how all people write."
        )
    if manifest.models:
        yield (
            "Where a model played, its wording and its habits are in the data. Verification says that a conversation "
            "did what was asked and broke no rule that is written as code; it does not say that it was well put."
        )
    yield "The worlds are made up. Persons, addresses, orders and numbers belong to nobody."
    yield (
        "Calls that an agent made at once stand one after the other, as they were carried out: the record does not "
        "tell the two apart."
    )
    if figures.hidden:
        yield (
            f"In {figures.hidden:,} conversations the person used tools of their own. What they saw there the agent "
            "did not, and it is not in the rows."
        )
    if set(figures.outcomes) - {"verified"}:
        yield "Some conversations here were not verified: mind their outcome before a model learns from them."
    yield "It is English throughout. Its splits share worlds and policies, and do not tell how a model does elsewhere."


def licence_of(manifest: Manifest) -> str:
    """The licence that the card states: what the user said, else our own where all of it is ours."""
    if manifest.licence:
        return manifest.licence
    return OWN_LICENCE if all(_ours(source) for source in manifest.sources) else "unknown"


def _ours(source: Origin) -> bool:
    """Whether nobody but Interplay had a hand in the text and the data of a run."""
    scripted = bool(source.actors) and all(player.startswith(SCRIPTED) for player in source.actors.values())
    own = source.package == "interplay" and source.data == "generated" and source.blueprints == "made"
    return scripted and own


def _licence_text(manifest: Manifest) -> str:
    if manifest.licence:
        stated = f"Stated by whoever exported it: {code(manifest.licence)}."
    elif licence_of(manifest) == OWN_LICENCE:
        stated = "Apache-2.0, as Interplay itself: its code made worlds, data and text, and no model had a hand in it."
    else:
        stated = "Nobody stated one."
    if manifest.models:
        stated += (
            f" Models wrote, played or judged ({listed(manifest.models)}): the terms of their licences or of their "
            "providers may bind what you do with what they wrote."
        )
    foreign = [each.name for each in manifest.sources if each.data != "generated" or each.package != "interplay"]
    if foreign:
        stated += f" The world or the data of {listed(foreign)} is somebody else's, whose terms hold for it."
    given = [each.name for each in manifest.sources if each.blueprints == "given"]
    if given:
        stated += f" So do those of whoever wrote the blueprints of {listed(given)}."
    return stated


def _shell(name: str) -> str:
    """A run's name in a command that somebody may copy: as it is where it is plain, else a place to fill in."""
    return name if re.fullmatch(r"[\w./-]+", name, re.ASCII) and not name.startswith("-") else "RUN"
