"""`report` writes one page that says what a run holds, or how two differ, and that does nothing but be read."""

import json
import re
import shutil
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from interplay.engine import whole

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\u001b[31m"
VOID = {"meta", "br", "hr", "img", "input", "link", "wbr"}


def names(directory):
    return sorted(each.name for each in directory.iterdir())


class Page(HTMLParser):
    """A page taken apart: its elements, ids, links and texts; every element is closed where it should be."""

    def __init__(self, page):
        super().__init__()
        self.page, self.open, self.found, self.texts = page, [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.found if "id" in attrs]

    @property
    def style(self):
        return re.search(r"<style>(.*?)</style>", self.page, re.DOTALL).group(1)


@pytest.fixture
def report(cli, tmp_path):
    def make(*arguments, out="report.html"):
        said = cli("report", *arguments, "-o", tmp_path / out)
        assert said.code == 0, said.err
        return Page((tmp_path / out).read_text("utf-8"))

    return make


def test_a_page_says_what_was_found(report, trials_run):
    page = report(trials_run)
    assert "9 of 18 conversations (50.0 %) were verified" in page.text
    assert "all 4 trials succeed with one of 33.3 %" in page.text
    assert "policy:confirm-before-write" in page.text
    assert {
        "made",
        "yield",
        "outcomes",
        "lengths",
        "difficulty",
        "wrong",
        "tools",
        "committee",
        "variety",
        "cost",
    } <= set(page.ids)
    assert "models answered 3 calls" in page.text.lower()
    assert "Do not rely on" not in page.text


def test_a_page_asks_for_nothing_and_runs_nothing(report, trials_run):
    page = report(trials_run)
    tags = {tag for tag, _ in page.found}
    assert not tags & {"script", "link", "iframe", "object", "embed", "form", "base", "img"}
    for _, attrs in page.found:
        assert not [name for name in attrs if name.startswith("on") or name in ("src", "style")]
        assert attrs.get("href", "#").startswith("#")
    assert "@import" not in page.style
    assert not [each for each in re.findall(r"url\(([^)]*)\)", page.page) if not each.startswith("#")]
    policy = next(attrs["content"] for tag, attrs in page.found if attrs.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert b64encode(sha256(page.style.encode()).digest()).decode() in policy


def test_every_id_is_one_of_its_kind_and_every_link_leads_somewhere(report, trials_run, made_run):
    for page in (report(trials_run), report(trials_run, "--compare", made_run, out="both.html")):
        assert len(page.ids) == len(set(page.ids))
        links = {attrs["href"][1:] for tag, attrs in page.found if tag == "a"}
        assert links <= set(page.ids)


def test_the_same_run_makes_the_same_page(report, trials_run):
    assert report(trials_run, out="one.html").page == report(trials_run, out="two.html").page


def test_as_many_conversations_are_shown_as_are_asked_for_and_one_of_each_fault_among_them(report, trials_run):
    page = report(trials_run, "--sample", 4)
    shown = [attrs for tag, attrs in page.found if tag == "details" and attrs.get("class") == "shown"]
    assert len(shown) == 4
    assert "2 verified ones and 2 with what was most often wrong" in page.text
    none = report(trials_run, "--sample", 0, out="none.html")
    assert "conversations" not in none.ids


def test_hostile_text_in_a_run_is_text_on_the_page(report, trials_copy):
    for log in ("blueprints.jsonl", "trajectories.jsonl"):
        file = trials_copy / log
        lines = file.read_text().splitlines()
        swapped = [
            re.sub(r'"text":"(?:[^"\\]|\\.)*"', lambda _: f'"text":{json.dumps(HOSTILE)}', line) for line in lines
        ]
        file.write_text("\n".join(swapped) + "\n")
    rules = (trials_copy / "trajectories.jsonl").read_text()
    (trials_copy / "trajectories.jsonl").write_text(
        rules.replace('"rule":"confirm-before-write"', f'"rule":{json.dumps(HOSTILE)}')
    )
    page = report(trials_copy, "--sample", 20)
    assert not {tag for tag, _ in page.found} & {"script", "img"}
    assert "\u202e" not in page.page
    assert "\x1b" not in page.page
    assert "<script>alert(1)</script>" in page.text


def test_two_runs_stand_side_by_side_and_it_is_said_which_differences_are_real(report, trials_run, made_run):
    page = report(made_run, "--compare", trials_run)
    assert page.text.index("What differs in how they were made") < page.text.index("Which differences are real")
    assert "They differ in" in page.text
    assert "the default" in page.text
    assert "too few to tell" in page.text
    assert "made against trials" in page.text


def test_a_run_against_itself_differs_in_nothing(report, made_run):
    page = report(made_run, "--compare", made_run)
    assert "Both runs were asked for the same" in page.text
    assert "the two runs agree in every number" in page.text
    assert "real" not in {attrs.get("class") for _, attrs in page.found}


def test_what_only_one_run_says_is_no_agreement(report, made_run, run_copy):
    file = run_copy / "trajectories.jsonl"
    lost = [json.loads(line) for line in file.read_text().splitlines()]
    for record in lost:
        for trial in record["trials"]:
            trial["outcome"] = {"type": "failed", "fault": "provider", "cause": "error", "text": "no answer"}
    file.write_text("".join(json.dumps(record) + "\n" for record in lost))
    page = report(made_run, "--compare", run_copy)
    assert "the two runs agree in what both of them say" in page.text
    assert "agree in every number" not in page.text
    assert "one side does not say it" in page.text


def test_runs_of_different_worlds_are_compared_as_far_as_they_can_be(report, made_run, run_copy):
    config = json.loads((run_copy / "run.json").read_text())
    (run_copy / "run.json").write_text(json.dumps(config | {"domain": "elsewhere"}))
    page = report(made_run, "--compare", run_copy)
    assert "They are of different worlds" in page.text


def test_a_run_in_which_nothing_was_done_yet_says_so(report, run_copy):
    for log in ("blueprints", "trajectories"):
        (run_copy / f"{log}.jsonl").write_text("")
    page = report(run_copy)
    assert "Nothing has been played yet of the 12 units of this run." in page.text
    assert "There is nothing to draw." in page.text
    assert "No conversation has been played yet" not in page.text.partition("What was made")[0]
    both = report(run_copy, "--compare", run_copy, out="both.html")
    assert "There is nothing to compare" in both.text


def test_one_conversation_is_spoken_of_as_one(report, run_copy):
    first = json.loads((run_copy / "run.json").read_text()) | {"units": 1}
    (run_copy / "run.json").write_text(json.dumps(first))
    for log in ("blueprints.jsonl", "trajectories.jsonl"):
        line = (run_copy / log).read_bytes().splitlines(keepends=True)[0]
        (run_copy / log).write_bytes(line)
    page = report(run_copy)
    assert "The only one of the conversations was verified." in page.text
    assert "1 became a blueprint," in page.text
    sentences = " ".join(re.findall(r'<p class="(?:lead|finding)">(.*?)</p>', page.page))
    assert not re.search(r"\b1 (messages|tool calls|conversations|units|blueprints|verified ones)\b", sentences)
    both = report(run_copy, "--compare", run_copy, out="both.html")
    assert re.search(r"Too little was played to tell any of \d+ differences from chance", both.text)
    assert "chance may bring" not in both.text
    assert "agree in every number" not in both.text


def test_blueprints_from_elsewhere_are_no_yield_of_the_run(report, made_run, run_copy):
    log = run_copy / "blueprints.jsonl"
    log.write_text(log.read_text().replace('{"unit":', '{"given":true,"unit":'))
    assert "From tasks to blueprints" not in report(run_copy).text
    compared = report(made_run, "--compare", run_copy, out="compared.html")
    assert "No task was written: 12 blueprints came from elsewhere." in compared.text
    assert "blueprint at the first attempt" not in compared.text


def test_what_is_to_be_typed_can_be_pasted(report, run_copy):
    moved = run_copy.rename(run_copy.with_name("a run; ls"))
    page = report(moved, "--sample", 1)
    assert f"interplay show '{moved}' " in page.text


def test_a_run_that_was_cut_short_is_reported_as_far_as_it_came(report, run_copy):
    file = run_copy / "trajectories.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:5]) + lines[5][:40])
    page = report(run_copy)
    assert "7 units are still to be done" in page.text
    assert "All 5 conversations were verified." in page.text


def test_a_file_that_is_there_stays_unless_it_is_asked_for(cli, made_run, tmp_path):
    out = tmp_path / "report.html"
    out.write_text("mine")
    said = cli("report", made_run, "-o", out)
    assert said.code == 2
    assert f"{out} exists already" in said.err
    assert out.read_text() == "mine"
    assert cli("report", made_run, "-o", out, "--force").code == 0
    assert out.read_text().startswith("<!DOCTYPE html>")
    assert names(tmp_path) == ["report.html"]


def test_a_place_in_no_directory_is_refused_and_one_in_a_new_directory_is_made(cli, made_run, tmp_path):
    (tmp_path / "file").write_text("")
    said = cli("report", made_run, "-o", tmp_path / "file" / "report.html")
    assert (said.code, said.out) == (2, "")
    assert "is not a directory" in said.err
    assert cli("report", made_run, "-o", tmp_path / "new" / "report.html").code == 0
    assert names(tmp_path / "new") == ["report.html"]


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_disk_that_fills_leaves_nothing_and_what_was_there_as_it_was(cli, made_run, tmp_path, monkeypatch, force):
    out = tmp_path / "report.html"
    if force:
        out.write_text("mine")
    real = Path.open

    class Full:
        def __init__(self, file):
            self.file, self.left = file, 5

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, data):
            self.left -= 1
            if self.left < 0:
                raise OSError(28, "No space left on device")
            return self.file.write(data)

    def opened(self, mode="r", *rest, **more):
        file = real(self, mode, *rest, **more)
        return Full(file) if mode == "wb" and self.name.endswith(".part") else file

    monkeypatch.setattr(Path, "open", opened)
    said = cli("report", made_run, "-o", out, *force)
    monkeypatch.undo()
    assert said.code == 2
    assert "No space left on device" in said.err
    assert names(tmp_path) == (["report.html"] if force else [])
    assert not force or out.read_text() == "mine"


def test_whoever_is_quicker_keeps_the_name(tmp_path):
    out = tmp_path / "report.html"
    theirs = out.with_name("theirs")
    theirs.write_text("theirs")
    with pytest.raises(whole.UsageError, match="exists already"), whole.fresh(out):
        theirs.rename(out)
    assert out.read_text() == "theirs"
    assert names(tmp_path) == ["report.html"]


def test_a_directory_that_is_no_run_and_a_run_of_another_version_are_refused(cli, run_copy, tmp_path):
    said = cli("report", tmp_path, "-o", tmp_path / "r.html")
    assert (said.code, "is not a run" in said.err) == (2, True)
    config = json.loads((run_copy / "run.json").read_text())
    (run_copy / "run.json").write_text(json.dumps(config | {"format": 99}))
    said = cli("report", run_copy, "-o", tmp_path / "r.html")
    assert (said.code, "has format 99" in said.err) == (2, True)
    assert not (tmp_path / "r.html").exists()


def test_a_damaged_line_is_named_and_no_page_is_left(cli, run_copy, tmp_path):
    file = run_copy / "trajectories.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:3], b'{"unit":3,\n', *lines[4:]]))
    said = cli("report", run_copy, "-o", tmp_path / "r.html")
    assert said.code == 2
    assert "trajectories.jsonl" in said.err
    assert not (tmp_path / "r.html").exists()


def test_a_run_whose_world_is_not_installed_is_reported_all_the_same(report, run_copy):
    shutil.rmtree(run_copy / "data")
    page = report(run_copy)
    assert "All 12 conversations were verified." in page.text


def test_json_says_what_was_written(cli, made_run, tmp_path):
    found = json.loads(cli("report", made_run, "-o", tmp_path / "r.html", "--json").out)
    assert found == {
        "out": str(tmp_path / "r.html"),
        "bytes": (tmp_path / "r.html").stat().st_size,
        "conversations": 12,
        "shown": 6,
    }
