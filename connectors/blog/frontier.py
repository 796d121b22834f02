"""The URL frontier of a site: start page, feeds, sitemaps and links fill the queue of pages.

It keeps the feed entries of queued pages. It does not read posts and does not attribute authors.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from connectors import Context
from connectors._http import tdmrep
from connectors._http.answer import Answer, ForbiddenError, LaterError, StatusError
from connectors._http.client import Web
from connectors.blog import discovery, feed, html
from connectors.blog.authors.attribution import Site
from sourcing.core.errors import GoneError, ParseError, SourceError
from sourcing.core.model import Contribution, Cursor, Identity
from sourcing.core.text import clean_line

#: Pages of one site; steps from the start page; sitemaps read; sitemaps within sitemaps.
PAGES, STEPS, SITEMAPS, DEPTH = 3_000, 3, 20, 2
FAILURES = 2  # listing pages that fail, each after its tries, before the site is given up
_SEVERAL = 3  # pages below one folder, or of one day in a feed: more is no coincidence
#: Longest silence a max-age may ask for.
_LONGEST = timedelta(days=7)


class MovedError(Exception):
    """The start page leads to another site for good. Not a failure: it is read there."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.url)
        self.answer = answer


class Places:
    """The site's listing pages and what they listed, on from the cursor."""

    def __init__(self, web: Web, start: str, cursor: Cursor, context: Context, site: Site) -> None:
        self._web, self._start, self._context, self._site = web, start, context, site
        self.scope = discovery.Scope(start)
        self._maps: dict[str, list[str | None]] = dict(cursor.get("maps", {}))
        self.pages: dict[str, list[str | None]] = dict(cursor.get("pages", {}))
        self.todo: dict[str, list[Any]] = dict(cursor.get("todo", {}))
        self.follow = bool(cursor.get("follow"))
        self.listed: dict[str, Contribution] = {}
        self.named: dict[str, Identity] = {}
        self.not_before: str | None = None
        self.reserved = tdmrep.Reserved(cursor.get("reserved", ()))
        #: True until the start page has been followed to everything that lists posts.
        self._searching = bool(cursor.get("searching"))
        self._asked: set[str] = set()
        self._below = Counter[str](_folder(url) for url in {**self.pages, **self.todo})
        #: What failed in this run, though it may pass.
        self._broken: set[str] = set()

    def state(self) -> dict[str, Any]:
        """As JSON."""
        state: Mapping[str, Any] = {
            "maps": dict(self._maps),
            "pages": dict(self.pages),
            "todo": {url: list(known) for url, known in self.todo.items()},
            "follow": self.follow,
        }
        also = {"not_before": self.not_before, "searching": self._searching,
                "reserved": self.reserved.lines}  # fmt: skip
        return {**state, **{name: value for name, value in also.items() if value}}

    def first(self, answer: Answer) -> None:
        """Find out where the posts are listed, from the start page."""
        self._searching = True
        # A search that was broken off goes on behind the sitemaps that it had read.
        self._maps = {url: known for url, known in self._maps.items() if known[0] != "feed"}
        self._asked.update(self._maps)
        self._reservations()
        page = html.page(answer.body, answer.url)
        self._site.name = self._site.name or clean_line(
            page.title.get_text() if page.title else "", 200
        )
        self._site.look(page, answer.url, home=True)
        declared = discovery.feeds(page, answer.url)
        found = [url for url in declared if self._feed(url)]
        # It is asked tomorrow; the posts are found by what else lists them.
        self._maps.update({url: ["feed", None, None, None] for url in self._broken & {*declared}})
        if not found:
            next((u for u in discovery.guesses(self.scope) if self._feed(u, redirects=0)), None)
        self._sitemaps()
        self.follow = not any(kind == "map" for kind, *_ in self._maps.values())
        if self.follow:
            self._maps[answer.url] = ["start", *_validators(answer)]
        self.links(page, answer.url, 0)
        self._settle()
        self._about(page, answer.url)
        self._searching = False

    def _reservations(self) -> None:
        url = self.scope.origin + tdmrep.PATH
        answer = None if url in self._maps else self._ask(url)
        if answer and self._take_reservations(answer):
            self._maps[answer.url] = ["tdm", *_validators(answer)]
        if self.reserved.holds(self._start):
            raise ForbiddenError(f"{self._start}: reserved from mining by {tdmrep.PATH}")

    def _take_reservations(self, answer: Answer) -> bool:
        rules = tdmrep.rules(answer.body)
        self.reserved = tdmrep.Reserved(rules or ())
        return rules is not None

    def _settle(self) -> None:
        """A feed that names the site by a former host lists the pages that lie here, too."""
        for url in [url for url in self.listed if self._twin(url) != url]:
            if self.is_told_here(url):
                self.listed.setdefault(self._twin(url), self.listed.pop(url))
                self.todo.pop(url, None)
            elif url in self.todo:
                # Last, when it is known what the site's own pages lead to.
                self.todo[url] = self.todo.pop(url)

    def is_told_here(self, url: str) -> bool:
        """True for a page of another host that this site has under the same path."""
        here = self._twin(url)
        return here != url and (here in self.todo or here in self.pages)

    def _twin(self, url: str) -> str:
        return self.scope.key(self.scope.origin + urlsplit(url).path)

    def widen(self) -> None:
        """Follow the site's links after all, where its sitemap led to no post."""
        if self.follow:
            return
        self.follow = True
        answer = self._web.get(self._start)
        self._maps[answer.url] = ["start", *_validators(answer)]
        page = html.page(answer.body, answer.url)
        for url in discovery.links(page, answer.url):
            # What was asked before is asked again: it is read for where it leads now.
            self.pages.pop(self.scope.key(url), None)
        self.links(page, answer.url, 0)

    def is_index(self, url: str) -> bool:
        """True for the page above several others, which lists them."""
        return self._below[url] >= _SEVERAL

    def is_of_build(self, url: str) -> bool:
        """True where the feed gives a page the day that it gives to several others."""
        at = self.listed[url].at
        return sum(item.at == at for item in self.listed.values()) > _SEVERAL

    def again(self) -> None:
        """Ask what listed the posts whether anything is new."""
        for url, (kind, *known_by) in list(self._maps.items()):
            if kind == "gone":
                continue
            etag, modified, digest = known_by
            # With pages still to be read, the feed is needed for what it says of them.
            known = (None, None) if self.todo and kind == "feed" else (etag, modified)
            try:
                answer = self._web.get(url, *known)
            except StatusError as error:
                # Gone for good is never asked again; what only moved is looked for anew.
                self._maps[url] = ["gone" if isinstance(error, GoneError) else "lost"]
                continue
            if answer.moved and _origin(answer.url) != _origin(url):
                self._maps[url] = ["lost"]
                continue
            same = answer.status == 304 or (_digest(answer) == digest and known != (None, None))
            if same or (kind == "feed" and not self._take_feed(answer)):
                continue
            if kind == "tdm":
                self._take_reservations(answer)
            else:
                self._relist(kind, answer)
            self._maps[url] = [kind, *_validators(answer)]
        self._settle()
        if any(kind == "lost" for kind, *_ in self._maps.values()):
            self._maps = {url: known for url, known in self._maps.items() if known[0] == "gone"}
            answer = self._web.get(self._start)
            if answer.moved and _origin(answer.url) != _origin(self._start):
                raise MovedError(answer)
            self.first(answer)

    def _relist(self, kind: str | None, answer: Answer) -> None:
        if kind == "map":
            self._take_sitemap(answer, 0)
        elif kind == "start":
            self.links(html.page(answer.body, answer.url), answer.url, 0)

    def _feed(self, url: str, redirects: int = 5) -> bool:
        if url in self._maps:
            return self._maps[url][0] == "feed"
        if url in self._broken:
            return False
        answer = self._ask(url, redirects)
        if answer is None or not self._take_feed(answer):
            return False
        self._maps[answer.url] = ["feed", *_validators(answer)]
        return True

    def _ask(self, url: str, redirects: int = 5) -> Answer | None:
        """What may be there or not; a host that keeps failing is not asked for more."""
        try:
            return self._web.get(url, redirects=redirects)
        except (StatusError, ParseError, ForbiddenError):
            return None
        except LaterError:
            raise
        except SourceError as error:
            self._broken.add(url)
            if len(self._broken) >= FAILURES:
                raise
            self._context.tell(f"{error}; read without it this time")
            return None

    def _take_feed(self, answer: Answer) -> bool:
        try:
            posts, identities = feed.read(answer.body, answer.url)
        except feed.Unreadable:
            return False
        fresh = timedelta(seconds=answer.max_age)
        if fresh > timedelta(hours=1):
            until = self._context.now + min(fresh, _LONGEST)
            self.not_before = max(self.not_before or "", until.isoformat())
        self.named.update({identity.id: identity for identity in identities})
        for post in posts:
            url = self.scope.key(post.url or "")
            said = f"{post.title}\n{post.at}\n{post.body}"
            self.listed.setdefault(url, post)
            self._want(post.url or url, "f" + hashlib.sha256(said.encode()).hexdigest()[:12], 0)
        return bool(posts)

    def _sitemaps(self) -> None:
        named = self._web.sitemaps(self._start)
        for url in dict.fromkeys([*named, *discovery.sitemaps(self.scope)]):
            if len(self._maps) < SITEMAPS and self._sitemap(url, 0) and not named:
                return

    def _sitemap(self, url: str, depth: int) -> bool:
        if self._maps.get(url, [""])[0] == "map":
            return True
        if url in self._asked or urlsplit(url).netloc != urlsplit(self._start).netloc:
            return False
        self._asked.add(url)
        answer = self._ask(url)
        found = answer is not None and self._take_sitemap(answer, depth)
        if answer and found:
            self._maps[url] = ["map", *_validators(answer)]
        return found

    def _take_sitemap(self, answer: Answer, depth: int) -> bool:
        entries, is_index = discovery.sitemap(answer.body)
        if is_index:
            inner = list(entries)[:SITEMAPS] if depth < DEPTH else []
            read = [self._sitemap(url, depth + 1) for url in inner]
            return any(read)
        days = list(entries.values())
        within = {u: c for u, c in entries.items() if self.scope.holds(u)}
        for url, changed in sorted(within.items(), key=lambda entry: entry[1], reverse=True):
            built = days.count(changed) > max(3, len(days) / 3)  # the day of the site's build
            if not (self.scope.is_list(url) or self.scope.is_documentation(url)):
                self._want(url, "" if built else changed, STEPS)
        return bool(within)

    def links(self, page: BeautifulSoup, at: str, steps: int) -> None:
        """Queue the links of a page."""
        for url in filter(self.scope.holds, discovery.links(page, at)):
            follow = self.scope.is_archive(url) or not self.scope.is_list(url)
            if follow and not self.scope.is_documentation(url):
                self._want(url, "", steps + 1)

    def _want(self, asked: str, mark: str, steps: int) -> None:
        """Put a page on the list, unless it is known and unchanged."""
        asked = discovery.encoded(self.scope.own(asked))
        url = self.scope.key(asked)
        known = self.pages.get(url)
        fresh = known is not None and (mark in {"", known[2]} or mark[:1] != (known[2] or "")[:1])
        if fresh or url in self.todo or url == self.scope.start:
            return
        if len(self.pages) + len(self.todo) < PAGES:
            self.todo[url] = [mark, steps, 0, asked]
            self._below[_folder(url)] += 1

    def _about(self, start: BeautifulSoup, at: str) -> None:
        """The site's own page about its author may be where the account is named."""
        if self._site.is_known():
            return
        for url in discovery.links(start, at):
            name = urlsplit(url).path.strip("/").rpartition("/")[2].lower()
            if self.scope.holds(url) and name.removesuffix(".html") in {"about", "about-me", "me"}:
                try:
                    answer = self._web.get(url)
                    self._site.look(html.page(answer.body, answer.url), answer.url, home=True)
                except (StatusError, ParseError):
                    pass
                return


def _folder(url: str) -> str:
    return url.rpartition("/")[0]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def at_its_new_place(cursor: Cursor, old: str, new: str) -> dict[str, Any]:
    """The cursor of a site that moved: what was read of it is known there, where posts are
    listed is to be found out."""
    before, after = _origin(old), _origin(new)

    def there(url: str) -> str:
        return after + url[len(before) :] if url.startswith(before) else url

    pages = {there(url): known for url, known in cursor.get("pages", {}).items()}
    todo = {there(url): [*k[:-1], there(k[-1])] for url, k in cursor.get("todo", {}).items()}
    return {**cursor, "maps": {}, "pages": pages, "todo": todo}


def _digest(answer: Answer) -> str:
    return hashlib.sha256(answer.body).hexdigest()[:32]


def _validators(answer: Answer) -> list[str | None]:
    """Exactly what came with this body, both or neither, and a digest of it."""
    return [answer.etag, answer.last_modified, _digest(answer)]
