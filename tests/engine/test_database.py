"""A fork behaves as a dictionary would, costs what changed, and touches nobody else."""

import itertools
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from interplay.engine.database import Base, Database, Index, RowChange, Table
from interplay.engine.errors import DataError, PatchError
from interplay.engine.patch import Change, Patch


class Item(msgspec.Struct, frozen=True):
    """A row of the first table."""

    id: str
    owner: str | None = None
    tags: tuple[str, ...] = ()
    extra: dict[str, int] = {}


class Note(msgspec.Struct, frozen=True):
    """A row of the second."""

    text: str


class World(Database):
    """Two tables."""

    items: Table[str, Item]
    notes: Table[str, Note]


by_owner: Index[Item] = Index(lambda item: item.owner)

keys = st.sampled_from(["a", "b", "c", "d/~", "e"])
owners = st.sampled_from([None, "ann", "bob"])
items = st.builds(
    Item,
    keys,
    owners,
    st.lists(st.sampled_from("xyz"), max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(["p", "q/", "0"]), st.integers(0, 3), max_size=2),
)
notes = st.builds(Note, st.sampled_from(["", "hello"]))


def new_base() -> Base[World]:
    return Base(
        World,
        {
            "items": {"a": Item("a", "ann", ("x",)), "b": Item("b"), "c": Item("c", "ann")},
            "notes": {"a": Note("hello")},
        },
    )


def content(db: World) -> dict[str, dict[str, msgspec.Struct]]:
    return {"items": dict(db.items.items()), "notes": dict(db.notes.items())}


class ForkAgainstDictionaries(RuleBasedStateMachine):
    """Any program of writes and rollbacks on a fork, beside the same on plain dictionaries."""

    def __init__(self):
        super().__init__()
        self.base = new_base()
        self.digest = self.base.digest()
        self.fork = self.base.fork()
        self.sibling = self.base.fork()
        self.sibling.notes.put("s", Note("the sibling's"))
        self.start = content(self.base.fork())
        self.model = content(self.fork)
        self.marks = [(0, content(self.fork))]

    @rule(key=keys, row=items)
    def put_item(self, key, row):
        assert self.fork.items.put(key, row) is row
        self.model["items"][key] = row

    @rule(key=keys, row=notes)
    def put_note(self, key, row):
        self.fork.notes.put(key, row)
        self.model["notes"][key] = row

    @rule(key=keys)
    def remove_item(self, key):
        if key in self.model["items"]:
            self.fork.items.remove(key)
            del self.model["items"][key]
        else:
            with pytest.raises(KeyError, match="items has no row"):
                self.fork.items.remove(key)

    @rule()
    def mark(self):
        self.marks.append((self.fork.mark(), content(self.fork)))

    @rule(pick=st.integers(0, 99))
    def roll_back(self, pick):
        at = pick % len(self.marks)
        mark, then = self.marks[at]
        del self.marks[at + 1 :]
        self.fork.rollback(mark)
        self.model = {name: dict(rows) for name, rows in then.items()}

    @rule(key=keys, row=items)
    def fail_inside_an_atomic_block(self, key, row):
        with pytest.raises(ZeroDivisionError), self.fork.atomically():  # noqa: PT012
            self.fork.items.put(key, row)
            with self.fork.atomically():
                self.fork.notes.put(key, Note("gone"))
            raise ZeroDivisionError

    @invariant()
    def reads_as_the_dictionaries(self):
        for name, rows in self.model.items():
            table = getattr(self.fork, name)
            assert dict(table.items()) == rows
            assert len(table) == len(rows) == len(list(table)) == len(list(table.values()))
            for key in ["a", "b", "c", "d/~", "e", "s"]:
                assert table.get(key) == rows.get(key)
                assert (key in table) == (key in rows)

    @invariant()
    def index_agrees_with_a_scan(self):
        for owner in ("ann", "bob"):
            found = self.fork.items.find(by_owner, owner)
            assert len(found) == len(set(found))
            assert set(found) == {key for key, row in self.model["items"].items() if row.owner == owner}
        assert self.fork.items.find(by_owner, None) == []

    @invariant()
    def changes_are_what_differs_since_each_mark(self):
        for mark, then in self.marks:
            differing = {
                (name, key): RowChange(then[name].get(key), self.model[name].get(key))
                for name in then
                for key in then[name] | self.model[name]
                if then[name].get(key) != self.model[name].get(key)
            }
            assert self.fork.changes(mark) == differing

    @invariant()
    def patch_and_changes_reproduce_the_end(self):
        other = self.base.fork()
        patch = msgspec.json.decode(msgspec.json.encode(self.fork.patch()), type=Patch)
        other.apply(patch)
        assert content(other) == self.model
        assert other.changes() == self.fork.changes()
        other.apply(patch.inverse)
        assert content(other) == self.start
        assert other.changes() == {}
        other.write(self.fork.changes())
        assert content(other) == self.model

    @invariant()
    def nobody_else_saw_it(self):
        assert self.base.digest() == self.digest == new_base().digest()
        assert content(self.base.fork()) == self.start
        assert self.sibling.changes() == {("notes", "s"): RowChange(None, Note("the sibling's"))}


ForkAgainstDictionaries.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestForkAgainstDictionaries = ForkAgainstDictionaries.TestCase


@given(st.dictionaries(keys, items), st.dictionaries(keys, notes))
def test_base_is_read_back_as_it_was_written(tmp_path_factory, item_rows, note_rows):
    directory = tmp_path_factory.mktemp("data")
    base = Base(World, {"items": item_rows, "notes": note_rows})
    base.write(directory)
    read = Base.read(World, directory)
    assert read.digest() == base.digest()
    assert content(read.fork()) == content(base.fork())


def test_base_keeps_its_own_tables_when_the_caller_changes_theirs():
    rows = {"a": Item("a")}
    base = Base(World, {"items": rows, "notes": {}})
    rows["b"] = Item("b")
    assert list(base.fork().items) == ["a"]


def test_digest_differs_for_any_other_data():
    bases = [
        Base(World, {"items": items, "notes": notes})
        for items, notes in itertools.product(({}, {"a": Item("a")}, {"a": Item("a", "ann")}), ({}, {"a": Note("")}))
    ]
    assert len({base.digest() for base in bases}) == len(bases)


def test_digest_is_the_same_in_every_process():
    """A row with a set in it is no exception: its order differs by process."""
    source = """
import msgspec
from interplay.engine.database import Base, Database, Table
class Row(msgspec.Struct, frozen=True):
    tags: frozenset[str]
class Tagged(Database):
    rows: Table[str, Row]
rows = {"b": Row(frozenset("abcdefgh")), "a": Row(frozenset())}
base = Base(Tagged, {"rows": rows})
print(base.digest())
"""
    command = [sys.executable, "-c", source]
    outputs = {
        subprocess.run(command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True).stdout
        for seed in "123"
    }
    assert len(outputs) == 1


def test_table_that_is_missing_or_unknown_is_an_error():
    with pytest.raises(DataError, match="World has the tables items, notes"):
        Base(World, {"items": {}})
    with pytest.raises(DataError, match="World has the tables"):
        Base(World, {"items": {}, "notes": {}, "more": {}})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"cannot read .*notes.json: No such file"),
        (b"", r"notes.json: expected one JSON object"),
        (b"[]", r"notes.json: expected one JSON object"),
        (b'{"a":{"text":1}}', r"notes.json, row 'a': Expected `str`, got `int`.*rows here are Note"),
        (b'{"a":{"text":""},"b":{}}', r"notes.json, row 'b': .*missing required field `text`"),
        (b'{"a":{"text":"\xff"}}', r"notes.json, row 'a': .*utf-8"),
        (b'{"a":' + b"[" * 100_000, r"notes.json: "),
    ],
)
def test_data_that_cannot_be_read_names_file_and_row(tmp_path, text, message):
    (tmp_path / "items.json").write_bytes(b"{}")
    if text is not None:
        (tmp_path / "notes.json").write_bytes(text)
    with pytest.raises(DataError, match=message):
        Base.read(World, tmp_path)


def test_data_directory_that_is_not_there_says_what_it_should_hold(tmp_path):
    with pytest.raises(DataError, match=r"is not a directory; it should hold items.json, notes.json"):
        Base.read(World, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(("notes", "a", "text"), "wrong", "new"), "/notes/a/text holds 'hello'"),
        (Change(("notes", "a", "text"), "hello", 5), "notes/a would not be a valid row"),
        (Change(("notes", "a", "text"), "hello"), "notes/a would not be a valid row: .*missing required field"),
        (Change(("notes", "new"), after={"tex": ""}), "notes/new would not be a valid row"),
        (Change(("notes", "a"), after={"text": ""}), "/notes/a is there already"),
        (Change(("notes", "new", "text"), after=""), "'new' is missing"),
        (Change(("nowhere", "a"), after={}), "/nowhere/a names no row; tables are items, notes"),
        (Change(("notes",), after={}), "/notes names no row"),
        (Change((), after={}), "/ names no row"),
    ],
)
def test_patch_that_does_not_fit_writes_nothing(change, message):
    fork = new_base().fork()
    first = Change(("items", "b", "owner"), None, "bob")
    with pytest.raises(PatchError, match=message):
        fork.apply(Patch((first, change)))
    assert fork.changes() == {}


def test_row_that_was_put_back_is_no_change():
    fork = new_base().fork()
    row = fork.notes["a"]
    fork.notes.remove("a")
    fork.notes.put("a", Note("hello"))
    assert fork.changes() == {}
    assert not fork.patch()
    assert row == fork.notes["a"]


def test_missing_row_is_a_key_error_that_names_table_and_key():
    with pytest.raises(KeyError, match="notes has no row 'nobody'"):
        new_base().fork().notes["nobody"]


class Numbered(msgspec.Struct, frozen=True):
    """A row whose field has keys that are not text."""

    prices: dict[int, float]


class Numbers(Database):
    """One table of them."""

    rows: Table[str, Numbered]


def test_row_with_numbers_for_keys_can_be_patched():
    base = Base(Numbers, {"rows": {"a": Numbered({1: 1.0, 2: 2.0})}})
    fork, other = base.fork(), base.fork()
    fork.rows.put("a", Numbered({1: 1.5, 3: 3.0}))
    other.apply(msgspec.json.decode(msgspec.json.encode(fork.patch()), type=Patch))
    assert other.rows["a"] == fork.rows["a"]


writes = st.lists(st.tuples(keys, st.one_of(st.none(), notes)), max_size=5)


def written(base: Base[World], rows: list[tuple[str, Note | None]]) -> World:
    """A fork in which these rows were put, or taken away."""
    db = base.fork()
    for key, note in rows:
        if note is not None:
            db.notes.put(key, note)
        elif key in db.notes:
            db.notes.remove(key)
    return db


@given(writes, writes, writes)
def test_a_base_begun_again_and_again_forks_as_if_all_had_been_done_in_one(first, second, third):
    base = new_base()
    once = base.begun(written(base, first).changes())
    twice = once.begun(written(once, second).changes())
    whole = base.begun(written(base, [*first, *second]).changes())
    assert dict(twice.fork().notes.items()) == dict(whole.fork().notes.items())
    assert dict(base.fork().notes.items()) == dict(new_base().fork().notes.items())

    db, before = written(twice, third), dict(twice.fork().notes.items())
    assert not twice.fork().changes()
    assert {key for _, key in db.changes()} == {
        key for key in ("a", "b", "c", "d/~", "e") if before.get(key) != db.notes.get(key)
    }
    again = twice.fork()
    again.apply(db.patch())
    assert dict(again.notes.items()) == dict(db.notes.items())
    db.rollback()
    assert dict(db.notes.items()) == before
