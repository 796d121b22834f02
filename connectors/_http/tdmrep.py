"""What a site reserves from text and data mining in /.well-known/tdmrep.json (W3C TDMRep).

Locations are written as in robots.txt and read by the same library. It fetches nothing;
reservations in headers and pages are read where those are.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from protego import Protego

PATH = "/.well-known/tdmrep.json"
#: Rules read of one file, and the longest pattern.
_RULES, _LONGEST = 200, 500


def rules(body: bytes) -> list[str] | None:
    """The file's rules, one line each; None if it is no such file."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    entries = said if isinstance(said, list) else [said]
    found = [_rule(entry) for entry in entries[:_RULES] if isinstance(entry, Mapping)]
    return [line for line in found if line] or None


def _rule(entry: Mapping[str, Any]) -> str:
    where = str(entry.get("location") or "")
    if not where or len(where) > _LONGEST or not where.isprintable():
        return ""
    path = where if where.startswith(("/", "*")) else f"/{where}"
    return f"{'Disallow' if str(entry.get('tdm-reservation')) == '1' else 'Allow'}: {path}"


class Reserved:
    """Says which addresses may not be read, by the rules kept."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        self._parsed = Protego.parse("\n".join(["User-agent: *", *self.lines]))

    def holds(self, url: str) -> bool:
        """True if the site reserves it."""
        return bool(self.lines) and not self._parsed.can_fetch(url, "*")
