"""Every command says what it does and how to call it, and saying it costs next to nothing."""

import subprocess
import sys

import pytest

from interplay.engine.cli import COMMANDS

HEAVY = ("anyio", "msgspec", "rich", "httpx", "structlog")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_an_example_of_the_command(cli, command):
    said = cli(command, "--help")
    assert said.code == 0
    assert f"Example: interplay {command}" in said.out
    assert "--json" in said.out


def test_help_lists_every_command(cli):
    said = cli("--help")
    assert all(f"  {command} " in said.out for command in COMMANDS)


@pytest.mark.parametrize("arguments", [["--help"], *([command, "--help"] for command in COMMANDS)], ids=" ".join)
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys\n"
        "from interplay.engine.cli import commands\n"
        "commands(sys.argv[1:], standalone_mode=False)\n"
        f"sys.stderr.write(' '.join(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: " in done.stdout


@pytest.mark.parametrize(
    "arguments", [["nonesuch"], ["verify"], ["show", "x", "--limit", "0"], ["stats", "--nonesuch"]]
)
def test_a_call_that_click_does_not_understand_exits_with_2(cli, arguments):
    assert cli(*arguments).code == 2


@pytest.mark.parametrize("command", ["verify", "show", "stats"])
def test_a_directory_that_is_no_run_is_named_without_a_traceback(process, tmp_path, command):
    said = process(command, tmp_path)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith(f"error: {tmp_path} is not a run")
    assert "Traceback" not in said.err
