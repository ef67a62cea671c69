"""The smallest world of two sides: lists, notifications, and how they keep in step."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from interplay.domains.mock import DOMAIN
from interplay.domains.mock.integrity import check
from interplay.domains.mock.rows import MINE, Inbox, MockDatabase, Notification, NotificationId, Task, TaskId, User
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.errors import DataError, DomainError, Refusal
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.rows import UserId

ADA, PLANTS = UserId("user_7"), TaskId("task_4")


@pytest.fixture
def base() -> Base[MockDatabase]:
    base = Base(
        MockDatabase,
        {
            "tasks": {PLANTS: Task(task_id=PLANTS, title="Water the plants")},
            "users": {ADA: User(user_id=ADA, name="Ada", tasks=(PLANTS,))},
            "notifications": {},
            "inbox": {MINE: Inbox(owner=ADA)},
        },
    )
    check(base)
    return base


@pytest.fixture
def world(base):
    made = Environment(DOMAIN.tools, base.fork())
    DOMAIN.sync(made.db)
    return made


def called(world: Environment, tool: str, by: Any = "agent", /, **arguments: Any) -> ToolResult:
    return world.apply(ToolCall(call_id="0", tool=tool, arguments=arguments, by=by))


def test_a_new_task_takes_the_next_number_and_is_notified(world):
    task = json.loads(called(world, "create_task", user_id=ADA, title="Buy milk").content)
    assert task == {"task_id": "task_5", "title": "Buy milk", "description": None, "status": "pending"}
    assert world.db.users[ADA].tasks == ("task_4", "task_5")
    inbox = json.loads(called(world, "check_notifications", "human").content)
    assert [(each["task_id"], each["status"]) for each in inbox] == [("task_4", "unread"), ("task_5", "unread")]
    assert "Buy milk" in inbox[1]["message"]


def test_nobody_is_notified_twice_and_nobodys_inbox_stays_empty(world, base):
    before = dict(world.db.notifications.items())
    DOMAIN.sync(world.db)
    assert dict(world.db.notifications.items()) == before
    db = base.fork()
    db.inbox.put(MINE, Inbox())
    DOMAIN.sync(db)
    assert not len(db.notifications)


def test_a_task_is_completed_by_the_agent_and_its_notification_dismissed_by_the_human(world):
    assert json.loads(called(world, "update_task_status", task_id=PLANTS, status="completed").content)["status"] == (
        "completed"
    )
    assert json.loads(called(world, "dismiss_notification", "human", notification_id="notif_1").content)["status"] == (
        "read"
    )
    assertions = DOMAIN.tools.assertions
    asked = {"notification_id": "notif_1", "expected_status": "read"}
    assert assertions["assert_notification_status"].run(world.db, asked) == "true"
    asked = {"task_id": PLANTS, "expected_status": "pending"}
    assert assertions["assert_task_status"].run(world.db, asked) == "false"


@pytest.mark.parametrize(
    ("by", "tool", "arguments", "code"),
    [
        ("agent", "create_task", {"user_id": "user_9", "title": "x"}, "user_unknown"),
        ("agent", "update_task_status", {"task_id": "task_9", "status": "pending"}, "task_unknown"),
        ("agent", "update_task_status", {"task_id": "task_4", "status": "lost"}, "bad_arguments"),
        ("agent", "check_notifications", {}, "unknown_tool"),
        ("human", "get_users", {}, "unknown_tool"),
        ("human", "dismiss_notification", {"notification_id": "notif_9"}, "notification_unknown"),
    ],
)
def test_what_is_not_there_or_not_theirs_is_refused(world, by, tool, arguments, code):
    before = world.db.changes()
    assert called(world, tool, by, **arguments).refusal == code
    assert world.db.changes() == before


def test_setups_fill_an_inbox_and_say_whose_it_is(base):
    db = base.fork()
    setups = DOMAIN.tools.setups
    setups["add_notification"].run(db, {"notification_id": "notif_3", "message": "Hello."})
    assert db.notifications["notif_3"] == Notification(notification_id=NotificationId("notif_3"), message="Hello.")
    setups["set_inbox_owner"].run(db, {"user_id": ADA})
    assert db.inbox[MINE].owner == ADA
    with pytest.raises(Refusal, match="user_7"):
        setups["set_inbox_owner"].run(db, {"user_id": "user_9"})


def test_a_question_about_what_is_not_there_has_no_answer(base):
    for name, arguments in (
        ("assert_task_status", {"task_id": "task_9", "expected_status": "pending"}),
        ("assert_notification_status", {"notification_id": "notif_9", "expected_status": "read"}),
    ):
        with pytest.raises(Refusal):
            DOMAIN.tools.assertions[name].run(base.fork(), arguments)


NAMED: list[AnyMessage] = [AgentMessage(text="Who are you?"), HumanMessage(text="It's Ada.")]


def broken(base: Base[MockDatabase], messages: list[AnyMessage]) -> list[str]:
    return [each.rule for each in DOMAIN.policy.violations(base, messages, {})]


def test_the_users_are_looked_up_and_the_change_is_agreed_on_before_a_write(base):
    look = [
        ToolCall(call_id="1", tool="get_users", arguments={}),
        ToolResult(call_id="1", content=DOMAIN.tools["get_users"].run(base.fork(), {})),
    ]
    agreed = [*NAMED, AgentMessage(text="Shall I set task_4 to completed?"), HumanMessage(text="Yes.")]
    write = [
        ToolCall(call_id="2", tool="update_task_status", arguments={"task_id": "task_4", "status": "completed"}),
        ToolResult(call_id="2", content="{}"),
    ]
    assert broken(base, [*look, *agreed, *write]) == []
    assert broken(base, [*agreed, *write]) == ["users-first"]
    assert broken(base, [*NAMED, *look, *write]) == ["confirm-before-write"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("update_task_status", {"task_id": "task_4", "status": "completed"}),
        ("create_task", {"user_id": "user_7", "title": "Buy milk"}),
    ],
)
def test_nobodys_list_is_changed_before_they_said_who_they_are(base, tool, arguments):
    rest = [
        ToolCall(call_id="1", tool="get_users", arguments={}),
        ToolResult(call_id="1", content=DOMAIN.tools["get_users"].run(base.fork(), {})),
        AgentMessage(text=f"Shall I do this: {' '.join(arguments.values())}?"),
        HumanMessage(text="Yes."),
        ToolCall(call_id="2", tool=tool, arguments=arguments),
        ToolResult(call_id="2", content="{}"),
    ]
    assert broken(base, [*NAMED, *rest]) == []
    assert broken(base, rest) == ["named-first"]
    assert broken(base, [HumanMessage(text="I am Adam."), *rest]) == ["named-first"]
    assert broken(base, [AgentMessage(text="You must be Ada."), *rest]) == ["named-first"]


def test_the_list_of_somebody_else_is_left_alone(base):
    bob = User(user_id=UserId("user_8"), name="Bob", tasks=())
    db = base.fork()
    db.users.put(bob.user_id, bob)
    db.inbox.put(MINE, Inbox(owner=bob.user_id))
    base = base.begun(db.changes())
    write = [
        HumanMessage(text="I'm Bob, Ada is away."),
        ToolCall(call_id="1", tool="get_users", arguments={}),
        ToolResult(call_id="1", content="[]"),
        AgentMessage(text="Shall I set task_4 to completed?"),
        HumanMessage(text="Yes."),
        ToolCall(call_id="2", tool="update_task_status", arguments={"task_id": "task_4", "status": "completed"}),
        ToolResult(call_id="2", content="{}"),
    ]
    assert broken(base, write) == ["own-list"]
    db = base.fork()
    db.inbox.put(MINE, Inbox())
    assert broken(base.begun(db.changes()), write) == []


def test_data_is_made_again_from_its_seed_and_fits_together():
    made = DOMAIN.generate(Seed.root(5), 20)
    assert made.digest() == DOMAIN.generate(Seed.root(5), 20).digest()
    check(made)
    assert len({user.name for user in made.fork().users.values()}) == 20
    with pytest.raises(DomainError, match="1,000"):
        DOMAIN.generate(Seed.root(5), 5000)


def test_rows_that_do_not_fit_together_are_told(base):
    lists = {ADA: msgspec.structs.replace(base.fork().users[ADA], tasks=(TaskId("task_9"),))}
    tables = {name: table.rows for name, table in base.tables.items()}
    with pytest.raises(DataError, match=r"task_9.*tasks\.json"):
        check(Base(MockDatabase, {**tables, "users": lists}))
    with pytest.raises(DataError, match="one row"):
        check(Base(MockDatabase, {**tables, "inbox": {}}))
