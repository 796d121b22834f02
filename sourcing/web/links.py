"""Which addresses a page may lead to: what was crawled may hold anything, `javascript:` too."""

from __future__ import annotations

from urllib.parse import urlsplit


def link(url: str | None) -> str:
    """The address, if it is one of the web; otherwise nothing."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return url or "" if parts.scheme in {"http", "https"} and parts.netloc else ""
