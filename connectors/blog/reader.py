"""Reads a blog: posts with author, day, link, text, and the author's account where the site
shows it.

The target is a start page, from which feeds, sitemaps and links lead to the pages of posts, or
a feed, and then only the feed is read.
"""

import hashlib
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from connectors import Context
from connectors._http.answer import Answer, DelayError, ForbiddenError, LaterError
from connectors._http.client import OutOfBudgetError, Web
from connectors.blog import explanation
from connectors.blog.crawler import Crawl
from connectors.blog.formats import charset
from connectors.blog.formats.feed import Unreadable, read
from connectors.blog.pages import facts as page_facts
from connectors.blog.pages import html
from connectors.blog.urls import site_start
from sourcing.core.errors import ParseError
from sourcing.core.model import Budget, Contribution, Cursor, Page
from sourcing.core.text import fold

#: Bytes of a start page in which it may redirect by `<meta http-equiv=refresh>`.
_HEAD = 5_000


def fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    """The posts that are new or changed since the cursor, newest first."""
    asked = cursor.get("not_before")
    if asked and datetime.fromisoformat(asked) > context.now:
        if cursor.get("delay"):
            context.tell(_delayed(target, cursor["delay"]))
        return
    with Web(context, budget, cursor.get("robots", {})) as web:
        try:
            yield from _pages(web, target, cursor, context)
        except OutOfBudgetError:
            return
        except DelayError as error:
            context.tell(_delayed(target, error.seconds))


def explain(
    url: str, sites: Mapping[str, Cursor], budget: Budget, context: Context
) -> list[tuple[str, str]]:
    """The facts of one page and the attribution, line by line; nothing is stored."""
    with Web(context, budget) as web:
        return explanation.explain(web, url, sites, context.now.date())


def _delayed(target: str, seconds: float) -> str:
    return (
        f"blog:{target}: its robots.txt asks for a Crawl-delay of {seconds:,.0f} s, so a run reads"
        " few pages; name its feed to read the newest posts at once, or remove it"
    )


def _pages(web: Web, target: str, cursor: Cursor, context: Context) -> Iterator[Page]:
    start, answer = cursor.get("start", target), None
    if not {"listings", "maps"} & cursor.keys():
        answer = yield from _start_page(web, start, cursor, context)
        if answer is None:
            return
        start = site_start(start, answer.url)
    yield from Crawl(web, start, cursor, context).pages(answer)


def _start_page(
    web: Web, start: str, cursor: Cursor, context: Context
) -> Generator[Page, None, Answer | None]:
    """The start page of a site; None if it is a feed, which is read here."""
    try:
        answer = web.get(start, cursor.get("etag"), cursor.get("last_modified"))
    except LaterError as error:
        yield Page(cursor={**cursor, "not_before": error.until.isoformat()})
        raise
    if answer.status == 304:
        return None
    try:
        yield from _feed(answer, cursor, web, context)
    except Unreadable:
        head = charset.decode(answer.body[:_HEAD], answer.content_type)
        target = page_facts.leads_to(html.soup(head), answer.url)
        if target and urlsplit(target).netloc == urlsplit(answer.url).netloc:
            answer = web.get(target)
        _refuse_odd(answer)
        return answer
    return None


def _feed(answer: Answer, cursor: Cursor, web: Web, context: Context) -> Iterator[Page]:
    """One Page with all posts of a feed; none if it is unchanged since the cursor."""
    posts, identities = read(answer.body, answer.url, context.now.date(), answer.content_type)
    if answer.tdm_reserved:
        raise ForbiddenError(f"{answer.url}: reserved from mining by its headers")
    digest = hashlib.sha256(answer.body).hexdigest()[:32]
    if digest == cursor.get("hash"):
        return
    keys = {_fingerprint(post): post.key for post in posts}
    listed, before = {post.key for post in posts}, cursor.get("posts", {})
    # Exactly the validators of this body: an old one beside a new one hides later changes.
    state = {"etag": answer.etag, "last_modified": answer.last_modified, "hash": digest,
             "posts": keys, "robots": web.robots.state()}  # fmt: skip
    yield Page(
        cursor=state,
        contributions=posts,
        identities=identities,
        moved=tuple(
            (before[same], key)
            for same, key in keys.items()
            if before.get(same, key) != key and before[same] not in listed
        ),
        # Always the same scan: a post that left the feed is not withdrawn.
        finished=True,
    )


def _fingerprint(post: Contribution) -> str:
    """A digest that stays when a post moves: day, title and first words."""
    words = fold(f"{post.title} {(post.body or '')[:200]}")
    return hashlib.sha256(f"{post.at} {words}".encode()).hexdigest()[:10]


def _refuse_odd(answer: Answer) -> None:
    """Raise ParseError for a body without markup: neither a feed nor a page."""
    start = charset.decode(answer.body[:2_000], answer.content_type).lower()
    if not any(tag in start for tag in ("<html", "<!doctype html", "<link")):
        raise ParseError(f"{answer.url}: neither a feed nor a page; name the blog's start page")
