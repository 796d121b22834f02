"""Posts of one blog, as its feed tells them: author, day, link, text.

The target is a feed, or a page that declares one by <link rel="alternate">. It reads no
post's own page yet, and it guesses no feed address.
"""

import hashlib
from collections.abc import Iterator
from urllib.parse import urljoin

from connectors import Context
from connectors._feed import Unreadable, read
from connectors._html import soup
from connectors._http import Answer, OutOfBudgetError, StatusError, Web
from sourcing.errors import ParseError
from sourcing.model import Budget, Cursor, Page

_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml"}

#: Feeds are declared in a page's head, and that is never longer.
_HEAD = 200_000


def fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    """One page with all the feed's posts, or none if nothing changed since the cursor."""
    with Web(context, budget) as web:
        try:
            page = _changed(web, target, cursor)
        except OutOfBudgetError:
            return
    if page:
        yield page


def _changed(web: Web, target: str, cursor: Cursor) -> Page | None:
    answer = _known(web, target, cursor) or web.get(target)
    if answer.status == 304:
        return None
    try:
        posts, identities = read(answer.body, answer.url)
    except Unreadable:
        answer = web.get(_declared(answer))
        try:
            posts, identities = read(answer.body, answer.url)
        except Unreadable as error:
            raise ParseError(f"{answer.url}: declared as a feed, but is none") from error
    digest = hashlib.sha256(answer.body).hexdigest()[:32]
    if digest == cursor.get("hash"):
        return None
    # Exactly what came with this body, both or neither: an old validator kept beside a new
    # one hides every later change.
    state = {
        "feed": answer.url,
        "etag": answer.etag,
        "last_modified": answer.last_modified,
        "hash": digest,
    }
    # Always the same scan: a post that has left the feed is not withdrawn.
    return Page(cursor=state, contributions=posts, identities=identities, finished=True)


def _known(web: Web, target: str, cursor: Cursor) -> Answer | None:
    """The feed as found last time; None if there was none or it has moved away from its page."""
    feed = cursor.get("feed")
    if not feed:
        return None
    try:
        return web.get(feed, cursor.get("etag"), cursor.get("last_modified"))
    except StatusError:
        if feed == target:
            raise
        return None


def _declared(answer: Answer) -> str:
    """The first feed a page declares that is not one of comments."""
    page = soup(answer.body[:_HEAD])
    base = page.find("base", href=True)
    start = urljoin(answer.url, str(base["href"])) if base else answer.url
    for link in page.find_all("link", href=True):
        rel = {word.lower() for word in link.get_attribute_list("rel") if word}
        kind = str(link.get("type", "")).partition(";")[0].strip().lower()
        href = str(link["href"]).strip()
        if "alternate" in rel and kind in _FEED_TYPES and "comment" not in href.lower():
            return urljoin(start, href)
    raise ParseError(f"{answer.url}: neither a feed nor a page that declares one; name the feed")
