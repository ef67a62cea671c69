"""Exporting, looking and reporting when something is wrong: one clear line, nothing half left, nothing lost."""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
from tests.browser.opening import viewing
from tests.test_commands_end_to_end import COMMAND, environment

from interplay.engine.cli import main
from interplay.engine.run import Run
from interplay.engine.units import Unit, units

UNITS = 12
DOORS: dict[str, tuple[str, ...]] = {
    "file": ("export", "RUN", "--format", "openai", "--out", "OUT.jsonl"),
    "directory": ("export", "RUN", "--format", "sharegpt", "--split", "train=0.7,test=0.3", "--out", "OUT"),
    "parquet": ("export", "RUN", "--format", "parquet", "--out", "OUT.parquet"),
    "report": ("report", "RUN", "-o", "OUT.html"),
}
"""Commands that write something of a run; RUN and OUT stand for where."""
ROOM = 1 << 20


class Answer(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


class Place(NamedTuple):
    """A run, and where something is to be made of it."""

    run: Path
    out: Path
    """Beginning of the name."""

    def asking(self, door: str) -> list[str]:
        """The command's arguments."""
        return [each.replace("RUN", str(self.run)).replace("OUT", str(self.out)) for each in DOORS[door]]

    def target(self, door: str) -> Path:
        """What the command makes."""
        return Path(self.asking(door)[-1])

    def left(self) -> list[str]:
        """What is where something was to be made, hidden names too."""
        return sorted(each.name for each in self.out.parent.iterdir())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    out = tmp_path_factory.mktemp("bad") / "run"
    asked = ["generate", "retail", "-n", str(UNITS), "--seed", "5", "--persons", "60", "--out", str(out)]
    subprocess.run([*COMMAND, *asked], env=environment(), check=True, capture_output=True)
    return out


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Place:
    """A copy of the run, and an empty directory."""
    run, out = tmp_path / "run", tmp_path / "out"
    shutil.copytree(made, run)
    out.mkdir()
    return Place(run, out / "made")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Calls the command line as a shell would, in this process."""

    def called(*arguments: Any) -> Answer:
        monkeypatch.setattr(sys, "argv", ["interplay", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        code = left.value.code
        return Answer(code if isinstance(code, int) else int(code is not None), *capsys.readouterr())

    return called


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> str:
    """Each command in turn."""
    name: str = request.param
    return name


def content(directory: Path) -> dict[str, bytes]:
    """Every file of a run but what is made anew of it."""
    files = [each for each in sorted(directory.rglob("*")) if each.is_file() and "index.db" not in each.name]
    return {str(each.relative_to(directory)): each.read_bytes() for each in files}


def refused(answer: Answer, *words: str) -> None:
    """See that the answer is one line that says what was wrong."""
    assert answer.code == 2, answer
    lines = answer.err.strip().splitlines()
    assert len(lines) == 1, answer.err
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0]


# --- what is wrong with the run


def test_a_run_of_another_version_is_refused_by_name(place: Place, call: Callable[..., Answer], door: str):
    config = json.loads((place.run / "run.json").read_bytes())
    (place.run / "run.json").write_text(json.dumps({**config, "format": 99, "new": 1}))
    refused(call(*place.asking(door)), str(place.run), "format 99")
    assert place.left() == []


def test_what_is_no_run_is_refused(place: Place, call: Callable[..., Answer], door: str):
    (place.run / "run.json").unlink()
    refused(call(*place.asking(door)), str(place.run))
    shutil.rmtree(place.run)
    refused(call(*place.asking(door)), str(place.run))
    assert place.left() == []


def test_a_damaged_line_is_named_and_nothing_is_left(place: Place, call: Callable[..., Answer], door: str):
    log = place.run / "trajectories.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    lines[7] = lines[7][:200] + b"\n"
    log.write_bytes(b"".join(lines))
    refused(call(*place.asking(door)), "trajectories.jsonl", "8")
    assert place.left() == []


def test_a_torn_last_line_is_left_out_and_stays(place: Place, call: Callable[..., Answer], door: str):
    log = place.run / "trajectories.jsonl"
    log.write_bytes(log.read_bytes()[:-100])
    before = content(place.run)
    answer = call(*place.asking(door))
    assert answer.code == 0, answer
    assert place.target(door).exists()
    assert content(place.run) == before


def test_a_run_without_conversations_makes_nothing_or_says_that_there_are_none(
    place: Place, call: Callable[..., Answer], door: str
):
    for name in ("blueprints.jsonl", "trajectories.jsonl"):
        (place.run / name).write_bytes(b"")
    answer = call(*place.asking(door))
    if door == "report":
        assert answer.code == 0, answer
        return
    refused(answer, str(place.run))
    assert place.left() == []


@contextmanager
def half_written(run: Path) -> Iterator[None]:
    """A run that a writer holds: some units in the log, some waiting for their turn, most not there yet."""
    source = Run.open(run)
    kept: list[Unit] = list(units(source))
    for name in ("blueprints.jsonl", "trajectories.jsonl"):
        (run / name).write_bytes(b"")
    with source.writing() as writing:
        for number in (0, 1, 2, 5, 7):
            writing.blueprints.write(number, msgspec.json.encode(kept[number].record))
            writing.trajectories.write(number, msgspec.json.encode(kept[number].trials))
        writing.flush()
        yield


def test_of_a_run_that_is_being_written_there_is_what_is_done(place: Place, call: Callable[..., Answer], door: str):
    with half_written(place.run):
        assert (place.run / "pending.jsonl").stat().st_size
        answer = call(*place.asking(door))
    assert answer.code == 0, answer
    assert place.left() == [place.target(door).name]
    if door == "file":
        assert len(place.target(door).read_text().splitlines()) == 5


# --- what is wrong with the place


@pytest.mark.parametrize("taken", ["file", "directory", "link"])
def test_nothing_is_overwritten(place: Place, call: Callable[..., Answer], door: str, taken: str):
    target = place.target(door)
    if taken == "directory":
        target.mkdir()
        (target / "mine").write_text("mine")
    elif taken == "file":
        target.write_text("mine")
    else:
        target.symlink_to(place.out.parent / "nowhere")
    refused(call(*place.asking(door)), str(target))
    assert place.left() == [target.name]
    if taken != "link":
        assert (target / "mine" if taken == "directory" else target).read_text() == "mine"
    assert target.is_symlink() == (taken == "link")


def test_a_place_that_cannot_be_written_is_named(place: Place, call: Callable[..., Answer], door: str):
    place.out.parent.rmdir()
    place.out.parent.write_text("a file")
    refused(call(*place.asking(door)), str(place.out.parent))
    assert place.out.parent.read_text() == "a file"


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """No file may be longer than this; for who looks, a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fills_leaves_nothing_half(place: Place, call: Callable[..., Answer], door: str):
    before = content(place.run)
    with small_files(16 * 1024):
        answer = call(*place.asking(door))
    refused(answer, str(place.target(door)))
    assert place.left() == []
    assert content(place.run) == before
    assert call(*place.asking(door)).code == 0, "with room it is made"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte, most of it taken."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a disk that fills needs root, and to be allowed to mount one")
    try:
        (disk / "taken").write_bytes(bytes(ROOM - 8 * 4096))
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_real_disk_that_fills_leaves_nothing_half(
    made: Path, small_disk: Path, call: Callable[..., Answer], door: str
):
    place = Place(made, small_disk / "made")
    refused(call(*place.asking(door)), str(place.target(door)))
    assert place.left() == ["taken"]
    (small_disk / "taken").unlink()
    assert call(*place.asking(door)).code == 0, "with room it is made"


def test_a_tokenizer_without_a_template_is_refused_before_anything_is_written(
    place: Place, call: Callable[..., Answer], tmp_path: Path
):
    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0, "[UNK]": 1}, unk_token="[UNK]"))
    transformers.PreTrainedTokenizerFast(tokenizer_object=words).save_pretrained(tmp_path / "plain")
    asked = [*place.asking("file"), "--max-tokens", "100"]
    refused(call(*asked, "--tokenizer", tmp_path / "plain"), "chat template")
    refused(call(*asked, "--tokenizer", tmp_path / "none"), str(tmp_path / "none"))
    assert place.left() == []


# --- the viewer


def test_a_port_that_is_taken_is_named(place: Place, call: Callable[..., Answer]):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(call("view", place.run, "--port", port), str(port))


def test_what_cannot_be_viewed_is_refused(place: Place, call: Callable[..., Answer], tmp_path: Path):
    refused(call("view", tmp_path / "nothing"), "nothing")
    (tmp_path / "file").write_text("")
    refused(call("view", tmp_path / "file"), "file")
    (tmp_path / "empty").mkdir()
    refused(call("view", tmp_path / "empty"), "empty")


def test_the_viewer_shows_what_can_be_shown_and_says_what_is_wrong_with_the_rest(made: Path, tmp_path: Path):
    runs = tmp_path / "runs"
    for name in ("whole", "torn", "damaged", "empty", "newer", "open"):
        shutil.copytree(made, runs / name)
    log = runs / "torn" / "trajectories.jsonl"
    log.write_bytes(log.read_bytes()[:-100])
    lines = (runs / "damaged" / "trajectories.jsonl").read_bytes().splitlines(keepends=True)
    (runs / "damaged" / "trajectories.jsonl").write_bytes(
        b"".join([*lines[:5], b'{"unit":5,"nonsense"}\n', *lines[6:]])
    )
    for each in ("blueprints.jsonl", "trajectories.jsonl"):
        (runs / "empty" / each).write_bytes(b"")
    (runs / "newer" / "run.json").write_text('{"format": 99, "versions": {"interplay": "9.9"}}')
    before = {name: content(runs / name) for name in ("whole", "torn", "damaged", "empty", "newer")}
    with (
        half_written(runs / "open"),
        viewing(runs, tmp_path / "said") as viewer,
        httpx.Client(base_url=viewer.address, timeout=30) as client,
    ):
        while 'data-complete="true"' not in (page := client.get("/").text):
            assert viewer.process.poll() is None
        rows = {name: page.split(f'data-run="{name}"')[1].split("</tr>")[0] for name in (*before, "open")}
        assert "12 of 12" in rows["whole"]
        assert "11 of 12" in rows["torn"]
        assert "line 6" in rows["damaged"]
        assert "0 of 12" in rows["empty"]
        assert "format 99" in rows["newer"]
        assert "5 of 12" in rows["open"]
        assert client.get("/conversations/whole/0/0").status_code == 200
        assert client.get("/conversations/damaged/0/0").status_code == 200
        assert client.get("/conversations/damaged/9/0").status_code in (200, 404)
        assert client.get("/conversations/newer/0/0").status_code == 404
        assert client.get("/conversations/none/0/0").status_code == 404
    assert {name: content(runs / name) for name in before} == before


def test_the_viewer_says_when_its_index_finds_no_room_and_the_run_is_as_it_was(place: Place, tmp_path: Path):
    before = content(place.run)
    with small_files(8 * 1024):  # the process inherits it
        done = subprocess.run(
            [*COMMAND, "view", str(place.run), "--port", "0"],
            env={**environment(), "XDG_CACHE_HOME": str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert content(place.run) == before
