"""A world of two sides, as small as can be: accounts for light on the agent's, a lamp on the human's."""

from __future__ import annotations

from typing import Any, NewType

import msgspec

from interplay.engine.database import Base, Database, Table
from interplay.engine.domain import Domain
from interplay.engine.errors import Refusal
from interplay.engine.policy import Policy
from interplay.engine.seeds import Seed
from interplay.engine.tools import Guidance, Speech, tool
from interplay.engine.worldkit.draft import Draft, lacking
from interplay.engine.worldkit.requirements import needed
from interplay.engine.worldkit.rows import Row
from interplay.engine.worldkit.service import transfer_to_human_agents

AccountId = NewType("AccountId", str)
Phone = NewType("Phone", str)
MINE = "mine"


class Account(Row, frozen=True):
    account_id: AccountId
    owner: str
    phone: Phone
    paid: bool = True


class Lamp(Row, frozen=True):
    plugged: bool = True
    powered: bool = True


class LampDatabase(Database):
    accounts: Table[AccountId, Account]
    lamps: Table[str, Lamp]


@tool()
def find_account(db: LampDatabase, phone: Phone) -> AccountId:
    """Find an account.

    Args:
        phone: a number.
    """
    found = [key for key, account in db.accounts.items() if account.phone == phone]
    if not found:
        raise Refusal(f"No account has the number {phone!r}.", code="account_unknown")
    return found[0]


@tool()
def get_account(db: LampDatabase, account_id: AccountId) -> Account:
    """Look an account up.

    Args:
        account_id: "A" and a digit.
    """
    return needed(db.accounts, account_id, "account", "An account id is 'A' and a digit.")


@tool(writes=True, speech=Speech("settle account {account_id}", "Account {account_id} has been settled.", ("settled",)))
def settle(db: LampDatabase, account_id: AccountId) -> Account:
    """Settle an account that was not paid.

    Args:
        account_id: "A" and a digit.
    """
    account = get_account(db, account_id)
    if account.paid:
        raise Refusal(f"Account {account_id} is paid.", code="paid_before")
    return db.accounts.put(account_id, msgspec.structs.replace(account, paid=True))


@tool(writes=True, guidance=Guidance("Please plug the lamp in.", (("plug",),)))
def plug_in(db: LampDatabase) -> str:
    """Plug the lamp in."""
    db.lamps.put(MINE, msgspec.structs.replace(db.lamps[MINE], plugged=True))
    return "It is plugged in."


@tool(guidance=Guidance("Please look at the lamp.", (("look", "see"),)))
def look_at_lamp(db: LampDatabase) -> str:
    """See whether it shines."""
    return "It shines." if lamp_shines(db) else "It is dark."


@tool(writes=True)
def unplug(db: LampDatabase) -> str:
    """Have it unplugged."""
    db.lamps.put(MINE, msgspec.structs.replace(db.lamps[MINE], plugged=False))
    return ""


@tool(writes=True)
def forget_to_pay(db: LampDatabase, account_id: AccountId) -> str:
    """Have an account unpaid.

    Args:
        account_id: "A" and a digit.
    """
    account = get_account(db, account_id)
    db.accounts.put(account_id, msgspec.structs.replace(account, paid=False))
    return ""


@tool()
def lamp_shines(db: LampDatabase) -> bool:
    """Whether there is light."""
    return db.lamps[MINE] == Lamp()


def sync(db: LampDatabase) -> None:
    lamp, powered = db.lamps[MINE], all(account.paid for account in db.accounts.values())
    if lamp.powered != powered:
        db.lamps.put(MINE, msgspec.structs.replace(lamp, powered=powered))


class LampDraft(Draft[LampDatabase]):
    """Somebody with a lamp."""

    self_evident = frozenset({Phone})

    @property
    def account(self) -> Account:
        return next(iter(self.db.accounts.values()))

    @property
    def name(self) -> str:
        return self.account.owner

    def identify(self, seed: Seed) -> None:
        number = self.account.phone
        says, questions = (f"My number is {number}.",), ("What is your number?",)
        self.facts.append(self.introduce("phone", [number], says, questions, ("number",), seed))
        self.act("find_account", {"phone": number}, goal="")


def light(draft: LampDraft, seed: Seed) -> None:
    """The lamp is dark because nobody plugged it in."""
    draft.setup("unplug")
    draft.act("plug_in", {}, by="human")
    draft.assertion("lamp_shines")
    draft.finish("write", "My lamp is dark.", "Your lamp is dark.", ("shines",))


def power(draft: LampDraft, seed: Seed) -> None:
    """The lamp is dark because nobody paid."""
    account_id = draft.account.account_id
    draft.setup("forget_to_pay", account_id=account_id)
    draft.look_up("settle", {AccountId: [account_id]}, always=("get_account",))
    draft.act("settle", {"account_id": account_id})
    draft.finish("write", "There is no power.", "You have no power.", draft.claims("settle"))


def owner(draft: LampDraft, seed: Seed) -> None:
    """Whose the account is."""
    account = draft.look("get_account", account_id=draft.account.account_id)
    draft.answer(account["owner"], f"It is {account['owner']}'s.")
    draft.finish("read", "Whose account is it?", "You want to know whose account it is.", ("owner",))


def free_light(draft: LampDraft, seed: Seed) -> None:
    """Light for nothing."""
    draft.forbid("settle", {"account_id": draft.account.account_id})
    draft.refuse(
        "Light for free, please.", "You want light for free.", "I cannot do that.", seed, insisting=("But why?",)
    )


def a_person(draft: LampDraft, seed: Seed) -> None:
    """Something that no tool does."""
    draft.hand_over("Send me a shade.", "You want a shade.", "wants a shade", "A colleague will see to it.")


def nothing(draft: LampDraft, seed: Seed) -> None:
    """A wish that leaves something behind before it finds that it cannot be."""
    draft.setup("unplug")
    draft.put("accounts", "A7", Account(account_id=AccountId("A7"), owner="Bo", phone=Phone("7")))
    light(draft, seed)
    draft.touched.add("A7")
    raise lacking("a second lamp")


def base() -> Base[LampDatabase]:
    account = Account(account_id=AccountId("A1"), owner="Ada Byron", phone=Phone("555"))
    return Base(LampDatabase, {"accounts": {account.account_id: account}, "lamps": {MINE: Lamp()}})


def never(*given: Any) -> Any:
    raise AssertionError(given)


LAMPS: Domain[LampDatabase] = Domain(
    name="lamps",
    summary="light",
    database=LampDatabase,
    tools_in_order=(find_account, get_account, settle, transfer_to_human_agents),
    policy=Policy("interplay.engine.testing", "tiny.md", ()),
    generate=never,
    write=never,
    human_tools=(plug_in, look_at_lamp),
    human_tables=frozenset({"lamps"}),
    setups=(unplug, forget_to_pay),
    assertions=(lamp_shines,),
    sync=sync,
)
