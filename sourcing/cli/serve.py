"""`sourcing serve`: the recruiter's pages, on loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import click

from sourcing.cli._app import App, pass_app
from sourcing.core.errors import ConfigError

PORT = 8433


@click.command("serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any free."
)
@pass_app
def command(app: App, port: int) -> None:
    """The recruiter's pages, for a browser on this machine alone. Ctrl+C ends them."""
    app.store(create=True).close()
    serve(app, listen(port), lambda: datetime.now(UTC))


def serve(
    app: App,
    listening: socket.socket,
    clock: Callable[[], datetime],
    crawl: Callable[[], Sequence[str]] = lambda: ("crawl",),
) -> None:
    """Serve until interrupted; "Crawl now" runs `crawl`. An unusable database was said before."""
    import uvicorn  # noqa: PLC0415 - see _app's docstring

    from sourcing.web.app import make  # noqa: PLC0415 - see the module's docstring
    from sourcing.web.crawl_job import Crawling  # noqa: PLC0415 - see the module's docstring
    from sourcing.web.request import Desk  # noqa: PLC0415 - see the module's docstring

    port = listening.getsockname()[1]
    crawling = Crawling(app.config_path, app.db_path, crawl)
    desk = Desk(app.config_path, app.db_path, app.user, clock, crawling)
    pages = make(desk, port)
    click.echo(f"Open http://127.0.0.1:{port}/ in your browser. Ctrl+C here ends it.")
    options = uvicorn.Config(
        pages, log_level="warning", access_log=False, lifespan="off", server_header=False
    )
    with listening:
        uvicorn.Server(options).run(sockets=[listening])
    crawling.stop()


def listen(port: int) -> socket.socket:
    """A place on loopback at which the pages can be asked for."""
    # By its name: asyncio sends without delay, 40 ms sooner, only on what says it is TCP.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()
    except OSError as exc:
        listening.close()
        raise ConfigError(
            f"port {port} cannot be had: {exc.strerror}; name another with --port"
        ) from exc
    return listening
