"""Sign-in and sessions: the owner of the machine's account, or named users with passwords.

On loopback, `serve` prints an address with a secret of this start; it gives a session to the
browser that opens it. With `--host`, users sign in with a password (argon2id, RFC 9106). It answers
the sign-in page; which page an account may see is decided by `may`.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, parse_qsl, urlencode

from markupsafe import Markup, escape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope

from db import Store
from db.privacy import accounts
from db.privacy.accounts import Account
from sourcing.core.times import stamp

#: The parameter of the printed address.
_KEY = "key"
#: How long a session of a named user lasts.
_LIFETIME = timedelta(hours=12)
#: The longest sign-in form, in bytes.
_FORM_LIMIT = 4_000
_OPEN_THE_ADDRESS = "Open the address that `sourcing serve` printed; it is new at each start."
#: A page without navigation, for a visitor without a session.
_BARE = Markup("""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · sourcing</title><link rel="stylesheet" href="/static/page.css">
<link rel="icon" href="/static/icon.svg" type="image/svg+xml"></head>
<body><main id="main" class="bare"><h1>{title}</h1>{text}</main></body></html>""")
_FORM = Markup("""{note}<form method="post" action="/login" class="stack">
<label for="name">Name</label><input id="name" name="name" required autocomplete="username">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password">
<button>Sign in</button></form>""")
_WRONG = Markup('<p class="warn" role="alert">Name or password is wrong.</p>')
#: Changes that need an administrator.
_ADMIN_ONLY = ("/sources", "/sources/remove", "/packet/weights")
#: The requests of a hiring manager: the packet's page, and the answers to it.
_MANAGER = (("GET", "/"), ("GET", "/packet"), ("POST", "/packet/answers"))


def bare_page(title: str, text: Markup, status: int) -> Response:
    """A page without data about people: a title and some text."""
    return HTMLResponse(_BARE.format(title=title, text=text), status)


def may(account: Account, method: str, path: str) -> bool:
    """True if this account may send this request."""
    if account.role == "manager":
        return (method, path) in _MANAGER
    return account.role == "admin" or method != "POST" or path not in _ADMIN_ONLY


class Sessions(Protocol):
    """Finds the account of a request and answers requests without one."""

    @property
    def cookie(self) -> str:
        """The name of the session cookie."""

    def account(self, token: str) -> Account | None:
        """The account of a session token, or None."""

    async def sign_in(self, scope: Scope, receive: Receive) -> Response:
        """The answer to a request without a session."""

    def sign_out(self, scope: Scope, cookies: Mapping[str, str]) -> Response | None:
        """The answer to a request that ends a session, or None."""


@dataclass(slots=True)
class OwnerSessions:
    """One account for the user with the printed address; the secret is new at each start."""

    user: str
    port: int
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def cookie(self) -> str:
        """Cookies do not depend on the port: its number keeps two databases apart."""
        return f"session_{self.port}"

    def address(self) -> str:
        """The address to print; with it the pages open."""
        return f"http://127.0.0.1:{self.port}/?{_KEY}={self.secret}"

    def account(self, token: str) -> Account | None:
        """The owner, if the token is this start's."""
        return Account(self.user, "admin") if _same(token, self.token) else None

    async def sign_in(self, scope: Scope, receive: Receive) -> Response:
        """Give a session to a request with the secret; refuse every other one."""
        query = parse_qsl(scope["query_string"].decode("latin-1"))
        key = next((value for name, value in query if name == _KEY), "")
        if scope["method"] != "GET" or not _same(key, self.secret):
            return bare_page("Sign in", escape(_OPEN_THE_ADDRESS), 403)
        rest = urlencode([(name, value) for name, value in query if name != _KEY])
        # A path that begins with two slashes would lead to another host.
        path = "/" + scope["path"].lstrip("/\\")
        answer = RedirectResponse(f"{path}?{rest}" if rest else path, 303)
        _set_cookie(answer, self.cookie, self.token, secure=False)
        return answer

    def sign_out(self, scope: Scope, cookies: Mapping[str, str]) -> Response | None:
        """The session ends with the program."""
        return None


@dataclass(slots=True)
class UserSessions:
    """Named users with passwords and roles, stored in the database."""

    db_path: Path
    clock: Callable[[], datetime]
    secure: bool
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    @property
    def cookie(self) -> str:
        """The name of the session cookie."""
        return "session"

    def account(self, token: str) -> Account | None:
        """The user of a stored session that has not expired."""
        if not token:
            return None
        with closing(Store(self.db_path)) as store:
            return accounts.account_of_session(store, token, stamp(self.clock()))

    async def sign_in(self, scope: Scope, receive: Receive) -> Response:
        """The sign-in form, and its check."""
        request = Request(scope, receive)
        if (request.method, request.url.path) != ("POST", "/login"):
            return bare_page("Sign in", _FORM.format(note=""), 401)
        if int(request.headers.get("content-length") or _FORM_LIMIT + 1) > _FORM_LIMIT:
            return PlainTextResponse("The form is too long.\n", 413)
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password = form.get("name", [""])[0], form.get("password", [""])[0]
        token = await run_in_threadpool(self._check, name, password)
        if token is None:
            return bare_page("Sign in", _FORM.format(note=_WRONG), 401)
        answer = RedirectResponse("/", 303)
        _set_cookie(answer, self.cookie, token, secure=self.secure)
        return answer

    def _check(self, name: str, password: str) -> str | None:
        now = self.clock()
        # One check at a time: guessing cannot be made faster by many connections.
        with self._one_at_a_time, closing(Store(self.db_path)) as store:
            if not accounts.is_password(store, name, password):
                return None
            until = stamp(now + _LIFETIME)
            return accounts.open_session(store, name, stamp(now), until)

    def sign_out(self, scope: Scope, cookies: Mapping[str, str]) -> Response | None:
        """End the session on POST /logout."""
        if (scope["method"], scope["path"]) != ("POST", "/logout"):
            return None
        with closing(Store(self.db_path)) as store:
            accounts.close_session(store, cookies.get(self.cookie, ""))
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(self.cookie)
        return answer


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _set_cookie(answer: Response, name: str, token: str, *, secure: bool) -> None:
    answer.set_cookie(name, token, httponly=True, samesite="strict", secure=secure, path="/")
