"""`interplay tools`: a world's tools, for people and for models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from rich.console import Console

    from interplay.engine.tools import Tool


@click.command(epilog="Example: interplay tools retail --json > tools.json")
@click.argument("domain")
@click.option(
    "--of",
    "by",
    type=click.Choice(("agent", "human")),
    default="agent",
    show_default=True,
    help="Whose tools; in some worlds the human has some of their own.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the array that OpenAI's `tools` takes.")
def tools(domain: str, by: Literal["agent", "human"], as_json: bool) -> None:
    """List the tools of the world DOMAIN with what each takes."""
    from interplay.engine.cli.printing import console, lines, print_json
    from interplay.engine.domain import load_domain

    offered = load_domain(domain).tools
    mine = offered.of(by)
    if as_json:
        print_json(mine.schemas)
        return
    out = console()
    for number, tool in enumerate(mine.values()):
        if number:
            out.print()
        _print(out, tool)
    if not mine:
        lines(out, f"The {by} has no tools in this world.")
    elif by == "agent" and offered.human:
        out.print()
        lines(out, f"The human has {len(offered.human)} tools of their own: interplay tools {domain} --of human")


def _print(out: Console, tool: Tool[..., Any]) -> None:
    from rich.text import Text

    from interplay.engine.cli.printing import lines
    from interplay.engine.inert import inert, inert_line

    marks = [word for word, holds in (("writes", tool.writes), ("hands over", tool.hands_over)) if holds]
    name = Text(inert_line(tool.name), "bold")
    lines(out, name.append(f" ({', '.join(marks)})", "not bold yellow") if marks else name)
    first = tool.schema["function"]["description"].split("\n\n", 1)[0]
    lines(out, inert_line(first), indent=2)
    width = max((len(p.name) for p in tool.parameters), default=0) + 6
    for parameter in tool.parameters:
        said = Text(inert(type_name(parameter.schema)), "green")
        said.append("" if parameter.required else " (optional)", "yellow")
        about = parameter.schema.get("description")
        said.append(f"  {inert_line(about)}" if about else "", "dim")
        lines(out, said, label=Text(f"    {inert_line(parameter.name)}", "cyan"), indent=width)


def type_name(schema: dict[str, Any]) -> str:
    """A JSON Schema in a few words: "string", "list of strings", or the values that it allows."""
    import msgspec

    if "enum" in schema:
        return " | ".join(msgspec.json.encode(value).decode() for value in schema["enum"])
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " | ".join(dict.fromkeys(type_name(each) for each in schema[union]))
    kind = schema.get("type", "anything")
    if kind == "array":
        items = schema.get("items") or {}
        inner = type_name(items)
        return f"list of {inner}s" if inner.isalpha() and inner != "anything" else f"list of ({inner})"
    return " | ".join(kind) if isinstance(kind, list) else str(kind)
