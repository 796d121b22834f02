"""One HTTP answer and the errors that a request ends with. It sends nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors._http.tdmrep import is_reserved
from sourcing.core.errors import GoneError, SourceError

_NOINDEX = re.compile(r"\b(?:noindex|none)\b", re.IGNORECASE)
_MAX_AGE = re.compile(r"\bmax-age=\"?(\d{1,9})", re.IGNORECASE)
#: Redirects that move a resource permanently (RFC 9110, sections 15.4.2 and 15.4.9).
PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """The final answer to a request, after redirects. A 304 has no body."""

    #: The address of the final answer.
    url: str
    status: int
    body: bytes
    etag: str | None
    last_modified: str | None
    #: The Content-Type and Link headers as sent, "" without one.
    content_type: str = ""
    link: str = ""
    #: Seconds for which the answer stays fresh (RFC 9111, section 5.2.2.1).
    max_age: int = 0
    #: `X-Robots-Tag: noindex`, and `TDM-Reservation: 1` (W3C TDMRep, section 6.2).
    noindex: bool = False
    tdm_reserved: bool = False
    #: True if there were redirects and each of them was permanent.
    moved: bool = False

    @property
    def reserved(self) -> bool:
        """True if a header asks not to keep the page."""
        return self.noindex or self.tdm_reserved


def answer(url: str, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """The answer with its headers parsed; header names in lower case."""
    cache_control = headers.get("cache-control", "")
    max_age = _MAX_AGE.search(cache_control)
    return Answer(
        url=url,
        status=status,
        body=body,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        content_type=headers.get("content-type", ""),
        link=headers.get("link", "")[:8_000],
        max_age=int(max_age[1]) if max_age and "no-cache" not in cache_control.lower() else 0,
        noindex=bool(_NOINDEX.search(headers.get("x-robots-tag", ""))),
        tdm_reserved=is_reserved(headers.get("tdm-reservation")),
    )


class PageError(SourceError):
    """One address cannot be read; other pages of its host may be read."""


class StatusError(PageError):
    """The server refused with a status that a retry does not change."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(f"{url}: answered {status}")
        self.status_code = status


class RemovedError(StatusError, GoneError):
    """410 Gone (RFC 9110, section 15.5.11)."""


class ForbiddenError(PageError):
    """robots.txt or a reservation forbids this page."""


class RedirectError(PageError):
    """The page redirects to another site that is forbidden or cannot be read."""


class LaterError(SourceError):
    """The server asks for no requests before `until`."""

    def __init__(self, url: str, until: datetime) -> None:
        super().__init__(f"{url}: asks to be left alone until {until:%Y-%m-%d %H:%M:%S} UTC")
        self.until = until


class DelayError(LaterError):
    """robots.txt asks for a Crawl-delay that is longer than this run can wait."""

    def __init__(self, url: str, until: datetime, seconds: float) -> None:
        super().__init__(url, until)
        self.seconds = seconds
