"""Service: the tools of any desk that neither read nor write its data.

A world lists those that it has among its tools; they run on any database.
"""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from interplay.engine.database import Database
from interplay.engine.tools import Arithmetic, Prose, tool
from interplay.engine.worldkit.arithmetic import evaluate


@tool()
def calculate(db: Database, expression: Arithmetic) -> str:  # noqa: ARG001
    """Work out an arithmetic expression, rounded to cents.

    Args:
        expression: numbers with +, -, *, /, //, ** and parentheses, for example "2 * (19.99 + 5)".
            No letters, currency signs, percent signs or thousands separators; at most 500 characters.

    Returns:
        The value as decimal text with a point, for example "49.98".

    Raises:
        Refusal: bad_expression: it is none, divides by zero, or its value is out of bounds.

    Source: recorded behaviour.
    """
    return str(round(evaluate(expression), 2))


@tool()
def think(db: Database, thought: Prose) -> str:  # noqa: ARG001
    """Note down a thought. Nothing is looked up and nothing changes; use it to reason before acting.

    Args:
        thought: what to think about, in your own words.

    Returns:
        Empty text.

    Source: recorded behaviour.
    """
    return ""


@tool(hands_over=True)
def transfer_to_human_agents(db: Database, summary: Prose) -> str:  # noqa: ARG001
    """Hand the customer over to a human agent, for what cannot be done with the other tools.

    Args:
        summary: what the customer wants and what was done so far, in your own words.

    Returns:
        A confirmation.

    Source: recorded behaviour.
    """
    return "Transfer successful"
