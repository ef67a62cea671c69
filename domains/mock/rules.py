"""Rules: the two sentences of `policy.md` that can be enforced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from interplay.domains.mock.rows import MockDatabase
from interplay.domains.mock.tools import create_task, get_users, update_task_status
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


RULES: tuple[Rule, ...] = (
    users_first,
    kit.confirm_before_write(section="Changing a list", on=WRITES, listing=_listing),
)
"""In the order of the policy."""
