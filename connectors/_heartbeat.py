"""Tells a monitor that the night went well: one short question to the address it gave out.

Part of no connector. The address is the user's own word, so it may lie in a private network
and no robots.txt is asked; its path may be a secret and is shown to nobody.
"""

import httpx

from sourcing import __version__
from sourcing.errors import SourceError

_SECONDS = 10.0


def ask(url: str) -> None:
    """Raises SourceError if nobody answers, or not well."""
    try:
        place = httpx.URL(url)
        with httpx.Client(timeout=_SECONDS, trust_env=False) as client:
            agent = {"User-Agent": f"sourcing/{__version__}"}
            with client.stream("GET", place, headers=agent) as answer:
                status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        shown = url.partition("://")[2].partition("/")[0].rpartition("@")[2]
        raise SourceError(f"{shown[:100]} cannot be asked: {type(error).__name__}") from None
    if status >= 400:
        raise SourceError(f"{place.host} answered {status}")
