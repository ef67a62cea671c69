"""Data: a team, each with a few things to do."""

from __future__ import annotations

from interplay.domains.mock.rows import MINE, Inbox, MockDatabase, Task, TaskId, TaskStatus, User
from interplay.engine.database import Base
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.people import Crowd, must_fit
from interplay.engine.worldkit.rows import UserId

MOST = 1000
TITLES: tuple[str, ...] = (
    "Book the meeting room",
    "Order new chairs",
    "Update the phone list",
    "Plan the summer outing",
    "Renew the parking permit",
    "Write the monthly report",
    "Water the plants",
    "Archive last year's invoices",
    "Repair the coffee machine",
    "Welcome the new colleague",
    "Check the fire extinguishers",
    "Clean out the fridge",
)
"""What there is to do; nobody has one of them twice."""


def generate(seed: Seed, persons: int) -> Base[MockDatabase]:
    """Make a team's lists; nobody's inbox is open.

    Args:
        seed: decides all of it.
        persons: how many are on the team.

    Raises:
        DomainError: more than can be listed at once.
    """
    must_fit("mock", persons, MOST, "all of a team are listed at once")
    crowd = Crowd(seed.child("people"), persons)
    tasks: dict[TaskId, Task] = {}
    users: dict[UserId, User] = {}
    for number in range(1, persons + 1):
        name = crowd.name()
        while not crowd.free(name):
            name = crowd.name()
        titles = crowd.rng.sample(TITLES, crowd.rng.randint(2, 4))
        mine = [TaskId(f"task_{len(tasks) + at}") for at in range(1, len(titles) + 1)]
        for task_id, title in zip(mine, titles, strict=True):
            status: TaskStatus = "completed" if crowd.rng.random() < 0.25 else "pending"
            tasks[task_id] = Task(task_id=task_id, title=title, status=status)
        user_id = UserId(f"user_{number}")
        users[user_id] = User(user_id=user_id, name=str(name), tasks=tuple(mine))
    return Base(MockDatabase, {"tasks": tasks, "users": users, "notifications": {}, "inbox": {MINE: Inbox()}})
