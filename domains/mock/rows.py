"""The rows of a to-do list, and of one person's notifications: the smallest world of two sides.

The team's side is `tasks` and `users`; the person's own is `notifications` and `inbox`, which says whose
notifications they are and has one row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, NewType, TypeAlias

import msgspec

from interplay.engine.database import Database, Table
from interplay.engine.worldkit.rows import Row, UserId

TaskId = NewType("TaskId", str)
NotificationId = NewType("NotificationId", str)

MINE = "mine"
"""The key of the one row of `inbox`."""

TaskStatus: TypeAlias = Literal["pending", "completed"]
NotificationStatus: TypeAlias = Literal["unread", "read"]


class Task(Row, frozen=True):
    """Something to do."""

    task_id: TaskId
    title: str
    description: str | None = None
    status: TaskStatus = "pending"


class User(Row, frozen=True):
    """Somebody with a list."""

    user_id: UserId
    name: str
    tasks: tuple[TaskId, ...] = ()


class Notification(Row, frozen=True):
    """Something that the person was told."""

    notification_id: NotificationId
    message: str
    status: NotificationStatus = "unread"
    task_id: TaskId | None = None


class Inbox(Row, frozen=True):
    """Where notifications arrive."""

    owner: UserId | None = None


class MockDatabase(Database):
    """The team's lists, and one person's notifications."""

    tasks: Table[TaskId, Task]
    users: Table[UserId, User]
    notifications: Table[NotificationId, Notification]
    inbox: Table[str, Inbox]

    defaults: ClassVar[Mapping[str, Mapping[str, msgspec.Struct]]] = {"inbox": {MINE: Inbox()}}


HUMAN_TABLES = frozenset({"notifications", "inbox"})
"""The person's own side."""
