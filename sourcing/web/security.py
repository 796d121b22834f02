"""Who may ask, and what a page may load: checked before any page is reached.

The server listens on loopback, which every site the recruiter visits can reach through her own
browser. So the Host must be ours (a name rebound to 127.0.0.1 is refused), a change must come
from our own page, and other sites get nothing embedded. It knows no page.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Nothing inline, nothing from elsewhere, nowhere to send a form but here.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def hosts(port: int) -> tuple[str, ...]:
    """The names under which the pages answer."""
    return (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}")


class Guard:
    """Refuses what does not come from this machine's own pages, and sets the headers of all."""

    def __init__(self, app: ASGIApp, allowed: Iterable[str]) -> None:
        self._app, self._hosts = app, frozenset(allowed)
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                # What stands here is about people: no copy of it stays in the browser.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["type"] == "http" and (reason := self._objection(scope)):
            await PlainTextResponse(reason + "\n", 403)(scope, receive, headed)
        elif scope["type"] != "websocket":
            await self._app(scope, receive, headed)

    def _objection(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self._hosts:
            return f"These pages answer only as {sorted(self._hosts)[0]}."
        if scope["method"] not in {"GET", "HEAD"}:
            if headers.get("origin", "") not in self._origins:
                return "A change must come from these pages themselves; its Origin says otherwise."
            return None
        site = headers.get("sec-fetch-site", "none")
        if site not in {"none", "same-origin"} and headers.get("sec-fetch-mode") != "navigate":
            return "Another site may link to these pages, and nothing else."
        return None
