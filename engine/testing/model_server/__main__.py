"""`python -m interplay.engine.testing.model_server`: the double as a process of its own."""

import sys

import click

from interplay.engine.errors import InterplayError
from interplay.engine.testing.model_server.process import double

if __name__ == "__main__":
    try:
        double(prog_name="python -m interplay.engine.testing.model_server")
    except InterplayError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
