"""The catalogue: what the shop sells, in which forms, and what it costs.

A kind of product is a price and two to four options. A value of an option either grades the price
(a larger pan costs more) or is a matter of taste (its colour). Variants are grown from one another by
changing one option at a time, so "the same in blue" is something that the shop tends to have.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product
from math import prod
from typing import NamedTuple, TypeAlias

from interplay.domains.retail.rows import ItemId, Product, ProductId, Variant
from interplay.engine.seeds import Seed

Values: TypeAlias = Mapping[str, float]
"""Values of one option, each with the factor by which it changes the price."""

FEWEST_VARIANTS, MOST_VARIANTS = 5, 18
AVAILABLE = 0.85
TASTE = (0.98, 1.0, 1.0, 1.0, 1.03)
"""What a product may ask for a value that is a matter of taste; smaller than any grade's step."""


class Kind(NamedTuple):
    """A kind of product, before it has ids and prices."""

    name: str
    price: float
    """Of the plainest variant, about, in dollars."""
    options: Mapping[str, Values]


def stock(seed: Seed) -> dict[ProductId, Product]:
    """Every product with its variants; the same seed stocks the same shop.

    Args:
        seed: decides ids, prices, which variants there are, and which are available.
    Returns:
        Products by id, in the order of `KINDS`; ids are ten digits and unique, items' too.
    """
    rng = seed.random()
    taken: set[int] = set()
    products: dict[ProductId, Product] = {}
    for kind in KINDS:
        product_id = ProductId(_ten_digits(rng, taken))
        variants = _variants(kind, rng, taken)
        products[product_id] = Product(name=kind.name, product_id=product_id, variants=variants)
    return products


def _variants(kind: Kind, rng: random.Random, taken: set[int]) -> dict[ItemId, Variant]:
    base = kind.price * rng.uniform(0.92, 1.12)
    factors = {option: _priced(values, rng) for option, values in kind.options.items()}
    variants: dict[ItemId, Variant] = {}
    for count, options in enumerate(_forms(kind, rng)):
        item_id = ItemId(_ten_digits(rng, taken))
        price = round(base * prod(factors[option][value] for option, value in options.items()), 2)
        available = count < 2 or rng.random() < AVAILABLE
        variants[item_id] = Variant(item_id=item_id, options=options, available=available, price=price)
    return variants


def _priced(values: Values, rng: random.Random) -> Values:
    """Factors as this product has them: a matter of taste may cost a little, too."""
    return values if max(values.values()) > 1.0 else {value: rng.choice(TASTE) for value in values}


def _forms(kind: Kind, rng: random.Random) -> list[dict[str, str]]:
    """Which combinations of values are sold: each but the first is a neighbour of an earlier one."""
    grid = list(product(*kind.options.values()))
    wanted = min(len(grid), rng.randint(FEWEST_VARIANTS, MOST_VARIANTS))
    chosen = [rng.choice(grid)]
    near: list[tuple[str, ...]] = []
    while len(chosen) < wanted:
        near = [form for form in grid if form not in chosen and (form in near or _differ(form, chosen[-1]) == 1)]
        chosen.append(rng.choice(near))
    return [dict(zip(kind.options, form, strict=True)) for form in chosen]


def _differ(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _ten_digits(rng: random.Random, taken: set[int]) -> str:
    while (number := rng.randrange(1_000_000_000, 10_000_000_000)) in taken:
        pass
    taken.add(number)
    return str(number)


def _taste(*values: str) -> Values:
    return dict.fromkeys(values, 1.0)


def _grades(step: float, *values: str) -> Values:
    """Values from least to best, each a step dearer than the one before; steps are at least 0.08."""
    return {value: (1 + step) ** place for place, value in enumerate(values)}


_CLOTHES = _taste("S", "M", "L", "XL")

KINDS: tuple[Kind, ...] = (
    # kitchen
    Kind(
        "Cast Iron Skillet",
        24.0,
        {
            "diameter": _grades(0.28, "8 inch", "10 inch", "12 inch"),
            "finish": _grades(0.45, "seasoned", "enamelled"),
            "lid": _grades(0.2, "no lid", "glass lid"),
        },
    ),
    Kind(
        "Chef's Knife",
        39.0,
        {
            "blade length": _grades(0.12, "6 inch", "8 inch", "10 inch"),
            "steel": _grades(0.6, "stainless", "high-carbon", "damascus"),
            "handle": _taste("walnut", "black resin"),
        },
    ),
    Kind(
        "Stand Mixer",
        189.0,
        {
            "bowl": _grades(0.22, "4 quart", "5 quart", "7 quart"),
            "colour": _taste("cream", "red", "slate", "mint"),
            "power": _grades(0.18, "300 W", "500 W"),
        },
    ),
    Kind(
        "Countertop Blender",
        58.0,
        {
            "jar": _grades(0.25, "plastic", "glass", "steel"),
            "capacity": _grades(0.15, "1.5 litre", "2 litre"),
            "colour": _taste("black", "white", "red"),
        },
    ),
    Kind(
        "Rice Cooker",
        41.0,
        {
            "capacity": _grades(0.3, "3 cups", "6 cups", "10 cups"),
            "programs": _grades(0.5, "one switch", "8 programs"),
            "colour": _taste("white", "grey"),
        },
    ),
    Kind(
        "Slow Cooker",
        36.0,
        {
            "capacity": _grades(0.25, "3 quart", "6 quart", "8 quart"),
            "timer": _grades(0.3, "manual", "digital"),
            "colour": _taste("silver", "black", "red"),
        },
    ),
    Kind(
        "Toaster",
        27.0,
        {
            "slots": _grades(0.55, "2 slots", "4 slots"),
            "colour": _taste("steel", "pale blue", "cream", "black"),
            "browning": _grades(0.2, "6 levels", "9 levels"),
        },
    ),
    Kind(
        "Cutting Board",
        18.0,
        {
            "material": _grades(0.4, "bamboo", "maple", "walnut"),
            "size": _grades(0.3, "small", "medium", "large"),
            "juice groove": _grades(0.1, "without", "with"),
        },
    ),
    Kind(
        "Food Storage Set",
        22.0,
        {
            "pieces": _grades(0.5, "6 pieces", "12 pieces", "20 pieces"),
            "material": _grades(0.45, "plastic", "glass"),
            "lid colour": _taste("clear", "green", "blue"),
        },
    ),
    Kind(
        "Dinnerware Set",
        64.0,
        {
            "place settings": _grades(0.7, "for 4", "for 6", "for 8"),
            "material": _grades(0.25, "stoneware", "porcelain"),
            "colour": _taste("white", "sand", "navy", "sage"),
        },
    ),
    Kind(
        "Travel Mug",
        16.0,
        {
            "capacity": _grades(0.15, "12 oz", "16 oz", "20 oz"),
            "lid": _grades(0.12, "flip lid", "locking lid"),
            "colour": _taste("black", "white", "teal", "orange"),
        },
    ),
    Kind(
        "Kitchen Scale",
        19.0,
        {
            "limit": _grades(0.25, "5 kg", "10 kg"),
            "display": _grades(0.2, "LCD", "backlit"),
            "surface": _taste("glass", "steel", "bamboo"),
        },
    ),
    # home
    Kind(
        "Bed Sheet Set",
        44.0,
        {
            "size": _grades(0.18, "twin", "full", "queen", "king"),
            "fabric": _grades(0.35, "cotton", "linen"),
            "colour": _taste("white", "grey", "dusty rose", "blue"),
        },
    ),
    Kind(
        "Down Duvet",
        98.0,
        {
            "size": _grades(0.2, "twin", "queen", "king"),
            "warmth": _grades(0.22, "light", "all season", "winter"),
            "filling": _grades(0.5, "synthetic", "duck down"),
        },
    ),
    Kind(
        "Memory Foam Pillow",
        32.0,
        {
            "size": _grades(0.2, "standard", "queen", "king"),
            "firmness": _taste("soft", "medium", "firm"),
            "cover": _grades(0.15, "cotton", "bamboo"),
        },
    ),
    Kind(
        "Bath Towel Set",
        29.0,
        {
            "pieces": _grades(0.6, "3 pieces", "6 pieces"),
            "weight": _grades(0.2, "500 gsm", "700 gsm"),
            "colour": _taste("white", "charcoal", "sea green", "sand"),
        },
    ),
    Kind(
        "Area Rug",
        79.0,
        {
            "size": _grades(0.65, "3x5 ft", "5x8 ft", "8x10 ft"),
            "pattern": _taste("plain", "striped", "geometric"),
            "material": _grades(0.55, "polypropylene", "wool"),
        },
    ),
    Kind(
        "Blackout Curtains",
        34.0,
        {
            "length": _grades(0.16, "63 inch", "84 inch", "96 inch"),
            "heading": _taste("grommet", "rod pocket"),
            "colour": _taste("grey", "navy", "beige", "green"),
        },
    ),
    Kind(
        "Floor Lamp",
        69.0,
        {
            "shade": _grades(0.15, "paper", "linen", "metal"),
            "finish": _taste("black", "brass", "white"),
            "dimming": _grades(0.18, "switch", "dimmer"),
        },
    ),
    Kind(
        "Picture Frame",
        14.0,
        {
            "size": _grades(0.35, "5x7 inch", "8x10 inch", "11x14 inch", "16x20 inch"),
            "material": _grades(0.3, "pine", "oak"),
            "colour": _taste("natural", "black", "white"),
        },
    ),
    Kind(
        "Round Mirror",
        55.0,
        {
            "diameter": _grades(0.35, "18 inch", "24 inch", "32 inch"),
            "frame": _taste("black", "gold", "oak"),
        },
    ),
    Kind(
        "Bar Stool",
        72.0,
        {
            "height": _grades(0.1, "counter", "bar"),
            "seat": _grades(0.3, "wood", "fabric", "leather"),
            "legs": _taste("black", "natural", "brass"),
        },
    ),
    Kind(
        "Bedside Table",
        83.0,
        {
            "drawers": _grades(0.22, "1 drawer", "2 drawers", "3 drawers"),
            "wood": _grades(0.35, "pine", "oak"),
            "colour": _taste("natural", "white", "black"),
        },
    ),
    Kind(
        "Storage Basket",
        17.0,
        {
            "size": _grades(0.3, "small", "medium", "large"),
            "material": _grades(0.2, "felt", "seagrass"),
            "colour": _taste("natural", "grey", "ochre"),
        },
    ),
    Kind(
        "Tower Fan",
        59.0,
        {
            "height": _grades(0.2, "32 inch", "40 inch"),
            "speeds": _grades(0.15, "3 speeds", "8 speeds"),
            "control": _grades(0.2, "buttons", "remote", "app"),
            "colour": _taste("white", "black"),
        },
    ),
    Kind(
        "Dehumidifier",
        129.0,
        {
            "capacity": _grades(0.35, "22 pint", "35 pint", "50 pint"),
            "drain": _grades(0.15, "bucket", "built-in pump"),
            "colour": _taste("white", "grey"),
        },
    ),
    Kind(
        "Steam Iron",
        38.0,
        {
            "power": _grades(0.25, "1400 W", "1700 W", "2400 W"),
            "soleplate": _grades(0.2, "steel", "ceramic"),
            "colour": _taste("blue", "purple", "white"),
        },
    ),
    # tools and garden
    Kind(
        "Cordless Drill",
        67.0,
        {
            "voltage": _grades(0.4, "12 V", "18 V", "20 V"),
            "batteries": _grades(0.35, "1 battery", "2 batteries"),
            "case": _grades(0.1, "soft bag", "hard case"),
        },
    ),
    Kind(
        "Tool Kit",
        45.0,
        {
            "pieces": _grades(0.45, "40 pieces", "80 pieces", "150 pieces"),
            "box": _grades(0.15, "plastic", "steel"),
            "colour": _taste("red", "black"),
        },
    ),
    Kind(
        "Folding Ladder",
        74.0,
        {
            "steps": _grades(0.25, "3 steps", "4 steps", "6 steps"),
            "material": _grades(0.3, "steel", "aluminium", "fibreglass"),
        },
    ),
    Kind(
        "Ceramic Planter",
        21.0,
        {
            "diameter": _grades(0.4, "6 inch", "9 inch", "12 inch"),
            "glaze": _taste("matte white", "speckled", "deep green", "terracotta"),
            "saucer": _grades(0.12, "without", "with"),
        },
    ),
    Kind(
        "Watering Can",
        19.0,
        {
            "capacity": _grades(0.3, "1 gallon", "2 gallons"),
            "material": _grades(0.4, "plastic", "galvanised steel", "copper"),
            "colour": _taste("natural", "green"),
        },
    ),
    Kind(
        "Hammock",
        48.0,
        {
            "width": _grades(0.3, "single", "double"),
            "fabric": _grades(0.2, "nylon", "cotton"),
            "colour": _taste("rainbow", "olive", "blue", "cream"),
        },
    ),
    # outdoors and travel
    Kind(
        "Camping Tent",
        119.0,
        {
            "sleeps": _grades(0.35, "2 people", "4 people", "6 people"),
            "seasons": _grades(0.4, "3-season", "4-season"),
            "colour": _taste("green", "orange", "sand"),
        },
    ),
    Kind(
        "Sleeping Bag",
        62.0,
        {
            "rating": _grades(0.35, "50 F", "32 F", "15 F"),
            "shape": _taste("mummy", "rectangular"),
            "length": _grades(0.1, "regular", "long"),
            "zip side": _taste("left", "right"),
        },
    ),
    Kind(
        "Cooler Box",
        54.0,
        {
            "capacity": _grades(0.5, "20 quart", "45 quart", "65 quart"),
            "wheels": _grades(0.25, "without wheels", "with wheels"),
            "colour": _taste("white", "blue", "tan"),
        },
    ),
    Kind(
        "Trekking Poles",
        39.0,
        {
            "material": _grades(0.5, "aluminium", "carbon"),
            "grip": _grades(0.15, "foam", "cork"),
            "lock": _taste("twist", "lever"),
            "colour": _taste("black", "red"),
        },
    ),
    Kind(
        "Toiletry Bag",
        23.0,
        {
            "size": _grades(0.25, "compact", "family"),
            "material": _grades(0.5, "nylon", "canvas", "leather"),
            "colour": _taste("black", "brown", "navy"),
        },
    ),
    # clothing
    Kind(
        "Rain Jacket",
        68.0,
        {
            "size": _CLOTHES,
            "colour": _taste("yellow", "navy", "olive"),
            "lining": _grades(0.3, "unlined", "fleece"),
        },
    ),
    Kind(
        "Wool Sweater",
        74.0,
        {
            "size": _CLOTHES,
            "colour": _taste("oatmeal", "forest green", "burgundy", "charcoal"),
            "wool": _grades(0.5, "lambswool", "merino", "cashmere"),
        },
    ),
    Kind(
        "Denim Jeans",
        52.0,
        {
            "waist": _taste("30", "32", "34", "36"),
            "cut": _taste("straight", "slim", "relaxed"),
            "wash": _taste("dark", "light", "black"),
        },
    ),
    Kind(
        "Leather Belt",
        29.0,
        {
            "length": _taste("34 inch", "36 inch", "38 inch", "40 inch"),
            "buckle": _grades(0.15, "nickel", "brass"),
            "colour": _taste("black", "brown", "tan"),
        },
    ),
    Kind(
        "Winter Gloves",
        26.0,
        {
            "size": _CLOTHES,
            "material": _grades(0.4, "fleece", "wool", "leather"),
            "touchscreen": _grades(0.1, "no", "yes"),
        },
    ),
    Kind(
        "House Slippers",
        24.0,
        {
            "size": _taste("7", "8", "9", "10", "11"),
            "sole": _grades(0.2, "soft", "rubber"),
            "colour": _taste("grey", "plum", "tan"),
        },
    ),
    # electronics
    Kind(
        "Computer Monitor",
        139.0,
        {
            "size": _grades(0.3, "24 inch", "27 inch", "32 inch"),
            "resolution": _grades(0.35, "1080p", "1440p", "4K"),
            "stand": _grades(0.1, "fixed", "height-adjustable"),
        },
    ),
    Kind(
        "Wi-Fi Router",
        74.0,
        {
            "standard": _grades(0.45, "Wi-Fi 5", "Wi-Fi 6", "Wi-Fi 7"),
            "ports": _grades(0.15, "4 ports", "8 ports"),
            "colour": _taste("white", "black"),
        },
    ),
    Kind(
        "External Drive",
        61.0,
        {
            "capacity": _grades(0.55, "1 TB", "2 TB", "4 TB"),
            "kind": _grades(0.6, "hard disk", "solid state"),
            "colour": _taste("black", "silver", "blue"),
        },
    ),
    Kind(
        "Soundbar",
        118.0,
        {
            "channels": _grades(0.4, "2.0", "2.1", "5.1"),
            "connection": _grades(0.15, "optical", "HDMI"),
            "colour": _taste("black", "white"),
        },
    ),
    Kind(
        "Record Player",
        127.0,
        {
            "drive": _grades(0.4, "belt", "direct"),
            "speakers": _grades(0.2, "without speakers", "built-in speakers"),
            "finish": _taste("walnut", "black", "white"),
        },
    ),
    Kind(
        "USB Microphone",
        57.0,
        {
            "pattern": _grades(0.35, "cardioid", "four patterns"),
            "stand": _grades(0.3, "desk stand", "boom arm"),
            "colour": _taste("black", "white", "pink"),
        },
    ),
    Kind(
        "Label Printer",
        47.0,
        {
            "tape width": _grades(0.25, "12 mm", "24 mm"),
            "connection": _grades(0.3, "USB", "Bluetooth"),
            "colour": _taste("grey", "white", "mint"),
        },
    ),
)
