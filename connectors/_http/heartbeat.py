"""The heartbeat ping: one short request to a monitor after a successful run.

It is not part of a connector. The user configures the address, so it may lie in a private
network and robots.txt does not apply. Its path may be a secret and is never shown.
"""

from urllib.request import getproxies_environment

import httpx

from connectors._http import proxies
from sourcing import __version__
from sourcing.core.errors import SourceError

_SECONDS = 10.0


def ask(url: str) -> None:
    """Send the ping; SourceError if there is no answer or a status of 300 and above."""
    try:
        place = httpx.URL(url)
        client = httpx.Client(
            timeout=_SECONDS,
            trust_env=False,
            verify=httpx.create_ssl_context(),
            proxy=proxies.proxy(place, getproxies_environment()),
        )
        with client:
            agent = {"User-Agent": f"sourcing/{__version__}"}
            with client.stream("GET", place, headers=agent) as answer:
                status = answer.status_code
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError):
        raise SourceError(f"{_shown(url)}: not a web address") from None
    except httpx.TransportError as error:
        raise SourceError(f"{_shown(url)} cannot be reached: {proxies.why(error)}") from None
    if status >= 300:
        elsewhere = "; configure the address it redirects to" if status < 400 else ""
        raise SourceError(f"{place.host} answered {status}{elsewhere}")


def _shown(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2][:100]
