"""Templates show a conversation as text, whole, in order, and to everybody."""

import re
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import jinja2
import msgspec
import pytest
from tests.engine.cli.conftest import ALL_GOOD, BASE, HARD, changing, made, played, recorded, thoughtful
from tests.engine.cli.test_show_command import HOSTILE, poison

from interplay.agents import faulty
from interplay.domains.retail import DOMAIN
from interplay.engine import pages
from interplay.engine.blueprint import Persona
from interplay.engine.conversation import Failed
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.inspection import inspect
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.pages.filters import LONG, MANY
from interplay.engine.trajectory import Faulted, Trials
from interplay.engine.units import Unit

TEMPLATES = sorted((Path(str(pages.__file__)).parent / "templates").glob("*.html"))
ENVIRONMENT = pages.environment()
WORLD = (DOMAIN, BASE)
ALONE = {"br", "hr", "img", "input", "link", "meta", "wbr"}
BLOCKS = {"p", "div", "ul", "ol", "dl", "pre", "table", "section", "article", "details", "h2", "h3", "h4"}
PHRASES = {"p", "bdi", "code", "span", "a", "strong", "summary", "h2", "h3", "h4"}
ELEMENTS = BLOCKS | PHRASES | ALONE | {
    "aside", "b", "caption", "dd", "dt", "li", "mark", "nav", "tbody", "td", "th", "thead", "tr",
}  # fmt: skip
ATTRIBUTES = {
    "aria-current", "aria-hidden", "aria-label", "aria-labelledby", "class", "colspan", "data-label", "data-message",
    "dir", "href", "id", "open", "scope", "start", "title",
}  # fmt: skip


class Read(HTMLParser):
    """A page as it was parsed: elements with their attributes, the text, and whatever is wrong with it."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.open, self.wrong, self.text = [], [], [], ""
        self.feed(page)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in BLOCKS and (holds := PHRASES & set(self.open)):
            self.wrong.append(f"<{tag}> stands in {holds}")
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.text += data

    def all(self, tag, **having):
        return [found for name, found in self.elements if name == tag and having.items() <= found.items()]


def shown(inspection, **given):
    page = ENVIRONMENT.from_string(
        '{% from "conversation.html" import reading %}{{ reading(inspection, prefix, level, here, trials) }}'
    )
    trials = [(each.trial, each.outcome, f"?trial={each.trial}") for each in inspection.unit.played]
    return page.render(inspection=inspection, **{"prefix": "", "level": 2, "here": "", "trials": trials} | given)


def read(inspection, **given):
    return Read(shown(inspection, **given))


def inspected(record, *trajectories):
    unit = Unit(record.unit, record, Trials(record.unit, "retail-x", trajectories))
    return inspect(unit, trajectories[0], WORLD)


@pytest.fixture(scope="module")
def rich():
    """A rejected conversation with all that there can be: thoughts, drafts, reviews, attempts that fell, two trials."""
    validated = changing(ALL_GOOD)
    trajectory = thoughtful(played(ALL_GOOD, validated, HARD))
    return inspected(recorded(ALL_GOOD, validated), trajectory, played(ALL_GOOD, validated, trial=1))


def with_messages(inspection, *messages, **changed):
    trajectory = msgspec.structs.replace(inspection.trajectory, messages=messages, deliberations=(), **changed)
    return inspect(inspection.unit, trajectory, WORLD)


def test_no_template_turns_escaping_off():
    assert TEMPLATES
    for template in TEMPLATES:
        source = template.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup|style\s*=|<script|\son\w+\s*=", source), template.name


def test_a_misspelled_name_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        ENVIRONMENT.from_string("{{ nobody }}").render()


def test_templates_of_others_stand_under_their_prefix():
    made = pages.environment(own="interplay.engine.pages")
    assert {"own/values.html", "values.html"} <= set(made.list_templates())
    assert made.get_template("own/values.html").module.badge


def test_a_style_sheet_is_found_by_its_name():
    assert ":root" in pages.stylesheet("style.css")
    with pytest.raises(FileNotFoundError):
        pages.stylesheet("none.css")


def test_every_message_has_its_anchor_and_says_what_it_is(rich):
    page = read(rich)
    assert page.wrong == []
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(ids) == len(set(ids))
    assert {f"m{at}" for at in range(len(rich.trajectory.messages))} <= set(ids)
    labels = [found["aria-label"] for found in page.all("article")]
    assert labels[0] == "message 0, human"
    assert any(re.fullmatch(r"message \d+, agent calls \w+", label) for label in labels)
    linked = {found["href"] for found in page.all("a") if found["href"].startswith("#")}
    assert linked <= {f"#{each}" for each in ids}


def test_sections_are_named_and_headings_come_in_order(rich):
    page = read(rich, level=3)
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 3
    assert all(after <= before + 1 for before, after in pairwise(headings))
    ids = {found["id"] for _, found in page.elements if "id" in found}
    assert {found["aria-labelledby"] for found in page.all("section")} <= ids
    assert page.all("caption")
    assert all("scope" in found for found in page.all("th"))


def test_several_conversations_can_stand_on_one_page(rich):
    page = Read(shown(rich, prefix="a-") + shown(rich, prefix="b-", here="/x"))
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(ids) == len(set(ids))
    assert any(found["href"] == "/x#b-m0" for found in page.all("a"))


def test_all_that_is_known_is_told(rich):
    text = " ".join(read(rich).text.split())
    validated = rich.unit.record.blueprint
    violation = rich.verdict.violations[0]
    for part in (
        f"breaks {violation.rule} ({violation.section}):",
        f"message {violation.message} breaks",
        "draft 1 of 2 was said; 1 struck",
        "tells item 99, which they cannot know",
        "agreement 9",
        "I should look that up.",
        "whose fault the agent's",
        rich.trajectory.seed,
        validated.facts[0].key,
        validated.actions[0].tool,
        "told:",
        "I followed the actions.",
        "abstains",
        "a version spoilt on purpose: swapped-item",
        "task 0, attempt 1:",
        "the correctness is wrong",
        "\N{CHECK MARK} as expected",
    ):
        assert part in text
    assert len(read(rich).all("nav")) == 1


def test_a_call_that_went_wrong_stands_open_and_others_do_not(rich):
    page = read(rich)
    calls = sum(isinstance(message, ToolCall) for message in rich.trajectory.messages)
    opened = page.all("details", **{"class": "call", "open": None})
    assert len(page.all("details", **{"class": "call"})) == calls
    assert len(opened) == len([at for at in rich.marks if isinstance(rich.trajectory.messages[at], ToolCall)])
    call = ToolCall(call_id="a", tool="look", arguments={})
    refusal = ToolResult(call_id="a", content="There is none.", refusal="unknown")
    refused = read(with_messages(rich, HumanMessage(text="Hi."), call, refusal))
    assert len(refused.all("details", **{"class": "call", "open": None})) == 1
    assert "refused: unknown" in refused.text
    assert refused.all("article", **{"aria-label": "message 1, agent calls look, refused"})


def test_a_false_claim_is_highlighted_in_the_words():
    validated = changing(1)
    claims = inspected(BlueprintRecord(1, validated.blueprint), played(1, validated, faulty.ClaimsWithoutDoing))
    page = read(claims)
    assert len(page.all("mark")) == len(claims.verdict.false_claims)
    assert "\N{MINUS SIGN} missing" in page.text


def test_what_people_do_on_their_own_is_on_their_side(rich):
    call = ToolCall(call_id="a", tool="check_lamp", arguments={}, by="human")
    seen = ToolResult(call_id="a", content="It is dark.", by="human")
    page = read(with_messages(rich, HumanMessage(text="Hi."), AgentMessage(text="Look."), call, seen))
    assert page.all("article", **{"class": "moment human calls", "aria-label": "message 2, human calls check_lamp"})
    assert "the agent does not see this" in page.text


def test_a_long_text_is_folded_and_whole(rich):
    long = "word " * LONG
    page = read(with_messages(rich, HumanMessage(text=long), AgentMessage(text="short")))
    assert long in page.text
    assert f"{len(long):,} characters" in page.text
    answer = msgspec.json.encode(["x" * 50] * LONG).decode()
    call = ToolCall(call_id="a", tool="look", arguments={"all": answer})
    page = read(with_messages(rich, call, ToolResult(call_id="a", content=answer)))
    assert page.text.count("x" * 50) >= 2 * LONG


def test_of_a_very_long_conversation_a_browser_lays_out_only_what_is_looked_at(rich):
    turn = (HumanMessage(text="And?"), AgentMessage(text="Well."))
    usual, long = (with_messages(rich, *turn * times) for times in (MANY, MANY + 1))
    assert len(read(usual).all("ol", **{"class": "exchanges"})) == 1
    assert len(read(long).all("ol", **{"class": "exchanges many"})) == 1
    assert ".exchanges.many > .exchange { content-visibility: auto;" in pages.stylesheet("style.css")


def test_nothing_is_compared_where_there_is_no_world(rich):
    page = read(inspect(rich.unit, rich.trajectory, None, "no world <here>"))
    assert "Not compared: no world <here>" in page.text
    assert not page.all("table")


@pytest.mark.parametrize("fault", ["provider", "ours"])
def test_a_failure_says_whose_it_was_and_why(rich, fault):
    ending = Failed("agent", "E", "Trace <1>", "")
    outcome = Faulted(fault, "error", "429 from the endpoint", "Trace <2>" if fault == "ours" else "")
    page = read(with_messages(rich, HumanMessage(text="Hi."), ending=ending, outcome=outcome))
    assert page.wrong == []
    assert "429 from the endpoint" in page.text
    assert ("Trace <2>" if fault == "ours" else "Trace <1>") in page.text


def test_what_was_not_played_says_so():
    validated = made(3)
    unplayed = inspect(Unit(3, recorded(3, validated), None), None, WORLD)
    assert "Not played yet." in read(unplayed).text
    nothing = inspect(Unit(4, BlueprintRecord(4, failure="none was accepted"), None), None, WORLD)
    assert read(nothing).text.count("none was accepted") == 2
    assert "There is none." in read(inspect(Unit(5, None, None), None, WORLD)).text


def test_nothing_that_a_run_holds_is_obeyed(rich):
    persona = Persona(name="N", description="D")
    usual = msgspec.structs.replace(rich.blueprint, persona=persona)
    fallen = [msgspec.structs.replace(each, candidate=usual) for each in rich.unit.record.rejected]
    whole = msgspec.structs.replace(rich.unit.record, blueprint=usual, rejected=tuple(fallen))
    record, trajectory = (
        msgspec.json.decode(msgspec.json.encode(poison(msgspec.to_builtins(each))), type=type(each))
        for each in (whole, rich.trajectory)
    )
    for message in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'--></style>", HOSTILE, "\ud800"):
        first = HumanMessage(text=message)
        call = ToolCall(call_id="a", tool=message, arguments={message: {message: [message]}}, thought=message)
        result = ToolResult(call_id="a", content=message, refusal=message)
        messages = (first, call, result, AgentMessage(text=message * LONG), *trajectory.messages)
        hostile = msgspec.structs.replace(trajectory, messages=messages)
        page = shown(inspect(Unit(0, record, Trials(0, "x", (hostile, hostile))), hostile, WORLD))
        page.encode("utf-8")
        seen = Read(page)
        assert seen.wrong == []
        assert {tag for tag, _ in seen.elements} <= ELEMENTS
        assert {name for _, found in seen.elements for name in found} <= ATTRIBUTES
        assert all(re.match(r"#m\d+$|\?trial=", found["href"]) for found in seen.all("a"))
        categories = {unicodedata.category(char) for char in page if char not in "\n\t"}
        assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}
