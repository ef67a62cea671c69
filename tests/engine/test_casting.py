from __future__ import annotations

import threading
from collections.abc import Iterator
from inspect import isawaitable
from pathlib import Path
from typing import Any

import anyio
import pytest

from interplay.agents.faulty import FAULTS
from interplay.agents.guided import GuidedAgent
from interplay.agents.human import ScriptedHuman
from interplay.domains.retail import DOMAIN
from interplay.engine.blueprint import Blueprint, Goal, Persona
from interplay.engine.casting import AGENTS, HUMANS, AgentPart, HumanPart, load_agent, load_human, names
from interplay.engine.conversation import Limits, Stopped, TimedOut, play
from interplay.engine.environment import Environment
from interplay.engine.errors import CastingError
from interplay.engine.messages import AgentMessage
from interplay.engine.seeds import Seed
from interplay.engine.testing import SayingHuman

BLUEPRINT = Blueprint(
    id="b",
    domain="retail",
    instruction="You are Ann.",
    persona=Persona(name="Ann", description=""),
    facts=(),
    goals=(Goal(id="g1", kind="read", wish="Hello?", signs=("hello",)),),
    actions=(),
)
PART = AgentPart(BLUEPRINT, DOMAIN.tools, DOMAIN.policy, Seed.root(1))

OWN = """
import threading

def where(conversation, tools): return threading.current_thread(), conversation

def plain(conversation, tools): return "plain"

async def waiting(conversation, tools): return threading.current_thread(), conversation
def forwarding(conversation, tools): return waiting(conversation, tools)

class Waiting:
    async def __call__(self, conversation, tools): return threading.current_thread(), conversation

waiting_instance = Waiting()

class Stateful:
    def __init__(self, part): self.part = part
    def __call__(self, conversation, tools): return self.part.blueprint.id
    @classmethod
    def cast(cls, part): return cls(part)

class Callable:
    def __call__(self, conversation, tools): return "callable"

instance = Callable()
class Two:
    def __init__(self, one, two): ...

def optional(conversation, tools, temperature=0.5): return temperature
def maker(part): return Stateful(part)
def bad_maker(part): return 3
async def async_maker(part): return plain
def three(a, b, c): ...
def by_keyword(part, *, key): ...
number = 3
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"own_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(OWN)
    (tmp_path / f"{name}_broken.py").write_text("import no_such_module_anywhere\n")
    found = tmp_path / f"{name}-1.0.dist-info"
    found.mkdir()
    (found / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (found / "entry_points.txt").write_text(
        f"[interplay.agents]\ntheirs = {name}:maker\nmisregistered = {name}:missing\n"
        f"[interplay.humans]\nquiet = {name}:maker\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def test_ours_are_found_by_name() -> None:
    assert type(load_agent("guided")(PART)) is GuidedAgent
    assert isinstance(load_human("scripted")(HumanPart(BLUEPRINT.brief, Seed.root(1))), ScriptedHuman)
    assert {"guided", *FAULTS} <= set(names(AGENTS))
    assert "scripted" in names(HUMANS)


@pytest.mark.parametrize("name", FAULTS)
def test_every_faulty_agent_is_registered_under_its_name(name: str) -> None:
    assert type(load_agent(name)(PART)) is FAULTS[name]


def test_anybodys_registered_actors_are_found_as_ours_are(own: str) -> None:
    assert "theirs" in names(AGENTS)
    assert load_agent("theirs")(PART)([], []) == "b"
    assert type(load_human("quiet")(HumanPart(BLUEPRINT.brief, Seed.root(1)))).__name__ == "Stateful"


@pytest.mark.parametrize(
    ("attribute", "says"),
    [("plain", "plain"), ("instance", "callable"), ("optional", 0.5), ("Stateful", "b"), ("Stateful.cast", "b")],
)
async def test_ones_own_agent_is_named_where_it_stands(own: str, attribute: str, says: object) -> None:
    said: Any = load_agent(f"{own}:{attribute}")(PART)([], [])
    assert (await said if isawaitable(said) else said) == says


async def test_a_plain_agent_is_called_in_a_thread_with_a_copy_and_an_async_one_where_it_is(own: str) -> None:
    here, conversation = threading.current_thread(), [AgentMessage(text="Hello.")]
    reply: Any = load_agent(f"{own}:where")(PART)(conversation, [])
    thread, given = await reply
    assert thread is not here
    assert given == tuple(conversation)
    for attribute in ("waiting", "waiting_instance", "forwarding"):
        reply = load_agent(f"{own}:{attribute}")(PART)(conversation, [])
        assert (await reply)[0] is here


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """What a hanging agent waits for; set when the test is over, so that its thread ends."""
    event = threading.Event()
    yield event
    event.set()


def blocking(monkeypatch: pytest.MonkeyPatch, own: str, agent: Any) -> Any:
    """The agent, found by name."""
    monkeypatch.setattr(f"{own}.plain", agent)
    return load_agent(f"{own}:plain")(PART)


async def together(agent: Any, *greetings: str, seconds: float) -> dict[str, Any]:
    """How conversations that begin with these words end."""
    endings: dict[str, Any] = {}
    base = DOMAIN.generate(Seed.root(1), 1)

    async def one(greeting: str) -> None:
        human = SayingHuman([greeting, ""])
        played = await play(human, agent, Environment(DOMAIN.tools, base.fork()), Limits(seconds=seconds))
        endings[greeting] = played.ending

    async with anyio.create_task_group() as tasks:
        for greeting in greetings:
            tasks.start_soon(one, greeting)
    return endings


async def test_a_plain_agent_that_blocks_holds_no_other_conversation(own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    barrier = threading.Barrier(2)

    def agent(conversation: Any, tools: Any) -> AgentMessage:
        barrier.wait(60)
        return AgentMessage(text="Both are here.")

    endings = await together(blocking(monkeypatch, own, agent), "one", "two", seconds=60)
    assert endings == {"one": Stopped("satisfied"), "two": Stopped("satisfied")}


async def test_a_plain_agent_that_hangs_is_timed_out_and_the_others_go_on(
    own: str, monkeypatch: pytest.MonkeyPatch, released: threading.Event
) -> None:
    def agent(conversation: Any, tools: Any) -> AgentMessage:
        if conversation[0].text == "hang":
            released.wait(60)
        return AgentMessage(text="Here.")

    endings = await together(blocking(monkeypatch, own, agent), "hang", "one", "two", seconds=2)
    assert not released.is_set()
    assert endings == {"hang": TimedOut(2, "agent"), "one": Stopped("satisfied"), "two": Stopped("satisfied")}


def test_an_agent_of_ones_own_plays_every_conversation_and_a_factory_makes_one_for_each(own: str) -> None:
    agent, factory = load_agent(f"{own}:waiting"), load_agent(f"{own}:maker")
    assert agent(PART) is agent(PART)
    assert factory(PART) is not factory(PART)


def test_an_unknown_name_lists_the_known_and_suggests_the_nearest() -> None:
    with pytest.raises(CastingError, match=r"no agent 'guidd'; did you mean 'guided'\? Known are .*wrong-item"):
        load_agent("guidd")
    with pytest.raises(CastingError, match=r"no human 'zzz'\. Known are .*scripted.*package\.module:attribute"):
        load_human("zzz")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("no_such_module_anywhere:agent", "cannot be imported: ModuleNotFoundError"),
        ("{}_broken:agent", "cannot be imported: ModuleNotFoundError: No module named 'no_such_module_anywhere'"),
        ("{}:missing", "cannot be imported: AttributeError"),
        ("{}:", "cannot be imported"),
        (":agent", "cannot be imported"),
        ("misregistered", "cannot be imported: AttributeError"),
        ("{}:number", "is a int, which cannot be called"),
        ("{}:three", "neither a factory"),
        ("{}:Two", "neither a factory"),
        ("{}:by_keyword", "only be given by keyword"),
        ("{}:async_maker", "a factory is a plain one"),
    ],
)
def test_what_cannot_play_is_refused_before_anything_is_played(own: str, name: str, text: str) -> None:
    with pytest.raises(CastingError, match=text):
        load_agent(name.format(own))


def test_a_factory_that_makes_nothing_that_can_be_called_says_so(own: str) -> None:
    with pytest.raises(CastingError, match="made a int"):
        load_agent(f"{own}:bad_maker")(PART)


def test_a_human_of_ones_own_is_a_factory(own: str) -> None:
    assert load_human(f"{own}:maker")(HumanPart(BLUEPRINT.brief, Seed.root(1))) is not None
    with pytest.raises(CastingError, match="is no factory"):
        load_human(f"{own}:plain")


def test_a_humans_part_holds_no_actions() -> None:
    assert not {"blueprint", "actions", "outputs"} & set(HumanPart._fields)
    assert not hasattr(BLUEPRINT.brief, "actions")
