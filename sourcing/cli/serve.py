"""`sourcing serve`: the recruiter's pages, on loopback or for named users behind a proxy."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from sourcing.cli._app import App, pass_app
from sourcing.core.errors import ConfigError

if TYPE_CHECKING:
    from sourcing.web.sessions import Sessions

PORT, LOOPBACK = 8433, "127.0.0.1"


@click.command("serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any free."
)
@click.option(
    "--host", default="", metavar="ADDRESS", help="Listen here, for users of `sourcing users`."
)
@click.option(
    "--origin", default="", metavar="URL", help="With --host: the https address of your proxy."
)
@pass_app
def command(app: App, port: int, host: str, origin: str) -> None:
    """Serve the recruiter's pages; without --host, only to the user who starts them.

    They open with the printed address, which contains a secret of this start. With --host, users
    sign in with a password; a proxy in front of it must provide TLS. Ctrl+C ends the program.
    """
    app.store(create=True).close()
    if host:
        _serve_users(app, listen(port, host), origin)
    else:
        serve(app, listen(port), lambda: datetime.now(UTC))


def serve(
    app: App,
    listening: socket.socket,
    clock: Callable[[], datetime],
    crawl: Callable[[], Sequence[str]] = lambda: ("crawl",),
) -> None:
    """Serve the owner until interrupted; "Crawl now" runs `crawl`."""
    from sourcing.web.security import origins  # noqa: PLC0415 - see _app's docstring
    from sourcing.web.sessions import OwnerSessions  # noqa: PLC0415 - see _app's docstring

    port = listening.getsockname()[1]
    sessions = OwnerSessions(app.user, port)
    click.echo(f"Open {sessions.address()} in your browser. Ctrl+C ends the program.")
    _run(app, listening, clock, crawl, origins(port), sessions)


def _serve_users(app: App, listening: socket.socket, origin: str) -> None:
    from db.privacy import accounts  # noqa: PLC0415 - see _app's docstring
    from sourcing.web.security import origins  # noqa: PLC0415 - see _app's docstring
    from sourcing.web.sessions import UserSessions  # noqa: PLC0415 - see _app's docstring

    host, port = listening.getsockname()[:2]
    place = urlsplit(origin)
    if origin and (place.scheme not in {"http", "https"} or not place.netloc):
        raise ConfigError(f"--origin {origin!r} is not an address such as https://people.example")
    if not origin and host not in {LOOPBACK, "::1"}:
        raise ConfigError("--host needs --origin, the https address of the proxy before it")
    if not accounts.all_accounts(app.store()):
        raise ConfigError("there are no users; add one: sourcing users add NAME --role admin")
    app.close()
    allowed = [f"{place.scheme}://{place.netloc.lower()}"] if origin else list(origins(port))

    def clock() -> datetime:
        return datetime.now(UTC)

    sessions = UserSessions(app.db_path, clock, secure=place.scheme == "https")
    click.echo(f"Open {allowed[0]}/ in your browser. Ctrl+C ends the program.")
    _run(app, listening, clock, lambda: ("crawl",), allowed, sessions)


def _run(
    app: App,
    listening: socket.socket,
    clock: Callable[[], datetime],
    crawl: Callable[[], Sequence[str]],
    allowed: Sequence[str],
    sessions: Sessions,
) -> None:
    import uvicorn  # noqa: PLC0415 - see _app's docstring

    from sourcing.web.app import make  # noqa: PLC0415 - see _app's docstring
    from sourcing.web.connections import LimitedConnection  # noqa: PLC0415 - see _app's docstring
    from sourcing.web.crawl_job import Crawling  # noqa: PLC0415 - see _app's docstring
    from sourcing.web.request import Desk  # noqa: PLC0415 - see _app's docstring

    crawling = Crawling(app.config_path, app.db_path, crawl)
    desk = Desk(app.config_path, app.db_path, app.user, clock, crawling)
    options = uvicorn.Config(
        make(desk, allowed, sessions),
        http=LimitedConnection,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        limit_concurrency=200,
    )
    with listening:
        uvicorn.Server(options).run(sockets=[listening])
    crawling.stop()


def listen(port: int, host: str = LOOPBACK) -> socket.socket:
    """A listening socket."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY, which saves 40 ms per answer.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as exc:
        listening.close()
        raise ConfigError(
            f"port {port} of {host} cannot be used: {exc.strerror}; name another with --port"
        ) from exc
    return listening
