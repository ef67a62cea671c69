"""Scenarios: what a member of the team may want."""

from __future__ import annotations

from interplay.domains.mock.data import TITLES
from interplay.domains.mock.rows import MINE, Inbox, MockDatabase, Task, TaskStatus, User
from interplay.engine.blueprint import Check
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import Draft, lacking
from interplay.engine.worldkit.writer import Writer


class ListDraft(Draft[MockDatabase]):
    """One member, whose inbox is open.

    Args:
        domain: this world.
        base: its data.
        seed: decides who it is.
    """

    def __init__(self, domain: Domain[MockDatabase], base: Base[MockDatabase], seed: Seed) -> None:
        super().__init__(domain, base, seed)
        self.user_id = seed.child("person").pick(list(self.db.users))
        self.put("inbox", MINE, Inbox(owner=self.user_id))

    @property
    def user(self) -> User:
        """The person, as they are by now."""
        return self.db.users[self.user_id]

    @property
    def name(self) -> str:
        """The person's full name."""
        return self.user.name

    def mine(self, status: TaskStatus, seed: Seed) -> Task:
        """A task of theirs with this status that no goal is about yet.

        Raises:
            BlueprintError: there is none.
        """
        tasks = [self.db.tasks[task_id] for task_id in self.user.tasks if task_id not in self.touched]
        found = [task for task in tasks if task.status == status]
        if not found:
            raise lacking(f"a task that is {status}")
        task = seed.child("task").pick(found)
        self.touched.add(task.task_id)
        return task

    def identify(self, seed: Seed) -> None:
        """Begin with the person's name, and the list of users that it stands in."""
        fact = self.introduce(
            "name",
            (self.name,),
            (f"My name is {self.name}.", f"I am {self.name}.", f"It's {self.name}."),
            ("What is your name?", "May I have your name?", "Who am I talking to, please?"),
            ("name", "who am i", "who are you"),
            seed,
        )
        self.facts.append(fact)
        self.act("get_users", {}, goal="")

    def tell_title(self, title: str) -> None:
        """What the task being written about is called."""
        self.tell("title", [title], f'It is called "{title}".', question="What is the task called?", cues=("called",))


def create(draft: ListDraft, seed: Seed) -> None:
    """A new task, which then shows among the notifications."""
    titles = {draft.db.tasks[task_id].title for task_id in draft.user.tasks}
    title = seed.child("title").pick([each for each in TITLES if each not in titles])
    draft.tell_title(title)
    draft.act("create_task", {"user_id": draft.user_id, "title": title})
    draft.touched.add(draft.user.tasks[-1])
    draft.finish(
        "write",
        "I would like a new task on my list, please.",
        f'You want a new task on your list: "{title}".',
        draft.claims("create_task"),
        check=Check(tool="check_notifications", contains=title),
    )


def complete(draft: ListDraft, seed: Seed) -> None:
    """A task that was done: its id is in a notification, which can go then."""
    task = _set_status(draft, seed, "pending", "completed")
    about = next(each for each in draft.db.notifications.values() if each.task_id == task.task_id)
    draft.act("dismiss_notification", {"notification_id": about.notification_id}, by="human")
    draft.finish(
        "write",
        "I have finished something on my list; please mark it as completed.",
        f'You have finished the task "{task.title}" and want it marked as completed.',
        draft.claims("update_task_status"),
    )


def reopen(draft: ListDraft, seed: Seed) -> None:
    """A task that was marked as completed too early."""
    task = _set_status(draft, seed, "completed", "pending")
    draft.finish(
        "write",
        "Something on my list is not finished after all; please set it back to pending.",
        f'The task "{task.title}" is not finished after all, and you want it set back to pending.',
        draft.claims("update_task_status"),
    )


def delete(draft: ListDraft, seed: Seed) -> None:
    """A task that is to vanish, which only a person can see to."""
    task = draft.mine("pending", seed)
    draft.tell_title(task.title)
    draft.hand_over(
        "I want a task deleted from my list.",
        f'You want the task "{task.title}" deleted.',
        f"{draft.name} wants the task {task.title!r} deleted.",
        "I cannot delete tasks, so I am handing you over to a human agent who can help you.",
    )


def _set_status(draft: ListDraft, seed: Seed, before: TaskStatus, after: TaskStatus) -> Task:
    """One of the person's tasks, found by its notification, and its new status."""
    task = draft.mine(before, seed)
    draft.tell_title(task.title)
    draft.act("check_notifications", {}, by="human")
    draft.act("update_task_status", {"task_id": task.task_id, "status": after})
    return task


write = Writer(ListDraft, changes=(create, complete, complete, reopen), handed_over=(delete,), counts=(1, 1, 2, 2, 3))
