"""Opening: everything that a session's models need, opened and closed together.

In a replay no endpoint is opened, so that it needs neither a server nor a key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol, TypeVar

import msgspec

from interplay.engine.errors import UsageError
from interplay.engine.models.bill import Account
from interplay.engine.models.cache import Cache
from interplay.engine.models.config import (
    ModelsConfig,
    ReviewerConfig,
    RoleConfig,
    RolesConfig,
    check,
    target,
)
from interplay.engine.models.desk import Completing, Desk, Part, Sources
from interplay.engine.models.replies import Recordings, Replies
from interplay.engine.models.service import EndpointConfig
from interplay.engine.seeds import Seed

LISTED = 10
"""Models of a server that an error names."""

C = TypeVar("C", bound=ModelsConfig)
R = TypeVar("R", bound=RoleConfig)


class Connected(Completing, Protocol):
    """An endpoint while it is open."""

    async def models(self) -> list[str]:
        """The names of the models that it serves."""
        ...

    async def __aenter__(self) -> Connected: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


Connect = Callable[[EndpointConfig, Seed], Connected]


def over_http(config: EndpointConfig, seed: Seed) -> Connected:
    """An endpoint that asks servers; only with the first is the HTTP client loaded, which takes long.

    Raises:
        EndpointError: a URL is none, or a variable that is named is not set.
    """
    from interplay.engine.models.endpoint import Endpoint

    return Endpoint(config, seed)


@asynccontextmanager
async def open_desk(
    config: ModelsConfig,
    seed: Seed,
    directory: Path | None,
    *,
    unfinished: Callable[[int], bool],
    replay: Path | None = None,
    cache: Path | None = None,
    connect: Connect = over_http,
) -> AsyncIterator[Desk]:
    """A desk for one session of a run; however it ends, what was answered is kept.

    Args:
        config: which models, where, at which price.
        seed: of the run.
        directory: of the run, whose lock the caller holds; None keeps no replies.
        unfinished: whether a unit is still to be done; replies of others are not looked for.
        replay: directory of the run whose replies are to be given again; then no endpoint is asked.
        cache: directory of replies that may be used in place of asking.
        connect: makes an endpoint.
    Raises:
        UsageError: the parts of the config do not fit together.
        EndpointError: a key is not set.
        RunError: a run's replies cannot be read, or written.
        HaltError: the cache cannot be used.
    """
    check(config, "the models' config")
    account = Account(config.prices, config.budget)
    parts = {role: _part(config, role, part) for role, _, part in config.parts() if part.model}
    async with AsyncExitStack() as opened:
        replies = recordings = kept = None
        if directory is not None:
            replies = opened.enter_context(Replies(directory, unfinished=unfinished, seen=account.recall))
        if replay is not None:
            recordings = Recordings(replay, wanted=unfinished)
            opened.callback(recordings.close)
        if cache is not None:
            kept = opened.enter_context(Cache(cache))
        endpoints: dict[str, Completing] = {}
        if replay is None:
            for name in dict.fromkeys(part.endpoint for part in parts.values()):
                endpoint = connect(config.endpoints[name], seed.child("endpoint", name))
                endpoints[name] = await opened.enter_async_context(endpoint)
        yield Desk(parts, endpoints, seed, Sources(replies, recordings, kept), account)


async def named(config: C, *, connect: Connect = over_http) -> C:
    """The same config, where each model has a name: that of the single model that its server lists.

    Args:
        config: in which `model = "main"`, without #NAME, may stand.
        connect: makes an endpoint.
    Raises:
        UsageError: a server lists several models, or none; says which.
        ModelError: a server gives no list.
    """
    nameless = [target(part.model) for _, _, part in config.parts() if part.model]
    names: dict[str, str] = {}
    for endpoint in dict.fromkeys(each.endpoint for each in nameless if not each.name):
        async with connect(config.endpoints[endpoint], Seed.root(0)) as connected:
            names[endpoint] = _single(endpoint, await connected.models())

    def with_name(part: R) -> R:
        endpoint, name = target(part.model)
        return part if name or not endpoint else msgspec.structs.replace(part, model=f"{endpoint}#{names[endpoint]}")

    roles = RolesConfig(
        writer=with_name(config.roles.writer),
        human=with_name(config.roles.human),
        judge=with_name(config.roles.judge),
        agent=with_name(config.roles.agent),
    )
    reviewers: tuple[ReviewerConfig, ...] = tuple(with_name(each) for each in config.reviewers)
    return msgspec.structs.replace(config, roles=roles, reviewers=reviewers)


def _single(endpoint: str, models: list[str]) -> str:
    if len(models) == 1:
        return models[0]
    some = ", ".join(models[:LISTED]) + (", ..." if len(models) > LISTED else "")
    raise UsageError(
        f"the server of endpoint {endpoint!r} has {len(models)} models{': ' + some if some else ''}; "
        f'say which after a #: "{endpoint}#NAME", or --model URL#NAME'
    )


def _part(config: ModelsConfig, role: str, part: RoleConfig) -> Part:
    meant = target(part.model)
    return Part(
        role=role,
        endpoint=meant.endpoint,
        model=meant.name,
        shown=meant.shown,
        temperature=part.temperature,
        max_tokens=part.max_tokens,
        extra=config.endpoints[meant.endpoint].body or None,
    )
