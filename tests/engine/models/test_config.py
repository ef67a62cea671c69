from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from interplay.engine.errors import UsageError
from interplay.engine.models.config import ModelsConfig, check, from_model, target, with_prompts
from interplay.engine.models.table import decode_table

WHOLE = """
budget = 20.0
[endpoints.main]
url = "http://127.0.0.1:8000/v1"
key = "OPENAI_API_KEY"
requests_per_minute = 600
[endpoints.spare]
url = ["http://one:1", "http://two:2"]
headers = { "x-api-key" = "$SPARE_KEY" }
[prices."gpt-4.1"]
prompt = 0.15
completion = 0.60
[roles.writer]
model = "main#gpt-4.1"
temperature = 1
[roles.human]
model = "main#gpt-4.1"
candidates = 2
[roles.agent]
actor = "react"
[[reviewers]]
name = "strict"
model = "main#gpt-4.1"
prompt = "strict.md"
[[reviewers]]
name = "coded"
actor = "four-checks"
"""


class Forge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    attempts: int = 3


class RunFile(ModelsConfig, frozen=True, kw_only=True):
    forge: Forge = Forge()


def read(text: str) -> ModelsConfig:
    config = decode_table(tomllib.loads(text), ModelsConfig, "run.toml")
    check(config, "run.toml")
    return config


def complaint(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        read(text)
    return str(caught.value)


def test_a_short_file_says_who_plays_with_which_model() -> None:
    config = read(WHOLE)
    parts = {role: (place, part.model, part.actor) for role, place, part in config.parts()}
    assert parts == {
        "writer": ("roles.writer", "main#gpt-4.1", ""),
        "human": ("roles.human", "main#gpt-4.1", ""),
        "judge": ("roles.judge", "", ""),
        "agent": ("roles.agent", "", "react"),
        "reviewer:strict": ("reviewers[0]", "main#gpt-4.1", ""),
        "reviewer:coded": ("reviewers[1]", "", "four-checks"),
    }
    assert (config.roles.human.candidates, config.roles.writer.temperature) == (2, 1.0)
    assert config.prices["gpt-4.1"].of(1_000_000, 1_000_000) == 0.75


def test_a_config_survives_being_kept_as_json() -> None:
    config = read(WHOLE)
    assert msgspec.json.decode(msgspec.json.encode(config), type=ModelsConfig) == config


def test_a_bigger_config_adds_sections_of_its_own() -> None:
    table = tomllib.loads(WHOLE + "\n[forge]\nattempts = 5")
    config = decode_table(table, RunFile, "f")
    check(config, "f")
    assert config.forge.attempts == 5
    table["forge"]["atempts"] = 1
    with pytest.raises(UsageError, match=r"'atempts' is no key of \[forge\]; did you mean 'attempts'"):
        decode_table(table, RunFile, "f")


MAIN = '[endpoints.main]\nurl = "http://h/v1"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[roles.writter]", "'writter' is no key of [roles]; did you mean 'writer'? It takes writer, human, judge"),
        ("[endpoints.main]\nurll = 'x'", "'urll' is no key of [endpoints.main]; did you mean 'url'?"),
        ("[endpoints.main]\nkey = 'A'", "[endpoints.main] lacks url"),
        (MAIN + "in_flight = 0", "endpoints.main.in_flight is 0; it takes a whole number, at least 1"),
        (MAIN + "requests_per_minute = 'many'", "endpoints.main.requests_per_minute is text; it takes a number"),
        (MAIN + "[roles.judge]\nmodel = 'mian#x'", "roles.judge.model: there is no endpoint 'mian'"),
        (MAIN + "[roles.judge]\nmodel = 'mian#x'", "Known are main"),
        ("[roles.judge]\nmodel = 'x'", "Known are none; a section [endpoints.main] makes one"),
        ("[roles.judge]\ntemperature = -1", "roles.judge.temperature is -1; it takes a number, at least 0"),
        ("[roles.judge]\ntemperature = nan", "roles.judge.temperature is nan; it takes a number, at least 0"),
        ("[roles.judge]\ntemperature = 1", "roles.judge: a temperature or max_tokens says nothing without a model"),
        ("[roles.human]\ncandidates = 0", "roles.human.candidates is 0"),
        ("[prices.gpt-4.1]\nprompt = 1", 'needs quotes: [prices."gpt-4.1"]'),
        ("[prices.small]\nprompt = -1\ncompletion = 0", "prices.small.prompt is -1; it takes a number, at least 0"),
        ("[[reviewers]]\nmodel = 'main'", "[reviewers[0]] lacks name"),
        ("[[reviewers]]\nname = 'strict'", "reviewers[0] (strict) needs a model, or an actor"),
        ("[[reviewers]]\nname = 'a b'\nactor = 'x'", "reviewers[0].name: 'a b' cannot be one"),
        (2 * "[[reviewers]]\nname = 'a'\nactor = 'x'\n", "reviewers[1]: there is another reviewer of that name"),
        ("budget = 5\n" + MAIN + "[roles.judge]\nmodel = 'main#dear'", 'Add a section [prices."dear"]'),
        ("budget = -1", "budget is -1"),
        ("[endpoints.main]\nurl = 'ftp://h'", "endpoints.main.url"),
        ("[endpoints.main]\nurl = []", "url names no server"),
    ],
)
def test_what_is_wrong_in_a_config_is_said(text: str, said: str) -> None:
    assert said in complaint(text)


@pytest.mark.parametrize(
    "written",
    [
        "key = 'sk-verysecret'",
        "key = 'hf_verysecret'",
        "key = 'abcdefverysecret0123456789'",
        "key = ['verysecret']",
        "kee = 'verysecret'",
        "headers = { Authorization = 'Bearer verysecret' }",
        "headers = { 'x-other' = 'sk-verysecret' }",
        "body = { api_key = 'verysecret' }",
        "body = { extra = { api_key = 'verysecret' } }",
        "body = { x = [{ y = 'sk-verysecret' }] }",
        "in_flight = 'sk-verysecret'",
    ],
)
def test_a_key_that_stands_in_a_config_is_refused_and_not_shown(written: str) -> None:
    text = complaint(MAIN + written)
    assert "endpoints.main" in text
    assert "verysecret" not in text


@pytest.mark.parametrize("url", ["sk-verysecret", "https://user:verysecret@h/v1", "https://h/v1?key=verysecret"])
def test_a_key_in_a_url_is_refused_and_not_shown(url: str) -> None:
    assert "verysecret" not in complaint(f"[endpoints.main]\nurl = '{url}'")
    with pytest.raises(UsageError) as caught:
        from_model(f"{url}#name")
    assert "verysecret" not in str(caught.value)


def test_a_reviewers_prompt_is_text_or_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "strict.md").write_text("Be strict.\n")
    config = with_prompts(read(WHOLE), tmp_path)
    assert config.reviewers[0].prompt == "Be strict.\n"
    text = msgspec.structs.replace(config.reviewers[0], prompt="Be mild, as in mild.md")
    named = msgspec.structs.replace(config, reviewers=(msgspec.structs.replace(text, prompt="Read\nmild.md"),))
    assert with_prompts(named, tmp_path) == named
    missing = msgspec.structs.replace(config, reviewers=(msgspec.structs.replace(text, prompt="mild.md"),))
    with pytest.raises(UsageError, match=r"prompt of reviewer 'strict', mild\.md: No such file"):
        with_prompts(missing, tmp_path)


def test_one_model_plays_every_role_and_three_reviewers_who_look_at_different_things() -> None:
    config = from_model("http://127.0.0.1:8000/v1#org/name")
    assert {part.model for _, _, part in config.parts()} == {"main#org/name"}
    assert len({reviewer.actor for reviewer in config.reviewers}) == len(config.reviewers) == 3
    assert config.endpoints["main"].key == ""
    assert config.roles.human.candidates == 4


def test_a_model_may_be_without_a_name_and_its_name_may_hold_anything() -> None:
    assert from_model("http://h/v1").roles.judge.model == "main"
    assert target("main") == ("main", "")
    assert target("main#a#b/c:d") == ("main", "a#b/c:d")


def test_the_usual_hosts_have_their_usual_key() -> None:
    assert from_model("https://api.openai.com/v1#m").endpoints["main"].key == "OPENAI_API_KEY"
    assert from_model("https://api.openai.com/v1#m", "OWN").endpoints["main"].key == "OWN"
    assert from_model("https://api.openai.com.evil.org/v1#m").endpoints["main"].key == ""


def test_a_model_that_is_no_url_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--model: endpoints\.main\.url: this is no URL"):
        from_model("gpt-small")
