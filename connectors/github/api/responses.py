"""Classifies one answer of GitHub's API: usable, incomplete, a temporary fault, a limit, or final.

It raises an error or returns; retries and waits are the client's.

Limits: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
and https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from github.GithubException import BadAttributeException

from sourcing.core.errors import GoneError, SourceError
from sourcing.core.text import clean_line

#: What reading a mangled answer raises.
MANGLED = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError,
           BadAttributeException, RecursionError)  # fmt: skip
#: Statuses that a wide query causes, and that of an answer which is still being prepared.
_TOO_MUCH, _NOT_READY = {500, 502, 503, 504}, 202
#: Only below these paths a 404 concerns the repository and not the API's address; only these move.
_REPOSITORY = re.compile("/repos/|/repositories/")
_CURSOR = {"invalid_cursor_arguments", "invalid_cursor"}
#: Types of errors without data after which the same query may work.
_PASSING = {"", "internal", "service_unavailable", "timeout"}
#: Types of errors that do not pass: the node is withheld or missing.
_PERMANENT = {"forbidden", "not_found", "insufficient_scopes", "unprocessable"}


class FaultError(SourceError):
    """A fault that may pass: a broken connection or answer."""


class TooMuchError(FaultError):
    """A fault that a smaller page may avoid: a timeout, a gateway's error, a resource limit."""


class UnreachableError(FaultError):
    """The host did not answer at all: a smaller page would not help."""


class NotReadyError(FaultError):
    """The answer is still being prepared: a later run asks again."""


class CursorError(SourceError):
    """GitHub does not accept the position in a list any more."""


class LimitError(SourceError):
    """GitHub demands a pause of so many seconds; None if it does not say how long."""

    def __init__(self, wait: float | None) -> None:
        super().__init__("GitHub's rate limit is reached")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class PartialError:
    """An error beside the data: the field at `path` is null."""

    type: str
    path: tuple[str | int, ...]
    message: str

    @property
    def permanent(self) -> bool:
        """True if asking again gives the same: the field is withheld or does not exist."""
        return self.type in _PERMANENT


@dataclass(frozen=True, slots=True)
class Data:
    """The `data` of a GraphQL answer, and the errors for its missing parts."""

    data: Mapping[str, Any]
    errors: tuple[PartialError, ...] = ()

    def is_complete(self, alias: str) -> bool:
        """True unless a part below this field is missing that another request may return."""
        return not any(not e.permanent for e in self.errors if e.path[:1] == (alias,))


def judge(response: httpx.Response) -> None:
    """Raise the error that an answer means. Return if it can be used."""
    status, path = response.status_code, response.url.path
    if status in _TOO_MUCH:
        raise TooMuchError(f"{path}: answered {status}")
    if status == _NOT_READY:
        raise NotReadyError(f"{path}: answered {status}, not ready")
    if status in {403, 429}:
        raise _refusal(response)
    if status == 401:
        raise SourceError("GitHub does not accept the token; make a new one, no scopes are needed")
    if status == 451 or (status in {404, 410} and _REPOSITORY.search(path)):
        raise GoneError(f"{path}: answered {status}")
    if status >= 400:
        raise SourceError(f"{path}: answered {status}: {clean_line(response.text, 200)}")
    redirected = response.has_redirect_location and not _REPOSITORY.search(path)
    if redirected or "html" in response.headers.get("content-type", ""):
        raise SourceError(
            "GitHub's API answers with a web page; a log-in page of this network may answer"
            " instead, or [github] api_url is wrong"
        )
    if path.endswith("/graphql"):
        _judge_graphql(response)


def _refusal(response: httpx.Response) -> SourceError:
    """403 and 429 are limits, a missing right, or a block, by their headers and text."""
    words, named = response.text.lower(), retry_after(response)
    if response.headers.get("x-ratelimit-remaining") == "0" or "already exceeded" in words:
        return LimitError(_reset(response) if named is None else named)
    if "retry-after" in response.headers or "rate limit" in words or "abuse" in words:
        return LimitError(named)
    if response.status_code == 429:
        return LimitError(None)
    return SourceError(f"{response.url.path}: refused: {clean_line(response.text, 200)}")


def _judge_graphql(response: httpx.Response) -> None:
    try:
        answer = response.json()
        data, errors = answer.get("data"), answer.get("errors") or []
        kinds = {_type(e) for e in errors}
        words = " ".join(str(e.get("message", "")) for e in errors).lower()
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise FaultError("/graphql: the answer is no JSON") from error
    named = retry_after(response)
    if (
        kinds & {"rate_limited", "rate_limit", "graphql_rate_limit"}
        or "already exceeded" in words
        or "api rate limit" in words
    ):
        raise LimitError(_reset(response) if named is None else named)
    if "secondary rate limit" in words:
        raise LimitError(named)
    if kinds & _CURSOR:
        raise CursorError("/graphql: the position in the list is not accepted any more")
    fields = [v for k, v in data.items() if k != "rateLimit"] if isinstance(data, dict) else []
    nothing = data is None or (bool(fields) and all(v is None for v in fields))
    if "resource_limits_exceeded" in kinds or (nothing and kinds <= _PASSING):
        raise TooMuchError("/graphql: the query asked for more than GitHub returns at once")
    if nothing and (kinds & {"forbidden", "insufficient_scopes"} or data is None):
        refused = "refused: " if "forbidden" in kinds else ""
        raise SourceError(f"/graphql: {refused}{clean_line(words, 200)}")


def _type(error: Mapping[str, Any]) -> str:
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, Mapping) else None
    return str(error.get("type") or error.get("code") or code or "").lower()


def partial_errors(answer: Mapping[str, Any]) -> tuple[PartialError, ...]:
    """Return the errors that stand beside the data. One without a path concerns the whole."""
    result = []
    errors: Iterable[Any] = answer.get("errors") or ()
    for error in errors:
        path = error.get("path") if isinstance(error, Mapping) else None
        parts = tuple(p for p in path or () if isinstance(p, (str, int)))
        message = clean_line(str(error.get("message", "")), 200) if path else ""
        if parts:
            result.append(PartialError(_type(error), parts, message))
    return tuple(result)


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of Retry-After (RFC 9110, 10.2.3), which may be a date; None if absent."""
    value = response.headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
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
