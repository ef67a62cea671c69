"""The engine's map names every room."""

from pathlib import Path

import interplay.engine as engine


def test_the_map_names_every_module_and_no_other() -> None:
    home = Path(str(engine.__file__)).parent
    rooms = {path.stem for path in home.glob("*.py")} | {path.parent.name for path in home.glob("*/__init__.py")}
    assert set(engine.__all__) == rooms - {"__init__"}


def test_the_docstring_mentions_every_module() -> None:
    assert all(f"`{room}`" in str(engine.__doc__) for room in engine.__all__)
