"""`interplay serve`: servers on loopback."""

from __future__ import annotations

import click

SERVERS = {"double": "A model's double that speaks chat completions, for load tests and rehearsals."}
"""Server and the line that `--help` says of it."""


class _Servers(click.Group):
    """Servers by name, imported when one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(SERVERS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in SERVERS:
            return None
        from interplay.engine.testing.model_server.process import double

        return double

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(SERVERS.items()))


@click.group(cls=_Servers, epilog="Example: interplay serve double --delay 0.2 --json")
def serve() -> None:
    """Serve something on loopback, until SIGINT or SIGTERM."""
