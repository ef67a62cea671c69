"""Casting: how writers and reviewers are found by name.

Both are registered under the entry point groups `interplay.writers` and `interplay.reviewers`, ours and
anybody's alike, and `package.module:attribute` names one that is not. Unlike an actor of a conversation,
they keep nothing between two calls, so one object serves a whole run, and the name stands for that object: a callable
of one parameter, the Assignment or the Case, async or not. A class is called once, with nothing.

One that is named itself and is not async may block, as most clients of models do: it is called in a worker thread.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, cast

from anyio import to_thread

from interplay.engine.blueprint import Candidate
from interplay.engine.casting import find, is_async
from interplay.engine.errors import CastingError
from interplay.engine.forge.assignment import Assignment, Writer
from interplay.engine.forge.review import Case, Review, Reviewer

WRITERS = "interplay.writers"
REVIEWERS = "interplay.reviewers"


class Titled:
    """A reviewer under a name that it does not have itself.

    Args:
        name: how it is named in reviews.
        review: who reviews.
    """

    def __init__(self, name: str, review: Callable[[Case], Any]) -> None:
        self.name = name
        self.review = review

    def __call__(self, case: Case) -> Any:
        """Its opinion."""
        return self.review(case)


def waits(member: Any) -> bool:
    """Whether a writer or a reviewer has to be waited for."""
    return is_async(member.review if isinstance(member, Titled) else member)


def load_writer(name: str) -> Writer:
    """The writer of this name.

    Args:
        name: a registered name, or `package.module:attribute`.
    Raises:
        CastingError: unknown, broken on import, or no callable of one parameter.
    """
    found = _callable(WRITERS, "writer", "the Assignment", name)
    if ":" not in name or is_async(found):
        writer: Writer = found
        return writer

    async def write(assignment: Assignment) -> Candidate:
        return await _in_thread(found, assignment)  # type: ignore[no-any-return]  # the checks look at what it is

    return write


def load_reviewer(name: str, *, prompt: str = "", title: str = "") -> Reviewer:
    """The reviewer of this name.

    Args:
        name: a registered name, or `package.module:attribute`.
        prompt: what it shall look at most, for one that can be told (it has `with_prompt`); empty leaves it as it is.
        title: how it is named in reviews; empty leaves its own name, or the one that it was loaded by.
    Raises:
        CastingError: unknown, broken on import, no callable of one parameter, or one that takes no prompt.
    """
    found = _callable(REVIEWERS, "reviewer", "the Case", name)
    if prompt:
        if not hasattr(found, "with_prompt"):
            raise CastingError(f"reviewer {name!r} takes no prompt; one that asks a model does, as 'model'")
        found = found.with_prompt(prompt)
    called = title or getattr(found, "name", "") or name
    if ":" in name and not is_async(found):
        review = found

        async def wait(case: Case) -> Review:
            return await _in_thread(review, case)  # type: ignore[no-any-return]  # the committee looks at what it is

        return Titled(called, wait)
    if getattr(found, "name", "") != called:
        return Titled(called, found)
    return cast("Reviewer", found)


async def _in_thread(member: Callable[[Any], Any], given: Any) -> Any:
    def call() -> tuple[Any]:
        return (member(given),)  # wrapped, for trio takes no coroutine from a thread

    (made,) = await to_thread.run_sync(call, abandon_on_cancel=True)
    return await made if inspect.isawaitable(made) else made


def _callable(group: str, kind: str, given: str, name: str) -> Callable[[Any], Any]:
    found = find(group, kind, name)
    if inspect.isclass(found):
        try:
            found = found()
        except Exception as error:
            raise CastingError(f"{kind} {name!r} cannot be made: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise CastingError(f"{kind} {name!r} is a {type(found).__name__}, which cannot be called")
    try:
        inspect.signature(found).bind(None)
    except TypeError:
        raise CastingError(f"{kind} {name!r} is not called with one argument, {given}") from None
    except ValueError:
        raise CastingError(f"{kind} {name!r} has no signature that can be read; wrap it in a function") from None
    return found  # type: ignore[no-any-return]  # looked at above
