"""The HTTP client: polite, bounded, and never into a private network.

Every request goes through it, so robots.txt, pacing, retries, size and time limits, the budget
and the address check apply to all of them. It does not parse feeds or pages and keeps no cache:
the caller passes validators in and stores the answers.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic, sleep

import httpx
from protego import Protego
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random

from connectors import Context
from connectors._http import proxies
from connectors._http.answer import (
    PERMANENT,
    Answer,
    DelayError,
    ForbiddenError,
    LaterError,
    PageError,
    RedirectError,
    RemovedError,
    StatusError,
    answer,
)
from connectors._http.robots import Kept, Robots
from connectors._http.transport import Backend, Routes, inflated
from sourcing import __version__
from sourcing.core.errors import ParseError, SourceError
from sourcing.core.model import Budget
from sourcing.core.text import clean_line

AGENT = "sourcing"
#: Seconds for one read or connect, and for a whole answer with its headers.
READ_TIMEOUT, TOTAL_TIMEOUT = 15.0, 60.0
#: Seconds: the longest Retry-After that is waited for, and the wait for a 429 without one.
SHORT_WAIT, LONG_WAIT = 10.0, 60.0
#: Seconds: a Crawl-delay from here on is not waited for; the next run continues.
LONG_DELAY = 600.0
TRIES, REDIRECTS = 3, 5

_HOST = re.compile(r"[\w.:-]+")
_REDIRECT = {301, 302, 303, 307, 308}
_TRANSIENT = {500, 502, 503, 504}


class OutOfBudgetError(Exception):
    """The budget of the run is spent. Not a failure: the caller stops cleanly."""


class _RetryError(Exception):
    """A failure that may pass. `wait`: seconds that the server demands."""

    def __init__(self, why: str, wait: float = 0.0, *, reached: bool = True) -> None:
        super().__init__(why)
        self.wait, self.reached = wait, reached


class Web:
    """A client for one crawl of one Source. Each request is taken from the budget first."""

    def __init__(self, context: Context, budget: Budget, robots: Kept | None = None) -> None:
        about = f" (+{context.contact})" if context.contact else ""
        self._context, self._budget = context, budget
        self._started = monotonic()
        #: Origin → when the next request may be sent, on the monotonic clock.
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
        """The page at `url` if robots.txt allows it; a 304 if the validators still match.

        Raises PageError for this page alone, LaterError for a demanded wait, ParseError for an
        unusable answer, SourceError for other failures, OutOfBudgetError when the budget is spent.
        """
        page = self._follow(url, _conditions(etag, last_modified), self._obey, redirects)
        if page.status == 200 and page.body in self.robots.pages:
            raise ParseError(
                f"{page.url}: answers every address with the same page; a log-in page of this"
                " network, or a site that only a browser can read: name its feed"
            )
        return page

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps named by the robots.txt of a site that was requested before."""
        rules = self.robots.rules(_site(url))
        return list(rules.sitemaps)[:20] if isinstance(rules, Protego) else []

    def _follow(
        self,
        url: str,
        headers: dict[str, str],
        allowed: Callable[[str], None],
        redirects: int = REDIRECTS,
    ) -> Answer:
        statuses: set[int] = set()
        first = url
        for _ in range(redirects + 1):
            try:
                _refuse_odd(url, self._context.allow_private)
                allowed(url)
                page, location = self._persist(url, headers)
            except PageError:
                raise
            except SourceError as error:
                if statuses and _site(url) != _site(first):
                    raise RedirectError(f"{first}: redirects to another site: {error}") from error
                raise
            if location is None:
                return replace(page, moved=bool(statuses) and statuses <= PERMANENT)
            statuses.add(page.status)
            try:
                url = str(httpx.URL(url).join(location).copy_with(fragment=None))
            except httpx.InvalidURL as error:
                raise RedirectError(f"{url}: redirects to an unreadable address") from error
        raise ParseError(f"{url}: more than {redirects} redirects")

    def _obey(self, url: str) -> None:
        """Raise SourceError if robots.txt forbids the address (RFC 9309, section 2.2)."""
        site = _site(url)
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
            page = self._follow(url, _conditions(etag, modified), lambda _: None)
        except StatusError as error:
            # RFC 9309, section 2.3.1.3: unavailable (4xx) means no rules. Section 2.3.1.4:
            # unreachable (5xx, and 429 here) forbids; these come as a plain SourceError.
            if 400 <= error.status_code < 500:
                return self.robots.update(site, b"", None, None)
            return self.robots.fail(site, error)
        except SourceError as error:
            return self.robots.fail(site, error)
        if page.status == 304:
            return self.robots.confirm(site)
        return self.robots.update(site, page.body, page.etag, page.last_modified)

    def _persist(self, url: str, headers: dict[str, str]) -> tuple[Answer, str | None]:
        """Request one address until it answers: the only place that retries."""
        jitter, host = wait_random(1, 2), httpx.URL(url).host
        tries = proxies.tries(host, TRIES, self._context)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            demanded = error.wait if isinstance(error, _RetryError) else 0.0
            return demanded + jitter(state) * state.attempt_number

        retrying = Retrying(
            retry=retry_if_exception_type(_RetryError),
            stop=stop_after_attempt(tries),
            wait=wait,
            sleep=sleep,
            reraise=True,
        )
        failures: list[_RetryError] = []

        def request() -> tuple[Answer, str | None]:
            try:
                return self._request(url, headers)
            except _RetryError as error:
                failures.append(error)
                raise

        try:
            return retrying(request)
        except OutOfBudgetError:
            # A failed attempt stays a failure if there is no time for another one.
            if not failures or failures[-1].wait:
                raise
            if not failures[-1].reached:
                self._context.unreached.add(host)
            raise SourceError(f"{url}: {failures[-1]} (no time for another try)") from None
        except _RetryError as error:
            if not error.reached:
                self._context.unreached.add(host)
            times = f"{tries} tries" if tries > 1 else "one try, as before"
            raise SourceError(f"{url}: {error} ({times})") from error

    def _request(self, url: str, headers: dict[str, str]) -> tuple[Answer, str | None]:
        self._pace(url)
        if not self._budget.take(1):
            raise OutOfBudgetError
        self._backend.deadline = monotonic() + TOTAL_TIMEOUT
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                self._context.unreached.clear()
                return self._check(url, response)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            proxy = proxies.proxy(httpx.URL(url), self._context.proxies)
            raise _RetryError(proxies.why(error, proxy), reached=False) from error
        except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
            if monotonic() >= self._backend.deadline:
                # A server that is this slow is slow the next time as well.
                raise SourceError(f"{url}: no whole answer within {TOTAL_TIMEOUT:.0f} s") from error
            raise _RetryError(_message(error)) from error
        except httpx.HTTPError as error:
            raise SourceError(f"{url}: {_message(error)}") from error

    def _check(self, url: str, response: httpx.Response) -> tuple[Answer, str | None]:
        """The answer and its redirect target, if any; raises for every other status."""
        status, headers = response.status_code, response.headers
        location = headers.get("location") if status in _REDIRECT else None
        if status in {429, 503}:
            self._wait_as_asked(url, status, headers.get("retry-after", ""))
        if status in _TRANSIENT:
            raise _RetryError(f"answered {status}")
        if status not in {200, 304} and location is None:
            raise (RemovedError if status == 410 else StatusError)(url, status)
        return answer(url, status, headers, inflated(response) if status == 200 else b""), location

    def _wait_as_asked(self, url: str, status: int, retry_after: str) -> None:
        """Retry after a short demanded wait; raise LaterError for a long one."""
        seconds = self._seconds(retry_after)
        if seconds is None:
            if status == 503:
                return
            seconds = LONG_WAIT
        if seconds > SHORT_WAIT:
            raise LaterError(url, self._now() + timedelta(seconds=min(seconds, 31 * 86_400)))
        raise _RetryError(f"answered {status}", wait=seconds)

    def _seconds(self, retry_after: str) -> float | None:
        """A Retry-After in either of its forms (RFC 9110, section 10.2.3); None without one."""
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

    def _pace(self, url: str) -> None:
        """Sleep until the origin may be requested again; never past the end of the run."""
        origin, rules = _origin(httpx.URL(url)), self.robots.rules(_site(url))
        delay = float(rules.crawl_delay(AGENT) or 0) if isinstance(rules, Protego) else 0.0
        # A host that the configuration allows is the user's own: only its Crawl-delay applies.
        gap = delay if origin in self._context.allow_private else max(self._context.pace, delay)
        now = monotonic()
        due = max(now, self._due.get(origin, now))
        late = self._budget.clock() + due - now >= self._budget.deadline
        if due > now and delay >= due - now and (late or due - now > LONG_DELAY):
            raise DelayError(url, self._now() + timedelta(seconds=due - now), delay)
        if late:
            raise OutOfBudgetError
        if due > now:
            sleep(due - now)
        self._due[origin] = due + gap


def _refuse_odd(url: str, allowed: frozenset[str]) -> None:
    """Raise SourceError for an address that is never requested."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SourceError(f"{clean_line(url, 200)}: not a web address") from error
    web = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.host)
    if not web or parts.userinfo:
        raise SourceError(f"{clean_line(url, 200)}: only http and https without a password")
    # httpx omits the default port of a scheme; any other port may be a private service.
    if parts.port and _origin(parts) not in allowed:
        raise SourceError(f"{url}: odd port; name {_origin(parts)} in [http] allow_private")


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Conditional request headers (RFC 9110, section 13.1)."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


def _origin(parts: httpx.URL) -> str:
    host = f"[{parts.host}]" if ":" in parts.host else parts.host
    return f"{host}:{parts.port}" if parts.port else host


def _site(url: str) -> str:
    """`scheme://host[:port]`; the address itself if it cannot be parsed."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return url
    return f"{parts.scheme}://{_origin(parts)}"


def _message(error: httpx.HTTPError) -> str:
    return clean_line(str(error) or type(error).__name__, 200)
