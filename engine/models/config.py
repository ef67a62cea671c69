"""Config: which models play which roles, where they are served, what they cost and what may be spent.

It is read from a short TOML file, or made from one `URL#NAME`. A key is never part of it: an endpoint names
the environment variable that holds its key, so that a config can be kept in a run directory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.models.address import base_url
from interplay.engine.models.bill import Money, Price
from interplay.engine.models.service import EndpointConfig

REVIEWER = "reviewer:"
"""Stands before a reviewer's name where roles are named."""
CANDIDATES = 4
"""What a human on a model drafts for each turn, unless the config says otherwise."""
PROMPT_SUFFIXES = (".md", ".txt")

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NAME = re.compile(r"[\w.-]+\Z")
_KEY_BEGINNINGS = ("sk-", "sk_", "Bearer ", "hf_", "gsk_", "pk_", "r8_", "ghp_", "nvapi", "AIza", "xai_")
_KEY_LENGTH = 16
_SECRET_HEADER = re.compile(r"key|token|auth|secret|cookie|password", re.IGNORECASE)
_SECRET_OPTION = re.compile(r"api.?key|secret|password|authorization", re.IGNORECASE)
_HOSTS = {"api.openai.com": "OPENAI_API_KEY", "openrouter.ai": "OPENROUTER_API_KEY"}

_COMMITTEE = ("policy-lawyer", "customer-advocate", "data-auditor")
"""Reviewers on models, each with an eye of its own."""

Temperature = Annotated[float, msgspec.Meta(ge=0, le=10)]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Part of a config."""


class RoleConfig(_Section, frozen=True, kw_only=True):
    """Who plays a role."""

    model: str = ""
    """ENDPOINT#NAME, or ENDPOINT alone where the server has a single model; empty for no model."""
    temperature: Temperature | None = None
    """None leaves it to the server."""
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    actor: str = ""
    """Registered name of who plays; empty for the usual one, with the model or without."""


class HumanConfig(RoleConfig, frozen=True, kw_only=True):
    """Who plays the human."""

    candidates: Annotated[int, msgspec.Meta(ge=1, le=64)] = CANDIDATES
    """How many replies a model drafts for each turn."""


class RolesConfig(_Section, frozen=True, kw_only=True):
    """The roles, apart from the reviewers."""

    writer: RoleConfig = RoleConfig()
    human: HumanConfig = HumanConfig()
    judge: RoleConfig = RoleConfig()
    agent: RoleConfig = RoleConfig()


class ReviewerConfig(RoleConfig, frozen=True, kw_only=True):
    """One member of the committee."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    prompt: str = ""
    """What this one looks at, beside what all are told; in a file, the name of one that ends in .md or .txt."""


class ModelsConfig(_Section, frozen=True, kw_only=True):
    """The models of a run; a bigger config inherits from it and adds its own sections."""

    budget: Money | None = None
    """No call begins once this much is spent."""
    endpoints: dict[str, EndpointConfig] = {}
    prices: dict[str, Price] = {}
    """By name of the model."""
    roles: RolesConfig = RolesConfig()
    reviewers: tuple[ReviewerConfig, ...] = ()

    def parts(self) -> Iterator[tuple[str, str, RoleConfig]]:
        """Every role: its name, where it stands in the file, and who plays it; reviewers as "reviewer:NAME"."""
        for field in msgspec.structs.fields(self.roles):
            yield field.name, f"roles.{field.name}", getattr(self.roles, field.name)
        for index, reviewer in enumerate(self.reviewers):
            yield REVIEWER + reviewer.name, f"reviewers[{index}]", reviewer


C = TypeVar("C", bound=ModelsConfig)


class Target(NamedTuple):
    """What `model = "main#gpt-small"` means."""

    endpoint: str
    name: str
    """Empty where the server has a single model."""

    @property
    def shown(self) -> str:
        """What the model is called in records, bills and prices."""
        return self.name or self.endpoint


def target(model: str) -> Target:
    """Take apart what a role says of its model; the name may have a # of its own."""
    endpoint, _, name = model.partition("#")
    return Target(endpoint, name)


def check(config: ModelsConfig, where: str) -> None:
    """See that the parts of a config fit together.

    Args:
        config: the whole.
        where: what stands before each error, such as the file's name.
    Raises:
        UsageError: a role names an endpoint that there is none of; two reviewers have one name; a key stands
            where the name of a variable should; a budget cannot be held for want of a price.
    """
    for name, endpoint in config.endpoints.items():
        _check_endpoint(name, endpoint, where)
    seen: set[str] = set()
    for role, place, part in config.parts():
        if role in seen:
            raise UsageError(f"{where}: {place}: there is another reviewer of that name")
        seen.add(role)
        _check_part(config, role, part, f"{where}: {place}")


def with_prompts(config: C, directory: Path) -> C:
    """The same config, with the reviewers' prompts read from their files.

    Args:
        config: as it was decoded.
        directory: where the names of files start.
    Raises:
        UsageError: a file cannot be read.
    """
    reviewers = tuple(
        msgspec.structs.replace(reviewer, prompt=_prompt(reviewer, directory)) for reviewer in config.reviewers
    )
    return msgspec.structs.replace(config, reviewers=reviewers)


def from_model(model: str, key: str = "") -> ModelsConfig:
    """All roles on one model, and three reviewers who look at different things first.

    Args:
        model: URL#NAME; without #NAME, the single model of that server.
        key: name of the environment variable that holds the key; empty for none, or the usual one of a host
            that is known to need one.
    Raises:
        UsageError: not such a thing.
    """
    url, _, name = model.partition("#")
    config = ModelsConfig(
        endpoints={"main": EndpointConfig(url=url, key=key or _HOSTS.get(_host(url), ""))},
        roles=_everywhere(f"main#{name}" if name else "main"),
        reviewers=tuple(
            ReviewerConfig(name=reviewer, actor=reviewer, model=f"main#{name}" if name else "main")
            for reviewer in _COMMITTEE
        ),
    )
    check(config, "--model")
    return config


def _everywhere(model: str) -> RolesConfig:
    role = RoleConfig(model=model)
    return RolesConfig(writer=role, human=HumanConfig(model=model), judge=role, agent=role)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _check_endpoint(name: str, endpoint: EndpointConfig, where: str) -> None:
    place = f"{where}: endpoints.{name}"
    if not _NAME.match(name):
        raise UsageError(f"{where}: {name!r} cannot be an endpoint's name: letters, digits, ., - and _ can")
    if endpoint.key and _like_a_key(endpoint.key):
        raise UsageError(
            f'{place}.key: this is no name of an environment variable, such as "OPENAI_API_KEY" (it is not shown: '
            "it may be a key). Put the key into a variable and its name here"
        )
    for url in (endpoint.url,) if isinstance(endpoint.url, str) else endpoint.url:
        _check_url(url, f"{place}.url")
    for header, value in endpoint.headers.items():
        if not value.startswith("$") and (_SECRET_HEADER.search(header) or value.startswith(_KEY_BEGINNINGS)):
            raise UsageError(
                f'{place}.headers.{header}: what may be secret is named, not written: "$NAME" stands for the value of '
                "the environment variable NAME"
            )
    secret = _secret_in(endpoint.body, f"{place}.body")
    if secret:
        raise UsageError(f"{secret}: a secret must not stand in a config; see `key` and `headers`")


def _secret_in(value: Any, place: str) -> str:
    """Where, in an option and all that it holds, something stands that may be a secret; empty where nothing does."""
    if isinstance(value, str):
        return place if value.startswith(_KEY_BEGINNINGS) else ""
    if isinstance(value, dict):
        named = next((name for name in value if _SECRET_OPTION.search(name)), None)
        if named is not None:
            return f"{place}.{named}"
        within = [(f"{place}.{name}", each) for name, each in value.items()]
    else:
        within = [(f"{place}[{at}]", each) for at, each in enumerate(value)] if isinstance(value, list) else []
    return next((found for at, each in within if (found := _secret_in(each, at))), "")


def _check_url(url: str, place: str) -> None:
    if "://" not in url:  # it may be a key that was put into the wrong place
        raise UsageError(f'{place}: this is no URL (it is not shown); one looks like "http://127.0.0.1:8000/v1"')
    try:
        base_url(url)
    except ValueError as error:
        raise UsageError(f"{place}: {error}") from None


def _like_a_key(text: str) -> bool:
    """Whether this may be a key: no name of a variable, or one that nobody would choose."""
    mixed = any(each.islower() for each in text) and any(each.isdigit() for each in text)
    return not _VARIABLE.match(text) or text.startswith(_KEY_BEGINNINGS) or (mixed and len(text) >= _KEY_LENGTH)


def _check_part(config: ModelsConfig, role: str, part: RoleConfig, place: str) -> None:
    if isinstance(part, ReviewerConfig):
        if not _NAME.match(part.name):
            raise UsageError(f"{place}.name: {part.name!r} cannot be one: letters, digits, ., - and _ can")
        if not part.model and not part.actor:
            raise UsageError(f"{place} ({part.name}) needs a model, or an actor: a coded reviewer's name")
    if not part.model:
        if part.temperature is not None or part.max_tokens is not None:
            raise UsageError(f"{place}: a temperature or max_tokens says nothing without a model")
        return
    meant = target(part.model)
    endpoint, name = meant.endpoint, meant.shown
    if endpoint not in config.endpoints:
        known = ", ".join(config.endpoints) or "none; a section [endpoints.main] makes one"
        raise UsageError(f'{place}.model: there is no endpoint {endpoint!r}; it is "ENDPOINT#NAME". Known are {known}')
    if config.budget is not None and name not in config.prices:
        known = ", ".join(config.prices) or "none"
        raise UsageError(
            f"{place}: a budget cannot be held without the price of {name!r}; there are prices of {known}. "
            f"Add a section [prices.{msgspec.json.encode(name).decode()}] with prompt and completion, "
            f"0 where it costs nothing ({role})"
        )


def _prompt(reviewer: ReviewerConfig, directory: Path) -> str:
    """A reviewer's prompt: what the file says, where it names one."""
    named = reviewer.prompt.strip()
    if "\n" in named or not named.endswith(PROMPT_SUFFIXES):
        return reviewer.prompt
    try:
        return (directory / named).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot read the prompt of reviewer {reviewer.name!r}, {named}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"the prompt of reviewer {reviewer.name!r}, {named}, is not UTF-8") from None
