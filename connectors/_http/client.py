"""The one way to read the web: polite, bounded, and never into a private network.

Every request passes here, so that robots.txt, pacing, retries, size and time limits, the
budget and the address guard hold for all of them. It knows nothing of feeds or pages,
keeps no cache (a caller hands validators in and stores what comes) and speaks to no proxy.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic, sleep

import httpx
from protego import Protego
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random

from connectors import Context
from connectors._http import proxies
from connectors._http.robots import Kept, Robots
from connectors._http.transport import Backend, Routes, inflated
from sourcing import __version__
from sourcing.core.errors import GoneError, ParseError, SourceError
from sourcing.core.model import Budget
from sourcing.core.text import clean_line

AGENT = "sourcing"
#: Seconds: for one read or connect, and for a whole answer with its headers.
READ_TIMEOUT, TOTAL_TIMEOUT = 15.0, 60.0
#: Seconds: the longest Retry-After waited out on the spot, and what a bare 429 means.
SHORT_WAIT, LONG_WAIT = 10.0, 60.0
TRIES, REDIRECTS = 3, 5

_HOST = re.compile(r"[\w.:-]+")
_REDIRECT = {301, 302, 303, 307, 308}
_FOR_GOOD = {301, 308}
_NOINDEX = re.compile(r"\b(?:noindex|none)\b", re.IGNORECASE)
_MAX_AGE = re.compile(r"\bmax-age=\"?(\d{1,9})", re.IGNORECASE)
_MAY_PASS = {500, 502, 503, 504}


class OutOfBudgetError(Exception):
    """The run may ask no more. Not a failure: whoever catches it stops cleanly."""


class _TryAgainError(Exception):
    """A failure that may pass; `wait` is what the server demands, in seconds."""

    def __init__(self, why: str, wait: float = 0.0, *, reached: bool = True) -> None:
        super().__init__(why)
        self.wait, self.reached = wait, reached


class StatusError(SourceError):
    """The server refused with a status that asking again would not change."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(f"{url}: answered {status}")
        self.status_code = status


class _GoneError(StatusError, GoneError):
    """410: gone for good."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said in the end. A 304 has no body; `url` is where redirects led."""

    url: str
    status: int
    body: bytes
    etag: str | None
    last_modified: str | None
    #: The seconds it stays fresh; whether it may not be indexed or mined.
    max_age: int = 0
    reserved: bool = False
    #: True if redirects led there, all of them for good.
    moved: bool = False


class ForbiddenError(SourceError):
    """robots.txt keeps us from this page; others of its host may be read."""


class LaterError(SourceError):
    """The server asks for silence until `until`."""

    def __init__(self, url: str, until: datetime) -> None:
        super().__init__(f"{url}: asks to be left alone until {until:%Y-%m-%d %H:%M:%S} UTC")
        self.until = until


class Web:
    """A client for one reading of one Source. Every request is taken from the budget first."""

    def __init__(self, context: Context, budget: Budget, robots: Kept | None = None) -> None:
        about = f" (+{context.contact})" if context.contact else ""
        self._context, self._budget = context, budget
        self._started = monotonic()
        self._due: dict[str, float] = {}
        self.robots = Robots(robots or {})
        self._backend = Backend(context.allow_private)
        self._client = httpx.Client(
            transport=Routes(self._backend, context.proxies),
            headers={
                "User-Agent": f"{AGENT}/{__version__}{about}",
                "Accept-Encoding": "gzip",
            },
            timeout=READ_TIMEOUT,
            trust_env=False,
        )

    def __enter__(self) -> "Web":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(
        self,
        url: str,
        etag: str | None = None,
        last_modified: str | None = None,
        *,
        redirects: int = REDIRECTS,
    ) -> Answer:
        """Read what robots.txt allows; a 304 if the validators still hold."""
        answer = self._follow(url, _conditions(etag, last_modified), self._obey, redirects)
        if answer.status == 200 and answer.body in self.robots.pages:
            raise ParseError(
                f"{answer.url}: answers every address with the same page; a log-in page of this"
                " network, or a site that only a browser can read: name its feed"
            )
        return answer

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of an address read before names."""
        parts = httpx.URL(url)
        rules = self.robots.rules(f"{parts.scheme}://{_origin(parts)}")
        return list(rules.sitemaps)[:20] if isinstance(rules, Protego) else []

    def _follow(
        self,
        url: str,
        headers: dict[str, str],
        allowed: Callable[[str], None],
        redirects: int = REDIRECTS,
    ) -> Answer:
        statuses: set[int] = set()
        for _ in range(redirects + 1):
            self._refuse_odd(url)
            allowed(url)
            answer, location = self._persist(url, headers)
            if location is None:
                return replace(answer, moved=bool(statuses) and statuses <= _FOR_GOOD)
            statuses.add(answer.status)
            try:
                url = str(httpx.URL(url).join(location).copy_with(fragment=None))
            except httpx.InvalidURL as error:
                raise ParseError(f"{url}: redirects to an unreadable address") from error
        raise ParseError(f"{url}: more than {redirects} redirects")

    def _refuse_odd(self, url: str) -> None:
        try:
            parts = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise SourceError(f"{clean_line(url, 200)}: not a web address") from error
        web = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.host)
        if not web or parts.userinfo:
            raise SourceError(f"{clean_line(url, 200)}: only http and https without a password")
        # httpx leaves a scheme's own port out; behind another may be anything that listens.
        if parts.port and _origin(parts) not in self._context.allow_private:
            raise SourceError(f"{url}: odd port; name {_origin(parts)} in [http] allow_private")

    def _obey(self, url: str) -> None:
        """Raise SourceError where robots.txt forbids to go (RFC 9309)."""
        parts = httpx.URL(url)
        site = f"{parts.scheme}://{_origin(parts)}"
        rules = self.robots.rules(site) or self._read_robots(site)
        if isinstance(rules, LaterError):
            raise LaterError(url, rules.until)
        if isinstance(rules, SourceError):
            raise SourceError(f"robots.txt unreadable, so its host is left alone: {rules}")
        if not rules.can_fetch(url, AGENT):
            raise ForbiddenError(f"{url}: forbidden by robots.txt")

    def _read_robots(self, site: str) -> Protego | SourceError:
        url, (etag, modified) = f"{site}/robots.txt", self.robots.validators(site)
        try:
            answer = self._follow(url, _conditions(etag, modified), lambda _: None)
        except StatusError as error:
            # 2.3.1.3: no robots.txt, no rules; a 5xx or 429 comes as a plain SourceError.
            if 400 <= error.status_code < 500:
                return self.robots.take(site, b"", None, None)
            return self.robots.fail(site, error)
        except SourceError as error:
            return self.robots.fail(site, error)
        if answer.status == 304:
            return self.robots.hold(site)
        return self.robots.take(site, answer.body, answer.etag, answer.last_modified)

    def _persist(self, url: str, headers: dict[str, str]) -> tuple[Answer, str | None]:
        """One address, asked until it answers: the only place that retries."""
        jitter, host = wait_random(1, 2), httpx.URL(url).host
        tries = proxies.tries(host, TRIES, self._context)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            demanded = error.wait if isinstance(error, _TryAgainError) else 0.0
            return demanded + jitter(state) * state.attempt_number

        retrying = Retrying(
            retry=retry_if_exception_type(_TryAgainError),
            stop=stop_after_attempt(tries),
            wait=wait,
            sleep=sleep,
            reraise=True,
        )
        try:
            return retrying(self._ask, url, headers)
        except _TryAgainError as error:
            if not error.reached:
                self._context.unreached.add(host)
            times = f"{tries} tries" if tries > 1 else "one try, as before"
            raise SourceError(f"{url}: {error} ({times})") from error

    def _ask(self, url: str, headers: dict[str, str]) -> tuple[Answer, str | None]:
        self._pace(httpx.URL(url))
        if not self._budget.take(1):
            raise OutOfBudgetError
        self._backend.deadline = monotonic() + TOTAL_TIMEOUT
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                self._context.unreached.clear()
                return self._judge(url, response)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            proxy = proxies.proxy(httpx.URL(url), self._context.proxies)
            raise _TryAgainError(proxies.why(error, proxy), reached=False) from error
        except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
            if monotonic() >= self._backend.deadline:
                # Whoever drips for a minute drips the next time as well.
                raise SourceError(f"{url}: no whole answer within {TOTAL_TIMEOUT:.0f} s") from error
            raise _TryAgainError(_said(error)) from error
        except httpx.HTTPError as error:
            raise SourceError(f"{url}: {_said(error)}") from error

    def _judge(self, url: str, response: httpx.Response) -> tuple[Answer, str | None]:
        status, head = response.status_code, response.headers
        location = head.get("location") if status in _REDIRECT else None
        if status in {429, 503}:
            self._heed(url, status, head.get("retry-after", ""))
        if status in _MAY_PASS:
            raise _TryAgainError(f"answered {status}")
        if status not in {200, 304} and location is None:
            raise (_GoneError if status == 410 else StatusError)(url, status)
        answer = Answer(
            url=url,
            status=status,
            body=inflated(response) if status == 200 else b"",
            etag=head.get("etag"),
            last_modified=head.get("last-modified"),
            max_age=_max_age(head.get("cache-control", "")),
            reserved=bool(_NOINDEX.search(head.get("x-robots-tag", "")))
            or head.get("tdm-reservation", "").strip() == "1",
        )
        return answer, location

    def _heed(self, url: str, status: int, retry_after: str) -> None:
        """Wait out a short demand; raise on a long one, as nothing may be sent inside it."""
        seconds = self._seconds(retry_after)
        if seconds is None:
            if status == 503:
                return
            seconds = LONG_WAIT
        if seconds > SHORT_WAIT:
            raise LaterError(url, self._now() + timedelta(seconds=min(seconds, 31 * 86_400)))
        raise _TryAgainError(f"answered {status}", wait=seconds)

    def _seconds(self, retry_after: str) -> float | None:
        """A Retry-After in either of its forms (RFC 9110 10.2.3), None if there is none."""
        text = retry_after.strip()
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return None
        return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - self._now()).total_seconds())

    def _now(self) -> datetime:
        return self._context.now + timedelta(seconds=monotonic() - self._started)

    def _pace(self, parts: httpx.URL) -> None:
        """Sleep until the origin may be asked again; never past the end of the run."""
        origin = _origin(parts)
        rules = self.robots.rules(f"{parts.scheme}://{origin}")
        asked = float(rules.crawl_delay(AGENT) or 0) if isinstance(rules, Protego) else 0.0
        # What is our own to ask needs no pace of ours, but may ask for one.
        gap = asked if origin in self._context.allow_private else max(self._context.pace, asked)
        now = monotonic()
        due = max(now, self._due.get(origin, now))
        if self._budget.clock() + due - now >= self._budget.deadline:
            raise OutOfBudgetError
        if due > now:
            sleep(due - now)
        self._due[origin] = due + gap


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    sent = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in sent.items() if value}


def _origin(parts: httpx.URL) -> str:
    host = f"[{parts.host}]" if ":" in parts.host else parts.host
    return f"{host}:{parts.port}" if parts.port else host


def _max_age(control: str) -> int:
    found = _MAX_AGE.search(control)
    return int(found[1]) if found and "no-cache" not in control.lower() else 0


def _said(error: httpx.HTTPError) -> str:
    return clean_line(str(error) or type(error).__name__, 200)
