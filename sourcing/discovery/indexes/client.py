"""A client for package indexes: conditional requests, retries, limits, and a folder of answers.

It asks only hosts that the user's tools name, or that an index of theirs names for its files. It
does not parse answers. Sources: RFC 9110 (validators, Retry-After), RFC 9111 (max-age).
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from sourcing import __version__
from sourcing.core import files
from sourcing.core.errors import SourceError

#: Bytes of one decoded answer; seconds of one answer; attempts; seconds of the longest pause.
LARGEST, TIMEOUT, TRIES, LONGEST_PAUSE = 16_000_000, 30.0, 4, 120.0
_TRANSIENT = {429, 500, 502, 503, 504}


class MissingError(SourceError):
    """The index has no such page (404 or 410)."""


class _RetryError(Exception):
    """A failure that may pass. `wait`: seconds that the server demands, or None."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer in the folder, with its validators."""

    url: str
    text: str
    etag: str = ""
    modified: str = ""
    #: Seconds since the epoch, until which the answer need not be asked again.
    fresh_until: float = 0.0


class IndexClient:
    """Asks indexes; safe for several threads. `offline` answers from the folder alone."""

    def __init__(self, folder: Path, contact: str = "", *, offline: bool = False) -> None:
        self._folder, self._offline = folder, offline
        about = f" (+{contact})" if contact else ""
        self._client = httpx.Client(
            headers={"user-agent": f"sourcing/{__version__}{about}"},
            timeout=TIMEOUT,
            follow_redirects=True,
            limits=httpx.Limits(max_connections=8),
        )
        #: Host → when requests to it may go on, on the monotonic clock.
        self._paused: dict[str, float] = {}
        self._lock = threading.Lock()
        self.requests = 0

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, url: str, accept: str = "*/*", *, immutable: bool = False) -> str:
        """The text at an address; an immutable one is asked once. Raises SourceError."""
        kept = self._kept(url)
        if kept and (self._offline or immutable or kept.fresh_until > time.time()):
            return kept.text
        if self._offline:
            raise SourceError("not asked (--offline)")
        retrying = Retrying(
            retry=retry_if_exception_type(_RetryError),
            wait=_wait,
            stop=stop_after_attempt(TRIES),
            reraise=True,
        )
        try:
            new: _Kept = retrying(self._ask, url, accept, kept)
        except _RetryError as error:
            raise SourceError(str(error)) from error
        if new != kept:
            self._keep(new)
        return new.text

    def _ask(self, url: str, accept: str, kept: _Kept | None) -> _Kept:
        headers = {"accept": accept}
        if kept and kept.etag:
            headers["if-none-match"] = kept.etag
        elif kept and kept.modified:
            headers["if-modified-since"] = kept.modified
        host = httpx.URL(url).host
        time.sleep(max(0.0, self._paused.get(host, 0.0) - time.monotonic()))
        with self._lock:
            self.requests += 1
        try:
            request = self._client.build_request("GET", url, headers=headers)
            answer = self._client.send(request, stream=True)
            with closing(answer):
                return self._judged(answer, url, kept)
        except httpx.HTTPError as error:
            raise _RetryError(f"{host}: {type(error).__name__}") from error
        except httpx.InvalidURL as error:
            raise SourceError(f"an address that cannot be used: {error}") from error

    def _judged(self, answer: httpx.Response, url: str, kept: _Kept | None) -> _Kept:
        host, status = answer.url.host, answer.status_code
        fresh = time.time() + _max_age(answer)
        if status == 304 and kept:
            return _Kept(url, kept.text, kept.etag, kept.modified, fresh)
        if status in {404, 410}:
            raise MissingError(f"{host} does not have it ({status})")
        if status in _TRANSIENT:
            wait = answer.headers.get("retry-after", "")
            seconds = float(wait) if wait.isdigit() else None
            if seconds is not None:
                self._paused[host] = time.monotonic() + min(seconds, LONGEST_PAUSE)
            raise _RetryError(f"{host} answers {status}", seconds)
        if status != 200:
            raise SourceError(f"{host} answers {status}")
        body = bytearray()
        late = time.monotonic() + TIMEOUT
        for part in answer.iter_bytes(65_536):
            body += part
            if len(body) > LARGEST:
                raise SourceError(f"{host} answers more than {LARGEST:,} bytes")
            if time.monotonic() > late:
                raise _RetryError(f"{host} takes more than {TIMEOUT:.0f} s to answer")
        text = body.decode(answer.encoding or "utf-8", "replace")
        validators = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        return _Kept(url, text, *validators, fresh)

    def _file(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:40]}.json"

    def _kept(self, url: str) -> _Kept | None:
        try:
            return _Kept(**json.loads(self._file(url).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None  # absent, or damaged: it is asked again

    def _keep(self, answer: _Kept) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        files.write(self._file(answer.url), json.dumps(asdict(answer)))


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _RetryError) and error.wait is not None:
        return min(error.wait, LONGEST_PAUSE)
    return float(0.5 * 2 ** (state.attempt_number - 1))


def _max_age(answer: httpx.Response) -> float:
    """Seconds for which the answer is fresh; 0 if the index does not say."""
    age = re.search(r"max-age=(\d{1,9})", answer.headers.get("cache-control", ""))
    return float(age[1]) if age else 0.0
