"""What an answer of GitHub's means: usable, a fault that may pass, a limit, or the end.

It reads one answer and raises; what is done about it is the wire's.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

import httpx
from github.GithubException import BadAttributeException

from sourcing.core.errors import GoneError, SourceError
from sourcing.core.text import clean_line

#: What a mangled answer makes of reading it.
MANGLED = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError,
           BadAttributeException, RecursionError)  # fmt: skip
_FAULTS = {500, 502, 503, 504}
#: Only under these is a 404 about the repository, not about the API's address; and only these move.
_REPOSITORY = re.compile("/repos/|/repositories/")


class FaultError(SourceError):
    """A fault that may pass: a timeout, a broken answer, a query that asked for too much."""


class UnreachableError(FaultError):
    """Nobody answered: asking for less would not help."""


class CursorError(SourceError):
    """A list cannot be gone on with from where it was left."""


class LimitError(SourceError):
    """GitHub demands silence for so many seconds; None if it does not say how long."""

    def __init__(self, wait: float | None) -> None:
        super().__init__("GitHub's rate limit is reached")
        self.wait = wait


def judge(response: httpx.Response) -> None:
    """Raise what is wrong with an answer; nothing, if it can be used."""
    status, path = response.status_code, response.url.path
    if status in _FAULTS:
        raise FaultError(f"{path}: answered {status}")
    if status in {403, 429}:
        raise _refusal(response)
    if status == 401:
        raise SourceError("GitHub does not accept the token; make a new one, no scopes are needed")
    if status == 451 or (status in {404, 410} and _REPOSITORY.search(path)):
        raise GoneError(f"{path}: answered {status}")
    if status >= 400:
        raise SourceError(f"{path}: answered {status}: {clean_line(response.text, 200)}")
    sent_away = response.has_redirect_location and not _REPOSITORY.search(path)
    if sent_away or "html" in response.headers.get("content-type", ""):
        raise SourceError(
            "GitHub's API answers with a web page; is this network's log-in page in between,"
            " or [github] api_url wrong?"
        )
    if path.endswith("/graphql"):
        _judge_graphql(response)


def _refusal(response: httpx.Response) -> SourceError:
    """403 and 429 are limits, a missing right, or a block; the headers and words tell."""
    words, named = response.text.lower(), _retry_after(response)
    if response.headers.get("x-ratelimit-remaining") == "0" or "already exceeded" in words:
        waits = [wait for wait in (_reset(response), named) if wait is not None]
        return LimitError(max(waits, default=None))
    if "retry-after" in response.headers or "rate limit" in words or "abuse" in words:
        return LimitError(named)
    if response.status_code == 429:
        return LimitError(None)
    return SourceError(f"{response.url.path}: refused: {clean_line(response.text, 200)}")


def _judge_graphql(response: httpx.Response) -> None:
    try:
        answer = response.json()
        data, errors = answer.get("data"), answer.get("errors") or []
        kinds = {str(e.get("type") or e.get("code") or "").lower() for e in errors}
    except (ValueError, AttributeError, RecursionError) as error:
        raise FaultError("/graphql: the answer is no JSON") from error
    words = " ".join(str(e.get("message", "")) for e in errors).lower()
    if kinds & {"rate_limited", "rate_limit"} or "graphql_rate_limit" in repr(errors):
        raise LimitError(_reset(response))
    if "already exceeded" in words or "api rate limit" in words:
        raise LimitError(_reset(response))
    if "secondary rate limit" in words:
        raise LimitError(_retry_after(response))
    if "forbidden" in kinds:
        raise SourceError(f"/graphql: refused: {clean_line(words, 200)}")
    if kinds & _CURSOR:
        raise CursorError("/graphql: the position in the list is not known any more")
    nothing = data is None or (isinstance(data, dict) and None in data.values())
    if "resource_limits_exceeded" in kinds or (nothing and kinds <= _PASSING):
        raise FaultError("/graphql: the query asked for more than GitHub would do")
    if data is None:
        raise SourceError(f"/graphql: {clean_line(words, 200)}")


_CURSOR = {"invalid_cursor_arguments", "invalid_cursor"}
#: Errors without data under which the same query may work again.
_PASSING = {"", "internal", "service_unavailable", "timeout"}


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds of Retry-After, which may be a date; None if it names none."""
    value = response.headers.get("retry-after", "")
    if value.isdigit():
        return float(value)
    try:
        then = parsedate_to_datetime(value).timestamp()
        return max(1.0, then - parsedate_to_datetime(response.headers["date"]).timestamp())
    except (KeyError, ValueError):
        return None


def _reset(response: httpx.Response) -> float | None:
    """Seconds until the limit is lifted, by GitHub's own clock; None if it does not say."""
    try:
        reset = float(response.headers["x-ratelimit-reset"])
        now = parsedate_to_datetime(response.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return None
    return max(1.0, reset - now + 1)
