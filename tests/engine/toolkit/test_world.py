"""A world of objects behaves as any world: isolated, comparable, diffed, rolled back."""

import copy
import random
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.blueprint import Action, Setup, Turn
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.errors import DataError, DomainError, ToolkitError
from interplay.engine.messages import ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.testing.walker import copy_of
from interplay.engine.toolkit import toolkit
from interplay.engine.toolkit.document import Describer
from interplay.engine.truth import execute


class Bag:
    """Holds things, some of them twice."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.named: dict[str, Any] = {"all": self.items}
        self.seen: set[int] = set()
        self.me = self
        self._count = 0
        self._chance = random.Random(7)

    def add(self, value: int) -> dict[str, int]:
        """Add a number; an odd one breaks it half way."""
        self.items.append(value)
        self._count += 1
        if value % 2:
            raise ValueError(f"{value} is odd")
        self.seen.add(value)
        return {"count": self._count}

    def name(self, key: str, whole: bool = False) -> None:
        """Name the last thing, or all of them."""
        self.named[key] = self.items if whole else self.items[-1]

    def forget(self, key: str) -> str:
        """Forget a name."""
        return repr(self.named.pop(key))

    def draw(self) -> int:
        """Draw a number."""
        return self._chance.randint(1, 6)

    def count(self) -> int:
        """Count things."""
        return self._count


DOMAIN = toolkit(name="bag", objects=[Bag], reads=["count"])
BASE = DOMAIN.generate(Seed.root(0), 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.fixed_dictionaries({"value": st.integers(0, 9)})),
        st.tuples(
            st.just("name"), st.fixed_dictionaries({"key": st.sampled_from("abc")}, optional={"whole": st.booleans()})
        ),
        st.tuples(st.just("forget"), st.fixed_dictionaries({"key": st.sampled_from(["a", "b", "all"])})),
        st.tuples(st.sampled_from(["draw", "count"]), st.just({})),
    ),
    max_size=8,
)


def walked(domain, base, calls):
    environment = Environment(domain.tools, base.fork())
    results = [
        environment.apply(ToolCall(call_id=str(at), tool=tool, arguments=arguments))
        for at, (tool, arguments) in enumerate(calls)
    ]
    return environment, results


def state(db, name="Bag"):
    row = db.objects[name]
    return row.attributes | row.private


@given(steps)
def test_a_world_does_what_the_object_does_except_that_who_raises_changes_nothing(calls):
    plain = Bag()
    for tool, arguments in calls:
        kept = copy.deepcopy(plain)
        try:
            getattr(plain, tool)(**arguments)
        except Exception:
            plain = kept
    environment, _ = walked(DOMAIN, BASE, calls)
    assert state(environment.db) == Describer().attributes("Bag", plain)


@given(steps, steps)
def test_no_fork_sees_what_another_does(calls, others):
    before = BASE.digest()
    alone, _ = walked(DOMAIN, BASE, others)
    one, other = Environment(DOMAIN.tools, BASE.fork()), Environment(DOMAIN.tools, BASE.fork())
    for at in range(max(len(calls), len(others))):
        for environment, each in ((one, calls), (other, others)):
            if at < len(each):
                environment.apply(ToolCall(call_id=str(at), tool=each[at][0], arguments=each[at][1]))
    assert state(other.db) == state(alone.db)
    assert BASE.digest() == before
    assert not BASE.fork().changes()


@given(steps)
def test_a_refused_call_changes_nothing_and_says_what_was_raised(calls):
    environment = Environment(DOMAIN.tools, BASE.fork())
    for at, (tool, arguments) in enumerate(calls):
        before = copy.deepcopy(state(environment.db))
        result = environment.apply(ToolCall(call_id=str(at), tool=tool, arguments=arguments))
        if result.refusal is not None:
            assert result.refusal in ("raised:ValueError", "raised:IndexError", "raised:KeyError")
            assert state(environment.db) == before
            assert str(at) not in environment.effects


@given(steps, steps)
def test_ends_are_equal_where_states_are_and_patches_lead_to_them_and_back(calls, others):
    one, other = walked(DOMAIN, BASE, calls)[0].db, walked(DOMAIN, BASE, others)[0].db
    assert (one.changes() == other.changes()) == (state(one) == state(other))
    fresh = BASE.fork()
    fresh.apply(one.patch())
    assert state(fresh) == state(one)
    fresh.apply(one.patch().inverse)
    assert not fresh.changes()


@given(steps, steps)
def test_what_is_rolled_back_was_never_there(calls, others):
    environment, _ = walked(DOMAIN, BASE, calls)
    before, mark = state(environment.db), environment.db.mark()
    for at, (tool, arguments) in enumerate(others):
        environment.apply(ToolCall(call_id=f"again-{at}", tool=tool, arguments=arguments))
    environment.db.rollback(mark)
    assert state(environment.db) == before
    assert walked(DOMAIN, BASE, [*calls, *others])[1][len(calls) :] == [
        environment.apply(ToolCall(call_id=str(at), tool=tool, arguments=arguments))
        for at, (tool, arguments) in enumerate(others, len(calls))
    ]


def test_a_call_that_changes_nothing_writes_no_row():
    environment = Environment(DOMAIN.tools, BASE.fork())
    environment.apply(ToolCall(call_id="1", tool="count", arguments={}))
    assert environment.db.mark() == 0


def test_what_a_caller_keeps_of_its_arguments_is_not_in_the_object():
    class Box:
        def __init__(self) -> None:
            self.held: list[dict[str, Any]] = []

        def hold(self, thing: dict[str, Any]) -> int:
            """Hold a thing."""
            self.held.append(thing)
            thing["held"] = True
            return len(self.held)

    domain = toolkit(name="box", objects=[Box])
    environment = Environment(domain.tools, domain.generate(Seed.root(0), 1).fork())
    thing = {"inner": [1]}
    environment.apply(ToolCall(call_id="1", tool="hold", arguments={"thing": thing}))
    thing["inner"].append(2)
    assert state(environment.db, "Box") == {"held": [{"held": True, "inner": [1]}]}


# --- several objects


class Ledger:
    def __init__(self, entries: list[int]) -> None:
        self.entries = entries

    def enter(self, amount: int) -> int:
        """Enter an amount."""
        self.entries.append(amount)
        return sum(self.entries)


class Till:
    def __init__(self, entries: list[int]) -> None:
        self.entries = entries
        self.open = True

    def total(self) -> int:
        """What was entered."""
        return sum(self.entries)

    def close(self) -> None:
        """Close the till."""
        self.open = False


def shop() -> dict[str, object]:
    shared: list[int] = []
    return {"ledger": Ledger(shared), "till": Till(shared), "other": Bag()}


def test_objects_that_share_a_part_go_on_sharing_it_in_every_copy():
    domain = toolkit(name="shop", objects=shop)
    environment, results = walked(
        domain, domain.generate(Seed.root(0), 1), [("enter", {"amount": 3}), ("total", {}), ("close", {})]
    )
    assert [each.content for each in results] == ["3", "3", "null"]
    assert environment.db.objects["till"].attributes == {"entries": {"$ref": "ledger/entries"}, "open": False}
    assert set(environment.db.changes()) == {("objects", "ledger"), ("objects", "till")}


def test_methods_of_one_name_are_told_apart_by_their_objects_when_asked():
    with pytest.raises(DomainError, match=r"Bag\.add and other\.add would both be the tool 'add'.*prefixed=True"):
        toolkit(name="two", objects={"Bag": Bag, "other": Bag})
    domain = toolkit(name="two", objects={"one": Bag, "other": Bag}, prefixed=True)
    environment, _ = walked(domain, domain.generate(Seed.root(0), 1), [("other_add", {"value": 2})])
    assert list(environment.db.changes()) == [("objects", "other")]


def test_objects_that_stand_for_themselves_are_copied():
    bag = Bag()
    domain = toolkit(name="bag", objects=[bag])
    bag.add(2)
    assert domain.generate(Seed.root(0), 1).digest() == BASE.digest()


# --- setups, scripts


def filled(objects: dict[str, Any], values: list[int]) -> None:
    """Put some values in."""
    for value in values:
        objects["Bag"].add(value)


def test_a_setup_works_on_the_objects_and_a_script_is_executed_from_there():
    domain = toolkit(name="bag", objects=[Bag], setups=[filled], scripts=[[Turn(say="And two.", actions=(_add(2),))]])
    base = domain.generate(Seed.root(0), 1)
    blueprint = domain.write(domain, base, Seed.root(0))
    assert blueprint.brief.goals[0].wish == "And two."
    assert execute(domain.tools, base, blueprint).result(0).content == '{"count":1}'
    begun = msgspec.structs.replace(blueprint, setup=(Setup(tool="filled", arguments={"values": [4, 6]}),))
    truth = execute(domain.tools, base, begun)
    assert truth.result(0).content == '{"count":3}'
    assert state(truth.start.fork())["items"] == [4, 6]


def _add(value: int) -> Action:
    return Action(tool="add", arguments={"value": value})


def test_a_world_with_scripts_comes_with_its_blueprints_and_one_without_makes_them():
    turns = [[Turn(say="And two.", actions=(_add(2),))], [Turn(say="And four.", actions=(_add(4),))]]
    domain = toolkit(name="bag", objects=[Bag], scripts=turns)
    assert [(each.id, each.turns[0].say) for each in domain.scripts()] == [
        ("bag-0", "And two."),
        ("bag-1", "And four."),
    ]
    assert DOMAIN.scripts is None


def test_a_class_that_is_local_to_a_function_works_as_any():
    class Local(Bag):
        pass

    domain = toolkit(name="bag", objects=[Local])
    _, results = walked(domain, domain.generate(Seed.root(0), 1), [("add", {"value": 2}), ("count", {})])
    assert [each.content for each in results] == ['{"count":1}', "1"]


def test_a_world_without_tasks_says_how_to_give_some():
    with pytest.raises(DomainError, match="scripts="):
        DOMAIN.write(DOMAIN, BASE, Seed.root(0))


# --- data that is read


def test_data_that_is_read_has_living_objects_again(tmp_path):
    BASE.write(tmp_path)
    again = DOMAIN.read(tmp_path)
    assert again.digest() == BASE.digest()
    for base in (again, copy_of(BASE)):
        assert walked(DOMAIN, base, [("add", {"value": 2})])[1][0].content == '{"count":1}'


def test_data_of_other_objects_is_refused_with_what_differs(tmp_path):
    other = Bag()
    other.add(2)
    toolkit(name="bag", objects=[other]).generate(Seed.root(0), 1).write(tmp_path)
    with pytest.raises(DataError, match=r"differs at Bag/_count, Bag/items, Bag/seen/\$set\."):
        DOMAIN.read(tmp_path)
    toolkit(name="shop", objects=shop).generate(Seed.root(0), 1).write(tmp_path)
    with pytest.raises(DataError, match=r"object '.*' is"):
        DOMAIN.read(tmp_path)


def test_state_that_is_only_data_cannot_be_worked_with_and_says_so():
    db = walked(DOMAIN, BASE, [("add", {"value": 2})])[0].db
    fresh = BASE.fork()
    fresh.apply(db.patch())
    with pytest.raises(ToolkitError, match="Bag's state was written as data"):
        DOMAIN.tools["count"].run(fresh, {})


def test_ignored_attributes_live_on_and_are_not_compared():
    domain = toolkit(name="bag", objects=[Bag], ignores=["_*"])
    base = domain.generate(Seed.root(0), 1)
    environment, results = walked(domain, base, [("draw", {}), ("draw", {}), ("draw", {})])
    expected = random.Random(7)
    assert [each.content for each in results] == [str(expected.randint(1, 6)) for _ in range(3)]
    assert not environment.db.changes()
    assert isinstance(base, Base)


# --- what is shown


class Shown:
    def pick(self, size: Literal["s", "m"], among: list[str], count: int = 1) -> str:
        """Pick some.

        Args:
            size: how large.
        """
        return f"{count} {size} of {among}"

    @staticmethod
    def twice(value: float, /) -> float:
        """Double it."""
        return 2 * value

    @property
    def hidden(self) -> int:
        return 1

    def _private(self) -> None:
        pass


def test_schemas_come_from_annotations_and_docstrings():
    domain = toolkit(name="shown", objects=[Shown])
    assert list(domain.tools) == ["pick", "twice"]
    assert domain.tools["pick"].schema["function"] == {
        "name": "pick",
        "description": "Pick some.",
        "parameters": {
            "type": "object",
            "properties": {
                "size": {"type": "string", "enum": ["s", "m"], "description": "how large."},
                "among": {"type": "array", "items": {"type": "string"}},
                "count": {"type": "integer"},
            },
            "required": ["size", "among"],
        },
    }
    _, results = walked(domain, domain.generate(Seed.root(0), 1), [("twice", {"value": 4}), ("pick", {"size": "xl"})])
    assert results[0].content == "8.0"
    assert results[1].refusal == "bad_arguments"


def test_a_schema_that_others_wrote_is_shown_as_it_is_and_the_method_sees_for_itself_what_it_gets():
    shown = {
        "type": "function",
        "function": {
            "name": "pick",
            "description": "Take some.",
            "parameters": {"type": "object", "properties": {"size": {"type": "string", "description": "any"}}},
        },
    }
    domain = toolkit(name="shown", objects=[Shown], schemas={"pick": shown}, renders=str)
    assert domain.tools["pick"].schema == shown
    assert domain.tools["pick"].parameters[0].schema == {"type": "string", "description": "any"}
    calls = [("pick", {"size": 7, "among": "all"}), ("pick", {"size": "s"}), ("twice", {"value": "x"})]
    _, results = walked(domain, domain.generate(Seed.root(0), 1), calls)
    assert results[0].content == "1 7 of all"
    assert [each.refusal for each in results] == [None, "bad_arguments", "bad_arguments"]
