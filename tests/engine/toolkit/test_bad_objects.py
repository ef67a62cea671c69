"""What cannot be a toolkit, and what a method may not do: a clear error that says where and what to do."""

import datetime
import gc
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import structlog

from interplay.engine.environment import Environment
from interplay.engine.errors import DomainError, InterplayError, Refusal, ToolkitError
from interplay.engine.messages import ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.toolkit import toolkit
from interplay.engine.toolkit.checking import check_toolkit

SHARED: list[int] = []

UNWRITTEN = Path(tempfile.gettempdir()) / "interplay-toolkit-test"
"""What a method tries to write, and may not."""


class Shop:
    """Good in itself."""

    def __init__(self) -> None:
        self.sold = 0

    def sell(self) -> int:
        """Sell one."""
        self.sold += 1
        return self.sold


def world(method: Any = None, **given: Any):
    """A world of a shop with a method more."""
    kind = Shop if method is None else type("Shop", (Shop,), {method.__name__: method})
    return toolkit(name="shop", objects=[kind], **given)


def call(domain, tool, **arguments):
    environment = Environment(domain.tools, domain.generate(Seed.root(0), 1).fork())
    try:
        return environment.apply(ToolCall(call_id="1", tool=tool, arguments=arguments))
    finally:
        assert not environment.db.changes() or tool in ("sell", "say")


# --- methods that cannot be described


def test_a_parameter_without_annotation_is_named_with_class_and_method():
    def refund(self, amount):
        return amount

    with pytest.raises(DomainError, match=r"Shop\.refund: parameter 'amount' has no annotation.*lenient=True"):
        world(refund)
    assert call(world(refund, lenient=True), "refund", amount=[1, "a"]).content == '[1,"a"]'


def test_starred_parameters_async_methods_and_generators_are_refused():
    def many(self, *amounts: int) -> int:
        return 0

    async def later(self) -> int:
        return 0

    def each(self):
        yield 1

    with pytest.raises(DomainError, match=r"Shop\.many takes \*amounts"):
        world(many)
    assert call(world(many, lenient=True), "many").content == "0"
    with pytest.raises(DomainError, match=r"Shop\.later is an async function"):
        world(later)
    with pytest.raises(DomainError, match=r"Shop\.each is a generator"):
        world(each)


def test_annotations_that_name_nothing_or_that_json_cannot_give_are_refused():
    def lost(self, thing: "Nowhere") -> int:  # noqa: F821
        return 0

    def odd(self, thing: threading.Thread) -> int:
        return 0

    with pytest.raises(DomainError, match=r"Shop\.lost: its annotations cannot be resolved.*Nowhere"):
        world(lost)
    with pytest.raises(DomainError, match=r"Shop\.odd cannot be a tool"):
        world(odd)


def test_names_that_are_no_tools_and_objects_without_methods_are_refused():
    with pytest.raises(DomainError, match="there is no tool 'buy'; tools are sell"):
        world(reads=["buy"])
    with pytest.raises(DomainError, match="no public method"):
        toolkit(name="empty", objects=[object])
    with pytest.raises(DomainError, match="a toolkit needs an object"):
        toolkit(name="empty", objects=[])


# --- objects that cannot be made, copied or compared


def holding(value):
    class Holder:
        def __init__(self) -> None:
            self.things = {"here": [value()]}

        def look(self) -> int:
            return 0

    return Holder


def _around():
    kept = []
    return lambda: kept


@pytest.mark.parametrize(
    "value",
    [threading.Lock, lambda: (n for n in ()), object, _around, lambda: sys],
    ids=["lock", "gen", "object", "fn", "mod"],
)
def test_state_without_a_value_is_found_when_the_world_is_made(value):
    with pytest.raises(DomainError, match=r"^Holder/things/here/0 is .*; (keep|use)"):
        toolkit(name="held", objects=[holding(value)])


def test_a_socket_is_not_even_opened():
    with pytest.raises(InterplayError, match="use the network"):
        toolkit(name="held", objects=[holding(socket.socket)])


def test_a_copy_that_forgets_is_found_when_the_world_is_made():
    class Forgetful(Shop):
        def __getstate__(self) -> dict[str, Any]:
            return {}

    with pytest.raises(DomainError, match=r"a copy of Forgetful is in another state.*Forgetful/sold"):
        toolkit(name="shop", objects=[Forgetful])


def test_an_object_that_cannot_be_made_says_how_to_give_arguments():
    class Branch(Shop):
        def __init__(self, city: str) -> None:
            super().__init__()

    with pytest.raises(DomainError, match=r"Branch cannot be made: TypeError.*lambda: Shop\('Berlin'\)"):
        toolkit(name="shop", objects=[Branch])
    assert list(toolkit(name="shop", objects=[lambda: Branch("Berlin")]).generate(Seed.root(0), 1).fork().objects) == [
        "Branch"
    ]


def test_state_that_turns_bad_is_the_environments_failure_and_is_not_kept():
    def lock(self) -> None:
        self.lock = threading.Lock()

    with pytest.raises(ToolkitError, match=r"Shop\.lock left state that cannot be copied.*Shop/lock is a lock"):
        call(world(lock), "lock")


# --- what methods may not do


def nap(self) -> None:
    sleep(3600)


def nap_and_hide_it(self) -> str:
    try:
        time.sleep(3600)
    except Exception:
        return "slept well"
    return ""


def ask(self) -> str:
    return input()


def connect(self) -> None:
    socket.create_connection(("127.0.0.1", 9))


def run(self) -> int:
    return subprocess.call(["true"])


def shell(self) -> int:
    return os.system("true")


def spawn(self) -> None:
    threading.Thread(target=print).start()


def write(self) -> None:
    UNWRITTEN.write_text("x")


def delete(self) -> None:
    UNWRITTEN.unlink()


def export(self) -> None:
    os.environ["INTERPLAY_TOOLKIT_TEST"] = "1"


def leave(self) -> None:
    os._exit(3)


def shout(self) -> None:
    os.write(1, b"past the streams")


def ignore(self) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def dig(self) -> None:
    sys.setrecursionlimit(10**6)


@pytest.mark.parametrize(
    ("method", "deed"),
    [
        (leave, "end the process"),
        (shout, "write past its streams"),
        (ignore, "change how signals are handled"),
        (dig, "change the interpreter's limits"),
        (nap, "sleep"),
        (nap_and_hide_it, "sleep"),
        (ask, "read from the terminal"),
        (connect, "use the network"),
        (run, "start a process"),
        (shell, "start or signal a process"),
        (spawn, "start a thread"),
        (write, "write the file"),
        (delete, "change files"),
        (export, "change the environment"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_what_a_method_may_not_do_is_stopped_and_said(method, deed):
    with pytest.raises(ToolkitError, match=rf"^Shop\.{method.__name__} tried to {deed}.*it may read files"):
        call(world(method), method.__name__)
    assert not UNWRITTEN.exists()


def test_other_threads_may_go_on_while_a_method_runs():
    done = threading.Event()

    def wait(self) -> bool:
        for _ in range(100_000):
            if done.is_set():
                return True
        return done.is_set()

    def work() -> None:
        time.sleep(0)
        done.set()

    thread = threading.Thread(target=work)
    domain = world(wait)
    thread.start()
    while call(domain, "wait").content != "true":
        pass
    thread.join()


def test_what_a_method_prints_never_reaches_the_terminal(capsys):
    def say(self, text: str) -> str:
        print(text)
        print(text, file=sys.stderr)
        return text

    with structlog.testing.capture_logs() as logs:
        assert call(world(say), "say", text="hello").content == "hello"
    assert capsys.readouterr() == ("", "")
    assert [(each["event"], each["method"], each["text"]) for each in logs] == [
        ("toolkit_printed", "Shop.say", "hello\nhello\n")
    ]


def test_methods_in_several_threads_keep_their_words_apart_and_leave_the_streams_as_they_were(capsys):
    def count(self, upto: int) -> int:
        for number in range(upto):
            print(number)
        return upto

    domain, streams, results = world(count), (sys.stdout, sys.stderr), []
    threads = [threading.Thread(target=lambda: results.append(call(domain, "count", upto=200))) for _ in range(4)]
    with structlog.testing.capture_logs() as logs:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {each["text"] for each in logs} == {"".join(f"{number}\n" for number in range(200))}
    assert [each.content for each in results] == ["200"] * 4
    assert (sys.stdout, sys.stderr) == streams
    assert gc.isenabled()
    assert capsys.readouterr().out == ""


def test_what_a_method_raises_is_a_refusal_unless_it_is_said_to_be_a_defect():
    def fail(self, how: str) -> None:
        self.sold += 1
        raise {"value": ValueError, "key": KeyError, "exit": SystemExit, "no": Refusal}[how]("no such thing")

    domain = world(fail)
    refused = call(domain, "fail", how="value")
    assert (refused.refusal, refused.content) == ("raised:ValueError", "Error: no such thing")
    assert call(domain, "fail", how="no").refusal == "refused"
    with pytest.raises(ToolkitError, match="would end the process"):
        call(domain, "fail", how="exit")
    with pytest.raises(ValueError, match="no such thing"):
        call(world(fail, refusals=(KeyError,)), "fail", how="value")


def test_endless_recursion_is_a_refusal():
    def sink(self, deep: int) -> int:
        return sink(self, deep + 1)

    assert call(world(sink), "sink", deep=0).refusal == "raised:RecursionError"


def test_a_result_that_json_cannot_hold_is_named():
    def give(self) -> Any:
        return {"thing": threading.Lock()}

    def circle(self) -> Any:
        found: list[Any] = []
        found.append(found)
        return found

    with pytest.raises(ToolkitError, match=r"Shop\.give returned a dict that cannot be written as JSON"):
        call(world(give), "give")
    with pytest.raises(ToolkitError, match=r"Shop\.circle returned a list"):
        call(world(circle), "circle")


def test_half_a_character_is_no_result_and_no_reason():
    def give(self) -> str:
        return "\ud800"

    def refuse(self) -> str:
        raise ValueError("\ud800")

    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    def be_mute(self) -> str:
        raise Mute

    with pytest.raises(ToolkitError, match=r"Shop\.give returned a str that cannot be written"):
        call(world(give), "give")
    assert call(world(refuse), "refuse").content == "Error: Shop.refuse raised ValueError"
    assert call(world(be_mute), "be_mute").content == "Error: Shop.be_mute raised Mute"


def test_state_that_is_nested_too_deeply_is_named():
    def bury(self) -> None:
        for _ in range(100_000):
            self.deep = [getattr(self, "deep", [])]

    with pytest.raises(ToolkitError, match=r"Shop\.bury left state .* Shop is nested too deeply to be compared"):
        call(world(bury), "bury")


def test_a_method_neither_closes_the_streams_nor_writes_to_them_in_lines(capsys):
    def close(self) -> str:
        sys.stdout.writelines(["one\n", "two\n"])
        sys.stdout.close()
        return "closed"

    assert call(world(close), "close").content == "closed"
    print("open")
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "open"
    assert not {"one", "two"} & set(said)


def test_results_are_written_in_an_order_of_their_own():
    def give(self) -> dict[str, set[str]]:
        return {"b": {"y", "x", "z"}, "a": set()}

    assert call(world(give), "give").content == '{"a":[],"b":["x","y","z"]}'


# --- what only running twice shows


def now(self) -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()


def today(self) -> str:
    return datetime.date.today().isoformat()


def dice(self) -> int:
    return random.randint(1, 10**9)


def ticket(self) -> str:
    return str(uuid.uuid4())


def note(self) -> int:
    SHARED.append(1)
    return 0


def kinds(self) -> int:
    type(self).seen.append(1)
    return 0


@pytest.mark.parametrize(
    ("method", "kind", "words"),
    [
        (now, "nondeterministic", "the clock (datetime.now)"),
        (today, "nondeterministic", "the clock (date.today)"),
        (dice, "nondeterministic", "chance that every conversation shares (random.getrandbits)"),
        (ticket, "nondeterministic", "chance that has no seed (os.urandom)"),
        (note, "in_place", "SHARED was changed, which all conversations share"),
        (kinds, "in_place", "Shop.seen was changed, which all conversations share"),
        (nap, "raises", "tried to sleep"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_checking_finds_what_depends_on_anything_but_the_state(method, kind, words):
    Shop.seen = []
    try:
        findings = check_toolkit(world(method))
    finally:
        del Shop.seen
        SHARED.clear()
    assert any(each.kind == kind and words in each.text for each in findings), findings


def test_checking_finds_a_reader_that_writes_and_nothing_in_a_good_world():
    assert [each.kind for each in check_toolkit(world(reads=["sell"]))] == ["read_writes"]
    assert check_toolkit(world()) == []
