"""Errors: one tree, so that a caller can catch the root or the leaf.

A `Refusal` is not a failure: it is how a tool says no, and the agent reads it. Everything else here
ends a unit of work or a command, and its text is written for the person who will read it: what was
wrong, where, what was allowed, what to do.
"""

from __future__ import annotations

from typing import TypeVar

E = TypeVar("E", bound=BaseException)


class InterplayError(Exception):
    """Root of everything that Interplay raises on purpose."""


class Refusal(InterplayError):
    """A tool says no. The agent reads the text; the fork stays as it was.

    Args:
        text: what was wrong and what was allowed, for the agent.
        code: a stable word for the reason, for counting and for tests.
    """

    def __init__(self, text: str, *, code: str = "refused") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class DomainError(InterplayError):
    """A world is not usable: unknown by name, broken on import, or declared inconsistently."""


class DataError(DomainError):
    """A data file is missing or malformed; the text names the file, the row and what was expected."""


class AbsentError(DataError):
    """What a world is made of is not installed; the text says how to install it."""


class BlueprintError(InterplayError):
    """A blueprint is a defect: its actions fail, its ends differ, or a value comes from nowhere.

    Args:
        check: name of the check that failed.
        text: what failed, and on which action.
    """

    def __init__(self, check: str, text: str) -> None:
        super().__init__(f"{check}: {text}")
        self.check = check
        self.text = text


class PatchError(InterplayError):
    """A patch does not fit the state that it is applied to."""


class ActorError(InterplayError):
    """An actor broke its protocol: a reply of the wrong type, too long, or not encodable."""


class ChannelClosed(InterplayError):
    """The other side of a channel has gone: the conversation is ending."""


class CastingError(InterplayError):
    """Who shall play cannot be had: unknown by name, broken on import, or nothing that can be called."""


class ModelError(InterplayError):
    """A model's answer could not be had: the provider's failure, of one request.

    Args:
        text: what was asked of which endpoint, what came back, what to do.
        cause: a stable word for counting: "rate", "server", "timeout", "unreadable", "context", "schema", ...
    """

    def __init__(self, text: str, *, cause: str = "model") -> None:
        super().__init__(text)
        self.cause = cause


class HaltError(ModelError):
    """No request can be answered any more; the session ends, and what it lacks is left for the next one."""


class EndpointError(HaltError):
    """An endpoint is down for good, refuses the key, or does not know the model."""


class BudgetError(HaltError):
    """What may be spent is spent."""


class ReplayError(HaltError):
    """A replay asks for a reply that was not recorded."""


class CutOffError(HaltError):
    """A replay has come to where, when it was recorded, the time of a conversation was up."""


class RunError(InterplayError):
    """A run directory cannot be used: not one, of another version, in use, or not writable."""


class DefectError(InterplayError):
    """A defect came between, of Interplay or of a world's tool; raised where it is not to be recorded."""


class TranscriptError(InterplayError):
    """A conversation that was recorded elsewhere cannot be judged.

    Args:
        cause: a stable word for counting: "role", "unanswered", "unasked", "arguments", "tool", "blueprint", ...
        text: what is wrong, and where.
    """

    def __init__(self, cause: str, text: str) -> None:
        super().__init__(text)
        self.cause = cause


class ToolkitError(InterplayError):
    """A method that serves as a tool did what no tool may, or left or returned what has no value to compare."""


class UsageError(InterplayError):
    """A command was called with values that it cannot work with."""


def first(group: BaseExceptionGroup[E]) -> E:
    """The first error in a group, however deep; all of a group that a task group raises is of one making."""
    error = group.exceptions[0]
    return first(error) if isinstance(error, BaseExceptionGroup) else error
