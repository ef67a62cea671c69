"""The style keeps its word: colours only from tokens, text that can be read in both themes, no ids, nothing foreign."""

import re

import pytest

from interplay.engine.pages import stylesheet

STYLE = stylesheet("style.css")
TOKENS = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", STYLE)}
GROUNDS = ("ground", "raised", "sunken")
READ_ON = {
    **dict.fromkeys(("text", "quiet", "accent"), GROUNDS),
    **dict.fromkeys(("tool", "good", "bad", "warn", "human", "agent"), ("ground", "raised")),
    "on-accent": ("accent",),
}
ON_TINTS = [
    (name, ground)
    for ground in ("human-ground", "agent-ground", "tool-ground", "good-ground", "bad-ground", "warn-ground")
    for name in ("text", "quiet", ground.removesuffix("-ground"))
]
PAIRS = [(name, ground) for name, grounds in READ_ON.items() for ground in grounds] + ON_TINTS


def luminance(colour):
    """Relative luminance of "#rrggbb", 0.0 to 1.0, as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_it_is_defined():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(text, ground, theme):
    assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["focus", "series-1", "series-2", "series-3"])
def test_rings_and_figures_stand_out(name, theme):
    assert contrast(TOKENS[name][theme], TOKENS["ground"][theme]) >= 3


def test_colours_stand_only_among_the_tokens():
    rules = STYLE[STYLE.index("/* Base") :]
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\brgb|\bhsl", rules)
    named = set(re.findall(r"var\(--([\w-]+)", rules))
    assert named <= set(re.findall(r"--([\w-]+):", STYLE))


def test_nothing_is_fetched():
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_what_moves_asks_first():
    moving = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}", "", STYLE, flags=re.DOTALL)
    assert not re.search(r"animation|transition|scroll-behavior: smooth", moving)


def test_braces_close():
    assert STYLE.count("{") == STYLE.count("}")
