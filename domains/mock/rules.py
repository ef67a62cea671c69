"""Rules: the sentences of `policy.md` that can be enforced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from interplay.domains.mock.rows import MINE, MockDatabase, User
from interplay.domains.mock.tools import create_task, get_users, update_task_status
from interplay.engine.messages import HumanMessage
from interplay.engine.policy import Rule, Situation, rule
from interplay.engine.tools import Tool
from interplay.engine.worldkit import rules as kit

Case: TypeAlias = Situation[MockDatabase]

WRITES: tuple[Tool[..., Any], ...] = (create_task, update_task_status)


def _listing(case: Case) -> Iterator[str]:
    """What a message has to mention to have listed the change."""
    given = case.arguments
    yield given["title"] if "title" in given else given["task_id"]
    if "status" in given:
        yield given["status"]


@rule("users-first", section="Knowing whose list it is", on=WRITES)
def users_first(case: Case) -> str | None:
    """The users were looked up before anything is changed."""
    if kit.first_result(case, kit.names((get_users,))) is None:
        return f"{case.call.tool} was called before the users had been looked up"
    return None


def _concerned(case: Case) -> User | None:
    """Whose list a change is made to; None where it is nobody's."""
    given = case.arguments
    if "user_id" in given:
        return case.db.users.get(given["user_id"])
    return next((user for user in case.db.users.values() if given["task_id"] in user.tasks), None)


@rule("named-first", section="Knowing whose list it is", on=WRITES, dialogue=True)
def named_first(case: Case) -> str | None:
    """The person said their name before anything on the list of that name is changed."""
    user = _concerned(case)
    said = " ".join(message.text for message in case.before() if isinstance(message, HumanMessage)).casefold()
    if user is None or all(
        re.search(rf"(?<!\w){re.escape(part)}(?!\w)", said) for part in user.name.casefold().split()
    ):
        return None
    return f"{case.call.tool} changes the list of {user.name}, and nobody had said that this is their name"


@rule("own-list", section="Knowing whose list it is", on=WRITES)
def own_list(case: Case) -> str | None:
    """What is changed is on the list of the person who talks: of the inbox's owner, where it has one."""
    user, owner = _concerned(case), case.db.inbox[MINE].owner
    if user is None or owner in (None, user.user_id):
        return None
    return f"{case.call.tool} changes the list of {user.name}, who is somebody else"


RULES: tuple[Rule, ...] = (
    named_first,
    own_list,
    users_first,
    kit.confirm_before_write(section="Changing a list", on=WRITES, listing=_listing),
)
"""In the order of the policy."""
