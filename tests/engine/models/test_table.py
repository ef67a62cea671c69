from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest

from interplay.engine.errors import UsageError
from interplay.engine.models.table import decode_table, read_toml


class Wheel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    size: Annotated[int, msgspec.Meta(ge=1, le=99)]
    colour: Literal["red", "blue"] = "red"


class Wagon(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str = ""
    load: float | None = None
    wheels: tuple[Wheel, ...] = ()
    spare: dict[str, Wheel] = {}
    url: str | list[str] = ""
    best: Wheel | None = None

    def __post_init__(self) -> None:
        if self.name == "nameless":
            raise ValueError("a wagon is not to be called that")


def test_a_table_is_read_into_structs() -> None:
    table = {"load": 3, "wheels": [{"size": 2}], "spare": {"a b": {"size": 3, "colour": "blue"}}, "url": ["x"]}
    expected = Wagon(load=3.0, wheels=(Wheel(2),), spare={"a b": Wheel(3, "blue")}, url=["x"])
    assert decode_table(table, Wagon, "f") == expected


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"wheel": []}, "f: 'wheel' is no key of the top level; did you mean 'wheels'? It takes name, load"),
        ({"qqqqqq": 1}, "f: 'qqqqqq' is no key of the top level. It takes name"),
        ({"spare": {"x2": {"5": {"size": 1}}}}, """; a name that has a dot needs quotes: [spare."x2.5"]. It takes"""),
        ({"wheels": [{"size": 1}, {"sise": 1}]}, "f: 'sise' is no key of [wheels[1]]; did you mean 'size'?"),
        ({"best": {"color": "red", "size": 1}}, "'color' is no key of [best]; did you mean 'colour'?"),
        ({"spare": {"a b": {}}}, 'f: [spare."a b"] lacks size'),
        ({"spare": {"x": {"size": 0}}}, "f: spare.x.size is 0; it takes a whole number, at least 1, at most 99"),
        ({"spare": {"x": 7}}, "f: spare.x is 7; it takes a table of size, colour"),
        ({"wheels": {}}, "f: wheels is a table; it takes a list, each entry a table of size, colour"),
        ({"load": "heavy"}, "f: load is text; it takes a number"),
        ({"load": True}, "f: load is true; it takes a number"),
        ({"url": 5}, "f: url is 5; it takes text or a list, each entry text"),
        ({"url": ["a", 5]}, "f: url[1] is 5; it takes text"),
        ({"best": {"size": 2, "colour": "green"}}, "f: best.colour is text; it takes one of 'blue', 'red'"),
        ({"name": "nameless"}, "f: the top level is wrong: a wagon is not to be called that"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_is_allowed(table: dict[str, Any], complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        decode_table(table, Wagon, "f")
    assert complaint in str(caught.value)


def test_text_that_is_wrong_is_never_shown() -> None:
    for table in ({"load": "sk-secret"}, {"wheels": "sk-secret"}, {"best": {"size": "sk-secret"}}):
        with pytest.raises(UsageError) as caught:
            decode_table(table, Wagon, "f")
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a = \n", r"run\.toml is not TOML: .*line 1"),
        (b"\xff", r"run\.toml is not UTF-8: byte 0"),
        (None, "cannot read"),
    ],
)
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    path = tmp_path / "run.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=complaint):
        read_toml(path)
