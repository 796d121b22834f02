"""Requests what lists the posts of a site and fills the frontier: start page, feeds, sitemaps.

The first crawl works through pending listings; a search that is cut short continues there. Later
crawls ask the listings whether anything changed. It does not read posts.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from connectors import Context
from connectors._http import tdmrep
from connectors._http.answer import Answer, ForbiddenError, LaterError, PageError
from connectors._http.client import REDIRECTS, Web
from connectors.blog.authors.site_profile import SiteProfile
from connectors.blog.formats import feed, sitemap
from connectors.blog.frontier import Frontier, Listing
from connectors.blog.pages import discovery, html
from connectors.blog.urls import origin
from sourcing.core.errors import GoneError, ParseError, SourceError
from sourcing.core.text import clean_line

#: Listings of one site; sitemaps within sitemaps.
_LISTINGS, _DEPTH = 30, 2
#: Listings that fail, each after its tries, before the site is given up.
_FAILURES = 2
#: The longest time that a max-age is respected for.
_LONGEST = timedelta(days=7)
_ABOUT = frozenset({"about", "about-me", "me"})


class Listings:
    """The listings of one site in one run."""

    def __init__(self, web: Web, frontier: Frontier, site: SiteProfile, context: Context) -> None:
        self._web, self._frontier, self._site, self._context = web, frontier, site, context
        #: Listings that failed in this run, though they may work later.
        self._broken: set[str] = set()
        #: The hosts before and after, if the site moved in this run.
        self.moved: tuple[str, str] | None = None

    def read(self, start: Answer | None) -> None:
        """Bring the frontier up to date. `start`: the answer for the start page, if requested."""
        # With a Crawl-delay that spans runs, queued pages come before news.
        if not self._frontier.pending and not (self._frontier.delay and len(self._frontier)):
            self._refresh()
        while self._frontier.pending:
            listing = self._frontier.pending[0]
            known = self._frontier.listings.get(listing.url)
            if listing.kind == "start":
                self._take_start(start or self._web.get(self._frontier.start))
            elif known is None and self._is_needed(listing):
                self._take(listing)
            self._frontier.pending.remove(listing)
        self._settle()

    def widen(self) -> None:
        """Follow the links of the start page, because the sitemap led to no post."""
        if self._frontier.follow:
            return
        self._frontier.follow = True
        answer = self._web.get(self._frontier.start)
        self._frontier.listings[answer.url] = ["start", *_validators(answer)]
        page = html.page(answer)
        self._frontier.forget(discovery.links(page, answer.url))
        self._frontier.add_links(discovery.links(page, answer.url), 0)

    def _refresh(self) -> None:
        """Ask the known listings whether anything changed."""
        frontier = self._frontier
        for url, (kind, *validators) in list(frontier.listings.items()):
            if kind == "gone":
                continue
            # With pages still queued, the feed is needed for its items.
            needed = bool(len(frontier)) and kind == "feed"
            etag, modified, digest = validators
            try:
                answer = self._web.get(url, *((None, None) if needed else (etag, modified)))
            except PageError as error:
                # After a 410 it is never requested again; what moved is searched again.
                frontier.listings[url] = ["gone" if isinstance(error, GoneError) else "lost"]
                continue
            if answer.moved and origin(answer.url) != origin(url):
                frontier.listings[url] = ["lost"]
                continue
            unchanged = answer.status == 304 or (_digest(answer) == digest and not needed)
            if not unchanged and self._add(Listing(str(kind), url), answer):
                frontier.listings[url] = [kind, *_validators(answer)]
        if any(kind == "lost" for kind, *_ in frontier.listings.values()):
            gone = {url: known for url, known in frontier.listings.items() if known[0] == "gone"}
            frontier.listings = gone
            frontier.pending = [Listing("start", frontier.start)]

    def _take_start(self, answer: Answer) -> None:
        """Add everything that the start page leads to as pending listings."""
        frontier, before = self._frontier, self._frontier.start
        if frontier.pages and answer.moved and origin(answer.url) != origin(before):
            self._context.tell(f"blog:{before} is now {answer.url}")
            self.moved = frontier.relocate(answer.url)
        page = html.page(answer)
        self._site.name = self._site.name or clean_line(
            page.title.get_text() if page.title else "", 200
        )
        self._site.add_frame(page, answer.url, home=True)
        frontier.listings[answer.url] = ["start", *_validators(answer)]
        frontier.add_links(discovery.links(page, answer.url), 0)
        frontier.pending += self._listings_of(page, answer.url)

    def _listings_of(self, page: BeautifulSoup, url: str) -> Iterator[Listing]:
        scope = self._frontier.scope
        yield Listing("tdmrep", scope.origin + tdmrep.PATH)
        yield from (Listing("feed", feed) for feed in discovery.feeds(page, url))
        yield from (Listing("guessed feed", feed) for feed in discovery.guesses(scope))
        named = self._web.sitemaps(self._frontier.start)
        yield from (Listing("sitemap", sitemap) for sitemap in named)
        usual = "sitemap" if named else "usual sitemap"
        yield from (Listing(usual, sitemap) for sitemap in discovery.sitemaps(scope))
        about = (link for link in discovery.links(page, url) if scope.holds(link))
        yield from (Listing("about page", link) for link in about if _name(link) in _ABOUT)

    def _is_needed(self, listing: Listing) -> bool:
        """False for a listing that earlier ones made unnecessary."""
        kinds = {kind for kind, *_ in self._frontier.listings.values()}
        if listing.kind == "about page":
            return not self._site.owner_is_known()
        if listing.kind.endswith("sitemap"):
            same_host = origin(listing.url) == self._frontier.scope.origin.lower()
            usual = listing.kind == "usual sitemap"
            room = len(self._frontier.listings) < _LISTINGS and listing.depth <= _DEPTH
            return same_host and room and not (usual and "sitemap" in kinds)
        return listing.kind != "guessed feed" or "feed" not in kinds

    def _take(self, listing: Listing) -> None:
        answer = self._request(listing)
        kind = listing.kind.rpartition(" ")[2]
        if answer and self._add(replace(listing, kind=kind), answer) and kind != "page":
            self._frontier.listings[answer.url] = [kind, *_validators(answer)]
        elif listing.kind == "feed" and listing.url in self._broken:
            # It is requested again tomorrow; other listings find the posts until then.
            self._frontier.listings[listing.url] = ["feed", None, None, None]

    def _request(self, listing: Listing) -> Answer | None:
        """The answer, or None where there is none; SourceError for a host that keeps failing."""
        redirects = 0 if listing.kind == "guessed feed" else REDIRECTS
        try:
            return self._web.get(listing.url, redirects=redirects)
        except (PageError, ParseError):
            return None
        except LaterError:
            raise
        except SourceError as error:
            self._broken.add(listing.url)
            if len(self._broken) >= _FAILURES:
                raise
            self._context.tell(f"{error}; read without it this time")
            return None

    def _add(self, listing: Listing, answer: Answer) -> bool:
        """Fill the frontier from an answer; False if the answer is not of the listing's kind."""
        if listing.kind == "feed":
            return self._add_feed(answer)
        if listing.kind == "sitemap":
            return self._add_sitemap(listing, answer) or self._add_feed(answer)
        if listing.kind == "tdmrep":
            rules = tdmrep.rules(answer.body)
            self._frontier.reserved = tdmrep.Reserved(rules or ())
            if self._frontier.reserved.holds(self._frontier.start):
                raise ForbiddenError(
                    f"{self._frontier.start}: reserved from mining by {tdmrep.PATH}"
                )
            return rules is not None
        page = html.page(answer)
        if listing.kind == "start":
            self._frontier.add_links(discovery.links(page, answer.url), 0)
        else:
            self._site.add_frame(page, answer.url, home=True)
        return True

    def _add_feed(self, answer: Answer) -> bool:
        now = self._context.now
        try:
            posts, authors = feed.read(answer.body, answer.url, now.date(), answer.content_type)
        except feed.Unreadable:
            return False
        fresh = timedelta(seconds=answer.max_age)
        if fresh > timedelta(hours=1):
            until = (now + min(fresh, _LONGEST)).isoformat()
            self._frontier.not_before = max(self._frontier.not_before or "", until)
        self._frontier.add_feed(posts, authors)
        return bool(posts)

    def _add_sitemap(self, listing: Listing, answer: Answer) -> bool:
        parsed = sitemap.read(answer.body, answer.content_type)
        if not parsed.is_index:
            return self._frontier.add_sitemap(answer.url, parsed.entries)
        inner = [Listing("sitemap", url, listing.depth + 1) for url in list(parsed.entries)[:20]]
        known = self._frontier.listings
        self._frontier.pending += [entry for entry in inner if entry.url not in known]
        return bool(inner)

    def _settle(self) -> None:
        """Decide at the end of the search whether the links of pages are followed."""
        frontier = self._frontier
        kinds = {kind for kind, *_ in frontier.listings.values()}
        frontier.follow = frontier.follow or "sitemap" not in kinds
        listings = frontier.listings.items()
        start = {url: known for url, known in listings if known[0] == "start"}
        others = {url: known for url, known in listings if known[0] != "start"}
        # The start page is asked last, when the feeds gave their items.
        frontier.listings = {**others, **(start if frontier.follow else {})}
        frontier.sort()


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/").rpartition("/")[2].lower().removesuffix(".html")


def _digest(answer: Answer) -> str:
    return hashlib.sha256(answer.body).hexdigest()[:32]


def _validators(answer: Answer) -> list[str | None]:
    """Exactly the validators of this body, and a digest: an old validator beside a new one
    would hide later changes."""
    return [answer.etag, answer.last_modified, _digest(answer)]
