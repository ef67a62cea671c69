"""The command line: `interplay`.

Starting costs what click costs. Each command is a module of its own, imported when it is called; the
list below is all that `--help` needs.
"""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib import import_module

import click

COMMANDS = {
    "generate": "Make verified conversations in a world.",
    "resume": "Do what a run still lacks.",
    "verify": "Replay every stored conversation and compare the verdicts.",
    "show": "List a run's conversations, or read one.",
    "stats": "Count what a run holds.",
    "view": "Show runs in the browser, on this machine.",
    "report": "Write a page that tells what runs hold, or compares two.",
    "domains": "List the worlds that are installed.",
    "tools": "List a world's tools with their schemas.",
    "policy": "Print the policy that agents are given.",
    "graph": "Show which tool feeds which.",
    "new": "Write the skeleton of a world of your own.",
    "replay": "Run what others recorded on a world's tools and compare.",
    "grade": "Judge conversations that were recorded elsewhere.",
    "export": "Write training data, or task files of a public benchmark.",
    "import": "Make blueprints of a checkout of a public benchmark, and audit it.",
    "serve": "Serve a model's double on loopback, for rehearsals and load tests.",
}
"""Command and the line that `--help` says of it; each lives in the module of its name."""
MODULES = {"import": "importing"}
"""Modules of commands whose name Python keeps for itself."""


class _Commands(click.Group):
    """Commands by name, imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = MODULES.get(cmd_name, cmd_name)
        command: click.Command = getattr(import_module(f"interplay.engine.cli.{module}"), module)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and args[0][:1].isalnum():
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            raise click.UsageError(f"there is no command {args[0]!r}{hint} Known are {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a reader that leaves, as `head` does, has what it wanted."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: interplay generate retail -n 100 --seed 7 --out runs/first",
)
@click.version_option(package_name="interplay", message="interplay %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """Multi-turn, tool-using conversations whose correctness a machine has checked."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> None:
    """Run the command line; an error that is meant for the caller is one line, without a traceback.

    Exit codes: 0 done, 1 the answer is no (something disagrees or was not accepted), 2 it could not be
    done as asked, 130 interrupted.
    """
    from interplay.engine.errors import InterplayError
    from interplay.engine.inert import inert

    try:
        sys.exit(commands(prog_name="interplay", standalone_mode=False))
    except click.ClickException as error:
        click.echo(f"error: {inert(error.format_message())}", err=True)
        sys.exit(2)
    except InterplayError as error:
        click.echo(f"error: {inert(str(error))}", err=True)
        sys.exit(2)
    except click.Abort:
        click.echo("error: interrupted", err=True)
        sys.exit(130)
