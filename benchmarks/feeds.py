"""How a folder of feed files is read, beside feedparser: entries, titles, links, authors, days.

    python -m benchmarks.feeds FOLDER

The test feeds of feed parsers are such folders. `entries` is also the adapter for rigs that have
a parser read one file at a time. It measures reading alone: who wrote a post is judged later.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from connectors.blog.formats import feed

_URL = "http://127.0.0.1/feed.xml"


def entries(body: bytes, url: str) -> list[dict[str, Any]]:
    """Every entry of a feed in its own order; none if the bytes are no feed."""
    try:
        found = feed.items(body, url)
        feed.read(body, url, datetime.now(UTC).date())
    except feed.Unreadable:
        return []
    return [
        {
            "title": i.title,
            "link": i.link,
            "author": [a.alternatives[0][0] for a in i.authors],
            "date": i.day,
        }
        for i in found.items
    ]


def theirs(body: bytes, url: str) -> list[dict[str, Any]]:
    """The same by feedparser alone."""
    headers = {"content-location": url, "content-type": "application/xml"}
    return [
        {
            "title": e.get("title"),
            "link": e.get("link"),
            "author": [a["name"] for a in e.get("authors", []) if a.get("name")],
            "date": e.get("published_parsed") or e.get("updated_parsed"),
        }
        for e in feedparser.parse(body, response_headers=headers).entries
    ]


def main(folder: Path) -> None:
    """Measure and print a table in Markdown."""
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    print(f"| {len(files):,} files | with entries | titles | links | authors | days | slowest s |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, read in (("feedparser", theirs), ("sourcing", entries)):
        found, slowest = Counter[str](), 0.0
        for body in files:
            began = time.perf_counter()
            made = read(body, _URL)
            slowest = max(slowest, time.perf_counter() - began)
            found["files"] += bool(made)
            found.update(field for entry in made[:1] for field in entry if entry[field])
        told = " | ".join(f"{found[f]:,}" for f in ("files", "title", "link", "author", "date"))
        print(f"| {name} | {told} | {slowest:.2f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
