"""Lines: tools that change what a line may do."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

import msgspec

from interplay.domains.telecom.rows import CustomerId, Line, LineId, TelecomDatabase
from interplay.domains.telecom.tools.carrier.calendar import today
from interplay.domains.telecom.tools.carrier.requirements import line_of
from interplay.engine.errors import Refusal
from interplay.engine.tools import Prose, Speech, tool
from interplay.engine.worldkit.rows import Row


class LineChange(Row, frozen=True):
    """A line after something was done to it."""

    message: str
    line: Line


@tool(
    writes=True,
    speech=Speech(
        propose="suspend line {line_id}",
        done="Line {line_id} has been suspended.",
        claims=("suspended", "paused"),
    ),
)
def suspend_line(db: TelecomDatabase, customer_id: CustomerId, line_id: LineId, reason: Prose) -> LineChange:
    """Suspend an active line: it has no service until it is resumed.

    Args:
        customer_id: whose line it is.
        line_id: such as "L0000".
        reason: why, in a few words.

    Returns:
        The line afterwards.

    Raises:
        Refusal: customer_unknown, line_unknown, wrong_status.

    Source: recorded names and parameters; the rest is ours.
    """
    line = line_of(db, customer_id, line_id)
    if line.status != "Active":
        raise Refusal(
            f"Line {line_id} is {line.status!r}; only a line that is 'Active' can be suspended.", code="wrong_status"
        )
    after = msgspec.structs.replace(line, status="Suspended", suspension_start_date=today(db).isoformat())
    return LineChange(message=f"Line suspended successfully. Reason: {reason}", line=db.lines.put(line_id, after))


@tool(
    writes=True,
    speech=Speech(
        propose="resume line {line_id}",
        done="Line {line_id} has been resumed.",
        claims=("resumed", "reactivated", "lifted"),
    ),
)
def resume_line(db: TelecomDatabase, customer_id: CustomerId, line_id: LineId) -> LineChange:
    """Make a suspended line, or one that waits to be activated, active.

    Args:
        customer_id: whose line it is.
        line_id: such as "L0000".

    Returns:
        The line afterwards. The phone finds the network again when it is restarted.

    Raises:
        Refusal: customer_unknown, line_unknown, wrong_status.

    Source: recorded behaviour.
    """
    line = line_of(db, customer_id, line_id)
    if line.status not in ("Suspended", "Pending Activation"):
        raise Refusal(
            f"Line {line_id} is {line.status!r}; only a line that is 'Suspended' or 'Pending Activation' can be "
            "resumed.",
            code="wrong_status",
        )
    after = msgspec.structs.replace(line, status="Active", suspension_start_date=None)
    return LineChange(message="Line resumed successfully", line=db.lines.put(line_id, after))


@tool(
    writes=True,
    speech=Speech(
        propose="enable roaming for line {line_id}",
        done="Roaming has been enabled for line {line_id}.",
        claims=("enabled", "activated", "turned on"),
    ),
)
def enable_roaming(db: TelecomDatabase, customer_id: CustomerId, line_id: LineId) -> str:
    """Allow a line to be used abroad; the customer's phone has a switch of its own.

    Args:
        customer_id: whose line it is.
        line_id: such as "L0000".

    Returns:
        That it is enabled; or that it was before, and nothing changed.

    Raises:
        Refusal: customer_unknown, line_unknown.

    Source: recorded behaviour.
    """
    return _set_roaming(db, customer_id, line_id, enabled=True)


@tool(
    writes=True,
    speech=Speech(
        propose="disable roaming for line {line_id}",
        done="Roaming has been disabled for line {line_id}.",
        claims=("disabled", "deactivated", "turned off"),
    ),
)
def disable_roaming(db: TelecomDatabase, customer_id: CustomerId, line_id: LineId) -> str:
    """Bar a line from being used abroad.

    Args:
        customer_id: whose line it is.
        line_id: such as "L0000".

    Returns:
        That it is disabled; or that it was before, and nothing changed.

    Raises:
        Refusal: customer_unknown, line_unknown.

    Source: recorded behaviour.
    """
    return _set_roaming(db, customer_id, line_id, enabled=False)


def _set_roaming(db: TelecomDatabase, customer_id: CustomerId, line_id: LineId, *, enabled: bool) -> str:
    line = line_of(db, customer_id, line_id)
    word = "enabled" if enabled else "disabled"
    if line.roaming_enabled == enabled:
        return f"Roaming was {word} already"
    db.lines.put(line_id, msgspec.structs.replace(line, roaming_enabled=enabled))
    return f"Roaming {word} successfully"
