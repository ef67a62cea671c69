"""`interplay new`: something of one's own to begin with."""

from __future__ import annotations

from pathlib import Path

import click

NEXT = """\
{target} is a whole world; src/{name} holds what it is about. Next:

    cd {target}
    pip install -e '.[dev]'
    interplay tools {name}
    interplay generate {name} -n 100 --out runs/first
    pytest

Then make it yours, beginning with src/{name}/rows.py; docs/worlds.md of Interplay goes through the files.\
"""


@click.group(epilog="Example: interplay new domain bookshop")
def new() -> None:
    """Write the skeleton of something of your own."""


@new.command(epilog="Example: interplay new domain bookshop --into ~/worlds")
@click.argument("name")
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path(), help="Directory to make the package in.  [default: .]"
)
def domain(name: str, into: Path) -> None:
    """Write a package with a world named NAME, which runs as it is and is there to be replaced by yours.

    Makes a directory NAME with the package, its tests and its pyproject.toml, and touches nothing that is there.
    """
    from interplay.engine.scaffold import new_world

    click.echo(NEXT.format(target=new_world(name, into), name=name))
