"""Posts of one blog: author, day, link, text, and the author's account where the site shows it.

The target is a blog's start page, then its feeds, sitemaps and links lead to the posts'
own pages; or a feed, then what that feed says is all that is read.
"""

import hashlib
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from connectors import Context
from connectors._http.answer import Answer, LaterError
from connectors._http.client import OutOfBudgetError, Web
from connectors.blog import explanation, html
from connectors.blog import page as post_page
from connectors.blog.crawler import Walk
from connectors.blog.feed import Unreadable, read
from connectors.blog.frontier import MovedError, at_its_new_place
from sourcing.core.errors import ParseError
from sourcing.core.model import Budget, Cursor, Page

#: Bytes of a start page in which it says that it only leads on.
_HEAD = 5_000


def fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    """The posts that are new or changed since the cursor, newest first."""
    asked = cursor.get("not_before")
    if asked and datetime.fromisoformat(asked) > context.now:
        return
    with Web(context, budget, cursor.get("robots", {})) as web:
        try:
            yield from _pages(web, target, cursor, context)
        except OutOfBudgetError:
            return


def explain(
    url: str, sites: Mapping[str, Cursor], budget: Budget, context: Context
) -> list[tuple[str, str]]:
    """What is read from one page and why, line by line; nothing comes of it."""
    with Web(context, budget) as web:
        return explanation.explain(web, url, sites)


def _pages(web: Web, target: str, cursor: Cursor, context: Context) -> Iterator[Page]:
    start = cursor.get("start", target)
    answer = None
    if "maps" not in cursor or "searching" in cursor:
        answer = yield from _begun(web, start, cursor)
        if answer is None:
            return
    walk = Walk(web, answer.url if answer else start, cursor, context)
    try:
        if answer:
            walk.first(answer)
        else:
            walk.again()
    except MovedError as error:
        walk = _at_its_new_place(web, start, error.answer, cursor, context)
    except (LaterError, OutOfBudgetError) as error:
        if page := walk.left(error):
            yield page
        raise
    yield from walk.pages()


def _begun(web: Web, start: str, cursor: Cursor) -> Generator[Page, None, Answer | None]:
    """The start page; None once all is read, as it is a feed."""
    try:
        answer = web.get(start, cursor.get("etag"), cursor.get("last_modified"))
    except LaterError as error:
        yield Page(cursor={**cursor, "not_before": error.until.isoformat()})
        raise
    if answer.status == 304:
        return None
    try:
        yield from _feed(answer, cursor, web)
    except Unreadable:
        led = post_page.leads_to(html.soup(answer.body[:_HEAD]), answer.url)
        if led and urlsplit(led).netloc == urlsplit(answer.url).netloc:
            answer = web.get(led)
        _refuse_odd(answer)
        return answer
    return None


def _at_its_new_place(
    web: Web, start: str, answer: Answer, cursor: Cursor, context: Context
) -> Walk:
    context.tell(f"blog:{start} is now {answer.url}")
    walk = Walk(web, answer.url, at_its_new_place(cursor, start, answer.url), context)
    before, after = (urlsplit(url).netloc.lower() for url in (start, answer.url))
    walk.was_at = before if before != after else None
    walk.first(answer)
    return walk


def _feed(answer: Answer, cursor: Cursor, web: Web) -> Iterator[Page]:
    """One page with all the feed's posts, or none if nothing changed since the cursor."""
    posts, identities = read(answer.body, answer.url)
    digest = hashlib.sha256(answer.body).hexdigest()[:32]
    if digest == cursor.get("hash"):
        return
    # Exactly what came with this body, both or neither: an old validator kept beside a new
    # one hides every later change.
    state = {"etag": answer.etag, "last_modified": answer.last_modified, "hash": digest,
             "robots": web.robots.state()}  # fmt: skip
    # Always the same scan: a post that has left the feed is not withdrawn.
    yield Page(cursor=state, contributions=posts, identities=identities, finished=True)


def _refuse_odd(answer: Answer) -> None:
    """A page has markup; what has none is neither a feed nor a page."""
    start = answer.body[:2_000].lower()
    if b"<html" not in start and b"<!doctype html" not in start and b"<link" not in start:
        raise ParseError(f"{answer.url}: neither a feed nor a page; name the blog's start page")
