"""Connections to public addresses only, with a deadline, and bodies of bounded size.

These are the parts of `_http` that use sockets. They do not retry and do not know robots.txt.
"""

import ipaddress
import re
import socket
import ssl
import zlib
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

import httpcore
import httpx

from connectors._http.proxies import proxy as proxy_for
from sourcing.core.errors import ParseError, SourceError

#: Largest body in bytes after inflating; feeds and sitemaps may be larger (a sitemap may have
#: 50 MB, sitemaps.org protocol).
BODY_LIMIT, FEED_LIMIT = 5_000_000, 64_000_000
#: How feeds and sitemaps begin.
_FEED = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<\?xml|<rss|<feed|<rdf:|<channel|<urlset|<sitemapindex|\{)",
    re.IGNORECASE,
)
#: Prefixes that hold or translate to private IPv4 addresses: NAT64 (RFC 6052, RFC 8215),
#: IPv4-compatible addresses (RFC 4291, 2.5.5.1), site-local addresses (RFC 3879).
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_DEPRECATED = (ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("fec0::/10"))


class Routes(httpx.BaseTransport):
    """Sends each request to its host or through a proxy, over one `backend`."""

    def __init__(self, backend: "Backend", proxies: Mapping[str, str]) -> None:
        self._backend, self._proxies = backend, proxies
        self._verify = httpx.create_ssl_context()
        self._made: dict[str | None, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. A proxy resolves names itself, so only known addresses are checked."""
        proxy = proxy_for(request.url, self._proxies)
        if proxy is not None:
            port = request.url.port or (443 if request.url.scheme == "https" else 80)
            self._backend.refuse_private(request.url.host, port)
        if proxy not in self._made:
            self._made[proxy] = self._transport(proxy)
        return self._made[proxy].handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for made in self._made.values():
            made.close()

    def _transport(self, proxy: str | None) -> httpx.HTTPTransport:
        made = httpx.HTTPTransport(verify=self._verify)
        # httpx has no argument for it; the tests of refused addresses fail if this stops working.
        if proxy is None:
            made._pool = httpcore.ConnectionPool(
                ssl_context=self._verify, network_backend=self._backend
            )
            return made
        place = httpx.Proxy(proxy)
        default = 443 if place.url.scheme == "https" else 80
        self._backend.allow(f"{place.url.host}:{place.url.port or default}")
        made._pool = httpcore.HTTPProxy(
            proxy_url=str(place.url),
            proxy_auth=place.raw_auth,
            ssl_context=self._verify,
            network_backend=self._backend,
        )
        return made


def inflated(response: httpx.Response) -> bytes:
    """The body, inflated in bounded steps: httpx itself sets no limit on a gzip bomb.

    Raises ParseError for a body over its limit, for other codings and for broken gzip.
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"gzip", "x-gzip", "identity", ""}:
        raise ParseError(f"{response.url}: answered in {coding}, which was not requested")
    body = bytearray()
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in coding else None
    for chunk in response.iter_raw():
        left = chunk
        while left:
            try:
                body += inflate.decompress(left, BODY_LIMIT) if inflate else left
            except zlib.error as error:
                raise ParseError(f"{response.url}: broken gzip") from error
            left = inflate.unconsumed_tail if inflate else b""
            limit = FEED_LIMIT if _FEED.match(body) else BODY_LIMIT
            if len(body) > limit:
                raise ParseError(f"{response.url}: larger than {limit:,} bytes")
    if inflate and not inflate.eof:
        raise ParseError(f"{response.url}: gzip cut short")
    return bytes(body)


class Backend(httpcore.NetworkBackend):
    """Resolves a name once, checks the addresses and connects to one of them.

    A connection ends at `deadline` (monotonic clock). `allowed` holds the "host:port" pairs that
    may lie in a private network.
    """

    def __init__(self, allowed: frozenset[str]) -> None:
        self.deadline = float("inf")
        self._allowed = allowed
        self._tcp = httpcore.SyncBackend()

    def allow(self, place: str) -> None:
        """Allow one more "host:port" in a private network: the proxy that the user configured."""
        self._allowed |= {place}

    def refuse_private(self, host: str, port: int) -> None:
        """Raise SourceError if the host resolves to a private address on this machine.

        The proxy resolves a name that is unknown here, unless it is a local name without a dot.
        """
        try:
            self._addresses(host, port)
        except httpcore.ConnectError:
            if "." not in host:
                raise SourceError(f"{host}:{port} is in a private network") from None

    def left(self, timeout: float | None) -> float:
        """The part of `timeout` before the deadline in seconds; httpcore.ReadTimeout after it."""
        left = self.deadline - monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("no whole answer in time")
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address that accepts."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port):
            try:
                stream = self._tcp.connect_tcp(
                    address, port, self.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self)
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} is not known") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if f"{host}:{port}" not in self._allowed and not all(map(_public, addresses)):
            raise SourceError(
                f"{host}:{port} is in a private network; name it in [http] allow_private to read it"
            )
        return addresses


class _Stream(httpcore.NetworkStream):
    """A connection that ends at the deadline of its backend, however slowly bytes arrive."""

    def __init__(self, stream: httpcore.NetworkStream, backend: Backend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._backend.left(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._backend)

    # httpcore types this as Any: the value depends on `info`.
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _public(address: str) -> bool:
    """True if the address is globally routable. An IPv4 address inside IPv6 counts as IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in _NAT64):
            return _public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if any(ip in network for network in _DEPRECATED):
            return False
        teredo = ip.teredo[1] if ip.teredo else None
        inner = ip.ipv4_mapped or ip.sixtofour or teredo
        return _public(str(inner)) if inner else ip.is_global and not ip.is_multicast
    return ip.is_global and not ip.is_multicast
