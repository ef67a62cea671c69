"""Bill: what the models of a run were asked, and what that cost.

Tokens are counted, never sums of money, and a cost is worked out from them when somebody asks: so it does
not depend on the order in which replies came. What is not known is None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from interplay.engine.errors import BudgetError
from interplay.engine.models.exchange import Usage
from interplay.engine.models.replies import Glimpse

MILLION = 1_000_000

Money = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
"""In the currency of the prices, whichever that is."""


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model costs, per million tokens."""

    prompt: Money
    completion: Money

    def of(self, prompt: int, completion: int) -> float:
        """The cost of these tokens."""
        return (prompt * self.prompt + completion * self.completion) / MILLION

    @property
    def free(self) -> bool:
        """Whether nothing costs anything."""
        return not self.prompt and not self.completion


class RoleBill(msgspec.Struct, frozen=True, kw_only=True):
    """One role's part of a bill, by one model."""

    role: str
    model: str
    calls: int = 0
    """Replies that an endpoint gave; whatever of them could not be read was paid for too."""
    again: int = 0
    """How many of the calls asked anew because a reply could not be read."""
    failed: int = 0
    """Questions to which no reply could be had."""
    cached: int = 0
    """Replies that came from the cache; they cost nothing."""
    replayed: int = 0
    """Replies that came from a record of them; they cost nothing."""
    prompt: int = 0
    """Tokens of the calls."""
    completion: int = 0
    cost: float | None = 0.0
    """None where it is unknown: no price, or a server that does not count tokens."""


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has used, all of its sessions together."""

    roles: tuple[RoleBill, ...] = ()
    """By role, then by model."""
    budget: float | None = None

    @property
    def models(self) -> tuple[RoleBill, ...]:
        """The same, added up for each model; the role is empty."""
        names = sorted({each.model for each in self.roles})
        return tuple(_added([each for each in self.roles if each.model == name], name) for name in names)

    @property
    def total(self) -> RoleBill:
        """The same, added up; role and model are empty."""
        return _added(self.roles, "")

    @property
    def cost(self) -> float | None:
        """Of everything; None where a part of it is unknown."""
        return self.total.cost


class _Count:
    """The tally of one role and model."""

    __slots__ = ("again", "cached", "calls", "completion", "failed", "prompt", "replayed", "uncounted")

    def __init__(self) -> None:
        self.calls = self.again = self.failed = self.cached = self.replayed = 0
        self.prompt = self.completion = self.uncounted = 0


class Account:
    """Counts while a run is made.

    Args:
        prices: by name of the model.
        budget: no call may begin once this much is spent; None for no limit.
    """

    def __init__(self, prices: Mapping[str, Price], budget: float | None = None) -> None:
        self._prices, self.budget = dict(prices), budget
        self._counts: dict[tuple[str, str], _Count] = {}
        self._uncounted = ""
        self.spent = 0.0
        """As far as prices are known."""

    def called(self, role: str, model: str, usage: Usage, *, again: bool = False) -> None:
        """An endpoint gave a reply."""
        count = self._count(role, model)
        count.calls += 1
        count.again += again
        count.prompt += usage.prompt
        count.completion += usage.completion
        price = self._prices.get(model)
        if not usage.prompt and not usage.completion:
            count.uncounted += 1
            if price is None or not price.free:
                self._uncounted = model
        elif price is not None:
            self.spent += price.of(usage.prompt, usage.completion)

    def failed(self, role: str, model: str) -> None:
        """No reply could be had."""
        self._count(role, model).failed += 1

    def cached(self, role: str, model: str) -> None:
        """The cache had the reply."""
        self._count(role, model).cached += 1

    def replayed(self, role: str, model: str) -> None:
        """A record had the reply."""
        self._count(role, model).replayed += 1

    def recall(self, glimpse: Glimpse) -> None:
        """Enter a recorded reply of an earlier session as it was entered then."""
        role, model = glimpse.role, glimpse.model
        if not model:
            return  # of a whole conversation, and no reply
        if glimpse.origin == "cache":
            self.cached(role, model)
        elif glimpse.origin == "replay":
            self.replayed(role, model)
        elif glimpse.reply is None:
            self.failed(role, model)
        else:
            self.called(role, model, glimpse.reply.usage, again=glimpse.again > 0)

    def expect_funds(self) -> None:
        """Let a call begin, or not.

        Raises:
            BudgetError: what may be spent is spent, or nobody can tell; says how to go on.
        """
        if self.budget is None:
            return
        if self._uncounted:
            raise BudgetError(
                f"the server of {self._uncounted!r} does not say how many tokens its replies take, so a budget of "
                f"{self.budget:g} cannot be held; resume without a budget, or with a server that says it",
                cause="budget",
            )
        if self.spent >= self.budget:
            raise BudgetError(
                f"the budget of {self.budget:g} is spent: {self.spent:.4f} so far. What was paid for is kept; "
                "resume with a larger budget to go on",
                cause="budget",
            )

    def bill(self) -> Bill:
        """The moment."""
        rows = tuple(self._row(*key) for key in sorted(self._counts))
        return Bill(roles=rows, budget=self.budget)

    def _count(self, role: str, model: str) -> _Count:
        count = self._counts.get((role, model))
        if count is None:
            count = self._counts[role, model] = _Count()
        return count

    def _row(self, role: str, model: str) -> RoleBill:
        count, price = self._counts[role, model], self._prices.get(model)
        if not count.calls or (price is not None and price.free):
            cost: float | None = 0.0
        elif price is None or count.uncounted:
            cost = None
        else:
            cost = price.of(count.prompt, count.completion)
        return RoleBill(
            role=role,
            model=model,
            calls=count.calls,
            again=count.again,
            failed=count.failed,
            cached=count.cached,
            replayed=count.replayed,
            prompt=count.prompt,
            completion=count.completion,
            cost=cost,
        )


def _added(rows: tuple[RoleBill, ...] | list[RoleBill], model: str) -> RoleBill:
    costs = [row.cost for row in rows]
    return RoleBill(
        role="",
        model=model,
        calls=sum(row.calls for row in rows),
        again=sum(row.again for row in rows),
        failed=sum(row.failed for row in rows),
        cached=sum(row.cached for row in rows),
        replayed=sum(row.replayed for row in rows),
        prompt=sum(row.prompt for row in rows),
        completion=sum(row.completion for row in rows),
        cost=None if None in costs else sum(cost for cost in costs if cost is not None),
    )
