"""Which URLs a page may link to: crawled text can contain any URL, also `javascript:`."""

from __future__ import annotations

from urllib.parse import urlsplit


def link(url: str | None) -> str:
    """The URL if it is http or https, otherwise ''."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return url or "" if parts.scheme in {"http", "https"} and parts.netloc else ""
