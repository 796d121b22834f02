"""Reservations from text and data mining in /.well-known/tdmrep.json (W3C TDMRep, section 6.1).

Locations are written like paths in robots.txt, so the same library matches them. It sends no
request. Reservations in headers and pages are read in `client` and `blog.page`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from protego import Protego

PATH = "/.well-known/tdmrep.json"
#: Rules read of one file; characters of the longest pattern.
_RULES, _LONGEST = 200, 500


def rules(body: bytes) -> list[str] | None:
    """The rules of the file, one line each; None if the body is not such a file."""
    try:
        parsed = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    entries = parsed if isinstance(parsed, list) else [parsed]
    lines = [_rule(entry) for entry in entries[:_RULES] if isinstance(entry, Mapping)]
    return [line for line in lines if line] or None


def _rule(entry: Mapping[str, Any]) -> str:
    location = str(entry.get("location") or "")
    if not location or len(location) > _LONGEST or not location.isprintable():
        return ""
    path = location if location.startswith(("/", "*")) else f"/{location}"
    return f"{'Disallow' if is_reserved(entry.get('tdm-reservation')) else 'Allow'}: {path}"


def is_reserved(value: object) -> bool:
    """True for the value of `tdm-reservation` that reserves the rights: 1, "1" or true."""
    return str(value).strip().lower() in {"1", "true"}


class Reserved:
    """Matches addresses against the rules of one site."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        self._parsed = Protego.parse("\n".join(["User-agent: *", *self.lines]))

    def holds(self, url: str) -> bool:
        """True if the site reserves the address."""
        return bool(self.lines) and not self._parsed.can_fetch(url, "*")
