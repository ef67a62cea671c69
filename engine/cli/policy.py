"""`interplay policy`: a world's written rules, as an agent is given them."""

from __future__ import annotations

import click


@click.command(epilog="Example: interplay policy retail > policy.md")
@click.argument("domain")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: the text, and the rules that are code.")
def policy(domain: str, as_json: bool) -> None:
    """Print the policy that agents are given in the world DOMAIN."""
    from interplay.engine.cli.printing import print_json
    from interplay.engine.domain import load_domain
    from interplay.engine.inert import inert

    found = load_domain(domain).policy
    if not as_json:
        click.echo(inert(found.text))
        return
    rules = [
        {"id": rule.id, "section": rule.section, "tools": sorted(rule.tools), "dialogue": rule.dialogue}
        for rule in found.rules
    ]
    print_json({"text": found.text, "rules": rules})
