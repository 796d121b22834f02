"""Tells a monitor that the night went well: one short question to the address it gave out.

Part of no connector. The address is the user's own word, so it may lie in a private network
and no robots.txt is asked; its path may be a secret and is shown to nobody.
"""

from urllib.request import getproxies_environment

import httpx

from connectors._http import proxies
from sourcing import __version__
from sourcing.core.errors import SourceError

_SECONDS = 10.0


def ask(url: str) -> None:
    """Raises SourceError if nobody answers, or not well."""
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
        raise SourceError(f"{_shown(url)}: no web address") from None
    except httpx.TransportError as error:
        raise SourceError(f"{_shown(url)} cannot be asked: {proxies.why(error)}") from None
    if status >= 300:
        elsewhere = "; name the address it leads to" if status < 400 else ""
        raise SourceError(f"{place.host} answered {status}{elsewhere}")


def _shown(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2][:100]
