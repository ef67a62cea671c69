"""Words: how people name their things in the shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from interplay.domains.retail.rows import GiftCard, Item, PaymentMethod, Variant
from interplay.engine.worldkit.wallet import CreditCard, PayPal
from interplay.engine.worldkit.words import listed


def thing(item: Item) -> str:
    """An item as its owner would call it: "the Desk Lamp (brass, dimmable)"."""
    return f"the {item.name} ({', '.join(option(*each) for each in item.options.items())})"


def things(items: Iterable[Item]) -> str:
    """Several items in a row."""
    return listed([thing(item) for item in items])


def method(payment: PaymentMethod) -> str:
    """A payment method as its owner would call it."""
    match payment:
        case CreditCard(brand=brand, last_four=digits):
            return f"{brand.title()} ending in {digits}"
        case PayPal():
            return "PayPal account"
        case GiftCard():
            return "gift card"


def differences(old: Mapping[str, str], new: Variant) -> dict[str, str]:
    """Options in which a variant differs from an item, with the variant's values."""
    return {name: value for name, value in new.options.items() if old.get(name) != value}


def options(wanted: Mapping[str, str]) -> str:
    """Options with their values: "color blue and size L"."""
    return listed([_stated(name, value) for name, value in wanted.items()])


def option(name: str, value: str) -> str:
    """One option as it describes a thing: "blue"; "waterproof" where the value is only a yes."""
    return {"yes": name, "no": f"no {name}", "with": f"with {name}", "without": f"without {name}"}.get(value, value)


def _stated(name: str, value: str) -> str:
    """One option as it is asked for: "color blue"; "40 pieces" where the value names it already."""
    if option(name, value) != value or name.rstrip("s") in value:
        return option(name, value)
    return f"{name} {value}"
