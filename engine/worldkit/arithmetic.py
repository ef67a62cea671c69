"""Arithmetic: the small language of numbers that an agent may have worked out for it.

Numbers, `+ - * / // **`, signs and parentheses, and nothing else. The text is parsed, never run: each
node of the tree is one of those or is refused, and both the text and every value on the way are
bounded, so that no expression can take long or fill the memory.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from interplay.engine.errors import Refusal

Number: TypeAlias = int | float

MAX_CHARACTERS = 500
MAX_BITS = 4096
"""Longest whole number that may come up on the way to a result."""
LANGUAGE = "numbers, + - * / // **, parentheses and spaces"
_LETTERS = frozenset("0123456789.+-*/() ")


def evaluate(expression: str) -> float:
    """The value of an expression, as Python would compute it, before rounding.

    Args:
        expression: at most MAX_CHARACTERS of the LANGUAGE.

    Returns:
        A finite number.

    Raises:
        Refusal: another language, too long, divided by zero, or a value out of bounds.
    """
    if len(expression) > MAX_CHARACTERS:
        raise _bad(f"The expression has {len(expression):,} characters; at most {MAX_CHARACTERS} are allowed.")
    strange = sorted(set(expression) - _LETTERS)
    if strange:
        raise _bad(f"The expression {expression!r} holds {''.join(strange)!r}; only {LANGUAGE} are allowed.")
    try:
        value = float(_value(ast.parse(expression.strip(), mode="eval").body))
    except ZeroDivisionError:
        raise _bad(f"The expression {expression!r} divides by zero.") from None
    except OverflowError:
        raise _bad(f"A value in {expression!r} is too large.") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _bad(f"{expression!r} is not a complete expression; write {LANGUAGE}.") from None
    if not math.isfinite(value):
        raise _bad(f"A value in {expression!r} is too large.")
    return value


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _SIGNS:
            return _SIGNS[type(op)](_value(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _bounded(_OPERATORS[type(op)](_value(left), _value(right)))
    raise ValueError(f"{type(node).__name__} is no arithmetic")


def _bounded(value: Any) -> Number:
    match value:
        case float():
            return value
        case int() if value.bit_length() <= MAX_BITS:
            return value
        case int():
            raise OverflowError("too many digits")
    raise ValueError("the root of a negative number is no amount")


def _power(base: Number, exponent: Number) -> Any:
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * exponent > MAX_BITS:
        raise OverflowError("too many digits")  # seen before it is computed
    return base**exponent


def _bad(text: str) -> Refusal:
    return Refusal(text, code="bad_expression")


_SIGNS: Mapping[type[ast.unaryop], Callable[[Number], Number]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_OPERATORS: Mapping[type[ast.operator], Callable[[Number, Number], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: _power,
}
