"""The robots.txt rules of each site (RFC 9309), read once a run and kept between runs.

It sends no request: `client` does, and passes the answers in. A kept text becomes rules only
after the server confirmed it with a 304; without validators it is read again each run.
"""

from collections.abc import Iterable, Mapping

from protego import Protego

from sourcing.core.errors import SourceError
from sourcing.core.text import has_address

#: Bytes parsed of one file. RFC 9309, section 2.5: at least 500 kibibytes.
LIMIT = 512_000
#: Characters kept of one line: no address that is requested is longer.
_LINE = 2_000
#: Longest text that is kept between runs, in characters; number of sites kept.
_KEPT, _SITES = 8_000, 5

#: site → [text without comments, ETag, Last-Modified], as JSON.
Kept = Mapping[str, Iterable[str | None]]


class Robots:
    """The rules of the sites requested so far. A site is `scheme://host[:port]`."""

    def __init__(self, kept: Kept) -> None:
        self._kept = {site: list(known) for site, known in kept.items()}
        self._rules: dict[str, Protego | SourceError] = {}
        #: Bodies of HTML pages that were served as robots.txt. A site that serves the same page
        #: under every address cannot be read.
        self.pages: set[bytes] = set()

    def state(self) -> dict[str, list[str | None]]:
        """The state to pass to the next run."""
        return {site: list(known) for site, known in self._kept.items()}

    def rules(self, site: str) -> Protego | SourceError | None:
        """The rules, the reason why they cannot be read, or None before the first request."""
        return self._rules.get(site)

    def validators(self, site: str) -> list[str | None]:
        """ETag and Last-Modified of the kept text."""
        return self._kept.get(site, [None, None, None])[1:]

    def fail(self, site: str, why: SourceError) -> SourceError:
        """Record that the file cannot be read."""
        self._rules[site] = why
        return why

    def confirm(self, site: str) -> Protego | SourceError:
        """Use the kept text after a 304."""
        known = self._kept.get(site)
        if known is None:
            return self.fail(site, SourceError(f"{site}/robots.txt: answered 304 unasked"))
        self._rules[site] = rules = Protego.parse(known[0] or "")
        return rules

    def update(
        self, site: str, body: bytes, etag: str | None, last_modified: str | None
    ) -> Protego:
        """Use a new text; an empty one if the site has no robots.txt."""
        self._kept.pop(site, None)
        # A byte order mark would hide the first group (RFC 9309, section 2.3: UTF-8 text).
        text = _head(body).decode("utf-8-sig", "replace").lstrip("\ufeff")
        if text.lstrip()[:1] == "<":
            self.pages.add(body)
        rules_text = _without_comments(text)
        storable = len(rules_text) <= _KEPT and not has_address(rules_text)
        if storable and (etag or last_modified) and len(self._kept) < _SITES:
            self._kept[site] = [rules_text, etag, last_modified]
        self._rules[site] = rules = Protego.parse(rules_text)
        return rules


def _head(body: bytes) -> bytes:
    """The whole lines within the limit: half a path would forbid more than it says."""
    return body if len(body) <= LIMIT else body[:LIMIT].rpartition(b"\n")[0]


def _without_comments(text: str) -> str:
    """The lines that hold rules, without blanks around them and without comments."""
    lines = (line[:_LINE].partition("#")[0].strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
