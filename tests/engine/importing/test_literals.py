"""Python literals are read as data; nothing of a file is ever run."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import DataError
from interplay.engine.importing.literals import Record, read_module

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    path = tmp_path_factory.mktemp("literals") / "tasks.py"

    def write(text):
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        return path

    return write


@given(value=VALUES)
def test_every_literal_is_read_as_python_itself_would(module, value):
    text = ast.unparse(ast.parse(f"TASKS = {value!r}"))
    [assigned] = read_module(module(text))
    assert (assigned.name, assigned.value) == ("TASKS", value)


def test_calls_with_keywords_are_records_with_their_lines(module):
    text = (
        'from types import Task\n"""Tasks."""\nTASKS: list[Task] = [\n    types.Task(a=("x" "y" + "z", -1), b={}),\n]\n'
    )
    [assigned] = read_module(module(text))
    assert assigned.value == [Record("Task", {"a": ["xyz", -1], "b": {}}, 4)]
    assert assigned.line == 3


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("import os\nTASKS = [os.remove('a')]", 2, "remove(...) has values without a keyword"),
        ("TASKS = [Task(**more)]", 1, "unpacks a mapping"),
        ("\n\ndef tasks():\n    return []", 3, "FunctionDef is not data"),
        ("TASKS = [name]", 1, "Name is not data"),
        ("TASKS = [f'{name}']", 1, "JoinedStr is not data"),
        ("TASKS = [x for x in y]", 1, "ListComp is not data"),
        ("TASKS = [*more]", 1, "Starred is not data"),
        ("TASKS = {**more}", 1, "have to be strings"),
        ("TASKS = {1: 2}", 1, "have to be strings"),
        ("TASKS = [1 + 1]", 1, "only strings are added up"),
        ("TASKS = [-'a']", 1, "UnaryOp is not data"),
        ("TASKS = [b'a']", 1, "Constant is not data"),
        ("TASKS = []\nTASKS.append(1)", 2, "Expr is not data"),
        ("TASKS.x = []", 1, "Assign is not data"),
        ("TASKS = [Task()(a=1)]", 1, "has to name a record"),
        ("TASKS = [", 1, "not Python"),
        ("TASKS = [Task(a=1, a=2)]", 1, "Task(...) says a twice"),
        ("exec('1')", 1, "Expr is not data"),
    ],
)
def test_whatever_would_have_to_be_run_is_refused_with_its_line(module, text, line, says):
    path = module(text)
    with pytest.raises(DataError, match=r"tasks\.py") as refused:
        read_module(path)
    assert str(refused.value).startswith(f"{path}, line {line}: ")
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "text", ["a\0", "TASKS = " + "(" * 5000, "TASKS = " + "-" * 50_000 + "1", "TASKS = 'a'" + "+'a'" * 20_000]
)
def test_source_that_would_exhaust_the_reader_is_an_error_and_no_crash(module, text):
    with pytest.raises(DataError, match=r"tasks\.py.*\w$"):
        read_module(module(text))


def test_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*nowhere.py: No such file"):
        read_module(tmp_path / "nowhere.py")
