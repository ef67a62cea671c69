"""Sync: whoever is given a task is notified of it."""

from __future__ import annotations

from collections.abc import Iterable

from interplay.domains.mock.rows import MINE, MockDatabase, Notification, NotificationId


def sync(db: MockDatabase) -> None:
    """Notify the inbox's owner of each task on their list that they were not told of; nobody's inbox gets nothing."""
    owner = db.inbox[MINE].owner
    user = None if owner is None else db.users.get(owner)
    if user is None:
        return
    told = {notification.task_id for notification in db.notifications.values()}
    for task_id in user.tasks:
        if task_id not in told:
            notification_id = NotificationId(next_id("notif_", db.notifications))
            message = f"Task '{db.tasks[task_id].title}' has been assigned to you."
            db.notifications.put(
                notification_id, Notification(notification_id=notification_id, message=message, task_id=task_id)
            )


def next_id(stem: str, taken: Iterable[str]) -> str:
    """A stem with the first number behind it that is larger than any there."""
    numbers = [int(number) for key in taken if (number := key.removeprefix(stem)).isdecimal()]
    return f"{stem}{max(numbers, default=0) + 1}"
