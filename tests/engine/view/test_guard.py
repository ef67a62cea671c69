"""Who may ask the viewer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from interplay.engine.view.guard import HEADERS, NAMES, hosts, refusal

PORT = 8000
OWN = f"localhost:{PORT}"


def asking(*hosts: str, **headers: str) -> CIMultiDict[str]:
    sent = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    for host in hosts:
        sent.add("host", host)
    return sent


def status(headers: CIMultiDict[str], method: str = "GET") -> int:
    refused = refusal(method, headers, PORT)
    return refused.status if refused is not None else 200


@pytest.mark.parametrize("name", [*NAMES, "LocalHost"])
def test_names_of_this_machine_are_answered(name):
    assert status(asking(f"{name}:{PORT}")) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        f"evil.test:{PORT}",
        f"localhost.evil.test:{PORT}",
        f"127.0.0.1.evil.test:{PORT}",
        f"localhost:{PORT}.evil.test",
        "localhost",
        "localhost:8001",
        f"0.0.0.0:{PORT}",
        f"127.0.0.2:{PORT}",
        f"[::]:{PORT}",
        f"::1:{PORT}",
        f"localhost:{PORT}@evil.test",
        f"localhost:0{PORT}",
        "",
    ],
)
def test_any_other_host_is_refused_with_words_that_explain(host):
    refused = refusal("GET", asking(host), PORT)
    assert refused is not None
    assert refused.status == 403
    assert f"http://localhost:{PORT}/" in refused.text
    assert "evil" not in refused.text


def test_a_request_that_names_no_host_or_two_is_refused():
    assert status(asking()) == 403
    assert status(asking(OWN, "evil.test")) == 403
    assert status(asking("evil.test", OWN)) == 403
    assert status(asking(OWN, OWN)) == 403


@given(st.text())
def test_no_text_but_the_names_is_a_host(text):
    assert (status(asking(text)) == 200) == (text.lower() in hosts(PORT))


def test_the_port_of_http_may_be_left_out():
    assert refusal("GET", asking("localhost"), 80) is None
    assert refusal("GET", asking("evil.test"), 80) is not None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"])
def test_nothing_but_looking_is_allowed(method):
    assert status(asking(OWN), method) == 405


@pytest.mark.parametrize(
    ("site", "mode", "dest", "expected"),
    [
        ("same-origin", "cors", "empty", 200),
        ("none", "navigate", "document", 200),
        ("cross-site", "navigate", "document", 200),  # a link that somebody followed
        ("same-site", "navigate", "document", 200),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "cors", "empty", 403),
        ("cross-site", "no-cors", "script", 403),
        ("cross-site", "no-cors", "image", 403),
        ("same-site", "cors", "empty", 403),  # another port of this machine
    ],
)
def test_pages_of_other_sites_may_link_here_and_nothing_else(site, mode, dest, expected):
    sent = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": dest}
    assert status(asking(OWN, **sent)) == expected


@pytest.mark.parametrize("origin", ["http://evil.test", "null", f"https://{OWN}", "http://localhost:8001"])
def test_another_origin_is_refused(origin):
    assert status(asking(OWN, Origin=origin)) == 403
    assert status(asking(OWN, Origin=f"http://{OWN}")) == 200


def directives() -> Iterator[tuple[str, str]]:
    for each in HEADERS["Content-Security-Policy"].split(";"):
        name, _, value = each.strip().partition(" ")
        yield name, value


def test_a_page_may_load_and_run_nothing_but_the_viewers_own():
    found = dict(directives())
    assert found["default-src"] == "'none'"
    assert found["frame-ancestors"] == "'none'"
    assert not [value for value in found.values() if "unsafe" in value or "*" in value or "http" in value]
    assert found["script-src"] == found["style-src"] == "'self'"
