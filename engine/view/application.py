"""Application: which page answers which address.

A page is made by a plain function, in a worker thread; what waits here is only the way there and back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib.resources import files
from typing import Any

import anyio.to_thread
import jinja2
import msgspec
import structlog
from aiohttp import web

from interplay.engine.errors import InterplayError, UsageError
from interplay.engine.index import Query
from interplay.engine.pages import environment, stylesheet
from interplay.engine.view import addresses, guard
from interplay.engine.view.following import Board, Standing
from interplay.engine.view.frame import Frame
from interplay.engine.view.listing import listing
from interplay.engine.view.opened import opened
from interplay.engine.view.overview import overview
from interplay.engine.view.plots import plots
from interplay.engine.view.shelf import Shelf

HEARTBEAT_SECONDS = 15.0
"""A stream that says nothing for so long says that it is there."""
THREADS = 4
"""Pages that are made at once; others wait."""
KINDS: Mapping[str, str] = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

ICON = "icon.svg"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger("interplay.view")


class NoPageError(UsageError):
    """An address names something that is not there."""


class Pages:
    """Answers requests.

    Args:
        shelf: where the pages take what they show from.
        board: how far the index is.
    """

    def __init__(self, shelf: Shelf, board: Board) -> None:
        self._shelf, self._board = shelf, board
        self._templates: jinja2.Environment = environment(view="interplay.engine.view")
        self._static = _static()
        self._threads = anyio.CapacityLimiter(THREADS)

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        return [
            web.get("/", self.first),
            web.get(addresses.RUNS, self.runs),
            web.get(addresses.LIST, self.list),
            web.get(addresses.LIST + "/{run:[^/]+}/{unit}/{trial}", self.conversation),
            web.get(addresses.PLOTS, self.plots),
            web.get("/events", self.events),
            web.get("/static/{name}", self.static),
            web.get("/favicon.ico", self.icon),
        ]

    async def first(self, request: web.Request) -> web.StreamResponse:
        """The list of a run; of a directory of runs, which may become more, the runs."""
        if await anyio.to_thread.run_sync(self._shelf.alone, limiter=self._threads):
            return web.Response(status=303, headers={"Location": addresses.LIST})
        return await self.runs(request)

    async def runs(self, _request: web.Request) -> web.StreamResponse:
        """The runs, however many."""
        return await self._page("overview", "runs", Query(), partial(overview, self._shelf))

    async def list(self, request: web.Request) -> web.StreamResponse:
        """The conversations that fit the filters."""
        asked = addresses.read(request.query)
        return await self._page("listing", "conversations", asked.query, partial(listing, self._shelf, asked))

    async def plots(self, request: web.Request) -> web.StreamResponse:
        """What was counted of them."""
        query = addresses.read(request.query).query
        return await self._page("plots", "plots", query, partial(plots, self._shelf, query))

    async def conversation(self, request: web.Request) -> web.StreamResponse:
        """One conversation."""
        query = addresses.read(request.query).query
        where = request.match_info
        unit, trial = _number("unit", where["unit"]), _number("trial", where["trial"])
        making = partial(opened, self._shelf, addresses.unspelled(where["run"]), unit, trial, query)
        try:
            return await self._page("opened", "conversation", query, making)
        except UsageError as error:
            reading = "" if self._board.latest.complete else ". Not all was read yet: it may still come"
            raise NoPageError(f"{error}{reading}") from error

    async def events(self, request: web.Request) -> web.StreamResponse:
        """How far the index is, now and at every change, until one of both sides goes."""
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await stream.prepare(request)
        if request.method == "HEAD":
            return stream
        with suppress(ConnectionError):  # whoever was told has gone
            async for standing in self._board.watch(HEARTBEAT_SECONDS):
                await stream.write(b": still here\n\n" if standing is None else _event(standing))
        return stream

    async def static(self, request: web.Request) -> web.StreamResponse:
        """A file of the pages' own."""
        name = request.match_info["name"]
        if name not in self._static:
            raise NoPageError(f"there is no such file; there are {', '.join(self._static)}")
        return web.Response(text=self._static[name], content_type=KINDS[name.rpartition(".")[2]], charset="utf-8")

    async def icon(self, _request: web.Request) -> web.StreamResponse:
        """The sign of the pages, for a browser that asks for it before it has seen one."""
        return web.Response(text=self._static[ICON], content_type=KINDS["svg"], charset="utf-8")

    async def trouble(self, status: int, heading: str, text: str) -> web.Response:
        """A page that says what is wrong."""
        making: Callable[[], dict[str, Any]] = partial(dict, heading=heading, text=text)
        return await self._page("trouble", "trouble", Query(), making, status=status)

    async def _page(
        self, template: str, page: str, query: Query, making: Callable[[], dict[str, Any]], *, status: int = 200
    ) -> web.Response:
        frame = Frame(page, self._shelf.name, str(self._shelf.root), self._board.latest, query)
        written = partial(self._written, template, frame, making)
        text = await anyio.to_thread.run_sync(written, limiter=self._threads)
        return web.Response(text=text, content_type="text/html", charset="utf-8", status=status)

    def _written(self, template: str, frame: Frame, making: Callable[[], dict[str, Any]]) -> str:
        return self._templates.get_template(f"view/{template}.html").render(site=frame, **making())


def application(shelf: Shelf, board: Board, port: int) -> web.Application:
    """The viewer, ready to be served.

    Args:
        shelf: where the pages take what they show from.
        board: how far the index is.
        port: that it will listen on; requests for another are refused.
    """
    pages = Pages(shelf, board)

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        refused = guard.refusal(request.method, request.headers, port)
        if refused is None:
            return await handler(request)
        response = web.Response(text=refused.text, status=refused.status)
        if refused.status == 405:
            response.headers["Allow"] = ", ".join(guard.METHODS)
        return response

    @web.middleware
    async def explained(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except NoPageError as error:
            return await pages.trouble(404, "There is no such page", str(error))
        except UsageError as error:
            return await pages.trouble(400, "This cannot be shown as asked", str(error))
        except InterplayError as error:
            return await pages.trouble(500, "This cannot be read", str(error))
        except web.HTTPException as error:
            text = "An address is misspelled, or it is of another version of the viewer."
            return await pages.trouble(error.status, "There is no such page", text)
        except Exception as error:
            log.exception("page_failed", path=request.path)
            text = f"{type(error).__name__}. What it says stands in the viewer's log, with --verbose."
            return await pages.trouble(500, "A defect of the viewer", text)

    async def headed(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(guard.HEADERS)

    made = web.Application(middlewares=[guarded, explained])
    made.add_routes(pages.routes())
    made.on_response_prepare.append(headed)
    return made


def _static() -> dict[str, str]:
    """The files that pages load, by name."""
    own = files("interplay.engine.view").joinpath("static")
    sheets = {name: stylesheet(name) for name in ("style.css", "figures.css")}
    return sheets | {name: own.joinpath(name).read_text("utf-8") for name in ("view.css", "view.js", ICON)}


def _number(what: str, text: str) -> int:
    """A number in an address.

    Raises:
        NoPageError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise NoPageError(f"{text[:40]!r} is not the number of a {what}")
    return int(text)


def _event(standing: Standing) -> bytes:
    return b"event: standing\ndata: " + msgspec.json.encode(told_of(standing)) + b"\n\n"


def told_of(standing: Standing) -> dict[str, Any]:
    """A standing as the stream tells it."""
    return {**msgspec.structs.asdict(standing), "share": round(standing.share, 4)}
