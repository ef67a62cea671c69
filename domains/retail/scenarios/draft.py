"""Draft: a blueprint while it is being written.

It keeps a fork of its own in which every action was carried out, so that each next wish is made for the
state that the earlier ones leave behind. Reads are not listed by hand: the draft walks the tool graph
backwards from the change that is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from interplay.domains.retail.rows import (
    Email,
    FirstName,
    Item,
    LastName,
    Order,
    OrderId,
    PaymentMethod,
    ProductId,
    RetailDatabase,
    User,
    UserId,
    Zip,
)
from interplay.domains.retail.scenarios import words
from interplay.engine.blueprint import Action, Duty, Fact, Goal, Output
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError, Refusal
from interplay.engine.seeds import Seed

SELF_EVIDENT = frozenset({Email, FirstName, LastName, Zip})
"""What every person can tell about themselves."""
TOLD = SELF_EVIDENT | {OrderId}
"""All that a person can tell: who they are, and the numbers of their orders, if they have them at hand."""


class Draft:
    """One person and what was written for them so far.

    Args:
        domain: the shop.
        base: its data.
        seed: decides who it is.
    """

    def __init__(self, domain: Domain[RetailDatabase], base: Base[RetailDatabase], seed: Seed) -> None:
        self.domain = domain
        self.db = base.fork()
        self.seed = seed
        self.user_id = somebody(list(base.tables["users"].rows), self.db, seed)
        self.touched: set[OrderId] = set()
        """Orders that a goal is about already."""
        self.goals: list[Goal] = []
        self.facts: list[Fact] = []
        self.actions: list[Action] = []
        self.outputs: list[Output] = []
        self.duties: list[Duty] = []
        self.untaken: dict[str, Action] = {}
        self.traits: set[str] = set()
        self.holds: list[Callable[[], bool]] = []
        """What was told or meant and has to be true still when all goals were met, in whatever order."""
        self._looked_at: set[tuple[str, str]] = set()

    @property
    def user(self) -> User:
        """The person, as they are by now."""
        return self.db.users[self.user_id]

    @property
    def goal(self) -> str:
        """Id of the goal that is being written."""
        return f"g{len(self.goals) + 1}"

    def orders(self, *statuses: str) -> list[Order]:
        """The person's orders in one of these states that no goal is about yet."""
        mine = [self.db.orders[order_id] for order_id in self.user.orders]
        return [order for order in mine if order.status in statuses and order.order_id not in self.touched]

    def any_order(self, seed: Seed, *statuses: str) -> Order:
        """One of those orders.

        Raises:
            BlueprintError: there is none; another person or wish has to be tried.
        """
        found = self.orders(*statuses)
        if not found:
            raise lacking(f"an order that is {' or '.join(statuses)}")
        order = seed.pick(found)
        self.touched.add(order.order_id)
        return order

    def methods(self, *, besides: str = "") -> list[PaymentMethod]:
        """The person's payment methods that can be told apart in words, one excepted."""
        every = list(self.user.payment_methods.values())
        named = [words.method(each) for each in every]
        return [each for each, name in zip(every, named, strict=True) if named.count(name) == 1 and each.id != besides]

    def attempt(self, wish: Callable[[Draft, Seed], None], seed: Seed) -> bool:
        """Add a wish, or, when the person has nothing for it, leave the draft as it was.

        Returns:
            Whether the wish was added.
        """
        lists: tuple[list[Any], ...] = (self.goals, self.facts, self.actions, self.outputs, self.duties, self.holds)
        lengths = [len(each) for each in lists]
        sets = set(self.touched), set(self.traits), set(self._looked_at), dict(self.untaken)
        mark = self.db.mark()
        try:
            wish(self, seed)
        except BlueprintError:
            self.db.rollback(mark)
            for each, length in zip(lists, lengths, strict=True):
                del each[length:]
            self.touched, self.traits, self._looked_at, self.untaken = sets
            return False
        return True

    def identify(self, seed: Seed) -> None:
        """Begin with finding out who the person is."""
        user = self.user
        name = f"{user.name.first_name} {user.name.last_name}"
        by_email = seed.child("way").chance(0.5)
        named = Fact(
            key="name_zip",
            values=(user.name.first_name, user.name.last_name, user.address.zip),
            say=seed.child("say").pick(
                (
                    f"My name is {name} and my zip code is {user.address.zip}.",
                    f"I'm {name}, zip code {user.address.zip}.",
                    f"It's {name}, and I live in {user.address.zip}.",
                )
            ),
            question=seed.child("ask").pick(
                (
                    "Could you give me your email address or, if you can't, your full name and zip code?",
                    "May I have the email address of your account or, if not that, your full name and zip code?",
                    "What is your email address or, if you don't know it, what are your full name and zip code?",
                )
            ),
            cues=("zip", "postal", "full name", "your name"),
        )
        mailed = Fact(
            key="email",
            values=(user.email,),
            say=seed.child("say").pick(
                (f"My email is {user.email}.", f"It should be under {user.email}.", f"It's {user.email}.")
            ),
            question=seed.child("ask").pick(
                (
                    "Could you give me the email address of your account?",
                    "What is the email address on your account, please?",
                    "May I have your email address to find your account?",
                )
            ),
            cues=("email", "e-mail", "mail address"),
        )
        self.facts += [mailed, named] if by_email else [named]
        if by_email:
            self.act("find_user_id_by_email", {"email": user.email}, goal="")
        else:
            first, last = user.name.first_name, user.name.last_name
            arguments = {"first_name": first, "last_name": last, "zip": user.address.zip}
            self.act("find_user_id_by_name_zip", arguments, goal="")

    def look_up(
        self, change: str, *, orders: Sequence[OrderId], products: Sequence[ProductId] = (), told: Sequence[Any] = ()
    ) -> None:
        """The reads before a change, found by walking the tool graph backwards from it.

        Args:
            change: name of the tool that writes.
            orders: orders to look at where the walk passes an order.
            products: products to look at; none skips products.
            told: entities that the person tells, beside those that everybody can.
        """
        walk = self.domain.graph.walk_back(change, SELF_EVIDENT | set(told), self.seed.child("walk", self.goal))
        bindings: Mapping[Any, Sequence[str]] = {UserId: [self.user_id], OrderId: orders, ProductId: products}
        for name in walk[:-1]:
            if self.domain.tools[name].parameters:
                self._read_all(name, bindings)
        if OrderId in self.domain.tools[change].consumes:
            self._read_all("get_order_details", bindings)  # the status decides, so it is looked at in any case
        if products:
            self._read_all("get_product_details", bindings)

    def look(self, tool: str, **arguments: str) -> Any:
        """One read, unless it was done before; returns what it gives."""
        key = (tool, repr(sorted(arguments.items())))
        if key in self._looked_at:
            return msgspec.json.decode(self.domain.tools[tool].run(self.db, arguments))
        self._looked_at.add(key)
        content = self.act(tool, arguments, goal=self.goal)
        return msgspec.json.decode(content) if content[:1] in "{[" else content

    def act(self, tool: str, arguments: dict[str, Any], *, goal: str | None = None) -> str:
        """Carry an action out, and keep it; returns what the tool answered.

        Raises:
            BlueprintError: the tool refused; the draft is no good.
        """
        try:
            content = self.domain.tools[tool].run(self.db, arguments)
        except Refusal as refusal:
            raise BlueprintError("writing", f"{tool} was refused: {refusal.text}") from None
        self.actions.append(Action(tool=tool, arguments=arguments, goal=self.goal if goal is None else goal))
        return content

    def tell(self, name: str, values: Sequence[str], say: str, *, question: str, cues: Sequence[str]) -> None:
        """Something that the person knows about the goal being written."""
        key = f"{self.goal}.{name}"
        self.facts.append(
            Fact(key=key, values=tuple(values), say=say, question=question, cues=tuple(cues), goal=self.goal)
        )

    def finish(self, kind: str, wish: str, story: str, signs: Sequence[str], **more: str) -> None:
        """Close the goal being written.

        Args:
            kind: how it ends well.
            wish: the person's first words about it.
            story: the same, told to the one who plays the person.
            signs: words that show that it was met.
            more: revision or insistence.
        """
        told = {"wish": wish, "story": story, **more}
        self.goals.append(msgspec.convert({"id": self.goal, "kind": kind, "signs": list(signs), **told}, Goal))

    def claims(self, tool: str) -> tuple[str, ...]:
        """Words that say that a tool's change was made."""
        speech = self.domain.tools[tool].speech
        return speech.claims if speech else ()

    def _read_all(self, name: str, bindings: Mapping[Any, Sequence[str]]) -> None:
        parameters = self.domain.tools[name].parameters
        if any(parameter.entity in SELF_EVIDENT for parameter in parameters):
            return  # who the person is was found out at the beginning
        if len(parameters) == 1:
            for value in bindings.get(parameters[0].entity, ()):
                self.look(name, **{parameters[0].name: value})


def somebody(users: Sequence[UserId], db: RetailDatabase, seed: Seed) -> UserId:
    """One of three persons, the one with the most orders: whoever has bought more has more to ask for."""
    three = [seed.child("person", at).pick(users) for at in range(3)]
    return max(three, key=lambda user_id: len(db.users[user_id].orders))


def lacking(what: str) -> BlueprintError:
    """This person has nothing for such a wish."""
    return BlueprintError("material", f"the person lacks {what}")


def some(items: tuple[Item, ...], count: int, seed: Seed) -> list[Item]:
    """Up to `count` different items, in their order; items that stand twice in an order are left out."""
    single = [item for item in items if sum(item.item_id == other.item_id for other in items) == 1]
    if not single:
        raise lacking("an item that stands once in the order")
    chosen = seed.random().sample(range(len(single)), min(count, len(single)))
    return [single[index] for index in sorted(chosen)]
