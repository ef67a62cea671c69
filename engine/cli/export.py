"""`interplay export`: what runs hold, in the forms that others read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from interplay.engine.cli.options import as_json as json_option

if TYPE_CHECKING:
    from interplay.engine.export.formats import Format, Settings
    from interplay.engine.export.pipeline import Asked, Exported
    from interplay.engine.export.samples import SampledUnit
    from interplay.engine.export.selection import Selection
    from interplay.engine.export.sources import Source
    from interplay.engine.export.tau2 import Export

SHOWN = 10
"""Blueprints that were left out, and are named before the rest is only counted."""
FILES = (".json", ".jsonl", ".jsonlines", ".ndjson", ".parquet", ".pq", ".csv", ".tsv", ".arrow")
"""What names of files of rows end in, here or elsewhere."""
TAU2 = "tau2"
CHOICES = ("openai", "sharegpt", "parquet", "xlam", "preferences", "loss", TAU2)
_OF_TAU2 = {"directories", "layout", "out", "domains", "data", "as_json"}
_OF_ONE = {"arguments": ("openai", "preferences", "loss"), "preference": ("preferences",), "data": (TAU2,)}
"""Options that mean something in these formats alone."""


@click.command(epilog="Example: interplay export runs/first --format openai --split train=0.9,test=0.1 --out data")
@click.argument("directories", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "layout", type=click.Choice(CHOICES), required=True, help="How rows are laid out.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Directory to write, or one file, where the name ends as the format's files do; it must not exist.",
)
@click.option(
    "--outcome",
    type=click.Choice(["verified", "good", "rejected", "all"]),
    help="Conversations to keep; good: also such as came to all that was wanted and only broke a rule, or claimed "
    "what was not so, on the way, which loss marks.  [default: verified; with preferences: all]",
)
@click.option("--domain", "domains", multiple=True, help="Keep runs of this world; may be given several times.")
@click.option(
    "--difficulty", multiple=True, help='Keep tasks as hard as this: "writes=2-4;reads=3-"; given twice, both hold.'
)
@click.option("--fault", "faults", multiple=True, help='Of those not verified keep such as have it: "state:missing".')
@click.option("--without-fault", "without", multiple=True, help='Leave out such as have it: "policy", "claim:false".')
@click.option(
    "--whose",
    type=click.Choice(["human", "agent", "environment", "provider", "ours"]),
    help="Of those not verified keep such as were the fault of this one.",
)
@click.option("--max-tokens", type=click.IntRange(min=1), help="Leave out what is longer.")
@click.option(
    "--tokenizer",
    type=click.Path(path_type=Path),
    help="Directory of a model's tokenizer, to count with; with loss, its tokens go into the rows.  "
    "[default: 4 characters a token]",
)
@click.option(
    "--unique",
    type=click.Choice(["conversation", "calls", "blueprint", "none"]),
    default="conversation",
    show_default=True,
    help="What is kept only once.",
)
@click.option("--split", "splits", help='Parts by families of blueprints: "train=0.9,test=0.1".')
@click.option("--seed", type=int, default=0, show_default=True, help="Of the split.")
@click.option("--shard-rows", type=click.IntRange(min=1), default=50_000, show_default=True, help="Rows of one file.")
@click.option("--thoughts", is_flag=True, help="Put in what the agent thought.")
@click.option(
    "--arguments",
    type=click.Choice(["string", "object"]),
    default="string",
    show_default=True,
    help="Arguments of calls: a JSON string, as fine-tuning services take it, or an object, as chat templates do.",
)
@click.option(
    "--preference",
    type=click.Choice(["pairs", "singles"]),
    default="pairs",
    show_default=True,
    help="Two messages to compare, for DPO, or one with a label, for KTO.",
)
@click.option("--licence", default="", help="What the dataset card says of it.")
@click.option("--data", type=click.Path(path_type=Path), help="With tau2: directory of the data of a blueprint file.")
@json_option
@click.pass_context
def export(context: click.Context, /, directories: tuple[Path, ...], layout: str, out: Path, **options: Any) -> None:
    """Write what the runs in DIR... hold as training data, or as the task files of a public benchmark.

    A DIR is a run, or a directory that holds runs. OUT gets the rows of each split in files, a dataset card and
    export.json, which says how it was made and what was left out; nothing is written unless all of it is. Formats:
    openai (messages and tools), sharegpt (human, gpt, function_call, observation), parquet (typed, with all that is
    known of each row), xlam (calls as bare JSON arrays), preferences (of plays of one unit that went well and
    wrong), loss (marks of what is to be learned), and tau2, which writes blueprints as that project's task files.
    """
    _check_meant(context, layout)
    if layout == TAU2:
        _tau2(directories, out, options["domains"], options["data"], as_json=options["as_json"])
        return
    exported = _export(context, directories, layout, out, options)
    if options["as_json"]:
        _print_json(exported, out)
    else:
        _print(exported, out)


def _check_meant(context: click.Context, layout: str) -> None:
    """Refuse options that mean nothing in a format, rather than pass them over."""
    given = [name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    spelling = {each.name: each.opts[-1] for each in context.command.params}
    for name in given:
        if layout not in _OF_ONE.get(name, (layout,)) or (layout == TAU2 and name not in _OF_TAU2):
            raise click.UsageError(f"{spelling[name]} means nothing with --format {layout}")


def _export(
    context: click.Context, directories: tuple[Path, ...], layout: str, out: Path, options: dict[str, Any]
) -> Exported:
    from interplay.engine.export.formats import Settings, load_format
    from interplay.engine.export.pipeline import export as write

    settings = Settings(
        thoughts=options["thoughts"],
        arguments=options["arguments"],
        preference=options["preference"],
        tokenizer=options["tokenizer"],
    )
    form = load_format(layout, settings)
    _check_out(context, form, out)
    asked = _asked(context, form, settings, options)
    sources = _sources(directories, options["domains"])
    units = sum(source.run.config.units for source in sources)

    def watch(found: Iterable[SampledUnit]) -> Iterable[SampledUnit]:
        from rich.console import Console
        from rich.progress import track

        to = Console(stderr=True)
        return track(found, "exporting", units, console=to, transient=True, disable=not to.is_terminal)

    return write(sources, form, asked, out, watch)


def _check_out(context: click.Context, form: Format, out: Path) -> None:
    """Refuse a name that is one of a file, but not of this format's, and options that one file has no use for."""
    from difflib import get_close_matches

    from interplay.engine.errors import UsageError

    suffix = out.suffix.lower()
    if out.suffix != form.suffix and get_close_matches(suffix, FILES, n=1, cutoff=0.8):
        raise UsageError(
            f"--out {out}: files of the format {form.name} end in {form.suffix}; say {out.with_suffix(form.suffix)} "
            f"for one file, or {out.with_suffix('')} for a directory"
        )
    sharded = context.get_parameter_source("shard_rows") is ParameterSource.COMMANDLINE
    if out.suffix == form.suffix and sharded:
        raise UsageError(
            f"--shard-rows: {out} is one file, which holds all rows; name a directory, without {form.suffix}"
        )


def _sources(directories: tuple[Path, ...], domains: tuple[str, ...]) -> tuple[Source, ...]:
    """The runs; of several worlds those that are asked for, by name, with or without an edition."""
    from interplay.engine.errors import UsageError
    from interplay.engine.export.sources import open_sources
    from interplay.engine.inert import inert_line

    found = open_sources(directories, lambda why: click.echo(f"passed over: {inert_line(why)}", err=True))
    there = dict.fromkeys(source.domain.name for source in found)
    for each in domains:
        if not any(each in (name, name.partition("@")[0]) for name in there):
            raise UsageError(f"there is no run of {each!r}; the runs are of {', '.join(there)}")
    wanted = [
        each for each in found if not domains or {each.domain.name, each.domain.name.partition("@")[0]} & {*domains}
    ]
    return tuple(wanted)


def _asked(context: click.Context, form: Format, settings: Settings, options: dict[str, Any]) -> Asked:
    from interplay.engine.export.lineage import ALL, parse_splits
    from interplay.engine.export.pipeline import Asked

    if form.name == "preferences" and options["unique"] in ("calls", "blueprint"):
        raise click.UsageError(
            f"--unique {options['unique']} keeps one of several plays, and preferences compare plays of one blueprint; "
            "say conversation, or none"
        )
    given = {
        name: value.name if isinstance(value, Path) else value
        for name, value in options.items()
        if name != "as_json" and context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }
    return Asked(
        selection=_selection(form, options),
        unique=options["unique"],
        thoughts=settings.thoughts,
        splits=ALL if options["splits"] is None else parse_splits(options["splits"]),
        seed=options["seed"],
        shard_rows=options["shard_rows"],
        licence=options["licence"],
        options=given,
    )


def _selection(form: Format, options: dict[str, Any]) -> Selection:
    from interplay.engine.errors import UsageError
    from interplay.engine.export.selection import Selection, check_faults, parse_difficulty
    from interplay.engine.export.tokens import TokenCounter

    outcome = options["outcome"] or form.outcome
    chosen = [name for name in ("faults", "without", "whose") if options[name]]
    if outcome == "verified" and chosen:
        spelling = {"faults": "--fault", "without": "--without-fault", "whose": "--whose"}[chosen[0]]
        raise UsageError(
            f"{spelling} chooses among conversations that were not verified; say --outcome rejected or all"
        )
    counts = options["max_tokens"] is not None or options["tokenizer"] is not None
    return Selection(
        outcome=outcome,
        difficulty=parse_difficulty(options["difficulty"]),
        faults=check_faults(options["faults"]),
        without=check_faults(options["without"]),
        whose=options["whose"],
        max_tokens=options["max_tokens"],
        counter=TokenCounter.open(options["tokenizer"]) if counts else None,
    )


def _print_json(exported: Exported, out: Path) -> None:
    import msgspec

    from interplay.engine.cli.printing import print_json

    said = {"out": str(out), "notes": exported.notes, "figures": exported.figures}
    print_json(said | msgspec.to_builtins(exported.manifest))


def _print(exported: Exported, out: Path) -> None:
    from interplay.engine.cli.printing import console, lines
    from interplay.engine.inert import inert, inert_line

    to, manifest, counts = console(), exported.manifest, exported.manifest.counts
    for note in exported.notes:
        lines(to, inert_line(note))
    for why, count in counts.left_out.items():
        lines(to, inert_line(f"left out {count:,} ({count / counts.read:.1%}): {why}"))
    for why, count in counts.rowless.items():
        lines(to, inert_line(f"no row {count:,} times: {why}"))
    lines(to, f"kept {counts.kept:,} of {counts.read:,} conversations ({counts.kept / counts.read:.1%})")
    if manifest.tokens is not None and exported.figures.tokens is not None:
        by = (
            "an estimate at 4 characters each" if manifest.tokens.estimate else f"as {manifest.tokens.tokenizer} counts"
        )
        total, most = exported.figures.total_tokens, exported.figures.tokens.max
        lines(to, inert_line(f"{total:,} tokens in all, at most {most:,} in one: {by}"))
    for split, parts in manifest.splits.items():
        rows, size = sum(part.rows for part in parts), sum(part.bytes for part in parts)
        files = f"{len(parts):,} files" if len(parts) > 1 else "1 file"
        lines(to, inert(f"wrote {rows:,} rows of {manifest.format} as {split}: {files}, {size / 1e6:,.1f} MB"))
    lines(to, inert(f"in {out}"))


def _tau2(
    directories: tuple[Path, ...], out: Path, domains: tuple[str, ...], data: Path | None, *, as_json: bool
) -> None:
    """Write a run's blueprints, or imported ones, as task files; what would mean something else there is left out."""
    from interplay.engine.cli.printing import print_json
    from interplay.engine.errors import DataError
    from interplay.engine.export.tau2 import export as make
    from interplay.engine.export.writing import write_tau2
    from interplay.engine.grading.shelf import open_shelf
    from interplay.engine.whole import check_free

    if len(directories) > 1 or len(domains) > 1:
        raise click.UsageError("--format tau2 takes one DIR and one --domain: its task files are of one world")
    source, domain = directories[0], next(iter(domains), None)
    check_free(out)
    exported = make(open_shelf(source, domain, data))
    if not exported.tasks:
        why = f"; the first: {exported.left_out[0].text}" if exported.left_out else ""
        raise DataError(f"{source} holds no blueprint that can be written as a task{why}")
    write_tau2(exported, out)
    if as_json:
        left_out = [each._asdict() for each in exported.left_out]
        print_json({"out": str(out), "tasks": len(exported.tasks), "left_out": left_out, "lost": exported.lost})
    else:
        _print_tau2(exported, out)


def _print_tau2(exported: Export, out: Path) -> None:
    from interplay.engine.cli.printing import console, lines
    from interplay.engine.inert import inert, inert_line

    to = console()
    for each in exported.left_out[:SHOWN]:
        lines(to, inert_line(f"left out {each.id}: {each.text}"))
    if len(exported.left_out) > SHOWN:
        lines(to, f"and {len(exported.left_out) - SHOWN:,} more; --json names them")
    if exported.lost:
        rows = f"{', '.join(exported.lost[:SHOWN])}{', ...' if len(exported.lost) > SHOWN else ''}"
        what = "what hangs on it may have another right answer there"
        lines(to, inert_line(f"that project's files cannot hold {rows} as it is here: {what}"))
    tasks, all_of_them = len(exported.tasks), len(exported.tasks) + len(exported.left_out)
    lines(to, inert(f"wrote {tasks:,} of {all_of_them:,} blueprints as tasks to {out}"))
