"""`show` lists conversations and reads one; what stands in them is text and nothing else."""

import json
import re
import subprocess
import sys
import unicodedata

import pytest

from interplay.engine.inert import inert

HOSTILE = "\x1b]0;owned\x07\x1b[31m[bold red]x[/bold red] [link=http://a.b]y[/link] \u202egnp\u2028 \x9b2J :smile: \r\b"


def stored(run, log):
    return [json.loads(line) for line in (run / f"{log}.jsonl").read_text().splitlines()]


def records(run, log):
    """What a log holds of each unit; of conversations, the first."""
    return [each["trials"][0] if log == "trajectories" else each for each in stored(run, log)]


def rewritten(run, log, change):
    """Change a log's records in place; of conversations, every one."""
    found = stored(run, log)
    for record in found:
        for part in record.get("trials", [record]):
            change(part)
    (run / f"{log}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in found))


def rejected(record):
    """Make unit 2 a rejected one, with everything that can be wrong."""
    if record["unit"] != 2:
        return
    call = next(at for at, message in enumerate(record["messages"]) if message["type"] == "tool_call")
    record["outcome"]["fault"] = "agent"
    record["messages"][call + 1] |= {"refusal": "order_unknown", "content": "Error: no such order"}
    record["outcome"]["verdict"] |= {
        "reward": 0.0, "state": False, "outputs": False, "duties": False, "policy": False, "progress": 0.5,
        "discrepancies": [{"kind": "extra", "pointer": "/orders/#W1/status", "found": "cancelled", "message": call}],
        "untold": ["17.50"],
        "unmet": [{"duty": "refuse", "text": "the human was not told no"}],
        "violations": [{"rule": "ask-first", "section": "Cancelling", "message": call, "text": "nobody said yes"}],
        "false_claims": [{"message": 1, "sentence": "It was cancelled."}],
    }  # fmt: skip


def test_list_has_a_line_for_each_conversation(cli, made_run):
    lines = cli("show", made_run).out.splitlines()
    assert " ".join(lines[0].split()) == "unit blueprint outcome ending turns calls goals traits first wish"
    assert [line.split()[0] for line in lines[1:13]] == [str(unit) for unit in range(12)]
    blueprint = records(made_run, "blueprints")[3]["blueprint"]
    assert blueprint["id"].removeprefix("retail-") in lines[4]
    assert blueprint["goals"][0]["wish"][:40] in lines[4]
    assert all(line == line.rstrip() for line in lines)


def test_list_goes_on_where_it_is_told(cli, made_run):
    said = cli("show", made_run, "--limit", 3, "--offset", 4).out
    assert [line.split()[0] for line in said.splitlines()[1:4]] == ["4", "5", "6"]
    assert "more follow: --offset 7" in said
    assert "no more conversations" in cli("show", made_run, "--offset", 9).out
    assert "has no conversations after the first 12" in cli("show", made_run, "--offset", 12).out


def test_list_can_be_of_one_outcome(cli, run_copy):
    rewritten(run_copy, "trajectories", rejected)

    def failed(record):
        if record["unit"] == 5:
            record["ending"] = {"type": "failed", "role": "agent", "error": "E", "traceback": "T"}
            record["outcome"] = {"type": "failed", "fault": "agent", "cause": "error", "text": "E"}

    rewritten(run_copy, "trajectories", failed)

    def units(only):
        return [json.loads(line)["unit"] for line in cli("show", run_copy, "--only", only, "--json").out.splitlines()]

    assert units("rejected") == [2]
    assert units("failed") == [5]
    assert units("unresolved") == []
    assert 2 not in units("verified")
    assert "has no unresolved conversations" in cli("show", run_copy, "--only", "unresolved").out


def test_list_fits_a_terminal(cli, made_run, monkeypatch):
    for width in (80, 100, 130):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = cli("show", made_run).out.splitlines()
        assert max(map(len, lines[:13])) <= width
        assert records(made_run, "trajectories")[0]["blueprint"].removeprefix("retail-") in lines[1]


def test_list_as_json_is_one_summary_a_line(cli, made_run):
    found = [json.loads(line) for line in cli("show", made_run, "--json").out.splitlines()]
    kept, blueprints = records(made_run, "trajectories"), records(made_run, "blueprints")
    assert [each["blueprint"] for each in found] == [each["blueprint"] for each in kept]
    assert found[0]["instruction"] == blueprints[0]["blueprint"]["instruction"]
    assert found[0]["calls"] == sum(message["type"] == "tool_call" for message in kept[0]["messages"])


def test_one_is_found_by_number_by_id_and_by_the_beginning_of_its_id(cli, made_run):
    blueprint = records(made_run, "trajectories")[6]["blueprint"]
    first = cli("show", made_run, 6).out
    assert first.startswith(f"unit 6  {blueprint}  ")
    tail = blueprint.removeprefix("retail-")
    names = [blueprint, blueprint[:-2], tail, *([tail[:9]] if not tail[:9].isdigit() else [])]
    assert all(cli("show", made_run, name).out == first for name in names if not name.isdigit())


@pytest.mark.parametrize(
    ("name", "said"),
    [("12", "has no unit 12; its units are 0 to 11"), ("retail", "several blueprints"), ("zz", "begins with 'zz'")],
)
def test_one_that_is_not_there_is_answered_with_what_is(cli, made_run, name, said):
    found = cli("show", made_run, name)
    assert found.code == 2
    assert said in found.err


def test_unit_that_is_not_done_says_how_to_do_it(cli, run_copy):
    for log in ("blueprints", "trajectories"):
        path = run_copy / f"{log}.jsonl"
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:8]))
    found = cli("show", run_copy, 9)
    assert found.code == 2
    assert "is not done yet; `interplay resume" in found.err


def test_one_is_shown_with_all_that_was_said_and_done(cli, made_run):
    for kept in records(made_run, "trajectories"):
        said = cli("show", made_run, kept["unit"]).out
        assert kept["seed"] in said
        for at, message in enumerate(kept["messages"]):
            if message["type"] in ("human", "agent"):
                assert f"{at:>4} {message['type']}" in said
                assert message["text"] in said
            elif message["type"] == "tool_call":
                assert f"{at:>4} call    {message['tool']}(" in said


def test_changes_of_state_stand_with_before_and_after(cli, made_run):
    unit = next(
        each["unit"] for each in records(made_run, "blueprints")
        if any(action["tool"] == "modify_user_address" for action in each["blueprint"]["actions"])
    )  # fmt: skip
    said = cli("show", made_run, unit).out
    line = next(line for line in said.splitlines() if "/address/address1:" in line)
    assert line.split()[:2] == ["expected", "replace"]
    assert " -> " in line


def test_change_that_nobody_made_is_missing_from_the_state(cli, run_copy):
    def silenced(record):
        record["messages"] = [m for m in record["messages"] if m["type"] in ("human", "agent")]

    unit = next(
        each["unit"] for each in records(run_copy, "blueprints")
        if any(goal["kind"] == "write" for goal in each["blueprint"]["goals"])
    )  # fmt: skip
    rewritten(run_copy, "trajectories", silenced)
    said = cli("show", run_copy, unit).out
    assert "\n  missing    replace /" in said or "\n  missing    add /" in said


def test_long_results_say_how_much_was_left_out_and_full_leaves_nothing_out(cli, made_run):
    short, full = cli("show", made_run, 1).out, cli("show", made_run, 1, "--full").out
    assert "more lines; --full prints them" in short
    assert "more lines" not in full
    assert len(full) > len(short)


def test_everything_that_was_wrong_stands_at_its_message_and_in_the_verdict(cli, run_copy):
    rewritten(run_copy, "trajectories", rejected)
    said = cli("show", run_copy, 2).out
    assert "  rejected:agent  " in said.splitlines()[0]
    assert "result  refused (order_unknown) Error: no such order" in said
    for text in (
        "breaks ask-first (Cancelling): nobody said yes",
        "false claim: It was cancelled.",
        'extra /orders/#W1/status, found "cancelled"',
        "never told: 17.50",
        "refuse: the human was not told no",
        "reward 0, progress 0.5",
        "message 1: It was cancelled.",
    ):
        assert text in said
    at = said.index("false claim: It was cancelled.")
    assert said.rindex("   1 agent", 0, at) < at < said.index("   2 ", at)


def test_one_as_json_holds_blueprint_and_trajectory(cli, made_run):
    found = json.loads(cli("show", made_run, 4, "--json").out)
    assert found["unit"] == 4
    assert found["blueprint"]["id"] == found["trajectory"]["blueprint"]
    assert found["trajectory"]["messages"] == records(made_run, "trajectories")[4]["messages"]


@pytest.mark.parametrize("colour", [False, True])
def test_hostile_text_is_shown_and_not_obeyed(cli, run_copy, monkeypatch, colour):
    if colour:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "100")

    def poisoned(record):
        for message in record["messages"]:
            if "text" in message:
                message["text"] = HOSTILE
            if message["type"] == "tool_call":
                message["tool"], message["arguments"] = HOSTILE, {HOSTILE: HOSTILE}
            if message["type"] == "tool_result":
                message["content"] = HOSTILE if message["call_id"] == "call_1" else json.dumps([{HOSTILE: HOSTILE}] * 9)
        record["blueprint"] = HOSTILE

    def briefed(record):
        blueprint = record["blueprint"]
        blueprint["instruction"] = blueprint["persona"]["name"] = HOSTILE
        blueprint["traits"] = [HOSTILE]
        blueprint["goals"][0]["wish"] = HOSTILE

    rewritten(run_copy, "trajectories", poisoned)
    rewritten(run_copy, "blueprints", briefed)
    for arguments in (["show", run_copy], ["show", run_copy, 1], ["show", run_copy, 1, "--full"], ["verify", run_copy]):
        said = cli(*arguments).out
        assert "]0;owned" in said
        bare = said.replace("\x1b[", "") if colour else said
        assert not [char for char in bare if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")]
        assert "\x1b]" not in said
        assert "\x1b[2J" not in said
        if not colour:
            assert "[bold red]x[/bold red]" in said.replace("\n", "")
    assert ":smile:" in cli("show", run_copy, 1, "--full").out
    for arguments in (["show", run_copy, "--json"], ["show", run_copy, 1, "--json"], ["verify", run_copy, "--json"]):
        said = cli(*arguments).out
        assert said.replace("\n", "").isprintable()
        [json.loads(line) for line in said.splitlines()]


def test_stored_text_comes_out_of_json_as_it_was(cli, run_copy):
    def poisoned(record):
        record["messages"][0]["text"] = HOSTILE

    rewritten(run_copy, "trajectories", poisoned)
    assert json.loads(cli("show", run_copy, 0, "--json").out)["trajectory"]["messages"][0]["text"] == HOSTILE


def test_every_character_that_acts_is_spelled_as_json_spells_it():
    acting = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x202E, 0x2066, 0x2028, 0xFEFF, 0xE0001]))
    acting = acting.replace("\n", "").replace("\t", "")
    assert inert(acting).isprintable()
    assert inert(acting).isascii()
    assert json.loads(f'"{inert(acting)}"') == acting
    plain = "Zoë paid 12 € for a 👩\N{ZERO WIDTH JOINER}🍳\n\tand left"
    assert inert(plain) == plain


def test_world_that_is_gone_leaves_the_conversation_readable(cli, run_copy):
    path = run_copy / "run.json"
    path.write_text(path.read_text().replace('"domain": "retail"', '"domain": "gone"'))
    said = cli("show", run_copy, 0)
    assert said.code == 0
    assert "not compared: there is no domain 'gone'" in said.out
    assert "   0 human" in said.out


@pytest.mark.parametrize("arguments", [["--limit", "1000"], ["--limit", "1000", "--json"], ["0", "--full"]])
def test_a_reader_that_leaves_early_is_no_failure(made_run, arguments):
    command = [sys.executable, "-m", "interplay.engine.cli", "show", str(made_run), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_list_of_several_trials_says_how_many_were_verified_and_whose_fault_it_was(cli, trials_run):
    lines = [line.split() for line in cli("show", trials_run).out.splitlines()]
    assert lines[0][:5] == ["unit", "trial", "verified", "blueprint", "outcome"]
    assert [(row[0], row[1], " ".join(row[2:5]), row[6]) for row in lines[1:7]] == [
        ("0", "0", "4 of 4", "verified"),
        ("1", "3", "0 of 4", "rejected:agent"),
        ("2", "1", "2 of 4", "verified"),
        ("3", "0", "3 of 4", "verified"),
        ("4", "0", "0 of 1", "failed:ours"),
        ("5", "0", "0 of 1", "unresolved"),
    ]


def test_list_of_one_outcome_shows_a_unit_by_its_first_conversation_of_it(cli, trials_run):
    def listed(only):
        found = map(json.loads, cli("show", trials_run, "--only", only, "--json").out.splitlines())
        return [(each["unit"], each["trial"], each["verified"], each["trials"], each["fault"]) for each in found]

    assert listed("rejected") == [(1, 0, 0, 4, "agent"), (2, 0, 2, 4, "agent")]
    assert listed("failed") == [(3, 1, 3, 4, "provider"), (4, 0, 0, 1, "ours")]
    assert [each[0] for each in listed("verified")] == [0, 2, 3]


def test_one_of_several_trials_is_read(cli, trials_run):
    best, second = cli("show", trials_run, 2).out, cli("show", trials_run, 2, "--trial", 2).out
    assert best.startswith("unit 2  retail-000000000002  verified  ")
    assert second.startswith("unit 2  retail-000000000002  rejected:agent  ")
    became = "0 rejected:agent, 1 verified, 2 rejected:agent, 3 verified"
    assert f"  trial 2; 2 of 4 trials were verified ({became}); --trial N reads another" in second
    assert "  whose fault  the agent's" in second
    assert "breaks confirm-before-write" in second
    assert json.loads(cli("show", trials_run, 2, "--trial", 2, "--json").out)["trajectory"]["trial"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((2, "--trial", 4), "its trials are 0 to 3"), (("--trial", 1), "--trial needs the ID of a unit")],
)
def test_a_trial_that_is_not_there_is_answered_with_what_is(cli, trials_run, arguments, said):
    found = cli("show", trials_run, *arguments)
    assert found.code == 2
    assert said in found.err


def test_thoughts_stand_before_what_they_led_to(cli, trials_run):
    lines = cli("show", trials_run, 0).out.splitlines()
    at = lines.index("     thinks  I should look that up.")
    assert lines[at + 1].split()[1] == "call"


def test_drafts_are_told_in_a_line_and_printed_when_asked_for(cli, trials_run):
    folded, unfolded = cli("show", trials_run, 0).out, cli("show", trials_run, 0, "--drafts").out
    assert "draft 1 of 2 was said; 1 struck: tells item 99, which they cannot know; --drafts prints them" in folded
    assert "Do it with item 99." not in folded
    for said in (
        "draft 0  struck",
        "Do it with item 99.",
        "(tells item 99, which they cannot know)",
        "draft 1  said  agreement 9, consistency 8.5, flow 7",
        "(natural)",
    ):
        assert said in unfolded


def test_drafts_of_something_that_the_person_did_stand_below_it(cli, run_copy):
    def looks(record):
        call = {"type": "tool_call", "call_id": "own_1", "tool": "look_around", "arguments": {}, "by": "human"}
        seen = {"type": "tool_result", "call_id": "own_1", "content": "Nothing.", "by": "human"}
        record["messages"][0:0] = [call, seen]
        drafts = [[{"text": "Hm.", "struck": "idle"}, {"text": "(uses look_around {})"}], [{"text": "Hello."}]]
        record["deliberations"] = [
            {"turn": turn, "drafts": each, "chosen": len(each) - 1} for turn, each in enumerate(drafts)
        ]

    rewritten(run_copy, "trajectories", looks)
    lines = [line.strip() for line in cli("show", run_copy, 0, "--drafts").out.splitlines()]
    at = next(at for at, line in enumerate(lines) if line.startswith("0 does") and "look_around" in line)
    below = lines[at : next(at for at, line in enumerate(lines) if line.startswith("1 sees"))]
    assert [line for line in below if line.startswith("draft")] == ["draft 0  struck", "draft 1  said"]
    assert "(uses look_around {})" in below
    hello = lines.index("Hello.")
    assert lines[hello - 1] == "draft 0  said"
    assert hello > lines.index(next(line for line in lines if line.startswith("2 human")))


def test_how_a_blueprint_came_about_is_shown(cli, trials_run):
    said, full = cli("show", trials_run, 0).out, cli("show", trials_run, 0, "--full").out
    for part in (
        "candidates that fell before this blueprint: 1 at execution, 1 at correctness",
        "  made in      task 0, attempt 2",
        "  difficulty   reads ",
        "  strict  correctness 9, completeness 7, satisfaction 8, creativity 6",
        "             I followed the actions.",
        "  shy  abstains",
        "probe  a version spoilt on purpose: swapped-item",
        "  task 0, attempt 1: fell at correctness",
        "             committee, correctness (strict): the correctness is wrong",
    ):
        assert part in said
        assert part in full
    assert said.count("  instruction  ") == 1
    assert full.count("  instruction  ") == 3
    assert "  joined from  retail-aaa, retail-bbb" in cli("show", trials_run, 1).out


def test_as_json_one_has_all_that_led_to_it(cli, trials_run):
    found = json.loads(cli("show", trials_run, 0, "--json").out)
    assert (found["attempt"], found["difficulty"]["writes"], found["probe"]["flaw"]) == (2, 2, "swapped-item")
    assert [each["findings"][0]["check"] for each in found["rejected"]] == ["execution", "correctness"]
    assert [each["reviewer"] for each in found["reviews"]] == ["strict", "careful", "yes-sayer", "shy"]
    assert [(each["trial"], each["outcome"]) for each in found["trials"]] == [(at, "verified") for at in range(4)]


@pytest.mark.parametrize(
    ("unit", "trial", "said"),
    [
        (3, 1, ["failed:provider", "no verdict: provider, error", "429 from the endpoint, six times"]),
        (4, 0, ["failed:ours", "no verdict: ours, error", "KeyError: 'x'", "Traceback: of ours"]),
        (5, 0, ["unresolved", "candidates that fell: 1 at provider", "writing, provider: no reply"]),
    ],
)
def test_failures_say_whose_they_were_and_why(cli, trials_run, unit, trial, said):
    found = cli("show", trials_run, unit, "--trial", trial).out
    assert all(each in found for each in said)


def test_a_humans_fault_is_told_in_words(cli, trials_copy):
    def silenced(record):
        if record["unit"] == 1 and not record.get("trial"):
            record["messages"] = [{"type": "human", "text": "Bye.", "stop": "satisfied"}]
            record["ending"] = {"type": "stopped", "reason": "satisfied"}
            record["deliberations"] = []
            record["outcome"]["fault"] = "human"
            record["outcome"]["verdict"]["violations"] = []

    rewritten(trials_copy, "trajectories", silenced)
    said = cli("show", trials_copy, 1, "--trial", 0).out
    assert "rejected:human" in said.splitlines()[0]
    assert re.search(r"whose fault  the human's  left without a word about g\d", said)


def poison(value):
    """The same, with hostile text in place of every text that some model or person wrote."""
    if isinstance(value, dict):
        return {key: poison(each) if key not in KEPT else each for key, each in value.items()}
    if isinstance(value, list):
        return [poison(each) for each in value]
    return HOSTILE if isinstance(value, str) else value


KEPT = {"type", "kind", "verbosity", "mood", "discloses", "stop", "reason", "fault", "cause", "role", "limit"} | {
    "domain", "stage", "duty", "tool", "seed", "origins", "untaken", "arguments", "hash", "origin"
}  # fmt: skip


@pytest.mark.parametrize("colour", [False, True])
def test_no_text_that_a_run_holds_is_obeyed(cli, trials_copy, monkeypatch, colour):
    if colour:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "100")
    for log in ("blueprints", "trajectories", "replies"):
        path = trials_copy / f"{log}.jsonl"
        path.write_text("".join(json.dumps(poison(json.loads(line))) + "\n" for line in path.read_text().splitlines()))
    units = [["show", trials_copy, unit, *more] for unit in range(6) for more in ([], ["--full", "--drafts"])]
    for arguments in (["stats", trials_copy], ["show", trials_copy], ["verify", trials_copy], *units):
        said = cli(*arguments).out
        bare = said.replace("\x1b[", "") if colour else said
        assert not [char for char in bare if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")]
        assert "\x1b[2J" not in said
    for command in ("stats", "verify", "show"):
        said = cli(command, trials_copy, "--json").out
        assert said.replace("\n", "").isprintable()
        [json.loads(line) for line in said.splitlines()]
