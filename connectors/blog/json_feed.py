"""JSON Feed, which feedparser does not read, in the words that feedparser uses.

It only renames fields (https://jsonfeed.org/version/1.1); `_feed` judges them.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.blog.discovery import joined


def parse(body: bytes, url: str) -> Mapping[str, Any] | None:
    """A feed with its `entries`; None if the bytes are none."""
    try:
        made = json.loads(body, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(made, dict) or not isinstance(made.get("version"), str):
        return None
    items = made.get("items")
    if not isinstance(items, list):
        return None
    head = {"title": _text(made, "title"), "authors": list(_authors(made))}
    language = _text(made, "language")
    return {
        "feed": head,
        "entries": [_entry(item, url, language) for item in items if isinstance(item, dict)],
    }


def _entry(item: Mapping[str, Any], url: str, language: str) -> Mapping[str, Any]:
    link = _text(item, "url") or _text(item, "id")
    html, plain = _text(item, "content_html"), _text(item, "content_text")
    return {
        "title": _text(item, "title"),
        "title_detail": {"language": _text(item, "language") or language},
        "link": next(iter(joined(url, link)), "") if link else "",
        "authors": list(_authors(item)),
        "published": _text(item, "date_published"),
        "updated": _text(item, "date_modified"),
        "content": [{"value": html or plain}],
        "summary": _text(item, "summary"),
    }


def _authors(node: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    listed = node.get("authors")
    for author in listed if isinstance(listed, list) else [node.get("author")]:
        if isinstance(author, dict):
            yield {"name": _text(author, "name"), "href": _text(author, "url")}


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""
