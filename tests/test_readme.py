"""What the README shows is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


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
