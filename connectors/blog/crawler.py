"""Crawls a site from its start page: `listings` → `frontier` → `facts` → `attribution` → Page.

Data moves one way. It parses no HTML itself and does not decide who wrote a post.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from connectors import Context
from connectors._http.answer import Answer, DelayError, LaterError, PageError, StatusError
from connectors._http.client import OutOfBudgetError, Web
from connectors.blog import posts
from connectors.blog.authors.bylines import NamedAuthor
from connectors.blog.authors.site_profile import SiteProfile, Summary
from connectors.blog.formats import dates
from connectors.blog.frontier import STEPS, Frontier, Request
from connectors.blog.listings import Listings
from connectors.blog.pages import discovery, html
from connectors.blog.pages import facts as page_facts
from connectors.blog.pages.facts import PageFacts, forbidden
from connectors.blog.urls import post_key, shape
from sourcing.core.errors import ParseError, SourceError
from sourcing.core.model import Contribution, Cursor, Identity, Page

#: Pages of posts that are stored together.
BATCH = 25
#: Failures of one page before it is dropped, and in a row before the site is.
TRIES, IN_A_ROW = 3, 3
#: Posts in a feed from which on a folder that they share holds all posts.
_FAMILY = 5
#: Answers after which a stored post is withdrawn.
_REMOVED = frozenset({404, 410})


@dataclass(slots=True)
class Batch:
    """What some requests brought."""

    facts: list[PageFacts] = field(default_factory=list)
    #: Keys of stored posts (before, after), and of posts that were removed.
    moved: list[tuple[str, str]] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)


class Crawl:
    """One run over one site, from its cursor on."""

    def __init__(self, web: Web, start: str, cursor: Cursor, context: Context) -> None:
        self._web, self._context = web, context
        self._frontier = Frontier(start, cursor)
        self._site = SiteProfile(cursor.get("site", {}))
        self._listings = Listings(web, self._frontier, self._site, context)
        #: Pages that answered with their content in this run.
        self._read: set[str] = set()
        #: Pages of posts that were stored before this run.
        self._stored = {key for key, known in self._frontier.pages.items() if known.post}
        self._is_new = not cursor
        self._before = self._state()

    def pages(self, start: Answer | None) -> Iterator[Page]:
        """The posts, some at a time, newest first. `start`: the start page, if requested."""
        failure = self._read_listings(start)
        if failure:
            if self._state() != self._before:
                yield Page(cursor=self._state())
            raise failure
        unchanged = not self._is_new and self._state() == self._before
        while not failure and (len(self._frontier) or not unchanged):
            batch = Batch()
            failure = self._fill(batch)
            if batch.facts or len(self._frontier) or self._site.pages:
                yield self._page(batch, finished=not len(self._frontier))
            read = len(self._frontier.pages)
            self._context.progress(read, read + len(self._frontier))
            unchanged = True
        if failure:
            raise failure
        if not self._site.pages:
            raise ParseError(
                f"{self._frontier.start}: neither a feed nor posts are found there; name a feed"
            )

    def _read_listings(self, start: Answer | None) -> Exception | None:
        try:
            self._listings.read(start)
        except LaterError as error:
            self._wait(error)
            return error
        except OutOfBudgetError as error:
            return error
        return None

    def _fill(self, batch: Batch) -> Exception | None:
        """Request pages until the batch is full; the failure that ended it, if any."""
        failed = 0
        while (request := self._frontier.next()) and len(batch.facts) < BATCH:
            try:
                self._request(request, batch)
                failed = 0
            except LaterError as error:
                self._wait(error)
                return error
            except OutOfBudgetError as error:
                return error
            except SourceError as error:
                failed += 1
                if not self._frontier.retry(request, TRIES):
                    self._add_item(request, batch)
                if failed >= IN_A_ROW and not isinstance(error, ParseError):
                    return error
        if not len(self._frontier) and not self._site.pages:
            try:
                self._listings.widen()
            except (SourceError, OutOfBudgetError) as error:
                return error
        return None

    def _wait(self, error: LaterError) -> None:
        self._frontier.not_before = error.until.isoformat()
        self._frontier.delay = error.seconds if isinstance(error, DelayError) else 0.0

    def _request(self, request: Request, batch: Batch) -> None:
        """Request one page and add its post to the batch."""
        frontier, known = self._frontier, self._frontier.pages.get(request.key)
        if not frontier.scope.is_same_host(request.url):
            frontier.done(request)
            if not frontier.is_listed_here(request.key):
                self._add_item(request, batch)
            return
        if frontier.reserved.holds(request.url):
            frontier.done(request)
            return
        validators = (known.etag, known.last_modified) if known else (None, None)
        try:
            answer = self._web.get(request.url, *validators)
        except PageError as error:
            frontier.done(request, etag=None, last_modified=None)
            removed = isinstance(error, StatusError) and error.status_code in _REMOVED
            if not self._add_item(request, batch) and removed and known and known.post:
                batch.withdrawn.append(known.post)
                frontier.done(request, post=None)
            return
        if answer.status == 304:
            frontier.done(request)
            return
        frontier.done(request, etag=answer.etag, last_modified=answer.last_modified)
        self._read.add(request.key)
        try:
            page = html.page(answer)
        except ParseError as error:
            self._context.tell(str(error))
            return
        facts = self._facts(request, answer, page)
        if facts:
            self._add(request, facts, batch)
        elif known and known.post and (answer.moved or answer.reserved or forbidden(page)):
            batch.withdrawn.append(known.post)
            frontier.done(request, post=None)

    def _facts(self, request: Request, answer: Answer, page: BeautifulSoup) -> PageFacts | None:
        """The facts of a page that is a post, with those of its feed item; else None."""
        if self._frontier.follow and request.steps < STEPS:
            self._frontier.add_links(discovery.links(page, answer.url), request.steps)
        today = self._context.now.date()
        facts = None if answer.reserved else page_facts.read(page, answer.url, today, answer.link)
        if facts is None or not self._is_post(request.key, facts):
            return None
        self._site.add_frame(page, answer.url, home=False)
        return self._with_item(request.key, facts)

    def _is_post(self, key: str, facts: PageFacts) -> bool:
        frontier, scope, listed = self._frontier, self._frontier.scope, self._frontier.feed_items
        in_path = dates.in_path(urlsplit(key).path)
        if not in_path and (frontier.is_index(key) or scope.is_beside(key)):
            return False
        if key in listed:
            # Some feeds list every page of the site, with the day on which it was built.
            return bool(facts.day) or not frontier.is_of_build(key)
        if not facts.day or scope.is_list(key) or scope.is_documentation(key):
            return False
        if in_path:
            return True
        families = {scope.family(link) for link in listed} if len(listed) >= _FAMILY else {""}
        if families != {""} and len(families) == 1 and scope.family(key) not in families:
            return False
        shapes = {shape(link) for link in listed}
        return facts.weight == 2 or (facts.weight == 1 and (not shapes or shape(key) in shapes))

    def _with_item(self, key: str, facts: PageFacts) -> PageFacts:
        """The facts of a page, completed by its feed item, and counted for the site."""
        item = self._frontier.feed_items.get(key)
        signed = [self._frontier.feed_authors[c.identity] for c in item.credits] if item else []
        authors = dict(facts.authors)
        if signed:
            authors["feed"] = tuple(NamedAuthor(str(i.name), i.login, i.url) for i in signed)
        facts = replace(
            facts,
            titles=facts.titles if any(facts.titles) else (item.title if item else "",),
            day=facts.day or (item.at[:10] if item else None),
            text=facts.text or (item.body or "" if item else ""),
            weight=2,
            authors=authors,
        )
        self._site.add(facts)
        return facts

    def _add_item(self, request: Request, batch: Batch) -> bool:
        """Add a post as its feed states it, because its page cannot be read."""
        item = self._frontier.feed_items.get(request.key)
        if item:
            url = item.url or request.url
            facts = PageFacts(url, (item.title,), item.at[:10], item.language, item.body or "", 0)
            self._add(request, self._with_item(request.key, facts), batch)
        return bool(item)

    def _add(self, request: Request, facts: PageFacts, batch: Batch) -> None:
        """Add a post to the batch, once for all its translations and addresses."""
        key, fingerprint = post_key(facts.url), posts.fingerprint(facts)
        if not self._is_main_translation(request.key, key, facts, batch):
            return
        self._check_twins(request, key, fingerprint, batch)
        known = self._frontier.pages[request.key]
        if known.post and known.post != key:
            batch.moved.append((known.post, key))
        self._frontier.done(request, post=key, fingerprint=fingerprint, url=request.url)
        batch.facts.append(facts)

    def _check_twins(self, request: Request, key: str, fingerprint: str, batch: Batch) -> None:
        """Request earlier addresses of the same post again: it may have moved here."""
        pages = self._frontier.pages
        for other in [k for k, known in pages.items() if known.fingerprint == fingerprint]:
            if other not in self._stored or pages[other].post in {None, key}:
                continue
            if other not in self._read:
                self._request(self._frontier.request_again(other), batch)
            former = pages[other].post
            if former not in {None, key} and request.sitemap and not pages[other].sitemap:
                # Both answer, but only this address is listed.
                batch.moved.append((str(former), key))
                batch.facts = [f for f in batch.facts if post_key(f.url) != former]
                self._frontier.done(self._frontier.request_again(other), post=key)

    def _is_main_translation(self, page: str, key: str, facts: PageFacts, batch: Batch) -> bool:
        """False for a translation of a post that is stored already.

        The default translation replaces one that was stored before it.
        """
        urls = facts.translations or self._frontier.alternates.get(page, ())
        keys = [post_key(url) for url in urls]
        if key not in keys:
            return True
        stored = self._frontier.translations
        work = next((stored[k] for k in keys if k in stored), key)
        if work != key and key != keys[0]:
            return False
        if work != key:
            batch.moved.append((work, key))
        stored.update(dict.fromkeys(keys, key))
        return True

    def _page(self, batch: Batch, *, finished: bool) -> Page:
        shown: dict[str, Contribution] = {}
        identities: dict[str, Identity] = {}
        for facts, stored in self._to_attribute(batch, finished=finished):
            post, authors = posts.made(facts, self._site)
            if post is None or stored == posts.summary(post):
                continue
            shown[post.key] = post
            identities.update({author.id: author for author in authors})
            if not finished:
                self._site.defer(facts, posts.summary(post))
        renamed, self._listings.moved = self._listings.moved, None
        return Page(
            renamed=renamed,
            moved=tuple(batch.moved),
            withdrawn=tuple(batch.withdrawn),
            cursor=self._state(),
            contributions=tuple(shown.values()),
            identities=tuple(identities.values()),
            finished=finished,
        )

    def _to_attribute(
        self, batch: Batch, *, finished: bool
    ) -> Iterator[tuple[PageFacts, Summary | None]]:
        """The posts of the batch, and at the end the deferred ones with their stored summary."""
        if finished:
            again = {facts.url for facts in batch.facts}
            deferred = self._site.take_deferred()
            yield from ((facts, stored) for facts, stored in deferred if facts.url not in again)
        yield from ((facts, None) for facts in batch.facts)

    def _state(self) -> Mapping[str, Any]:
        robots = self._web.robots.state()
        return {**self._frontier.state(), "site": self._site.state(), "robots": robots}
