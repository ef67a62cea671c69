"""A tiny world: a lending library with one table, three tools and two rules.

It is what tests of the engine's parts play in, and the shortest example of a whole world: rows, tools,
rules beside `tiny.md`, data from a seed, and a writer of scenarios.
"""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from datetime import date, timedelta
from typing import NewType

import msgspec

from interplay.engine.blueprint import Action, Candidate, Duty, Fact, Goal, Output, Persona
from interplay.engine.confirmation import confirmed
from interplay.engine.database import Base, Database, Table
from interplay.engine.domain import Domain
from interplay.engine.errors import Refusal
from interplay.engine.policy import Policy, Situation, rule
from interplay.engine.seeds import Seed
from interplay.engine.tools import Prose, Speech, tool

LoanId = NewType("LoanId", str)

TITLES = ("Middlemarch", "Emma", "Dracula", "Persuasion", "Ulysses", "Ivanhoe")
READERS = ("Ada", "Ben", "Cleo", "Dov", "Eva")
FIRST_DAY = date(2031, 3, 1)


class Loan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A book that somebody has."""

    loan_id: LoanId
    reader: str
    title: str
    due: str
    """Year, month and day: "2031-03-01"."""
    renewed: bool = False


class TinyDatabase(Database):
    """The library's data."""

    loans: Table[LoanId, Loan]


@tool()
def get_loan(db: TinyDatabase, loan_id: LoanId) -> Loan:
    """Look up a loan.

    Args:
        loan_id: "L" and four digits.

    Raises:
        Refusal: loan_unknown.
    """
    loan = db.loans.get(loan_id)
    if loan is None:
        raise Refusal(f"There is no loan {loan_id[:80]!r}; a loan id is 'L' and four digits.", code="loan_unknown")
    return loan


@tool(
    writes=True,
    speech=Speech(
        propose="renew loan {loan_id} by two weeks",
        done="Loan {loan_id} has been renewed by two weeks.",
        claims=("renewed",),
    ),
)
def renew_loan(db: TinyDatabase, loan_id: LoanId) -> Loan:
    """Renew a loan by two weeks, which can be done once.

    Args:
        loan_id: "L" and four digits.

    Returns:
        The loan afterwards.

    Raises:
        Refusal: loan_unknown, renewed_before.
    """
    loan = get_loan(db, loan_id)
    if loan.renewed:
        raise Refusal(f"Loan {loan_id} was renewed before; a loan is renewed once.", code="renewed_before")
    due = date.fromisoformat(loan.due) + timedelta(weeks=2)
    return db.loans.put(loan_id, msgspec.structs.replace(loan, due=due.isoformat(), renewed=True))


@tool(hands_over=True)
def hand_over_to_librarian(db: TinyDatabase, summary: Prose) -> str:  # noqa: ARG001
    """Hand the reader over to a librarian.

    Args:
        summary: what the reader wants.
    """
    return "A librarian takes over."


@rule("renew-once", section="Renewing", on=(renew_loan,))
def renew_once(case: Situation[TinyDatabase]) -> str | None:
    """A loan that was renewed stays as it is."""
    loan = case.db.loans.get(case.arguments["loan_id"])
    return f"loan {loan.loan_id} was renewed before" if loan is not None and loan.renewed else None


@rule("yes-first", section="Renewing", on=(renew_loan,), dialogue=True)
def yes_first(case: Situation[TinyDatabase]) -> str | None:
    """The reader was told which loan and said yes."""
    return confirmed(case, [case.arguments["loan_id"]])


def generate(seed: Seed, persons: int) -> Base[TinyDatabase]:
    """Make the library's data: two loans a reader, of which about one in three was renewed.

    Args:
        seed: decides all of it.
        persons: how many readers.
    """
    loans = (_loan(LoanId(f"L{number:04}"), seed.child(number)) for number in range(2 * persons))
    return Base(TinyDatabase, {"loans": {loan.loan_id: loan for loan in loans}})


def write(domain: Domain[TinyDatabase], base: Base[TinyDatabase], seed: Seed) -> Candidate:
    """One candidate with one wish: to renew a loan, to know when it is due, or to buy the book.

    Args:
        domain: the library.
        base: its data.
        seed: decides everything.
    """
    loan = seed.child("loan").pick(list(base.fork().loans.values()))
    look = Action(tool="get_loan", arguments={"loan_id": loan.loan_id}, goal="g")
    match seed.child("wish").pick(("renew", "due", "buy")):
        case "renew" if loan.renewed:
            return _refused(domain.name, loan, look)
        case "renew":
            goal = Goal(id="g", kind="write", wish="I would like to renew a loan.", signs=("renewed",))
            return _candidate(domain.name, loan, goal, (look, _renewal(loan)))
        case "due":
            goal = Goal(id="g", kind="read", wish="I would like to know when a loan is due.", signs=("due",))
            told = Output(value=loan.due, statement=f"Loan {loan.loan_id} is due on {loan.due}.", goal="g")
            return _candidate(domain.name, loan, goal, (look,), outputs=(told,))
        case _:
            return _bought(domain.name, loan, look)


def tiny_domain() -> Domain[TinyDatabase]:
    """The world; its data is what `generate` makes."""
    return Domain(
        name="tiny",
        summary="a lending library: look up loans and renew them",
        database=TinyDatabase,
        tools_in_order=(get_loan, renew_loan, hand_over_to_librarian),
        policy=Policy("interplay.engine.testing", "tiny.md", (renew_once, yes_first)),
        generate=generate,
        write=write,
        default_size=5,
    )


def _loan(loan_id: LoanId, seed: Seed) -> Loan:
    due = FIRST_DAY + timedelta(days=seed.child("due").number % 28)
    reader, title = seed.child("reader").pick(READERS), seed.child("title").pick(TITLES)
    return Loan(
        loan_id=loan_id, reader=reader, title=title, due=due.isoformat(), renewed=seed.child("renewed").chance(1 / 3)
    )


def _renewal(loan: Loan) -> Action:
    return Action(tool="renew_loan", arguments={"loan_id": loan.loan_id}, goal="g")


def _refused(domain: str, loan: Loan, look: Action) -> Candidate:
    goal = Goal(
        id="g",
        kind="refuse",
        wish="I would like to renew a loan again.",
        signs=("renewed",),
        insistence="It is only for a few days, please.",
    )
    duty = Duty(kind="refuse", goal="g", statement="I cannot renew a loan that was renewed before.")
    return _candidate(domain, loan, goal, (look,), duties=(duty,), untaken={"g": _renewal(loan)})


def _bought(domain: str, loan: Loan, look: Action) -> Candidate:
    goal = Goal(id="g", kind="hand_over", wish="I would like to buy a book that I have on loan.", signs=("bought",))
    over = Action(tool="hand_over_to_librarian", arguments={"summary": "wants to buy the book"}, goal="g")
    duty = Duty(kind="hand_over", goal="g", statement="I am handing you over to a librarian who can help you.")
    return _candidate(domain, loan, goal, (look, over), duties=(duty,))


def _candidate(
    domain: str,
    loan: Loan,
    goal: Goal,
    actions: tuple[Action, ...],
    *,
    outputs: tuple[Output, ...] = (),
    duties: tuple[Duty, ...] = (),
    untaken: dict[str, Action] | None = None,
) -> Candidate:
    say = f"The loan is {loan.loan_id}."
    fact = Fact(
        key="g.loan_id", values=(loan.loan_id,), say=say, question="Which loan is it?", cues=("loan",), goal="g"
    )
    return Candidate(
        id="",
        domain=domain,
        instruction=f'You are {loan.reader}. {goal.wish} Asked which, you say: "{say}"',
        persona=Persona(name=loan.reader, description="You write in plain sentences."),
        facts=(fact,),
        goals=(goal,),
        actions=actions,
        outputs=outputs,
        duties=duties,
        untaken=untaken or {},
    )
