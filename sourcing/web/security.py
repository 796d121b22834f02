"""Checks who sends a request, before any page is reached, and sets the headers of all answers.

The server listens on loopback, which other users of the machine and every site in the user's
browser can reach. So a request needs a session cookie and our Host (DNS rebinding), a change must
come from our pages (Origin), and other sites cannot embed anything. `sessions` finds the account of
a cookie.
"""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sourcing.web.sessions import Sessions

#: No inline code, nothing from other hosts, and forms only to these pages.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with our forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Paths without data about people: the style sheet, the script, the icon.
_PUBLIC = "/static/"


def hosts(port: int) -> tuple[str, ...]:
    """The host names of the pages on loopback."""
    return (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}")


def origins(port: int) -> tuple[str, ...]:
    """The origins of the pages on loopback."""
    return tuple(f"http://{host}" for host in hosts(port))


class Guard:
    """Refuses requests without a session and requests of other sites; sets security headers."""

    def __init__(self, app: ASGIApp, allowed: Iterable[str], sessions: Sessions) -> None:
        self._app, self._sessions = app, sessions
        self._origins = frozenset(allowed)
        self._hosts = frozenset(origin.partition("://")[2] for origin in self._origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it to the application."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                # The pages are about people: the browser keeps no copy.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["type"] == "websocket":
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif answer := self._refusal(scope) or await self._sign_in(scope, receive):
            await answer(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)

    async def _sign_in(self, scope: Scope, receive: Receive) -> Response | None:
        """The answer to a request without a session; None if it has one."""
        if scope["path"].startswith(_PUBLIC):
            return None
        cookies = _cookies(Headers(scope=scope).get("cookie", ""))
        account = self._sessions.account(cookies.get(self._sessions.cookie, ""))
        if account is None:
            return await self._sessions.sign_in(scope, receive)
        scope["account"] = account
        return self._sessions.sign_out(scope, cookies)

    def _refusal(self, scope: Scope) -> Response | None:
        reason = self._objection(scope)
        return PlainTextResponse(reason + "\n", 403) if reason else None

    def _objection(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self._hosts:
            return f"These pages answer only as {sorted(self._hosts)[0]}."
        if scope["method"] not in {"GET", "HEAD"}:
            if headers.get("origin", "") not in self._origins:
                return "A change must come from these pages themselves; its Origin says otherwise."
            return None
        site = headers.get("sec-fetch-site", "none")
        is_link = (
            headers.get("sec-fetch-mode") == "navigate"
            and headers.get("sec-fetch-dest", "document") == "document"
        )
        if site not in {"none", "same-origin"} and not is_link:
            return "Another site may link to these pages, and nothing else."
        return None


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: one.value for name, one in SimpleCookie(header).items()}
    except CookieError:
        return {}
