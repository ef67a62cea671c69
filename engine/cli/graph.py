"""`interplay graph`: which of a world's tools feeds which."""

from __future__ import annotations

import click


@click.command(epilog="Example: interplay graph retail --dot | dot -Tsvg > retail.svg")
@click.argument("domain")
@click.option("--dot", "as_dot", is_flag=True, help="Print the graph in Graphviz's language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with tools and edges.")
def graph(domain: str, as_dot: bool, as_json: bool) -> None:
    """Show which tool's result feeds which tool's argument in the world DOMAIN.

    Nothing of it is drawn by hand: it follows from the types in the tools' signatures.
    """
    from interplay.engine.cli.printing import print_json
    from interplay.engine.domain import load_domain
    from interplay.engine.errors import UsageError
    from interplay.engine.inert import inert

    if as_dot and as_json:
        raise UsageError("--dot and --json exclude each other")
    found = load_domain(domain).graph
    if as_json:
        nodes = [{"name": tool.name, "writes": tool.writes} for tool in found.tools.values()]
        print_json({"domain": domain, "tools": nodes, "edges": [edge._asdict() for edge in found.edges]})
    else:
        click.echo(inert(found.to_dot() if as_dot else found.to_text()))
