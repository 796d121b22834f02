"""The routes of the pages, and the handling of forms and errors around them.

Each page runs in a worker thread with a separate database connection. A SourcingError becomes one
line, with the same text as on the command line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from db import Store
from sourcing.core.errors import SourcingError
from sourcing.web.pages import (
    bulk,
    drafts,
    night,
    onboarding,
    openings,
    packet,
    person,
    search,
    shortlist,
    week,
)
from sourcing.web.render import respond
from sourcing.web.request import Answer, Desk, Go, MissingError, Page, Query, Shown, Visit
from sourcing.web.security import Guard
from sourcing.web.sessions import Sessions, bare_page, may

#: The longest form in bytes: answers of a hiring manager about many people.
FORM_LIMIT = 1_000_000
#: Seconds in which a form must arrive.
FORM_SECONDS = 30


def home(visit: Visit) -> Answer:
    """The first page."""
    if visit.account.role == "manager":
        return Go("/packet")
    return Go("/week" if visit.scored else "/first")


#: Method, address, page.
PAGES: tuple[tuple[str, str, Page], ...] = (
    ("GET", "/", home),
    ("GET", "/first", onboarding.page),
    ("POST", "/first/watchlist", onboarding.watchlist),
    ("GET", "/week", week.page),
    ("GET", "/shortlist", shortlist.page),
    ("GET", "/compare", shortlist.compare),
    ("POST", "/people/marks", bulk.mark),
    ("POST", "/people/undo", bulk.undo),
    ("POST", "/people/drafts", bulk.draft),
    ("GET", "/search", search.page),
    ("POST", "/searches", shortlist.keep),
    ("POST", "/searches/drop", shortlist.drop),
    ("GET", "/people/{id:number}", person.page),
    ("GET", "/people/{id:number}/copy", person.copy),
    ("GET", "/people/{id:number}/held", person.held),
    ("POST", "/people/{id:number}/opened", person.opened),
    ("POST", "/people/{id:number}/forget", person.forget),
    ("POST", "/people/{id:number}/mark", person.mark),
    ("POST", "/people/{id:number}/exclude", person.exclude),
    ("POST", "/people/{id:number}/include", person.include),
    ("POST", "/people/{id:number}/draft", drafts.make),
    ("GET", "/drafts", drafts.page),
    ("POST", "/drafts/export", drafts.export),
    ("GET", "/exports/{name}", drafts.file),
    ("GET", "/drafts/{id:number}", drafts.one),
    ("GET", "/drafts/{id:number}/source", drafts.source),
    ("POST", "/drafts/{id:number}/check", drafts.check),
    ("POST", "/drafts/{id:number}/edit", drafts.edit),
    ("POST", "/drafts/{id:number}/approve", drafts.approve),
    ("POST", "/drafts/{id:number}/reject", drafts.reject),
    ("POST", "/drafts/{id:number}/sent", drafts.sent),
    ("POST", "/drafts/{id:number}/outcome", drafts.outcome),
    ("POST", "/drafts/{id:number}/follow", drafts.follow),
    ("GET", "/openings", openings.page),
    ("GET", "/openings/{name}", openings.one),
    ("POST", "/openings/{name}", openings.save),
    ("GET", "/packet", packet.page),
    ("GET", "/packet/file", packet.file),
    ("POST", "/packet/answers", packet.answers),
    ("POST", "/packet/weights", packet.weigh),
    ("GET", "/night", night.page),
    ("GET", "/night/progress", night.progress),
    ("POST", "/night/crawl", night.start),
    ("POST", "/night/stop", night.stop),
    ("POST", "/sources", onboarding.add),
    ("POST", "/sources/remove", onboarding.remove),
)


class _Number(IntegerConvertor):
    """A number that the database can hold; a longer one matches no route."""

    regex = "[0-9]{1,18}"


def make(desk: Desk, allowed: Iterable[str], sessions: Sessions) -> Guard:
    """The pages, for these origins and sessions."""
    register_url_convertor("number", _Number())
    routes: list[Route | Mount] = [
        Route(path, _endpoint(desk, page), methods=[method]) for method, path, page in PAGES
    ]
    routes.append(Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))))
    app = Starlette(
        routes=routes, exception_handlers={HTTPException: _refused, SourcingError: _unusable}
    )
    return Guard(app, allowed, sessions)


def _endpoint(desk: Desk, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form: list[tuple[str, str]] = []
        if not may(request.scope["account"], request.method, request.url.path):
            raise HTTPException(403, "Your account may not use this page.")
        if request.method == "POST":
            unknown = "transfer-encoding" in request.headers
            if unknown or int(request.headers.get("content-length", 0)) > FORM_LIMIT:
                raise HTTPException(413, "The form is too long.")
            try:
                async with asyncio.timeout(FORM_SECONDS), request.form() as sent:
                    form = [(name, await _text(value)) for name, value in sent.multi_items()]
            except TimeoutError:
                raise HTTPException(408, "The form did not arrive in time.") from None
        return await run_in_threadpool(_answer, desk, page, request, form)

    return endpoint


async def _text(value: UploadFile | str) -> str:
    if isinstance(value, str):
        return value
    return (await value.read()).decode("utf-8", "replace")


def _answer(desk: Desk, page: Page, request: Request, form: list[tuple[str, str]]) -> Response:
    with closing(Store(desk.db_path)) as store:
        account = request.scope["account"]
        visit = Visit(
            replace(desk, user=account.name),
            account,
            store,
            desk.clock(),
            request.url.path,
            request.path_params,
            Query(tuple(request.query_params.multi_items())),
            Query(tuple(form)),
            dict(request.headers),
            request.cookies,
        )
        try:
            return respond(visit, page(visit))
        except SourcingError as exc:
            status = 404 if isinstance(exc, MissingError) else 400
            return respond(visit, Shown("error.html", {"error": str(exc)}, status))


def _unusable(request: Request, exc: Exception) -> Response:
    """The answer if the database cannot be used."""
    return _short_answer(request, str(exc), 503)


def _refused(request: Request, exc: Exception) -> Response:
    status, detail = getattr(exc, "status_code", 500), getattr(exc, "detail", "")
    return _short_answer(request, detail, status)


def _short_answer(request: Request, text: str, status: int) -> Response:
    """One sentence: as a page for a browser, as plain text for a script."""
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(f"{text}\n", status)
    title = "There is no such page" if status == 404 else "That did not work"
    back = Markup('<p>{}</p><p><a href="/">To the first page</a></p>').format(text)
    return bare_page(title, back, status)
