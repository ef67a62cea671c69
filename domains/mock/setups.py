"""Setups and assertions: what may be done before anybody speaks, and what may be asked of the end."""

# ruff: noqa: D417  (the database is no argument that a blueprint gives)

from __future__ import annotations

from typing import Any

from interplay.domains.mock.rows import (
    MINE,
    Inbox,
    MockDatabase,
    Notification,
    NotificationId,
    NotificationStatus,
    TaskId,
    TaskStatus,
)
from interplay.engine.tools import Tool, tool
from interplay.engine.worldkit.requirements import needed
from interplay.engine.worldkit.rows import UserId


@tool(writes=True)
def add_notification(
    db: MockDatabase, notification_id: NotificationId, message: str, task_id: TaskId | None = None
) -> str:
    """Put an unread notification into the inbox.

    Args:
        notification_id: its id; one that is there already is replaced.
        message: what it says.
        task_id: the task that it is about.
    """
    new = Notification(notification_id=notification_id, message=message, task_id=task_id)
    db.notifications.put(notification_id, new)
    return "done"


@tool(writes=True)
def set_inbox_owner(db: MockDatabase, user_id: UserId) -> str:
    """Say whose the inbox is; they are notified of their tasks.

    Args:
        user_id: the user.

    Raises:
        Refusal: user_unknown.
    """
    needed(db.users, user_id, "user", f"There are {', '.join(db.users)}.")
    db.inbox.put(MINE, Inbox(owner=user_id))
    return "done"


@tool()
def assert_task_status(db: MockDatabase, task_id: TaskId, expected_status: TaskStatus) -> bool:
    """Whether a task is so far.

    Args:
        task_id: the task.
        expected_status: how far.

    Raises:
        Refusal: task_unknown; the question has no answer.
    """
    return needed(db.tasks, task_id, "task", "A task id is 'task_' and a number.").status == expected_status


@tool()
def assert_notification_status(
    db: MockDatabase, notification_id: NotificationId, expected_status: NotificationStatus
) -> bool:
    """Whether a notification was read.

    Args:
        notification_id: the notification.
        expected_status: "read" or "unread".

    Raises:
        Refusal: notification_unknown; the question has no answer.
    """
    found = needed(db.notifications, notification_id, "notification", "A notification id is 'notif_' and a number.")
    return found.status == expected_status


SETUPS: tuple[Tool[..., Any], ...] = (add_notification, set_inbox_owner)
ASSERTIONS: tuple[Tool[..., Any], ...] = (assert_task_status, assert_notification_status)
