"""`interplay new`: something of one's own to begin with."""

from __future__ import annotations

from pathlib import Path

import click

NEXT = """\
{path} is a package with a whole world. Next:

    cd {path}
    pip install -e '.[dev]'
    interplay tools {name}
    interplay generate {name} -n 100 --out runs/first
    pytest

Then make it yours, beginning with src/{name}/rows.py; README.md there says what each file is for.\
"""


@click.command(epilog="Example: interplay new domain bookshop --into ~/worlds")
@click.argument("what", type=click.Choice(["domain"]))
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path), help="Directory to make the package in.  [default: .]")
@click.option("--json", "as_json", is_flag=True, help="Print where it is and what files it has, as JSON.")
def new(what: str, name: str, into: Path | None, as_json: bool) -> None:  # noqa: ARG001  (there is one kind yet)
    """Write a package with a world named NAME, which runs as it is and is there to be replaced by yours.

    Makes a directory NAME that holds the package, its tests and its pyproject.toml. What is there already is
    never touched.
    """
    from interplay.engine.cli.printing import print_json
    from interplay.engine.inert import inert
    from interplay.engine.scaffold import new_world, skeleton

    path = new_world(name, (into or Path()).expanduser())
    if as_json:
        print_json({"name": name, "path": str(path), "files": [place for place, _ in skeleton(name)]})
    else:
        click.echo(NEXT.format(path=inert(str(path)), name=name))
