"""A blog read from its start page: where its posts are, then each post's own page.

The first reading fills from sitemap, archive and links, the nightly one asks the feeds and
sitemaps whether anything is new. What a page says `_page` reads; who wrote it `_login` judges.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from connectors import Context
from connectors._http.answer import Answer, ForbiddenError, LaterError, StatusError
from connectors._http.client import OutOfBudgetError, Web
from connectors.blog import dates, feed, html
from connectors.blog import page as post_page
from connectors.blog.authors.attribution import Site
from connectors.blog.authors.deferred import Early
from connectors.blog.authors.fields import Named
from connectors.blog.frontier import STEPS, Places
from connectors.blog.page import Facts
from sourcing.core.errors import ParseError, SourceError
from sourcing.core.model import Contribution, Credit, Cursor, Identity, Page

#: Posts' pages stored together.
BATCH = 25
#: Failures of one page before it is given up, and in a row before the site is.
TRIES, IN_A_ROW = 3, 3
#: Posts in a feed from which on all in one folder means that the others are there, too.
_FAMILY = 5
Read = tuple[str, Facts]


class Walk:
    """One reading of one site, on from its cursor."""

    def __init__(self, web: Web, start: str, cursor: Cursor, context: Context) -> None:
        self._web, self._start, self._context = web, start, context
        self._site = Site(cursor.get("site", {}))
        self._places = Places(web, start, cursor, context, self._site)
        self._early = Early(cursor.get("early", {}))
        self._filled = bool(cursor)
        self._before = self._state()
        #: The host it was read from until now, if it has moved.
        self.was_at: str | None = None

    def first(self, answer: Answer) -> None:
        """Find out where the posts are listed, from the start page."""
        self._places.first(answer)

    def again(self) -> None:
        """Ask what listed the posts whether anything is new."""
        self._places.again()

    def left(self, why: LaterError | OutOfBudgetError) -> Page | None:
        """What is known where the search for listings was broken off; None if nothing is new."""
        if isinstance(why, LaterError):
            self._places.not_before = why.until.isoformat()
        state = self._state()
        return None if state == self._before else Page(cursor=state)

    def pages(self) -> Iterator[Page]:
        """The posts whose pages are to be read, some at a time, newest first."""
        todo, read = self._places.todo, self._places.pages
        shown = not todo and self._filled and self._state() == self._before
        failure: Exception | None = None
        while not failure and not (shown and not todo):
            batch: list[Read] = []
            try:
                self._batch(batch)
            except LaterError as error:
                self._places.not_before, failure = error.until.isoformat(), error
            except (OutOfBudgetError, SourceError) as error:
                failure = error
            if batch or todo or self._site.pages:
                yield self._page(batch, finished=not todo)
            self._context.progress(len(read), len(read) + len(todo))
            shown = True
        if failure:
            raise failure
        if not self._site.pages:
            raise ParseError(
                f"{self._start}: neither a feed nor posts are found there; name a feed"
            )

    def _batch(self, batch: list[Read]) -> None:
        failed = 0
        while self._places.todo and len(batch) < BATCH:
            url = next(iter(self._places.todo))
            mark, steps, tries, asked = self._places.todo[url]
            try:
                read = self._read(url, asked, mark, steps)
            except (StatusError, ForbiddenError):
                self._places.pages[url] = [None, None, mark]
                read = self._by_feed(url)
            except (LaterError, OutOfBudgetError):
                raise
            except SourceError as error:
                failed += 1
                del self._places.todo[url]
                if tries + 1 < TRIES:
                    self._places.todo[url] = [mark, steps, tries + 1, asked]
                elif fallen := self._by_feed(url):
                    batch.append(fallen)
                if failed >= IN_A_ROW and not isinstance(error, ParseError):
                    raise
                continue
            self._places.todo.pop(url, None)
            failed = 0
            if read:
                batch.append(read)
        if not self._places.todo and not self._site.pages:
            self._places.widen()

    def _read(self, url: str, asked: str, mark: str, steps: int) -> Read | None:
        if (
            not self._places.scope.holds(url)
            and urlsplit(url).netloc != urlsplit(self._start).netloc
        ):
            self._places.pages[url] = [None, None, mark]
            return None if self._places.is_told_here(url) else self._by_feed(url)
        if self._places.reserved.holds(asked):
            self._places.pages[url] = [None, None, mark]
            return None
        etag, modified, _ = self._places.pages.get(url) or (None, None, None)
        answer = self._web.get(asked, etag, modified)
        if answer.status == 304:
            self._places.pages[url] = [etag, modified, mark]
            return None
        self._places.pages[url] = [answer.etag, answer.last_modified, mark]
        try:
            page = html.page(answer.body, answer.url)
        except ParseError as error:
            self._context.tell(str(error))
            return None
        if self._places.follow and steps < STEPS:
            self._places.links(page, answer.url, steps)
        facts = None if answer.reserved else post_page.read(page, answer.url)
        if facts is None or not self._is_post(url, facts):
            return None
        self._site.look(page, answer.url, home=False)
        return self._with_feed(url, facts)

    def _is_post(self, url: str, facts: Facts) -> bool:
        scope, listed = self._places.scope, self._places.listed
        in_path = dates.in_path(urlsplit(url).path)
        if not in_path and (self._places.is_index(url) or scope.is_beside(url)):
            return False
        if url in listed:
            # Some feeds list every page of the site, with the day it was built.
            return bool(facts.day) or not self._places.is_of_build(url)
        if not facts.day or scope.is_list(url) or scope.is_documentation(url):
            return False
        if in_path:
            return True
        families = {scope.family(link) for link in listed} if len(listed) >= _FAMILY else {""}
        if families != {""} and len(families) == 1 and scope.family(url) not in families:
            return False
        shapes = {_shape(link) for link in listed}
        return facts.weight == 2 or (facts.weight == 1 and (not shapes or _shape(url) in shapes))

    def _with_feed(self, url: str, facts: Facts) -> Read:
        """The page's facts with what its feed item says beside."""
        item = self._places.listed.get(url)
        named = [self._places.named[credit.identity] for credit in item.credits] if item else []
        claims = dict(facts.claims)
        if named:
            claims["feed"] = tuple(Named(str(i.name), i.login, i.url) for i in named)
        self._site.learn(claims, facts)
        day = facts.day or (item.at[:10] if item else None)
        titles = facts.titles if any(facts.titles) else (item.title if item else "",)
        text = facts.text or (item.body or "" if item else "")
        return facts.url, replace(facts, titles=titles, day=day, text=text, weight=2, claims=claims)

    def _by_feed(self, url: str) -> Read | None:
        """A post whose page may not be read, as its feed tells it."""
        item = self._places.listed.get(url)
        if not item:
            return None
        bare = Facts(item.url or url, (item.title,), item.at[:10], item.language,
                           item.body or "", 0)  # fmt: skip
        return self._with_feed(url, bare)

    def _page(self, batch: list[Read], *, finished: bool) -> Page:
        posts: dict[str, Contribution] = {}
        identities: dict[str, Identity] = {}
        for facts, told in self._to_tell(batch, finished=finished):
            post, authors = self._told(facts)
            if post is None or told == _summary(post):
                continue
            posts[post.key] = post
            identities.update({author.id: author for author in authors})
            if not finished:
                self._early.keep(facts, _summary(post))
        was_at, self.was_at = self.was_at, None
        return Page(
            renamed=(was_at, urlsplit(self._start).netloc.lower()) if was_at else None,
            cursor=self._state(),
            contributions=tuple(posts.values()),
            identities=tuple(identities.values()),
            finished=finished,
        )

    def _to_tell(
        self, batch: list[Read], *, finished: bool
    ) -> Iterator[tuple[Facts, list[str] | None]]:
        """The pages read, and at the end the first ones again, with what was told of them."""
        if finished:
            again = {facts.url for _, facts in batch}
            yield from ((f, told) for f, told in self._early.taken() if f.url not in again)
        yield from ((facts, None) for _, facts in batch)

    def _told(self, facts: Facts) -> tuple[Contribution | None, list[Identity]]:
        title = facts.title(self._site.common_titles(), self._site.names())
        if not (title and facts.day):
            return None, []
        url, host = facts.url, urlsplit(facts.url).netloc.lower()
        authors = [
            Identity(f"blog:{host}/{n.name}", n.name, n.login, n.url, proof=n.proof)
            for n in self._site.authors(facts, url)
        ]
        post = Contribution(
            key=feed.key(url),
            kind="post",
            title=title,
            at=f"{facts.day}T00:00:00Z",
            credits=tuple(Credit(author.id, "author") for author in authors),
            url=url,
            body=facts.text or None,
            language=facts.language,
        )
        return post, authors

    def _state(self) -> Mapping[str, Any]:
        return {**self._places.state(), "site": self._site.state(), "start": self._start,
                "early": self._early.state(), "robots": self._web.robots.state()}  # fmt: skip


def _summary(post: Contribution) -> list[str]:
    """What may come out otherwise once more pages are known."""
    return [post.title, *(credit.identity for credit in post.credits)]


def _shape(url: str) -> str:
    """The folder a page lies in, whatever the year and month."""
    return re.sub(r"\d+", "#", urlsplit(url).path.rpartition("/")[0])
