"""Tools: what the assistant may do with the team's lists, and the person with their notifications.

What they accept, answer and change is what the recordings of the public benchmark show; what these leave
open, and the words, are ours.
"""

# ruff: noqa: D417  (the database is no argument that a caller gives)

from __future__ import annotations

from typing import Any

import msgspec

from interplay.domains.mock.rows import (
    MockDatabase,
    Notification,
    NotificationId,
    Task,
    TaskId,
    TaskStatus,
    User,
)
from interplay.domains.mock.sync import next_id
from interplay.engine.tools import Guidance, Speech, Tool, tool
from interplay.engine.worldkit.requirements import needed
from interplay.engine.worldkit.rows import UserId
from interplay.engine.worldkit.service import transfer_to_human_agents


@tool(
    writes=True,
    speech=Speech(
        propose='put the task "{title}" on your list, user {user_id}',
        done='The task "{title}" has been put on your list.',
        claims=("put on", "created", "added"),
    ),
)
def create_task(db: MockDatabase, user_id: UserId, title: str, description: str | None = None) -> Task:
    """Put a new task on somebody's list.

    Args:
        user_id: as get_users gives it.
        title: what is to be done, in a few words.
        description: more about it.

    Returns:
        The task, which is pending.

    Raises:
        Refusal: user_unknown.

    Source: recorded behaviour.
    """
    user = needed(db.users, user_id, "user", "get_users gives all of them.")
    task = Task(task_id=TaskId(next_id("task_", db.tasks)), title=title, description=description)
    db.users.put(user_id, msgspec.structs.replace(user, tasks=(*user.tasks, task.task_id)))
    return db.tasks.put(task.task_id, task)


@tool()
def get_users(db: MockDatabase) -> list[User]:
    """List everybody.

    Returns:
        Each user with their name and the ids of their tasks.

    Source: recorded names and parameters; the rest is ours.
    """
    return list(db.users.values())


@tool(
    writes=True,
    speech=Speech(
        propose="set the status of task {task_id} to {status}",
        done="Task {task_id} is {status} now.",
        claims=("set", "marked", "updated", "is completed", "is pending"),
    ),
)
def update_task_status(db: MockDatabase, task_id: TaskId, status: TaskStatus) -> Task:
    """Say how far a task is.

    Args:
        task_id: "task_" and a number.
        status: "completed", or "pending" for one that has to be done after all.

    Returns:
        The task afterwards.

    Raises:
        Refusal: task_unknown.

    Source: recorded behaviour.
    """
    task = needed(db.tasks, task_id, "task", "A task id is 'task_' and a number; the user's notifications name it.")
    return db.tasks.put(task_id, msgspec.structs.replace(task, status=status))


@tool(
    guidance=Guidance(
        ask="Please check your notifications and tell me what they say.",
        cues=(("notification", "inbox"), ("check", "look", "open", "read")),
        report="My notifications say: {result}",
    )
)
def check_notifications(db: MockDatabase) -> list[Notification]:
    """Look at all notifications.

    Returns:
        The notifications, the oldest first.

    Source: recorded names and parameters; the rest is ours.
    """
    return list(db.notifications.values())


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please dismiss the notification {notification_id}.",
        cues=(("notification",), ("dismiss", "clear")),
        report="That is done: {result}",
    ),
)
def dismiss_notification(db: MockDatabase, notification_id: NotificationId) -> Notification:
    """Mark a notification as read.

    Args:
        notification_id: as check_notifications gives it.

    Returns:
        The notification afterwards.

    Raises:
        Refusal: notification_unknown.

    Source: recorded names and parameters; the rest is ours.
    """
    found = needed(db.notifications, notification_id, "notification", "check_notifications gives all of them.")
    return db.notifications.put(notification_id, msgspec.structs.replace(found, status="read"))


TOOLS: tuple[Tool[..., Any], ...] = (create_task, get_users, update_task_status, transfer_to_human_agents)
"""In the order of the recordings."""
HUMAN_TOOLS: tuple[Tool[..., Any], ...] = (check_notifications, dismiss_notification)
"""In the order of the recordings."""
