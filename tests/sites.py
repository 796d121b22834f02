"""Invented sites on loopback, for what reads them: pages, posts, and whom these are credited to."""

from __future__ import annotations

import json
from typing import Any

from connectors import Context
from connectors.blog import reader as blog
from sourcing.core.model import Budget, Contribution, Cursor, Identity, Page
from tests.web import Reply, Web

TEXT = "<p>" + "The queue filled up before the workers had begun to drain it. " * 6 + "</p>"
DAY = '<time datetime="2026-05-07">7 May 2026</time>'


def page(inner: str, head: str = "", title: str = "On queues | Kiln", frame: str = "") -> Reply:
    return Reply(
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head>'
        f"<body>{frame}<main>{inner}</main></body></html>",
        headers={"Content-Type": "text/html"},
    )


def post(by: str = "", head: str = "", title: str = "On queues", frame: str = "") -> Reply:
    inner = f"<article><header><h1>{title}</h1>{by}<p>{DAY}</p></header>{TEXT}</article>"
    return page(inner, head, f"{title} | Kiln", frame)


def data(author: Any, **more: Any) -> str:
    about = {"@type": "BlogPosting", "datePublished": "2026-05-07", "author": author, **more}
    return f'<script type="application/ld+json">{json.dumps(about)}</script>'


def sitemap(web: Web, *paths: str) -> None:
    inner = "".join(f"<url><loc>{web.url}{path}</loc></url>" for path in paths)
    web.pages["/sitemap.xml"] = Reply(f"<urlset>{inner}</urlset>")


def site(web: Web, *posts: Reply, home: str = "") -> None:
    """A site of these posts, listed by its sitemap."""
    web.pages["/"] = page(home, title="Kiln")
    paths = [f"/posts/{n}/" for n in range(len(posts))]
    web.pages |= dict(zip(paths, posts, strict=True))
    sitemap(web, "/", *paths)


def read(web: Web, context: Context, cursor: Cursor | None = None) -> list[Page]:
    return list(blog.fetch(f"{web.url}/", cursor or {}, Budget(), context))


def found(pages: list[Page]) -> dict[str, Contribution]:
    """Posts by path."""
    return {c.key.partition("/")[2]: c for p in pages for c in p.contributions}


def names(item: Contribution) -> list[str]:
    return [credit.identity.partition("/")[2] for credit in item.credits]


def accounts(pages: list[Page]) -> dict[str | None, str | None]:
    return {i.name: i.login for p in pages for i in p.identities if i.login}


def alone(web: Web, context: Context, reply: Reply) -> tuple[Contribution, list[Identity]]:
    site(web, reply)
    [only] = read(web, context)
    [item] = only.contributions
    return item, list(only.identities)
