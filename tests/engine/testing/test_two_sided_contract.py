"""The contract check looks at both sides of a world, at what brings them in step, at setups and at assertions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from interplay.domains.mock import DOMAIN
from interplay.domains.mock.rows import MINE, Inbox, MockDatabase, Notification, NotificationId, TaskId
from interplay.domains.mock.tools import check_notifications, dismiss_notification
from interplay.engine.blueprint import Assertion, Check, Setup
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import Refusal
from interplay.engine.messages import ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.testing import Call, Finding, Property, check_domain, domain_machine, unenforced_rules
from interplay.engine.testing.call import CallMaker, Dice
from interplay.engine.testing.sides import Watch
from interplay.engine.testing.values import Values
from interplay.engine.testing.walker import Walker
from interplay.engine.tools import Guidance, Tool, tool
from interplay.engine.worldkit.rows import UserId

SEED = Seed.root(5)
MOCK = replace(DOMAIN, generate=cache(DOMAIN.generate))  # making names is slow, and the same seed gives the same
BASE = MOCK.generate(SEED, 4)
GOOD = Guidance("Please shake the box.", (("shake",), ("box",)))
FEW = settings(
    max_examples=5,
    stateful_step_count=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def found_in(domain: Domain[Any], base: Base[Any] = BASE) -> list[Finding]:
    return check_domain(domain, base, walks=5, candidates=4)


def with_human(*more: Tool[..., Any]) -> Domain[Any]:
    return replace(MOCK, human_tools=(*MOCK.human_tools, *more))


def with_agent(*more: Tool[..., Any]) -> Domain[Any]:
    return replace(MOCK, tools_in_order=(*MOCK.tools_in_order, *more))


def guided(guidance: Guidance | None) -> Domain[Any]:
    @tool(guidance=guidance)
    def shake_box(db: MockDatabase, times: int = 1) -> str:
        """Shake the box.

        Args:
            times: how often.
        """
        return f"{len(db.notifications)} fell out"

    return with_human(shake_box)


def test_a_sound_world_of_two_sides_has_no_findings():
    assert check_domain(MOCK, BASE) == []
    assert found_in(guided(GOOD)) == []


@pytest.mark.parametrize(
    ("guidance", "text"),
    [
        (None, "nobody can ask the human for it"),
        (GOOD._replace(ask="Please shake the box {often} times."), "names {often}, which is no parameter"),
        (GOOD._replace(ask="Please shake the {box."), "is no parameter"),
        (GOOD._replace(ask="There is a box. Please shake it."), "is not one whole sentence"),
        (GOOD._replace(ask="Please shake the box"), "is not one whole sentence"),
        (GOOD._replace(cues=()), "it has no cues"),
        (GOOD._replace(cues=(("shake",), ("Box", "box"))), "'Box' are not in lower case"),
        (GOOD._replace(cues=(("shake",), ("carton", "crate"))), "has none of the cues ('carton', 'crate')"),
        (GOOD._replace(cues=(("shake",), ("ake",))), "has none of the cues ('ake',)"),
        (GOOD._replace(report="It says {answer}."), "names {answer}; only {result} is known then"),
        (check_notifications.guidance, "another tool is asked for by"),
    ],
)
def test_a_guidance_that_nobody_understands_is_found(guidance, text):
    found = [each for each in found_in(guided(guidance)) if each.where == "shake_box"]
    assert [each.kind for each in found] == ["guidance"]
    assert text in found[0].text


def test_what_a_tool_of_the_humans_has_to_be_given_stands_in_the_request():
    @tool(writes=True, guidance=Guidance("Please dismiss that notification.", (("notification",), ("dismiss",))))
    def dismiss(db: MockDatabase, notification_id: NotificationId) -> Notification:
        """Dismiss a notification.

        Args:
            notification_id: which.
        """
        return dismiss_notification(db, notification_id)

    [found] = found_in(with_human(dismiss))
    assert (found.kind, found.where) == ("guidance", "dismiss")
    assert "does not say {notification_id}, which has to be given" in found.text


def test_a_name_is_of_one_tool_over_both_sides():
    [found] = found_in(with_agent(check_notifications))
    assert (found.kind, found.where) == ("tool_name", "check_notifications")


def test_tools_setups_and_assertions_all_have_to_be_described():
    @tool(guidance=GOOD)
    def shake_box(db: MockDatabase, times) -> str:
        """Shake."""
        return ""

    @tool()
    def undocumented(db: MockDatabase) -> bool:
        return True

    assert [(each.kind, each.where) for each in found_in(with_human(shake_box))] == [("annotation", "shake_box")]
    for domain in (replace(MOCK, setups=(undocumented,)), replace(MOCK, assertions=(undocumented,))):
        assert ("docstring", "undocumented") in {(each.kind, each.where) for each in found_in(domain)}


def test_tables_that_are_said_to_be_the_humans_have_to_be_there():
    domain = replace(MOCK, human_tables=MOCK.human_tables | {"drawers"})
    assert ("side", "drawers") in {(each.kind, each.where) for each in found_in(domain)}


def test_an_agents_tool_that_asks_for_the_humans_tables_is_found_though_it_only_refuses():
    @tool()
    def spy(db: MockDatabase, task_id: TaskId) -> str:
        """Spy.

        Args:
            task_id: on whom.
        """
        if not db.table("notifications"):
            raise Refusal("They have none.")
        return "They have some."

    [found] = found_in(with_agent(spy))
    assert (found.kind, found.where) == ("side", "spy")
    assert "asked for the human's notifications" in found.text


def test_a_humans_tool_that_asks_for_any_other_table_is_found():
    @tool(guidance=GOOD)
    def shake_box(db: MockDatabase) -> int:
        """Shake the box."""
        return len(db.tasks)

    [found] = found_in(with_human(shake_box))
    assert (found.kind, found.where) == ("side", "shake_box")
    assert "asked for tasks" in found.text


def test_a_tool_of_the_humans_says_no_by_a_refusal():
    @tool(writes=True, guidance=GOOD)
    def shake_box(db: MockDatabase) -> str:
        """Shake the box."""
        notify(db)
        raise ValueError("It is stuck.")

    assert [(each.kind, each.where) for each in found_in(with_human(shake_box))] == [("raises", "shake_box")]


def asked(answer: Callable[[MockDatabase], Any], *, writes: bool = False, returns: Any = bool) -> Domain[Any]:
    def is_so(db: MockDatabase, task_id: TaskId) -> Any:
        """Whether it is so."""
        return answer(db)

    is_so.__annotations__["return"] = returns
    return replace(MOCK, assertions=(tool(writes=writes)(is_so),))


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        (asked(lambda db: "yes", returns=str), "assertion"),
        (asked(lambda db: True, writes=True), "assertion"),
        (asked(lambda db: bool(db.inbox.put(MINE, Inbox(owner=UserId("user_1"))))), "read_writes"),
        (asked(lambda db: 1 / 0), "raises"),
        (asked(lambda db: "yes"), "result"),
        (asked(lambda db, seen=[]: bool(seen.append(1) or len(seen) % 2)), "nondeterministic"),
    ],
)
def test_an_assertion_that_is_no_question_is_found(domain, kind):
    assert [(each.kind, each.where) for each in found_in(domain)] == [(kind, "is_so")]


def test_an_assertion_without_an_answer_says_so_by_refusing():
    def refuses(db: MockDatabase) -> bool:
        raise Refusal("There is no such task.")

    assert found_in(asked(refuses)) == []


def beginning(do: Callable[[MockDatabase], Any], *, writes: bool = True) -> Domain[Any]:
    @tool(writes=writes)
    def prepare(db: MockDatabase, user_id: UserId) -> str:
        """Prepare."""
        return str(do(db))

    return replace(MOCK, setups=(prepare,))


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        (beginning(lambda db: {}["user_9"]), "raises"),
        (beginning(lambda db: db.inbox.put(MINE, Inbox(owner=UserId("user_1"))), writes=False), "read_writes"),
        (beginning(lambda db: id(db)), "nondeterministic"),
    ],
)
def test_a_setup_that_no_task_can_rely_on_is_found(domain, kind):
    assert (kind, "prepare") in {(each.kind, each.where) for each in found_in(domain)}


def notify(db: MockDatabase) -> None:
    """Tells the human how often it ran."""
    key = NotificationId(f"notif_{len(db.notifications) + 1}")
    db.notifications.put(key, Notification(notification_id=key, message="again"))


def restless(db: MockDatabase) -> None:
    """Leaves data that nothing was done to alone, and no other."""
    if db.changes():
        notify(db)


def raises(db: MockDatabase) -> None:
    raise ZeroDivisionError


def test_a_sync_that_does_more_when_it_is_done_again_is_found():
    assert ("sync", "again") in {(each.kind, each.where) for each in found_in(replace(MOCK, sync=restless))}


def test_a_sync_that_raises_on_what_a_setup_leads_to_is_found_and_ends_no_check():
    def empty(db: MockDatabase) -> None:
        for key in list(db.inbox):
            db.inbox.remove(key)

    def needs_an_inbox(db: MockDatabase) -> None:
        if not len(db.inbox):
            raise KeyError(MINE)

    world = replace(beginning(empty), sync=needs_an_inbox)
    found = [finding for finding in found_in(world) if finding.kind == "sync"]
    assert found
    assert all("after the setup" in finding.text and "KeyError" in finding.text for finding in found)


def test_data_is_generated_in_step():
    found = [each for each in found_in(replace(MOCK, sync=notify)) if each.where == "data"]
    assert [each.kind for each in found] == ["sync"]
    assert "notifications/notif_1" in found[0].text


def test_a_sync_that_raises_on_the_data_ends_the_check_there():
    found = found_in(replace(MOCK, sync=raises))
    assert [(each.kind, each.where) for each in found] == [("sync", "data")]
    assert "ZeroDivisionError" in found[0].text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"setup": (Setup(tool="polish"),)}, "its setup polish cannot be asked for: There is no tool named 'polish'"),
        ({"setup": (Setup(tool="set_inbox_owner"),)}, "missing required field"),
        ({"setup": (Setup(tool="set_inbox_owner", by="agent"),)}, "There is no tool named 'set_inbox_owner'"),
        ({"assertions": (Assertion(tool="is_shiny"),)}, "its assertion is_shiny cannot be asked for"),
        ({"rows": {"drawers": {}}}, "it has rows of 'drawers', which is no table"),
        ({"check": Check(tool="get_users", contains="")}, "its check get_users cannot be asked for"),
    ],
)
def test_a_writer_that_asks_for_what_the_world_does_not_have_is_found(change, text):
    def write(domain: Domain[Any], base: Base[Any], seed: Seed) -> Any:
        candidate = MOCK.write(domain, base, seed)
        if "check" not in change:
            return msgspec.structs.replace(candidate, **change)
        goals = tuple(msgspec.structs.replace(goal, **change) for goal in candidate.goals)
        return msgspec.structs.replace(candidate, goals=goals)

    found = [each for each in found_in(replace(MOCK, write=write)) if each.where == "beside"]
    assert [each.kind for each in found] == ["writer"]
    assert text in found[0].text


def test_walks_make_the_calls_of_both_actors_with_the_sides_in_step():
    maker, dice = CallMaker(MOCK.tools, Values(BASE)), Dice(SEED)
    assert {maker.call(dice).tool for _ in range(300)} == set(MOCK.tools.every)
    base = BASE.begun({("inbox", MINE): owned("user_1")})
    walker = Walker(MOCK, base)
    assert len(walker.db.notifications) == len(walker.db.users[UserId("user_1")].tasks)  # in step before anybody acts
    steps = [walker.step(Call("dismiss_notification", {"notification_id": "notif_1"}))]
    steps += [walker.step(Call("create_task", {"user_id": "user_1", "title": "new"}))]
    assert [each.findings for each in steps] == [(), ()]
    assert [m.by for m in walker.messages if isinstance(m, ToolCall)] == ["human", "agent"]
    assert list(walker.db.notifications.values())[-1].message == "Task 'new' has been assigned to you."
    assert list(walker.end()) == []


def owned(user_id: str) -> Any:
    """The change that opens somebody's inbox."""
    db = BASE.fork()
    db.inbox.put(MINE, Inbox(owner=UserId(user_id)))
    return db.changes()["inbox", MINE]


def test_a_machine_walks_both_sides_and_shrinks_what_a_restless_sync_does():
    run_state_machine_as_test(domain_machine(MOCK, BASE), settings=FEW)
    with pytest.raises(AssertionError, match=r"sync \[again\]: done again after"):
        run_state_machine_as_test(domain_machine(replace(MOCK, sync=restless), BASE), settings=FEW)


def test_a_rule_judges_the_calls_of_either_side():
    case = Property("never dismiss", lambda case: "dismissed" if case.call.tool == "dismiss_notification" else None)
    base = BASE.begun({("inbox", MINE): owned("user_1")})
    step = Walker(MOCK, base, [case]).step(Call("dismiss_notification", {"notification_id": "notif_1"}))
    assert [each.text for each in step.broken] == ["dismissed"]
    assert [each.rule for each in unenforced_rules(MOCK, BASE, SEED, walks=20)] == ["users-first"]


def test_a_watched_fork_is_the_same_database():
    db = BASE.fork()
    watch = Watch(db)
    assert isinstance(db, MockDatabase)
    assert type(db).row_types() == MockDatabase.row_types()
    assert watch.asked == set()
    db.tasks.put(TaskId("task_1"), msgspec.structs.replace(db.tasks[TaskId("task_1")], title="new"))
    assert {table for table, _ in db.changes()} == watch.asked == {"tasks"}
