"""JSON Feed 1.0 and 1.1 (https://jsonfeed.org/version/1.1) as feedparser represents feeds.

feedparser does not read this format. Only names of fields change here; `feed` interprets them.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.blog.formats.feed_chunks import ITEMS
from connectors.blog.urls import joined


def parse(text: str, url: str) -> Mapping[str, Any] | None:
    """A feed with its `entries`; None if the text is not one."""
    try:
        parsed = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("version"), str):
        return None
    items = parsed.get("items")
    if not isinstance(items, list):
        return None
    language = _text(parsed, "language")
    return {
        "feed": {
            "title": _text(parsed, "title"),
            "authors": list(_authors(parsed)),
            "language": language,
        },
        "entries": [
            _entry(item, url, language) for item in items[:ITEMS] if isinstance(item, dict)
        ],
    }


def _entry(item: Mapping[str, Any], url: str, language: str) -> Mapping[str, Any]:
    link = _text(item, "url") or _text(item, "id")
    html, plain = _text(item, "content_html"), _text(item, "content_text")
    fragment = link.partition("#")[2]
    target = next(iter(joined(url, link)), "") if link else ""
    return {
        "title": _text(item, "title"),
        "title_detail": {"language": _text(item, "language") or language},
        "link": f"{target}#{fragment}" if target and fragment else target,
        "authors": list(_authors(item)),
        "published": _text(item, "date_published"),
        "updated": _text(item, "date_modified"),
        "content": [{"value": html or plain}],
        "summary": _text(item, "summary"),
    }


def _authors(node: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The list of version 1.1, or the one author of version 1.0."""
    listed = node.get("authors")
    for author in listed if isinstance(listed, list) else [node.get("author")]:
        if isinstance(author, dict):
            yield {"name": _text(author, "name"), "href": _text(author, "url")}


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""
