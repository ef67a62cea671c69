"""`interplay domains`: the worlds that are installed."""

from __future__ import annotations

from typing import Any

import click

NUMBERS = ("tools", "writes", "human's", "rules")
"""Columns that count: the agent's tools, those of them that write, the human's own tools, rules of the policy."""


@click.command(epilog="Example: interplay domains --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array on standard output.")
@click.pass_context
def domains(context: click.Context, as_json: bool) -> None:
    """List the worlds that are installed.

    One that cannot be used is listed with what is wrong, and makes the exit code 1; one that needs something that
    is not installed is listed with what.
    """
    from interplay.engine.cli.printing import print_json
    from interplay.engine.domain import domain_names

    found = [_described(name) for name in domain_names()]
    if as_json:
        print_json(found)
    else:
        _print(found)
    context.exit(1 if any("broken" in each for each in found) else 0)


def _described(name: str) -> dict[str, Any]:
    """What a world is, or what is wrong with it."""
    from interplay.engine.domain import load_domain
    from interplay.engine.errors import AbsentError

    try:
        world = load_domain(name)
        tools, rules = world.tools, world.policy.rules
        _ = tools.schemas, world.policy.text  # a world whose tools or policy cannot be read is broken, too
        writes = sum(tool.writes for tool in tools.values())
        return {
            "name": name,
            "summary": world.summary,
            "tools": len(tools),
            "writes": writes,
            "human_tools": len(tools.human),
            "rules": len(rules),
        }
    except AbsentError as error:
        return {"name": name, "summary": world.summary, "absent": str(error)}
    except Exception as error:  # somebody else's package: whatever it raises is what we are here to say
        return {"name": name, "broken": str(error) or repr(error)}


def _print(found: list[dict[str, Any]]) -> None:
    from rich.text import Text

    from interplay.engine.cli.printing import console, print_table, table
    from interplay.engine.inert import inert_line

    if not found:
        click.echo("no world is installed")
        return
    listed = table("domain", "tools", "writes", "human's", "rules", "what it is", right=NUMBERS)
    listed.columns[-1].no_wrap = False
    for each in found:
        counts = (str(each.get(key, "-")) for key in ("tools", "writes", "human_tools", "rules"))
        broken = each.get("broken")
        said = Text(f"broken: {inert_line(broken)}", "red") if broken else Text(inert_line(each.get("summary", "")))
        if "absent" in each:
            said = Text(inert_line(each["absent"]), "yellow")
        listed.add_row(Text(inert_line(each["name"]), "bold"), *counts, said)
    print_table(console(), listed)
