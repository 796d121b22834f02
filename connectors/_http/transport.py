"""Connections that go only to public addresses and end in time; bodies that stay small.

The parts of `_http` that face the socket. They know no URL, no retry and no policy.
"""

import ipaddress
import socket
import ssl
import zlib
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

import httpcore
import httpx

from connectors._http import proxies as reach
from sourcing.core.errors import ParseError, SourceError

#: Largest body kept, counted after inflating.
BODY_LIMIT = 5_000_000


class Routes(httpx.BaseTransport):
    """Sends each request straight to its host or through a proxy, over one `backend`."""

    def __init__(self, backend: "Backend", proxies: Mapping[str, str]) -> None:
        self._backend, self._proxies = backend, proxies
        self._verify = httpx.create_ssl_context()
        self._made: dict[str | None, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """A proxy connects in our place, so an address is checked as far as it is known here."""
        proxy = reach.proxy(request.url, self._proxies)
        if proxy is not None:
            port = request.url.port or (443 if request.url.scheme == "https" else 80)
            self._backend.refuse_private(request.url.host, port)
        if proxy not in self._made:
            self._made[proxy] = self._transport(proxy)
        return self._made[proxy].handle_request(request)

    def close(self) -> None:
        """Hang up everywhere."""
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
    """The body, undone of gzip in bounded steps: httpx's own reading has no bound on a bomb."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"gzip", "x-gzip", "identity", ""}:
        raise ParseError(f"{response.url}: answered in {coding}, which was not asked for")
    body = bytearray()
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in coding else None
    for chunk in response.iter_raw():
        try:
            body += inflate.decompress(chunk, BODY_LIMIT + 1 - len(body)) if inflate else chunk
        except zlib.error as error:
            raise ParseError(f"{response.url}: broken gzip") from error
        if len(body) > BODY_LIMIT:
            raise ParseError(f"{response.url}: larger than {BODY_LIMIT:,} bytes")
    if inflate and not inflate.eof:
        raise ParseError(f"{response.url}: gzip cut short")
    return bytes(body)


class Backend(httpcore.NetworkBackend):
    """Looks names up once, checks what it found, connects to that; hangs up at `deadline`.

    `allowed` holds the "host:port" that may lie in a private network.
    """

    def __init__(self, allowed: frozenset[str]) -> None:
        self.deadline = float("inf")
        self._allowed = allowed
        self._tcp = httpcore.SyncBackend()

    def allow(self, place: str) -> None:
        """Let one more place lie in a private network: the proxy that the user named."""
        self._allowed |= {place}

    def refuse_private(self, host: str, port: int) -> None:
        """A SourceError if this machine knows the host to be private; a name it does not know is
        for the proxy to look up, unless it can only be one of the local network."""
        try:
            self._addresses(host, port)
        except httpcore.ConnectError:
            if "." not in host:
                raise SourceError(f"{host}:{port} is in a private network") from None

    def left(self, timeout: float | None) -> float:
        """What of `timeout` lies before the deadline; a timeout of httpcore's once nothing does."""
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
        """Try the checked addresses in turn."""
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
    """A connection whose every step ends at its backend's deadline, however slow the drip."""

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

    # httpcore says Any: what comes back depends on the name asked for.
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    # An IPv4 address in IPv6 clothes is judged as what it is.
    ip = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
    return ip.is_global and not ip.is_multicast
