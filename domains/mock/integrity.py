"""Integrity: what holds between the rows, whoever wrote them."""

from __future__ import annotations

from collections.abc import Iterator

from interplay.domains.mock.rows import MINE, MockDatabase, Notification, Task, User
from interplay.engine.database import Base
from interplay.engine.errors import DataError
from interplay.engine.worldkit.integrity import inspect


def check(base: Base[MockDatabase]) -> None:
    """Refuse rows that do not fit together; one pass over each table.

    Raises:
        DataError: names the first such row, its file, and what was expected.
    """
    db = base.fork()

    def wrong_task(key: str, task: Task) -> Iterator[str]:
        if task.task_id != key:
            yield f"task_id is {task.task_id!r}; expected the row's key"

    def wrong_user(key: str, user: User) -> Iterator[str]:
        if user.user_id != key:
            yield f"user_id is {user.user_id!r}; expected the row's key"
        for task_id in user.tasks:
            if task_id not in db.tasks:
                yield f"lists task {task_id!r}; expected a row of tasks.json"

    def wrong_notification(key: str, notification: Notification) -> Iterator[str]:
        if notification.notification_id != key:
            yield f"notification_id is {notification.notification_id!r}; expected the row's key"

    inspect("tasks", db.tasks, wrong_task)
    inspect("users", db.users, wrong_user)
    inspect("notifications", db.notifications, wrong_notification)
    if list(db.inbox) != [MINE]:
        raise DataError(f"inbox.json: expected one row, {MINE!r}; it has {list(db.inbox)[:3]}")
