"""A phone with faults, for tests: what is wrong with it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from interplay.domains.telecom import DOMAIN
from interplay.domains.telecom.faults import Fault, Step, Trouble, beginning
from interplay.domains.telecom.rows import TelecomDatabase
from interplay.domains.telecom.scenarios.trouble import NOTICED
from interplay.engine.blueprint import Check, Setup
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.messages import ToolCall, ToolResult
from interplay.engine.seeds import Seed

TOOLS = DOMAIN.tools
GIGABYTES = 1
LEFT_TO_THE_AGENT = (
    "authenticate-first",
    "one-person",
    "hand-over-last",
    "resume-when-paid",
    "resume-in-contract",
    "refuel-when-spent",
    "refuel-at-most",
)
"""Rules about state that the tools let pass, as those of the public benchmark do."""


@cache
def company() -> Base[TelecomDatabase]:
    return DOMAIN.generate(Seed.root(2), 3)


class Patient:
    """The first customer's phone, in which these faults were made."""

    def __init__(self, faults: Sequence[Fault], *, abroad: bool = False) -> None:
        self.db = company().fork()
        customer = next(iter(self.db.customers.values()))
        line = self.db.lines[customer.line_ids[0]]
        limit = self.db.plans[line.plan_id].data_limit_gb
        own = {"customer_id": customer.customer_id, "line_id": line.line_id}
        self.bill = "B99999"
        self.line = own
        self._known = {**own, "id": line.line_id, "bill_id": self.bill, "gb_amount": GIGABYTES}
        self._setup("world", "set_user_info", {"name": customer.full_name, "phone_number": line.phone_number})
        if abroad:
            self._setup("world", "set_user_location", {"abroad": True})
        known = {**own, "new_bill_id": self.bill, "data_used_gb": round(limit + 0.1, 1)}
        for made in beginning(faults, abroad=abroad):
            self._setup(made.by, made.tool, filled(made.arguments, known))
        assert DOMAIN.sync is not None
        DOMAIN.sync(self.db)
        self._environment = Environment(TOOLS, self.db)

    def _setup(self, by: str, tool: str, arguments: Mapping[str, Any]) -> None:
        made = Setup(tool=tool, arguments=dict(arguments), by=by)  # type: ignore[arg-type]
        (TOOLS.setups if by == "world" else TOOLS.of(made.by))[tool].run(self.db, made.arguments)  # type: ignore[arg-type]

    def do(self, step: Step) -> ToolResult:
        arguments = filled(step.arguments, self._known)
        return self._environment.apply(ToolCall(call_id="0", tool=step.tool, arguments=arguments, by=step.by))

    def look(self, fault: Fault) -> list[str]:
        return [self.do(step).content for step in fault.looked_at]

    def mend(self, faults: Iterable[Fault]) -> None:
        for step in (step for fault in faults for step in fault.mended):
            result = self.do(step)
            assert result.refusal is None, (step, result)

    def shows(self, check: Check) -> bool:
        return check.contains in self.do(Step("human", check.tool, check.arguments)).content

    def holds(self, tool: str, arguments: Mapping[str, Any]) -> bool:
        return TOOLS.assertions[tool].run(self.db, dict(arguments)) == "true"

    def has(self, trouble: Trouble) -> bool:
        """Whether the trouble's assertions fail; its check, as the customer makes it, agrees with them."""
        works = all(self.holds(tool, arguments) for tool, arguments in NOTICED[trouble].assertions.items())
        assert works == self.shows(NOTICED[trouble].check)
        return not works

    @property
    def troubles(self) -> set[Trouble]:
        return {trouble for trouble in NOTICED if self.has(trouble)}


def filled(arguments: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known[name] if value is None else value for name, value in arguments.items()}
