"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from interplay.engine.settings import read_settings

REPOSITORY = Path(__file__).parents[1]
README = REPOSITORY / "README.md"
PAGES = [README, *sorted((REPOSITORY / "docs").glob("*.md"))]


def test_the_example_agent_plays_as_it_stands_and_fails_in_no_conversation(tmp_path: Path) -> None:
    found = re.search(r"```python\n(# my_agent.py.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    (tmp_path / "my_agent.py").write_text(found[1])
    arguments = ["retail", "-n", "20", "--seed", "7", "--persons", "60", "--agent", "my_agent:agent", "--out", "run"]
    command = [sys.executable, "-m", "interplay.engine.cli", "generate", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr  # it does nothing that was asked for
    assert "20 of 20 done; in this session 20 rejected" in done.stdout


def test_every_command_that_the_readme_names_exists() -> None:
    from interplay.engine.cli import COMMANDS

    named = set(re.findall(r"^    interplay (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named <= set(COMMANDS)


def test_the_config_that_the_readme_shows_can_be_followed(tmp_path: Path) -> None:
    text = README.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "run.toml").write_text(text)
    settings = read_settings(tmp_path / "run.toml")
    assert settings.budget == 20.0
    assert {part.model for _, _, part in settings.parts() if part.model} == {"main#big-model", "here#small-model"}
    assert settings.play.trials == 4
    assert settings.personas == str(tmp_path / "people.jsonl")
    assert "sk-" not in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_of_a_page_can_be_read(page: Path) -> None:
    from interplay.engine.cli import commands

    for line in re.findall(r"^    interplay (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
        words = shlex.split(line.partition("   #")[0].rstrip(" &"))
        command = commands.get_command(click.Context(commands), words.pop(0))
        assert command is not None, line
        context = click.Context(command)
        while isinstance(command, click.Group):
            command = command.get_command(context, words.pop(0))
            assert command is not None, line
            context = click.Context(command)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(command, "callback", lambda **_: None)
            command.make_context("interplay", words)  # refuses an option that there is not


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), f"{page.name} names {link}"
