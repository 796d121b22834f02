"""The URL frontier of a site: listings and pages to request, and the state of known ones.

It holds state and makes no request. `listings` fills it, `crawler` works through it. It goes into
the cursor and comes back from it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from typing import Any

from connectors._http import tdmrep
from connectors.blog.formats.sitemap import Entry
from connectors.blog.urls import Scope, encoded, folder, origin
from sourcing.core.model import Contribution, Cursor, Identity

#: Pages of one site; steps of links followed from the start page.
PAGES, STEPS = 3_000, 3
_SEVERAL = 3  # pages below one folder, or of one day in a feed: more is not a coincidence
#: Names of earlier versions in the cursor.
_FORMER = {"maps": "listings", "todo": "queue"}


@dataclass(frozen=True, slots=True)
class Listing:
    """A request for something that lists posts.

    `kind`: start, tdmrep, feed, guessed feed, sitemap, usual sitemap, or about page.
    """

    kind: str
    url: str
    #: Nesting below a sitemap index.
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """A page to request. `key`: its address in one spelling; `url`: as it is requested."""

    key: str
    url: str
    #: Its state in the listing: lastmod of the sitemap, or "f" and a digest of the feed's item.
    mark: str = ""
    #: Links followed from the start page to find it.
    steps: int = 0
    #: Failures so far.
    tries: int = 0
    #: Digest of the sitemap that lists it.
    sitemap: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A page that was requested. Its validators and `mark` are those of the last answer."""

    etag: str | None = None
    last_modified: str | None = None
    mark: str = ""
    #: Key of the stored post, None if it is not one.
    post: str | None = None
    #: Digest of title, day and first words of the post.
    fingerprint: str = ""
    sitemap: str = ""
    #: The address as it was requested, of a stored post.
    url: str = ""

    @classmethod
    def parsed(cls, fields: list[Any]) -> "Known":
        """From the cursor; earlier versions have the first three fields only."""
        etag, modified, mark, *rest = fields
        return cls(etag, modified, mark or "", *rest)


class Frontier:
    """The state of one site's crawl."""

    def __init__(self, start: str, cursor: Cursor) -> None:
        cursor = {_FORMER.get(name, name): value for name, value in cursor.items()}
        self.start, self.scope = start, Scope(start)
        #: Address → (kind, ETag, Last-Modified, digest) of a listing; ("gone",) after a 410.
        self.listings: dict[str, list[str | None]] = {
            url: ["sitemap" if known[0] == "map" else known[0], *known[1:]]
            for url, known in cursor.get("listings", {}).items()
        }
        pending = cursor.get("pending", [["start", start, 0]] if not self.listings else [])
        self.pending = [Listing(*fields) for fields in pending]
        self.pages = {key: Known.parsed(known) for key, known in cursor.get("pages", {}).items()}
        self._queue = {
            key: Request(key, url, mark, steps, tries, *sitemap)
            for key, (mark, steps, tries, url, *sitemap) in cursor.get("queue", {}).items()
        }
        #: True if the links of pages are followed, because no sitemap lists the posts.
        self.follow = bool(cursor.get("follow"))
        #: Key of a translation → key of the stored post.
        self.translations: dict[str, str] = dict(cursor.get("translations", {}))
        self.reserved = tdmrep.Reserved(cursor.get("reserved", ()))
        #: ISO time before which the site asks for no requests.
        self.not_before: str | None = None
        #: Seconds of a Crawl-delay that is longer than a run, else 0.
        self.delay = float(cursor.get("delay", 0))
        #: Key of a page → addresses of its translations, as sitemaps read in this run list them.
        self.alternates: dict[str, tuple[str, ...]] = {}
        #: Items of the feeds read in this run, by the key of their page; their authors by id.
        self.feed_items: dict[str, Contribution] = {}
        self.feed_authors: dict[str, Identity] = {}
        self._below = Counter[str](folder(key) for key in {**self.pages, **self._queue})

    def state(self) -> dict[str, Any]:
        """As JSON."""
        optional = {
            "pending": [list(astuple(listing)) for listing in self.pending],
            "not_before": self.not_before,
            "delay": self.delay,
            "reserved": self.reserved.lines,
            "translations": self.translations,
        }
        return {
            "start": self.start,
            "listings": dict(self.listings),
            "pages": {key: list(astuple(known)) for key, known in self.pages.items()},
            "queue": {
                r.key: [r.mark, r.steps, r.tries, r.url, r.sitemap] for r in self._queue.values()
            },
            "follow": self.follow,
            **{name: value for name, value in optional.items() if value},
        }

    def __len__(self) -> int:
        return len(self._queue)

    def next(self) -> Request | None:
        """The next page to request; it stays queued until `done`, `retry` or `drop`."""
        return next(iter(self._queue.values()), None)

    def done(self, request: Request, **changes: Any) -> None:
        """Remember the answer to a request; `changes` are fields of `Known`."""
        self._queue.pop(request.key, None)
        known = self.pages.get(request.key, Known())
        sitemap = request.sitemap or known.sitemap
        self.pages[request.key] = replace(known, mark=request.mark, sitemap=sitemap, **changes)

    def retry(self, request: Request, most: int) -> bool:
        """Queue a failed request again behind the others; False after `most` tries."""
        self._queue.pop(request.key, None)
        if request.tries + 1 < most:
            self._queue[request.key] = replace(request, tries=request.tries + 1)
        return request.tries + 1 < most

    def enqueue(self, url: str, mark: str = "", steps: int = 0, sitemap: str = "") -> str:
        """Queue a page unless it is known and unchanged; its key."""
        url = encoded(self.scope.own(url))
        key = self.scope.key(url)
        known, queued = self.pages.get(key), self._queue.get(key)
        if queued and not queued.mark:
            self._queue[key] = replace(queued, mark=mark, sitemap=sitemap or queued.sitemap)
        unchanged = known and (mark in {"", known.mark} or mark[:1] != known.mark[:1])
        if unchanged or queued or key == self.scope.start:
            return key
        if len(self.pages) + len(self._queue) < PAGES:
            self._queue[key] = Request(key, url, mark, steps, 0, sitemap)
            self._below[folder(key)] += 1
        return key

    def check_again(self, key: str) -> None:
        """Queue a page to see whether it moved or was removed, if a post is stored of it."""
        if self.pages[key].post and key not in self._queue:
            self._queue[key] = self.request_again(key)

    def request_again(self, key: str) -> Request:
        """A request for a known page."""
        known = self.pages[key]
        return Request(key, known.url or key, known.mark, STEPS)

    def add_feed(self, posts: Iterable[Contribution], authors: Iterable[Identity]) -> None:
        """Queue the pages of a feed's items."""
        self.feed_authors.update({author.id: author for author in authors})
        for post in posts:
            stated = f"{post.title}\n{post.at}\n{post.body}"
            mark = "f" + hashlib.sha256(stated.encode()).hexdigest()[:12]
            self.feed_items.setdefault(self.enqueue(post.url or "", mark), post)

    def add_sitemap(self, url: str, entries: Mapping[str, Entry]) -> bool:
        """Queue the pages of a sitemap; True if it lists any of this site.

        Stored posts that it listed before and no longer lists are checked again.
        """
        digest = hashlib.sha256(url.encode()).hexdigest()[:6]
        days = Counter(entry.changed for entry in entries.values())
        within = {u: e for u, e in entries.items() if self.scope.holds(u)}
        listed = set()
        for page, entry in sorted(within.items(), key=lambda e: e[1].changed, reverse=True):
            # A day of many pages is the day on which the site was built.
            built = days[entry.changed] > max(3, len(entries) / 3)
            if not (self.scope.is_list(page) or self.scope.is_documentation(page)):
                key = self.enqueue(page, "" if built else entry.changed, STEPS, digest)
                listed.add(key)
                if entry.translations:
                    self.alternates[key] = entry.translations
        for key, known in self.pages.items():
            if key in listed:
                self.pages[key] = replace(known, sitemap=digest)
            elif known.sitemap == digest and within:
                self.pages[key] = replace(known, sitemap="")
                self.check_again(key)
        return bool(within)

    def add_links(self, links: Iterable[str], steps: int) -> None:
        """Queue the links of a page that is `steps` away from the start page."""
        for url in filter(self.scope.holds, links):
            follow = self.scope.is_archive(url) or not self.scope.is_list(url)
            if follow and not self.scope.is_documentation(url):
                self.enqueue(url, "", steps + 1)

    def forget(self, links: Iterable[str]) -> None:
        """Request pages again although they are known: for where they link to."""
        for url in links:
            self.pages.pop(self.scope.key(url), None)

    def sort(self) -> None:
        """Queue stored posts to check first, then items of feeds, pages of sitemaps, and links.

        A feed may name its site by a former host: such an item belongs to the page here, if there
        is one. Items of other hosts come last, when the pages of this site are known.
        """
        for key in [key for key in self.feed_items if self.scope.twin(key) != key]:
            if self.is_listed_here(key):
                self.feed_items.setdefault(self.scope.twin(key), self.feed_items.pop(key))
                self._queue.pop(key, None)
        self._queue = dict(sorted(self._queue.items(), key=lambda queued: self._rank(queued[1])))

    def _rank(self, request: Request) -> int:
        if request.key in self.pages:
            return 0  # before the new pages: one of them may be its new address
        if not self.scope.is_same_host(request.url):
            return 4
        return 1 if request.mark.startswith("f") else 2 if request.steps == STEPS else 3

    def is_listed_here(self, key: str) -> bool:
        """True for a page of another host that this site has under the same path."""
        here = self.scope.twin(key)
        return here != key and (here in self._queue or here in self.pages)

    def is_index(self, key: str) -> bool:
        """True for the page above several others, which lists them."""
        return self._below[key] >= _SEVERAL

    def is_of_build(self, key: str) -> bool:
        """True if the feed gives the day of this page to several others: it was built then."""
        at = self.feed_items[key].at
        return sum(item.at == at for item in self.feed_items.values()) > _SEVERAL

    def relocate(self, start: str) -> tuple[str, str]:
        """Continue at another origin; hosts before and after. Listings are searched again."""
        before, after = origin(self.start), origin(start)
        hosts = before.partition("//")[2], after.partition("//")[2]

        def there(url: str) -> str:
            return after + url[len(before) :] if url.startswith(before) else url

        self.start, self.scope, self.listings = start, Scope(start), {}
        self.pages = {
            there(key): replace(k, post=k.post and k.post.replace(*hosts, 1), url=there(k.url))
            for key, k in self.pages.items()
        }
        self._queue = {
            there(key): replace(r, key=there(key), url=there(r.url))
            for key, r in self._queue.items()
        }
        return hosts
