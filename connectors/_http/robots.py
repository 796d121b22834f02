"""What each site's robots.txt allows, read once a run and kept between runs while it holds.

It asks for nothing itself: `_http` does, and hands the answers in. Of what is kept, only the
server's word that it still holds (304) makes rules; without one it is read anew.
"""

import re
from collections.abc import Iterable, Mapping

from protego import Protego

from sourcing.core.errors import SourceError
from sourcing.core.text import has_address

#: RFC 9309 2.5 asks to read at least this much.
LIMIT = 512_000
#: The longest text worth keeping; of how many sites.
_KEPT, _SITES = 8_000, 5
#: Where people write whom to mail.
_COMMENT = re.compile(r"[ \t]*#.*")

#: site → its text and validators (text, ETag, Last-Modified), as JSON.
Kept = Mapping[str, Iterable[str | None]]


class Robots:
    """The rules of the sites asked so far."""

    def __init__(self, kept: Kept) -> None:
        self._kept = {site: list(known) for site, known in kept.items()}
        self._rules: dict[str, Protego | SourceError] = {}
        #: Pages that came for robots.txt: whoever answers all with one page has none.
        self.pages: set[bytes] = set()

    def state(self) -> dict[str, list[str | None]]:
        """What to hand in next time."""
        return {site: list(known) for site, known in self._kept.items()}

    def rules(self, site: str) -> Protego | SourceError | None:
        """The rules, why they cannot be had, or None: not asked yet in this run."""
        return self._rules.get(site)

    def validators(self, site: str) -> list[str | None]:
        """ETag and Last-Modified of what is kept."""
        return self._kept.get(site, [None, None, None])[1:]

    def fail(self, site: str, why: SourceError) -> SourceError:
        """It cannot be read."""
        self._rules[site] = why
        return why

    def hold(self, site: str) -> Protego | SourceError:
        """What is kept still holds."""
        known = self._kept.get(site)
        if known is None:
            return self.fail(site, SourceError(f"{site}/robots.txt: answered 304 unasked"))
        self._rules[site] = rules = Protego.parse(known[0] or "")
        return rules

    def take(self, site: str, body: bytes, etag: str | None, last_modified: str | None) -> Protego:
        """A new text; empty where the site has none."""
        self._kept.pop(site, None)
        text = body[:LIMIT].decode("utf-8", "replace")
        if text.lstrip()[:1] == "<":
            self.pages.add(body)
        elif (etag or last_modified) and len(self._kept) < _SITES:
            bare = _COMMENT.sub("", text)
            if len(bare) <= _KEPT and not has_address(bare):
                self._kept[site] = [bare, etag, last_modified]
        self._rules[site] = rules = Protego.parse(text)
        return rules
