"""The contract check finds nothing in a sound world, and in each unsound one what is wrong with it."""

from __future__ import annotations

import dataclasses
import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NewType, get_args

import msgspec
import pytest

from interplay.domains.retail import DOMAIN as RETAIL
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError, DomainError, Refusal
from interplay.engine.patch import Patch
from interplay.engine.policy import Policy, rule
from interplay.engine.seeds import Seed
from interplay.engine.testing import check_domain, policy_property, survey_writer, tiny_domain, unenforced_rules
from interplay.engine.testing.call import CallMaker, Dice
from interplay.engine.testing.declared import outline
from interplay.engine.testing.findings import Kind
from interplay.engine.testing.tiny import (
    Loan,
    LoanId,
    TinyDatabase,
    generate,
    get_loan,
    hand_over_to_librarian,
    renew_loan,
    renew_once,
    yes_first,
)
from interplay.engine.testing.values import Values
from interplay.engine.testing.walker import copy_of
from interplay.engine.tools import Prose, Speech, Tool, tool

TINY = tiny_domain()
SEED = Seed.root(5)
RULES = (renew_once, yes_first)
TEXT = TINY.policy.marked_text
CardId = NewType("CardId", str)
Made = tuple[str, Domain[Any]]

BROKEN: dict[Kind, Callable[[], Made]] = {}
"""By the kind of finding: makes where it is, and a world in which it is the only one."""


def broken(make: Callable[[], Made]) -> Callable[[], Made]:
    BROKEN[make.__name__] = make  # type: ignore[index]
    return make


def with_tool(*tools: Tool[..., Any]) -> Made:
    """The tiny world with one tool more, or in place of the one of its name."""
    names = {each.name for each in tools}
    rest = [each for each in TINY.tools_in_order if each.name not in names]
    return tools[0].name, dataclasses.replace(TINY, tools_in_order=(*rest, *tools))


def with_policy(text: str, rules: tuple[Any, ...] = RULES) -> Domain[Any]:
    class Written(Policy):
        marked_text = text  # type: ignore[assignment]

    return dataclasses.replace(TINY, policy=Written("", "", rules))


def with_database(kind: type[TinyDatabase]) -> Domain[Any]:
    def generated(seed: Seed, persons: int) -> Base[Any]:
        return Base(kind, {"loans": generate(seed, persons).tables["loans"].rows})

    return dataclasses.replace(TINY, database=kind, generate=generated)


@broken
def tool_name() -> Made:
    return "get_loan", dataclasses.replace(TINY, tools_in_order=(*TINY.tools_in_order, get_loan))


@broken
def annotation() -> Made:
    @tool()
    def browse(db: TinyDatabase, loan_id) -> str:  # type: ignore[no-untyped-def]
        """Browse."""
        return ""

    return with_tool(browse)


@broken
def docstring() -> Made:
    @tool()
    def browse(db: TinyDatabase, loan_id: LoanId) -> str:
        """Browse."""
        return ""

    return "browse.loan_id", with_tool(browse)[1]


@broken
def schema() -> Made:
    @tool()
    def browse(db: TinyDatabase, shelf: complex) -> str:
        """Browse.

        Args:
            shelf: which.
        """
        return ""

    return with_tool(browse)


@broken
def speech() -> Made:
    @tool(writes=True, speech=Speech("renew {loan}", "Renewed {loan_id}.", ("renewed",)))
    def renew_loan(db: TinyDatabase, loan_id: LoanId) -> Loan:
        """Renew.

        Args:
            loan_id: which.
        """
        return get_loan(db, loan_id)

    return with_tool(renew_loan)


@broken
def policy() -> Made:
    return "text", dataclasses.replace(TINY, policy=Policy("interplay.engine.testing", "absent.md", RULES))


@broken
def rule_id() -> Made:
    return "yes-first", with_policy(TEXT, (*RULES, yes_first))


@broken
def rule_mark() -> Made:
    return "fly-first", with_policy(f"{TEXT}\nFly. <!-- rule: fly-first -->\n")


@broken
def rule_section() -> Made:
    return "renew-once", with_policy(TEXT, (renew_once._replace(section="Flying"), yes_first))


@broken
def rule_tool() -> Made:
    return "renew-once", with_policy(TEXT, (renew_once._replace(tools=frozenset({"renew_loan", "fly"})), yes_first))


@broken
def row() -> Made:
    @tool(writes=True)
    def renew_loan(db: TinyDatabase, loan_id: LoanId) -> str:
        """Renew.

        Args:
            loan_id: which.
        """
        db.loans.put(loan_id, msgspec.structs.replace(get_loan(db, loan_id), due=5))
        return ""

    return "loans", with_tool(renew_loan)[1]


@broken
def result() -> Made:
    @tool()
    def browse(db: TinyDatabase) -> Loan:
        """Browse."""
        return {"title": "Emma"}  # type: ignore[return-value]

    return with_tool(browse)


@broken
def raises() -> Made:
    @tool()
    def browse(db: TinyDatabase, loan_id: LoanId) -> Loan:
        """Browse.

        Args:
            loan_id: which.
        """
        return db.loans[loan_id]

    return with_tool(browse)


@broken
def read_writes() -> Made:
    @tool()
    def browse(db: TinyDatabase, loan_id: LoanId) -> Loan:
        """Browse.

        Args:
            loan_id: which.
        """
        return db.loans.put(loan_id, msgspec.structs.replace(get_loan(db, loan_id), title="Emma, read"))

    return with_tool(browse)


@broken
def refusal_writes() -> Made:
    class KeepsAll(TinyDatabase):
        @contextmanager
        def atomically(self) -> Iterator[None]:
            yield

    @tool(writes=True)
    def renew_loan(db: TinyDatabase, loan_id: LoanId) -> str:
        """Renew.

        Args:
            loan_id: which.
        """
        db.loans.put(loan_id, msgspec.structs.replace(get_loan(db, loan_id), title="Emma, lost"))
        raise Refusal("Too late.")

    domain = with_database(KeepsAll)
    return "renew_loan", dataclasses.replace(domain, tools_in_order=(get_loan, renew_loan, hand_over_to_librarian))


@broken
def in_place() -> Made:
    @tool(writes=True)
    def renew_loan(db: TinyDatabase, loan_id: LoanId) -> Loan:
        """Renew.

        Args:
            loan_id: which.
        """
        loan = get_loan(db, loan_id)
        msgspec.structs.force_setattr(loan, "renewed", not loan.renewed)
        return loan

    return with_tool(renew_loan)


@broken
def nondeterministic() -> Made:
    counter = itertools.count()

    @tool()
    def browse(db: TinyDatabase) -> str:
        """Browse."""
        return str(next(counter))

    return with_tool(browse)


@broken
def patch() -> Made:
    class Forgetful(TinyDatabase):
        def patch(self) -> Patch:
            return Patch()

    return "walk", with_database(Forgetful)


@broken
def unreachable() -> Made:
    @tool(writes=True)
    def lend(db: TinyDatabase, card_id: CardId) -> str:
        """Lend.

        Args:
            card_id: of whom.
        """
        return ""

    return with_tool(lend)


@broken
def generation() -> Made:
    return "generate", dataclasses.replace(TINY, generate=lambda seed, persons: generate(SEED, persons))


@broken
def writer() -> Made:
    def write(domain: Domain[Any], base: Base[Any], seed: Seed) -> Any:
        raise BlueprintError("writing", "no ink")

    return "share", dataclasses.replace(TINY, write=write)


@pytest.mark.parametrize("domain", [TINY, RETAIL], ids=lambda domain: domain.name)
def test_a_sound_world_has_no_findings(domain):
    assert check_domain(domain, domain.generate(SEED, 5), walks=10, candidates=20) == []


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_world_with_one_fault_has_findings_of_that_kind_alone(kind):
    where, domain = BROKEN[kind]()
    base = domain.generate(SEED, 5)
    digest = base.digest()
    found = check_domain(domain, base, walks=10, candidates=20)
    rewritten = kind in ("raises", "row", "in_place", "speech", "refusal_writes")  # the writer needs a sound tool
    assert where in {each.where for each in found if each.kind == kind}, found
    assert {each.kind for each in found} <= {kind, *(["writer", "unreachable"] * rewritten)}
    assert base.digest() == digest


def test_the_same_arguments_give_the_same_findings():
    _, domain = BROKEN["read_writes"]()
    one, two = (check_domain(domain, domain.generate(SEED, 5), walks=3, candidates=5) for _ in range(2))
    assert one == two
    assert str(one[0]).startswith("read_writes [browse]: it is not declared to write and changed loans/L")


def test_a_row_that_is_none_of_its_table_is_found_before_anything_is_called():
    rows = {**generate(SEED, 2).tables["loans"].rows}
    rows["L9999"] = msgspec.structs.replace(rows["L0000"], title=7)
    found = check_domain(TINY, Base(TinyDatabase, {"loans": rows}))
    assert [(each.kind, each.where) for each in found] == [("row", "loans")]
    assert "L9999" in found[0].text


def test_a_tool_whose_result_is_no_json_raises_and_leaves_nothing_behind():
    @tool(writes=True)
    def renew_loan(db: TinyDatabase, loan_id: LoanId) -> Any:
        """Renew.

        Args:
            loan_id: which.
        """
        db.loans.put(loan_id, msgspec.structs.replace(get_loan(db, loan_id), title="Emma, lost"))
        return object()

    found = check_domain(with_tool(renew_loan)[1], generate(SEED, 5), candidates=0)
    assert [each.kind for each in found] == ["raises", "writer"]


@pytest.mark.parametrize("text", ["", "no policy at all"])
def test_a_rule_without_its_mark_and_its_heading_is_found(text):
    found = {(each.kind, each.where) for each in check_domain(with_policy(text), generate(SEED, 3), walks=0)}
    assert {("rule_mark", "yes-first"), ("rule_section", "renew-once")} <= found
    assert (("policy", "text") in found) == (not text)


def test_a_mark_stands_under_every_heading_above_it():
    headings, marks = outline("# A\n## B\nX. <!-- rule: x -->\n### C\nY.<!--rule: y--> <!-- rule: x -->\n## D\n")
    assert headings == ["A", "B", "C", "D"]
    assert marks == {"x": {"A", "B", "C"}, "y": {"A", "B", "C"}}


def test_a_survey_tells_the_share_that_passes_and_every_reason():
    def write(domain: Domain[Any], base: Base[Any], seed: Seed) -> Any:
        candidate = TINY.write(domain, base, seed)
        return msgspec.structs.replace(candidate, goals=()) if seed.chance(0.5) else candidate

    survey = survey_writer(dataclasses.replace(TINY, write=write), generate(SEED, 5), SEED, 40)
    assert survey.tried == 40
    assert 0.3 < survey.share < 0.7
    assert len(survey.rejections) == 40 - len(survey.blueprints)
    assert {(each.check, each.text) for each in survey.rejections} == {("format", "there are no goals")}
    assert not survey.defects


def test_a_writer_that_breaks_or_is_not_reproducible_is_a_finding():
    counter = itertools.count()

    def write(domain: Domain[Any], base: Base[Any], seed: Seed) -> Any:
        number = next(counter)
        if number % 5 == 4:
            raise ZeroDivisionError
        return msgspec.structs.replace(TINY.write(domain, base, seed), instruction=str(number))

    texts = [
        each.text for each in survey_writer(dataclasses.replace(TINY, write=write), generate(SEED, 5), SEED, 4).defects
    ]
    assert any("differs when it is written again" in text for text in texts)
    assert any("ZeroDivisionError" in text for text in texts)


@rule("look-first", section="Renewing", on=(renew_loan,))
def look_first(case: Any) -> str | None:
    """The loan was looked at."""
    seen = any(call.tool == "get_loan" and call.arguments == case.arguments for call, _ in case.done_before())
    return None if seen else "nobody had looked"


@rule("one-hand-over", section="Renewing", on=(hand_over_to_librarian,))
def one_hand_over(case: Any) -> str | None:
    """There was none before."""
    return "a second time" if any(call.tool == case.call.tool for call, _ in case.done_before()) else None


def test_rules_that_tools_leave_to_the_agent_are_found_with_a_shortest_example():
    domain = with_policy(TEXT, (look_first, renew_once, one_hand_over, yes_first))
    found = unenforced_rules(domain, generate(SEED, 5), SEED, walks=40)
    assert [(each.rule, each.text, [call.tool for call in each.calls]) for each in found] == [
        ("look-first", "nobody had looked", ["renew_loan"]),
        ("one-hand-over", "a second time", ["hand_over_to_librarian", "hand_over_to_librarian"]),
    ]


@pytest.mark.parametrize("rule_id", ["yes-first", "fly-first"])
def test_only_a_rule_about_state_is_a_property_of_tools(rule_id):
    with pytest.raises(DomainError, match=r"has no rule .* about state; those are renew-once"):
        policy_property(TINY, [rule_id])


def test_made_up_calls_are_mostly_about_rows_that_belong_together():
    base = RETAIL.generate(SEED, 5)
    db, maker, dice = base.fork(), CallMaker(RETAIL.tools, Values(base)), Dice(SEED)
    made = [maker.call(dice, "return_delivered_order_items", sane=True).arguments for _ in range(300)]
    orders = [(db.orders.get(each["order_id"]), each) for each in made]
    own = [
        order
        for order, each in orders
        if order is not None and each["payment_method_id"] in db.users[order.user_id].payment_methods
    ]
    assert len(own) > 200
    names = {maker.call(dice).tool for _ in range(300)}
    assert names == set(RETAIL.tools)


class Shelf(msgspec.Struct, frozen=True, tag_field="kind", tag="shelf"):
    """Part of a call."""

    room: str
    numbers: tuple[int, ...]
    labels: dict[str, float] = {}


def test_calls_of_any_signature_are_made_and_the_sane_ones_are_valid():
    @tool()
    def sort(
        db: TinyDatabase,
        shelves: list[Shelf],
        pair: tuple[LoanId, int],
        best: Shelf | None,
        note: Prose,
        flag: bool = False,
        renewed: bool | None = None,
        weight: float = 1.0,
    ) -> str:
        """Sort."""
        return ""

    _, domain = with_tool(sort)
    maker, dice = CallMaker(domain.tools, Values(generate(SEED, 3))), Dice(SEED)
    for _ in range(200):
        domain.tools["sort"].validate(maker.call(dice, "sort", sane=True).arguments)
    refused = 0
    for _ in range(200):
        try:
            domain.tools["sort"].validate(maker.call(dice, "sort").arguments)
        except Refusal:
            refused += 1
    assert 10 < refused < 150


def test_a_copy_of_a_base_shares_no_row():
    base = generate(SEED, 3)
    copy = copy_of(base)
    assert copy.digest() == base.digest()
    assert copy.fork().loans[LoanId("L0000")] is not base.fork().loans[LoanId("L0000")]


def test_testing_is_imported_without_hypothesis_and_says_how_to_get_it():
    code = (
        "import sys; sys.modules['hypothesis'] = None; sys.modules['hypothesis.stateful'] = None\n"
        "from interplay.engine import testing; testing.check_domain, testing.tiny_domain()\n"
        "for name in ('calls', 'domain_machine'):\n"
        "    try: getattr(testing, name)\n"
        "    except ModuleNotFoundError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("pip install 'interplay[testing]'") == 2, done.stdout


def test_testing_exports_what_it_names():
    from interplay.engine import testing

    assert [name for name in testing.__all__ if getattr(testing, name, None) is None] == []
    with pytest.raises(AttributeError, match="no attribute 'flights'"):
        _ = testing.flights
