"""The page about toolkits: its example is short, whole, and runs as it stands."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "toolkits.md"


def test_the_examples_run_as_they_stand():
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks[0].splitlines()) < 40
    names = {"__name__": "library"}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)  # the page's own code
    assert names["verdicts"]
