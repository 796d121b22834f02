"""Compares the first crawl of a blog with its feed alone: posts, authors, text.

An invented site on loopback whose feed shows the newest twenty of its posts, as feeds do, and
only their beginnings. It does not measure how good the texts are.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import feedparser
import httpx

from connectors.blog import reader as blog
from sourcing.core.model import Budget
from tests.web import Reply, Web, loopback

POSTS, FED = 300, 20
_TEXT = "<p>" + "The queue filled up before the workers had begun to drain it. " * 30 + "</p>"

#: Posts found, those with an author, characters of text.
Found = tuple[int, int, int]


def main() -> None:
    """Measure and print a table in Markdown."""
    with loopback() as web:
        _fill(web)
        print(f"| a blog of {POSTS} posts, {FED} in its feed | posts | with an author | characters"
              " | requests | seconds | posts a second |")  # fmt: skip
        print("|---|--:|--:|--:|--:|--:|--:|")
        for name, read in (("feedparser, the feed alone", _by_feed), ("sourcing", _ours)):
            web.asked.clear()
            began = time.perf_counter()
            posts, signed, text = read(web)
            seconds = time.perf_counter() - began
            print(f"| {name} | {posts} | {signed} | {text:,} | {len(web.asked)} | {seconds:.2f}"
                  f" | {posts / seconds:,.0f} |")  # fmt: skip


def _fill(web: Web) -> None:
    html = {"Content-Type": "text/html"}
    links = [f"{web.url}/posts/{number:03d}/" for number in range(POSTS)]
    for number, link in enumerate(links):
        day = f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        web.pages[link.removeprefix(web.url)] = Reply(
            f"<!doctype html><html lang=en><title>On queues {number} | Kiln</title><main><article>"
            f"<h1>On queues {number}</h1>By <a rel=author href=/a>Ilse Maarveld</a>"
            f"<time datetime={day}>{day}</time>{_TEXT}</article></main>",
            headers=html,
        )
    items = "".join(
        f"<item><title>On queues {number}</title><link>{link}</link>"
        "<pubDate>Mon, 02 Nov 2026 09:00:00 +0100</pubDate>"
        "<description>The queue</description></item>"
        for number, link in enumerate(links[:FED])
    )
    head = "<link rel=alternate type=application/rss+xml href=/feed.xml>"
    web.pages["/"] = Reply(f"<!doctype html><title>Kiln</title>{head}<h1>Kiln</h1>", headers=html)
    web.pages["/feed.xml"] = Reply(
        f"<rss version='2.0'><channel><title>Kiln</title>{items}</channel></rss>"
    )
    places = "".join(f"<url><loc>{link}</loc></url>" for link in links)
    web.pages["/sitemap.xml"] = Reply(f"<urlset>{places}</urlset>")


def _by_feed(web: Web) -> Found:
    feed = feedparser.parse(httpx.get(f"{web.url}/feed.xml").content)
    signed = sum(bool(entry.get("author")) for entry in feed.entries)
    return len(feed.entries), signed, sum(len(entry.get("summary", "")) for entry in feed.entries)


def _ours(web: Web) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        context = web.context(Path(folder))
        pages = list(blog.fetch(f"{web.url}/", {}, Budget(), context))
    posts = [post for page in pages for post in page.contributions]
    signed = sum(bool(post.credits) for post in posts)
    return len(posts), signed, sum(len(post.body or "") for post in posts)


if __name__ == "__main__":
    main()
