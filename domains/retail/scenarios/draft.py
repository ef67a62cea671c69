"""Draft: a customer of the shop, and what was written for them so far."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from interplay.domains.retail.rows import Item, Order, OrderId, PaymentMethod, ProductId, RetailDatabase, User
from interplay.domains.retail.scenarios import words
from interplay.engine.database import Base
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import Draft, lacking
from interplay.engine.worldkit.material import somebody
from interplay.engine.worldkit.references import Reference
from interplay.engine.worldkit.rows import Email, FirstName, LastName, UserId, Zip
from interplay.engine.worldkit.words import told_apart

TOLD = frozenset({Email, FirstName, LastName, Zip, OrderId})
"""All that a person can tell: who they are, and the numbers of their orders, if they have them at hand."""


class ShopDraft(Draft[RetailDatabase]):
    """One customer and what was written for them so far.

    Args:
        domain: the shop.
        base: its data.
        seed: decides who it is.
    """

    self_evident = TOLD - {OrderId}

    @cached_property
    def user_id(self) -> UserId:
        """Whom the task is about."""
        return who_calls(self.base, self.seed)

    @property
    def user(self) -> User:
        """The person, as they are by now."""
        return self.db.users[self.user_id]

    @property
    def name(self) -> str:
        """The person's full name."""
        return str(self.user.name)

    def any_order(self, seed: Seed, *statuses: str) -> Order:
        """One of the person's orders in one of these states that no goal is about yet.

        Raises:
            BlueprintError: there is none; another person or wish has to be tried.
        """
        found = [order for order in map(self.db.orders.__getitem__, self.user.orders) if order.status in statuses]
        return self.take(found, lambda order: order.order_id, f"an order that is {' or '.join(statuses)}", seed)

    def methods(self, *, besides: str = "") -> list[PaymentMethod]:
        """The person's payment methods that can be told apart in words, one excepted."""
        every = list(self.user.payment_methods.values())
        return [each for each in told_apart(every, words.method) if each.id != besides]

    def identify(self, seed: Seed) -> None:
        """Begin with finding out who the person is: by email, or by name and zip."""
        user = self.user
        first, last, home = user.name.first_name, user.name.last_name, user.address.zip
        by_email = seed.child("way").chance(0.5)
        named = self.introduce(
            "name_zip",
            (first, last, home),
            (
                f"My name is {self.name} and my zip code is {home}.",
                f"I'm {self.name}, zip code {home}.",
                f"It's {self.name}, and I live in {home}.",
            ),
            (
                "Could you give me your email address or, if you can't, your full name and zip code?",
                "May I have the email address of your account or, if not that, your full name and zip code?",
                "What is your email address or, if you don't know it, what are your full name and zip code?",
            ),
            ("zip", "postal", "full name", "your name"),
            seed,
        )
        mailed = self.introduce(
            "email",
            (user.email,),
            (f"My email is {user.email}.", f"It should be under {user.email}.", f"It's {user.email}."),
            (
                "Could you give me the email address of your account?",
                "What is the email address on your account, please?",
                "May I have your email address to find your account?",
            ),
            ("email", "e-mail", "mail address"),
            seed,
        )
        self.facts += [mailed, named] if by_email else [named]
        if by_email:
            self.act("find_user_id_by_email", {"email": user.email}, goal="")
        else:
            self.act("find_user_id_by_name_zip", {"first_name": first, "last_name": last, "zip": home}, goal="")

    def find(self, change: str, reference: Reference, products: Sequence[ProductId] = ()) -> None:
        """The reads before a change to an order; the status decides, so the order is looked at in any case."""
        if not reference.told:
            self.look("get_user_details", user_id=self.user_id)
        self.look_up(
            change,
            {UserId: [self.user_id], OrderId: reference.looked_at, ProductId: products},
            told=reference.told,
            always=("get_order_details", "get_product_details"),
        )


def who_calls(base: Base[RetailDatabase], seed: Seed) -> UserId:
    """The customer whom a task is about: of three, the one with the most orders."""
    users = base.fork().users
    return somebody(list(users), lambda user_id: len(users[user_id].orders), seed)


def some(items: tuple[Item, ...], count: int, seed: Seed) -> list[Item]:
    """Up to `count` different items, in their order; items that stand twice in an order are left out."""
    single = [item for item in items if sum(item.item_id == other.item_id for other in items) == 1]
    if not single:
        raise lacking("an item that stands once in the order")
    chosen = seed.random().sample(range(len(single)), min(count, len(single)))
    return [single[index] for index in sorted(chosen)]
