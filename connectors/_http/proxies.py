"""The proxy for an address, and connection errors in plain words.

It opens no connection. The proxies come from the environment (`HTTPS_PROXY`, `HTTP_PROXY`,
`NO_PROXY`); the caller of the crawl passes them in.
"""

from collections.abc import Mapping
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined] # not in stubs

import httpx

from connectors import Context
from sourcing.core.errors import SourceError
from sourcing.core.text import clean_line

#: Unreachable hosts in a row after which the network counts as down: other hosts get one try.
_DOWN = 3

_WORDS = (
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not accepted: look at this machine's clock,"
     " or have SSL_CERT_FILE name the certificate of the proxy in between"),
    ("SSL", "no secure connection can be made"),
    ("Name or service not known", "its name is not known; is the network up?"),
    ("is not known", "its name is not known; is the network up?"),
    ("name resolution", "its name cannot be looked up; is the network up?"),
    ("No address", "its name is not known; is the network up?"),
    ("Network is unreachable", "there is no network"),
    ("Connection refused", "it refuses connections"),
)  # fmt: skip


def proxy(url: httpx.URL, proxies: Mapping[str, str]) -> str | None:
    """The proxy for an address, or None; SourceError if the configured proxy is unusable."""
    found = proxies.get(url.scheme) or proxies.get("all")
    place = f"{url.host}:{url.port}" if url.port else url.host
    if not found or proxy_bypass_environment(place, dict(proxies)):
        return None
    way = found if "://" in found else f"http://{found}"
    try:
        usable = httpx.URL(way).scheme in {"http", "https"} and _place(way) != ""
    except httpx.InvalidURL:
        usable = False
    if not usable:
        kind = way.partition("://")[0]
        raise SourceError(
            f"a proxy {clean_line(kind, 20)}://… cannot be used; name it as http://HOST:PORT"
        )
    return way


def _place(proxy: str) -> str:
    return httpx.URL(proxy).netloc.decode("ascii")


def tries(host: str, usual: int, context: Context) -> int:
    """The number of tries: one for a host that is out of reach and while the network is down."""
    down = host in context.unreached or len(context.unreached) >= _DOWN
    return 1 if down else usual


def why(error: httpx.TransportError, proxy: str | None = None) -> str:
    """The reason for a failed connection. The error's own text may hold a secret: not shown."""
    message = str(error)
    if (
        proxy
        and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        and "SSL" not in message
    ):
        return f"the proxy {_place(proxy)} in between: {why(error)}"
    if isinstance(error, httpx.ConnectTimeout):
        return "it does not answer"
    if isinstance(error, httpx.ProxyError):
        return f"the proxy refuses ({clean_line(message, 60)})"
    if isinstance(error, httpx.ConnectError):
        return next((words for sign, words in _WORDS if sign in message), "it cannot be reached")
    return type(error).__name__
