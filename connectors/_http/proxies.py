"""Ways out of this machine: which proxy leads to an address, and why none did, in plain words.

It opens no connection. The proxies are the environment's (`HTTPS_PROXY`, `HTTP_PROXY`,
`NO_PROXY`), handed in by whoever starts the crawl.
"""

from collections.abc import Mapping
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined] # not in stubs

import httpx

from connectors import Context
from sourcing.core.errors import SourceError
from sourcing.core.text import clean_line

#: After so many hosts in a row the network is held to be down, and each other is tried once.
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
    """The proxy through which an address is to be read, if any."""
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
    """How often to try: a host that is out of reach, or a network that is down, once."""
    down = host in context.unreached or len(context.unreached) >= _DOWN
    return 1 if down else usual


def why(error: httpx.TransportError, proxy: str | None = None) -> str:
    """What went wrong on the way; never the error's own words, which may quote a secret."""
    told = str(error)
    if proxy and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) and "SSL" not in told:
        return f"the proxy {_place(proxy)} in between: {why(error)}"
    if isinstance(error, httpx.ConnectTimeout):
        return "it does not answer"
    if isinstance(error, httpx.ProxyError):
        return f"the proxy refuses ({clean_line(told, 60)})"
    if isinstance(error, httpx.ConnectError):
        return next((words for sign, words in _WORDS if sign in told), "it cannot be reached")
    return type(error).__name__
