"""The package is found where the user has it, and its absence is told when it is needed and not before."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from interplay.domains.bfcl import package
from interplay.domains.bfcl.calls import parse_call
from interplay.engine.errors import AbsentError, DataError

SOURCE = Path(__file__).resolve().parents[3] / "src"
ABSENT = """
import sys
class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "bfcl_eval":
            raise AssertionError("the package was looked for")
sys.meta_path.insert(0, Nowhere())
from interplay.domains.bfcl import DOMAIN
assert DOMAIN.name and DOMAIN.policy.text and DOMAIN.database.row_types()
assert not [name for name in sys.modules if name.partition(".")[0] in ("bfcl_eval", "mpmath")]
try:
    DOMAIN.tools
except AssertionError as error:
    print(error)
"""


def test_the_world_is_imported_without_the_package_and_costs_nothing_of_it():
    ran = subprocess.run([sys.executable, "-c", ABSENT], capture_output=True, text=True, check=True, cwd=SOURCE)
    assert ran.stdout == "the package was looked for\n"


def test_an_absent_package_is_told_with_how_to_install_it(monkeypatch):
    monkeypatch.delenv(package.VARIABLE, raising=False)
    monkeypatch.setattr(package.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(AbsentError, match=r"not installed.*pip install --no-deps bfcl-eval==.*INTERPLAY_BFCL"):
        package.root()
    assert not package.installed()


def test_a_directory_that_holds_no_copy_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv(package.VARIABLE, str(tmp_path))
    with pytest.raises(DataError, match=f"{tmp_path}, which holds no bfcl_eval"):
        package.root()


def test_a_copy_elsewhere_is_found_by_its_parent_and_by_itself(monkeypatch, tmp_path):
    inside = tmp_path / "bfcl_eval"
    (inside / "data").mkdir(parents=True)
    inside.joinpath("eval_checker", "multi_turn_eval", "func_source_code").mkdir(parents=True)
    for named in (tmp_path, inside):
        monkeypatch.setenv(package.VARIABLE, str(named))
        assert package.root() == inside
    with pytest.raises(DataError, match=r"has no data/x\.json"):
        package.data("x.json")


def sort(file_name: str, reverse: bool = False) -> None: ...


KNOWN = {"sort": inspect.signature(sort)}


def test_calls_are_read_by_name_and_by_position():
    assert parse_call("sort('a.txt')", KNOWN) == ("sort", {"file_name": "a.txt"})
    assert parse_call(" sort(reverse=True, file_name='a') ", KNOWN) == ("sort", {"file_name": "a", "reverse": True})
    assert parse_call("sort(file_name=[1, {'a': -2.5}])", KNOWN) == ("sort", {"file_name": [1, {"a": -2.5}]})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sort(open('/etc/passwd'))", "which is no literal"),
        ("sort(file_name=__import__('os'))", "which is no literal"),
        ("sort('a' + 'b')", "which is no literal"),
        ("os.remove('a')", "calls os.remove, which is none of sort"),
        ("remove('a')", "calls remove, which is none of sort"),
        ("sort", "is no call but Name"),
        ("sort('a'", "is no call"),
        ("sort('a'); sort('b')", "is no call"),
        ("sort('a', 'b', 'c')", "does not fit sort"),
        ("sort(name='a')", "does not fit sort"),
        ("sort(**{'file_name': 'a'})", "given arguments by|gives arguments by"),
        ("", "is no call"),
    ],
)
def test_what_is_no_call_with_literals_is_refused_and_not_run(text, words):
    with pytest.raises(DataError, match=words):
        parse_call(text, KNOWN)
