"""What the pages answer, served as they are and read by a client that runs nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.browser.hostile import NAME, make_hostile
from tests.browser.material import begin_run

from interplay.engine.run import Run
from interplay.engine.trajectory import kind
from interplay.engine.units import Unit, units
from interplay.engine.view.guard import HEADERS

from .conftest import Viewing, Visitor


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """One loop is enough: pages are made in threads."""
    return "asyncio", {"use_uvloop": False}


LINK = re.compile(r'class="open" data-key="[^"]*" href="([^"]*)"')


@pytest.fixture(scope="module")
def played(hasty: Path) -> list[Unit]:
    return list(units(Run.open(hasty)))


def total(page: str) -> int:
    found = re.search(r'id="total" data-total="(\d+)"', page)
    assert found
    return int(found[1])


def links(page: str) -> list[str]:
    return [unescape(link) for link in LINK.findall(page)]


def link(page: str, name: str) -> str:
    """Where the link of this id leads; empty where there is none."""
    found = re.search(f'<a id="{name}"[^>]* href="([^"]*)"', page)
    return unescape(found[1]) if found else ""


async def test_a_run_opens_with_its_list_and_a_directory_with_its_runs(viewing: Viewing, hasty: Path):
    async with viewing(hasty) as visit:
        went = await visit("/")
        assert (went.status, went.headers["Location"]) == (303, "/conversations")
        assert "hasty" in (await visit("/runs")).text
    async with viewing(hasty.parent) as visit:
        page = await visit("/")
        assert page.status == 200
        assert "12 of 12" in page.text
        assert links(page.text) == ["/conversations?run=hasty"]


async def test_the_list_leads_page_by_page_to_every_conversation_once(
    viewing: Viewing, hasty: Path, played: list[Unit], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("interplay.engine.view.listing.PAGE_ROWS", 5)
    seen: list[str] = []
    async with viewing(hasty) as visit:
        path = "/conversations?sort=-turns"
        while path:
            page = (await visit(path)).text
            assert total(page) == 24
            assert len(links(page)) <= 5
            assert bool(link(page, "first")) == bool(seen)
            seen += links(page)
            path = link(page, "next")
    wanted = {f"/conversations/hasty/{unit.number}/{each.trial}?sort=-turns" for unit in played for each in unit.played}
    assert len(seen) == 24
    assert set(seen) == wanted


async def test_filters_narrow_the_list_and_stay_in_every_address(viewing: Viewing, hasty: Path, played: list[Unit]):
    rejected = [each for unit in played for each in unit.played if kind(each.outcome) == "rejected"]
    assert 0 < len(rejected) < 24
    async with viewing(hasty) as visit:
        page = (await visit("/conversations?outcome=rejected&fault=&after=")).text
        assert total(page) == len(rejected)
        assert all(each.endswith("?outcome=rejected") for each in links(page))
        assert 'data-chip="outcome"' in page
        assert 'href="/plots?outcome=rejected"' in page
        assert total((await visit("/plots?outcome=rejected")).text) == len(rejected)
        nothing = (await visit("/conversations?text=penguins")).text
        assert total(nothing) == 0
        assert "No conversation fits" in nothing
        both = (await visit("/conversations?text=penguins&outcome=rejected")).text
        assert 'href="/conversations?outcome=rejected" data-without="text"' in both
        assert 'href="/conversations?text=penguins" data-without="outcome"' in both
        assert 'value="verified">verified (0)</option>' in both, "another one can be chosen"


async def test_where_nothing_fits_a_run_and_a_world_can_still_be_chosen(viewing: Viewing, hasty: Path, tmp_path: Path):
    for name in ("one", "two"):
        begin_run(hasty, tmp_path / name).grow([0])
    async with viewing(tmp_path) as visit:
        for text in ("penguins", ""):
            page = (await visit(f"/conversations?text={text}&run=one")).text
            assert 'name="run"' in page
            assert re.search(r'<option value="two">two \(\d\)', page)


async def test_the_runs_say_who_played_the_agent(viewing: Viewing, hasty: Path):
    async with viewing(hasty) as visit:
        assert '<td class="agent">skips-confirmation</td>' in (await visit("/runs")).text


async def test_a_conversation_has_its_messages_its_blueprint_and_the_ways_on(
    viewing: Viewing, hasty: Path, played: list[Unit]
):
    unit = played[3]
    trajectory, record = unit.played[1], unit.record
    assert record is not None
    assert record.blueprint is not None
    async with viewing(hasty) as visit:
        page = (await visit("/conversations/hasty/3/1")).text
        assert all(f'id="m{at}"' in page for at in range(len(trajectory.messages)))
        assert record.blueprint.id in page
        assert link(page, "back") == "/conversations"
        assert link(page, "previous") == "/conversations/hasty/3/0"
        assert link(page, "next") == "/conversations/hasty/4/0"
        assert 'href="/conversations/hasty/3/0"' in page
        first = (await visit("/conversations/hasty/0/0?sort=-")).text
        assert link(first, "next") == ""
        assert link(first, "back") == "/conversations?sort=-"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/conversations/hasty/12/0", "its units are 0 to 11"),
        ("/conversations/hasty/0/2", "its trials are 0, 1"),
        ("/conversations/elsewhere/0/0", "the runs are hasty"),
        ("/conversations/..%2F..%2Fetc/0/0", "the runs are hasty"),
        ("/conversations/hasty/one/0", "'one' is not the number of a unit"),
        ("/conversations/hasty/0/-1", "'-1' is not the number of a trial"),
        ("/conversations/hasty/99999999999999999999/0", "is not the number of a unit"),
        ("/static/%2e%2e%2fserver.py", "view.js"),
        ("/static/server.py", "view.js"),
        ("/nowhere", "misspelled"),
        ("/conversations/hasty/0", "misspelled"),
    ],
)
async def test_what_is_not_there_is_said_with_what_is(viewing: Viewing, hasty: Path, path: str, said: str):
    async with viewing(hasty) as visit:
        answer = await visit(path)
        assert answer.status == 404
        assert said in unescape(answer.text)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("flavour=sweet", "there is no filter 'flavour'"),
        ("sort=length", "cannot sort by 'length'"),
        ("unit=first", "it has to be a whole number"),
        ("after=nowhere", "begin"),
        ("text=" + "x" * 5000, "more than 4,000 characters"),
        ("%3Cscript%3E=1", "<script>"),
    ],
)
async def test_what_cannot_be_asked_is_said_and_never_echoed_as_markup(
    viewing: Viewing, hasty: Path, asked: str, said: str
):
    async with viewing(hasty) as visit:
        answer = await visit(f"/conversations?{asked}")
        assert answer.status == 400
        assert said in unescape(answer.text)
        assert answer.text.count("<script") == 1


async def test_every_answer_carries_the_headers_that_keep_it_harmless(viewing: Viewing, hasty: Path):
    async with viewing(hasty) as visit:
        answers = [
            await visit("/conversations"),
            await visit("/static/view.js"),
            await visit("/favicon.ico"),
            await visit("/nowhere"),
            await visit("/conversations?sort=length"),
            await visit("/", Host="evil.test"),
            await visit("/", "POST"),
            await visit("/events", "HEAD"),
        ]
        assert [answer.status for answer in answers] == [200, 200, 200, 404, 400, 403, 405, 200]
        for answer in answers:
            assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
        assert answers[6].headers["Allow"] == "GET, HEAD"


async def test_somebody_elses_name_for_this_machine_learns_nothing(viewing: Viewing, hasty: Path):
    async with viewing(hasty) as visit:
        refused = await visit("/conversations", Host=f"evil.test:{visit.address.rpartition(':')[2]}")
        assert refused.status == 403
        assert refused.headers["Content-Type"].startswith("text/plain")
        assert "hasty" not in refused.text
        assert (await visit("/events", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors")).status == 403


async def test_a_head_is_an_answer_without_a_page(viewing: Viewing, hasty: Path):
    async with viewing(hasty) as visit:
        head, page = await visit("/conversations", "HEAD"), await visit("/conversations")
        assert (head.status, head.text) == (200, "")
        assert head.headers["Content-Length"] == page.headers["Content-Length"]


async def test_plots_hold_their_figures_with_the_numbers(viewing: Viewing, hasty: Path):
    async with viewing(hasty) as visit:
        page = (await visit("/plots")).text
        assert {"turns", "calls", "outcomes", "passed", "faults", "wrong", "rules"} <= set(
            re.findall(r'<figure class="figure" id="([^"]*)"', page)
        )
        assert "style=" not in page
        assert "12 blueprints, each played 2 times" in page


async def test_names_in_plots_lead_to_their_conversations_and_no_others(viewing: Viewing, hasty: Path):
    async with viewing(hasty) as visit:
        page = (await visit("/plots?tool=get_order_details")).text
        rows = re.findall(r'<th scope="row"><a href="([^"]*)">[^<]*</a></th><td>(\d+)</td>', page)
        assert {facet for href, _ in rows for facet in re.findall(r"(\w+)=", href)} == {
            "tool", "outcome", "fault", "wrong", "rule"
        }  # fmt: skip
        for href, count in rows:
            assert total((await visit(unescape(href))).text) == int(count)


class Elements(HTMLParser):
    """Names of all elements and attributes of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hostile(tmp_path_factory.mktemp("hostile"))


async def pages_of(visit: Visitor) -> AsyncIterator[str]:
    run = quote(NAME, safe="")
    for path in ("/", "/runs", "/conversations", "/plots", f"/conversations?run={run}", "/nowhere/%3Cimg%3E"):
        yield (await visit(path)).text
    for unit in range(5):
        answer = await visit(f"/conversations/{run}/{unit}/0")
        assert answer.status == 200
        yield answer.text


async def test_hostile_text_brings_no_element_and_no_attribute(viewing: Viewing, hostile: Path):
    async with viewing(hostile) as visit:
        async for page in pages_of(visit):
            found = Elements(page)
            assert not found.tags & {"img", "iframe", "object", "embed", "base", "style", "math"}
            assert not [name for name in found.attributes if name.startswith("on") or name in ("style", "srcdoc")]
            assert page.count("<script") == 1
            text = " ".join(found.texts)
            assert "\x1b" not in text
            assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
