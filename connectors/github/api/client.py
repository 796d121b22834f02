"""The only client of GitHub's API: PyGithub over httpx, one retry policy, one budget counter.

PyGithub signs requests (a token, an App's installation, Enterprise's address) and reads REST
objects; its own transport, retries and pauses are replaced. All requests pass
`GitHubClient.exchange`. It knows no query and no pull request; `responses` classifies answers.
"""

from __future__ import annotations

import json
import random
import ssl
import time
from collections.abc import ItemsView
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Self

import httpx
from github import Auth, Github
from github.Requester import Requester
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from connectors import Context
from connectors._http import proxies
from connectors._http.client import OutOfBudgetError
from connectors.github.api.access import access as settings_of
from connectors.github.api.responses import (
    Data,
    FaultError,
    LimitError,
    NotReadyError,
    TooMuchError,
    UnreachableError,
    judge,
    partial_errors,
    retry_after,
)
from sourcing import __version__
from sourcing.core.errors import ClockError, ParseError
from sourcing.core.model import Budget

#: Seconds. GitHub ends a query after 10 s; a later answer is lost.
TIMEOUT = 20.0
#: Limits of one answer: seconds until it is complete, and bytes.
TOTAL, LARGEST = 60.0, 30_000_000
#: A secondary limit without Retry-After demands at least a minute, and more each time.
MINUTE = 60.0
#: Seconds. A larger difference between the clocks would hide work.
DAY = 86_400.0
#: How many limits in a row are waited out before the run stops.
PATIENCE = 5
#: Statuses with a Retry-After that is noted at once; a rate limit of GraphQL comes with 200.
_LIMITING = {200, 202, 403, 429, 503}


class GitHubClient:
    """A signed connection for one crawl."""

    def __init__(self, budget: Budget, context: Context) -> None:
        #: How often a query that may be too large is sent; other faults get more attempts.
        self.tries, self._points, self._limits, self._faults = 3, 0, 0, 0
        #: How many seconds our clock is ahead of GitHub's.
        self.skew = 0.0
        self._budget, self._context = budget, context
        access = settings_of(context)
        about = f" (+{context.contact})" if context.contact else ""
        self.api_url = access.api_url
        self._proxy = proxies.proxy(httpx.URL(access.api_url), context.proxies)
        self._client = httpx.Client(
            timeout=TIMEOUT,
            follow_redirects=False,
            verify=_tls(),
            trust_env=False,
            proxy=self._proxy,
        )
        self._host = httpx.URL(access.api_url).netloc.decode()
        connection = _connection(self)
        Requester.injectConnectionClasses(connection, connection)
        self.github = Github(
            auth=_auth(context),
            base_url=access.api_url,
            user_agent=f"sourcing/{__version__}{about}",
            per_page=100,
            lazy=True,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        Requester.resetConnectionClasses()

    def graphql(self, query: str, variables: dict[str, Any], points: int) -> Data:
        """Return the data of a query that should cost so many points, and its partial errors."""
        requester = self.github.requester
        self._points = points
        try:
            _, _, text = requester.requestJson(
                "POST", requester.graphql_url, input={"query": query, "variables": variables}
            )
        finally:
            self._points = 0
        answer = json.loads(text)
        data = answer["data"]
        if not isinstance(data, dict):
            raise ParseError("/graphql: the data is no object")
        cost = (data.get("rateLimit") or {}).get("cost")
        self._correct(points, cost if isinstance(cost, int) else None)
        return Data(data, partial_errors(answer))

    def _correct(self, predicted: int, cost: int | None) -> None:
        """Correct the budget by the reported cost; report a cost that differs much."""
        if cost is None or cost == predicted:
            return
        self._budget.points -= cost - predicted
        self._budget.spent_points += cost - predicted
        if abs(cost - predicted) > 0.2 * predicted:
            self._context.tell(f"a query cost {cost} points instead of {predicted}")

    def exchange(self, request: httpx.Request) -> httpx.Response:
        """Send, wait and retry as GitHub demands; raise the error that remains."""
        self._limits = self._faults = 0
        retrying = Retrying(
            retry=retry_if_exception_type((FaultError, LimitError)),
            wait=self._wait,
            stop=self._stop,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            response: httpx.Response = retrying(self._send, request)
        except LimitError as limit:
            self._budget.stop()
            raise OutOfBudgetError("the run ends before GitHub's rate limit is lifted") from limit
        except UnreachableError:
            self._context.unreached.add(self._host)
            raise
        self._context.unreached.clear()
        return response

    def _send(self, request: httpx.Request) -> httpx.Response:
        silence = self._context.silent_until.get(self._host, 0.0) - self._budget.clock()
        if silence > 0:
            self._sleep(silence)
        points = self._points if request.url.path.endswith("/graphql") else 0
        if not self._budget.take(1, points):
            raise OutOfBudgetError("the budget is spent")
        try:
            response = self._read(self._client.send(request, stream=True))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            why = proxies.why(error, self._proxy)
            raise UnreachableError(f"{self._host}: {why}") from error
        except httpx.TransportError as error:
            slow = isinstance(error, httpx.TimeoutException)
            kind = TooMuchError if slow else FaultError
            raise kind(f"{self._host}: {proxies.why(error)}") from error
        judge(response)
        if abs(self.skew) > DAY:
            raise ClockError(
                f"this machine's clock is {self.skew / DAY:+.0f} days off GitHub's; set it:"
                " until then nothing is read, as it would be taken for too old or not yet made"
            )
        return response

    def _read(self, answer: httpx.Response) -> httpx.Response:
        """The whole answer, unless it is too slow or too large."""
        late = time.monotonic() + TOTAL
        body = bytearray()
        if answer.status_code in _LIMITING and (pause := retry_after(answer)):
            # Noted before the body is read, which may fail to arrive.
            self._pause(pause)
        with closing(answer):
            for chunk in answer.iter_bytes(65_536):
                body += chunk
                if len(body) > LARGEST:
                    raise FaultError(f"{self._host}: answered more than {LARGEST:,} bytes")
                if time.monotonic() > late:
                    raise FaultError(f"{self._host}: took more than {TOTAL:.0f} s to answer")
        self.skew = self._skew(answer)
        headers = {k: v for k, v in answer.headers.items() if k != "content-encoding"}
        return httpx.Response(
            answer.status_code, headers=headers, content=bytes(body), request=answer.request
        )

    def _skew(self, answer: httpx.Response) -> float:
        """How many seconds our clock is ahead of GitHub's."""
        try:
            server_time = parsedate_to_datetime(answer.headers["date"])
        except (KeyError, ValueError):
            return 0.0
        server_time = server_time.replace(
            tzinfo=server_time.tzinfo or UTC
        )  # as some proxies write it
        passed = timedelta(seconds=self._budget.clock() - self._context.began)
        return (self._context.now + passed - server_time).total_seconds()

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, LimitError):
            self._limits += 1
            wait = error.wait if error.wait is not None else MINUTE * 2.0 ** (self._limits - 1)
            self._pause(wait)
            return wait
        self._faults += 1
        return 2.0 ** (self._faults - 1) * random.uniform(1.0, 2.0)  # noqa: S311 - jitter  # nosec B311

    def _stop(self, state: RetryCallState) -> bool:
        late = self._budget.clock() + state.upcoming_sleep > self._until()
        error = state.outcome.exception() if state.outcome else None
        usual = max(self.tries, 3)
        if isinstance(error, TooMuchError):
            usual = self.tries
        elif isinstance(error, UnreachableError | NotReadyError):
            usual = 2
        tries = proxies.tries(self._host, usual, self._context)
        return late or self._faults >= tries or self._limits > PATIENCE

    @property
    def paused(self) -> float:
        """The seconds for which GitHub still demands a pause."""
        return self._context.silent_until.get(self._host, 0.0) - self._budget.clock()

    def pause_until(self, time_: datetime | None) -> None:
        """Respect a pause that was demanded in an earlier run."""
        if time_ is not None and (seconds := (time_ - self._context.now).total_seconds()) > 0:
            passed = self._budget.clock() - self._context.began
            self._pause(seconds - passed)

    def _pause(self, seconds: float) -> None:
        """Send nothing to this host for so long; a longer pause stays."""
        until = self._budget.clock() + seconds
        silent = self._context.silent_until
        silent[self._host] = max(silent.get(self._host, 0.0), until)

    def _sleep(self, seconds: float) -> None:
        """Wait, and report a long wait; stop the run if the wait would outlast it."""
        if self._budget.clock() + seconds > self._until():
            self._budget.stop()
            raise OutOfBudgetError("the run ends before GitHub's rate limit is lifted")
        if seconds > 10:
            passed = self._budget.clock() - self._context.began + seconds
            until = (self._context.now + timedelta(seconds=passed)).astimezone()
            self._context.tell(f"GitHub demands a pause: waiting until {until:%H:%M}")
        self._context.sleep(seconds)
        self._budget.deadline += seconds  # a demanded wait does not count against a source's share

    def _until(self) -> float:
        """Until when it may wait: the end of the run where known, else the end of this crawl."""
        night = self._budget.night
        return night if night != float("inf") else self._budget.deadline


@cache
def _tls() -> ssl.SSLContext:
    """Created once: reading the certificates takes longer than a request."""
    return httpx.create_ssl_context()


def _auth(context: Context) -> Auth.Auth | None:
    access = settings_of(context)
    if access.app:
        app_id, installation, key = access.app
        return Auth.AppAuth(app_id, key).get_installation_auth(installation)
    return Auth.Token(access.token) if access.token else None


def _connection(client: GitHubClient) -> type:
    """A connection class for PyGithub that sends each request through our client."""

    class Connection:
        def __init__(self, host: str, port: int | None = None, **_: object) -> None:
            self.host, self._port = host, port

        def request(
            self,
            verb: str,
            url: str,
            input: str | None,  # noqa: A002 - PyGithub's name
            headers: dict[str, str],
            stream: bool = False,
        ) -> None:
            base = httpx.URL(client.api_url).copy_with(host=self.host, port=self._port)
            try:  # PyGithub follows addresses of answers
                place = base.join(url)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise ParseError("GitHub returned an invalid address") from error
            self._request = httpx.Request(verb, place, headers=headers, content=input)

        def getresponse(self) -> _Response:
            return _Response(client.exchange(self._request))

        def close(self) -> None:
            """The client closes it."""

    return Connection


class _Response:
    """An httpx response in the shape of http.client's."""

    def __init__(self, response: httpx.Response) -> None:
        self.status, self.headers, self._text = (
            response.status_code,
            response.headers,
            response.text,
        )

    def getheaders(self) -> ItemsView[str, str]:
        return self.headers.items()

    def read(self) -> str:
        return self._text
