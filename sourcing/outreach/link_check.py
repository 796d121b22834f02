"""Requests the cited link again before an approval: it must still answer and still show the work.

It uses the polite HTTP client; if a request is impossible, the answer is "not verified". The human
has to open the link as well.
"""

from __future__ import annotations

import socket
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from connectors import Context
from sourcing.core.config import Config
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget
from sourcing.core.text import fold

#: Reserved domains, which lead nowhere (RFC 2606, RFC 6761).
_NOWHERE = (".example", ".invalid", ".test", ".localhost", "example.com", "example.org")
#: The time limit in seconds.
_PATIENCE = 20.0
_GONE = (404, 410)


def invented(url: str) -> bool:
    """True for a URL under a reserved domain, such as those of the demo."""
    return (urlsplit(url).hostname or "").endswith(_NOWHERE)


def look(url: str, title: str, config: Config, now: datetime) -> str:
    """The current answer of the link: "answered 200 …", "gone: …" or "not verified: …"."""
    from connectors._http import client  # noqa: PLC0415 - slow to load, and only needed here
    from connectors._http.answer import StatusError  # noqa: PLC0415 - as above

    if invented(url):
        return "not verified: an invented address"
    context = Context(
        now,
        Path(),
        contact=config.http.contact,
        allow_private=frozenset(config.http.allow_private),
        proxies=getproxies_environment(),
    )
    try:
        if not context.proxies:  # a proxy resolves names that are unknown here
            socket.getaddrinfo(urlsplit(url).hostname or "", None)
        budget = Budget(requests=8, deadline=time.monotonic() + _PATIENCE)
        with client.Web(context, budget) as web:
            answer = web.get(url)
    except StatusError as exc:
        gone = exc.status_code in _GONE
        return f"{'gone' if gone else 'not verified'}: it answered {exc.status_code}"
    except (SourceError, client.OutOfBudgetError) as exc:
        return f"not verified: {exc or 'no time left'}"
    except (OSError, UnicodeError):
        return "not verified: no network"
    shown = fold(title) in fold(answer.body.decode("utf-8", "replace"))
    return f"answered {answer.status}{'' if shown else ', but does not show the title'}"
