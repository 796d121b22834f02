"""The blog of the invented world, on loopback: pages, an Atom feed, validators.

It serves the given posts and stores nothing.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Protocol

from demo.tables import FORGE, Person, Post

TITLE = "Harborlight Engineering"

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} – {blog}</title>
<link rel="alternate" type="application/atom+xml" href="/feed.xml">{head}</head>
<body><header><a href="/">{blog}</a></header><main>{main}</main>
<footer>Everything here is invented.</footer></body></html>
"""
_ENTRY = """<entry><title>{title}</title><id>{link}</id><link href="{link}"/>
<published>{day}T09:00:00Z</published><updated>{day}T09:00:00Z</updated>
<author><name>{name}</name>{uri}</author><content type="html">{text}</content></entry>
"""
_FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>{blog}</title><id>{base}/</id>
<link rel="self" href="{base}/feed.xml"/><link href="{base}/"/><updated>{day}T09:00:00Z</updated>
{entries}</feed>
"""


class Posts(Protocol):
    """An object with posts to serve."""

    @property
    def posts(self) -> Sequence[Post]:
        """The posts to serve."""


@contextmanager
def serve(world: Posts, port: int = 0) -> Iterator[str]:
    """The blog's address while the block runs; `port` 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, body = pages.get(self.path, ("text/plain", b""))
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            known = self.headers.get("If-None-Match") == etag
            status = 304 if known else 200 if body else 404
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("ETag", etag)
            if not known:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not known:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the terminal belongs to the demo."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    base = f"http://127.0.0.1:{server.server_port}"
    pages = _pages(world.posts, base)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield base
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pages(posts: Sequence[Post], base: str) -> Mapping[str, tuple[str, bytes]]:
    made = {f"/posts/{post.slug}/": ("text/html", _post(post)) for post in posts}
    made["/"] = ("text/html", _index(posts))
    made["/feed.xml"] = ("application/atom+xml", _feed(posts, base))
    made["/robots.txt"] = ("text/plain", "User-agent: *\nAllow: /\n")
    return {path: (kind, text.encode()) for path, (kind, text) in made.items()}


def _index(posts: Sequence[Post]) -> str:
    items = "".join(
        f'<li><a href="/posts/{post.slug}/">{escape(post.title)}</a> {post.day}</li>'
        for post in posts
    )
    return _PAGE.format(title="Posts", blog=TITLE, head="", main=f"<ul>{items}</ul>")


def _post(post: Post) -> str:
    name, profile = (post.author.name, _profile(post.author)) if post.author else (TITLE, "")
    author = {"@type": "Person" if profile else "Organization", "name": name}
    about = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "datePublished": post.day.isoformat(),
        "author": author | ({"url": profile} if profile else {}),
    }
    head = f'<script type="application/ld+json">{json.dumps(about)}</script>'
    by = f'<a rel="author" href="{profile}">{escape(name)}</a>' if profile else TITLE
    main = (
        f"<article><h1>{escape(post.title)}</h1><p>{by}, "
        f'<time datetime="{post.day}">{post.day}</time></p>{_html(post)}</article>'
    )
    return _PAGE.format(title=escape(post.title), blog=TITLE, head=head, main=main)


def _feed(posts: Sequence[Post], base: str) -> str:
    entries = "".join(
        _ENTRY.format(
            title=escape(post.title),
            link=f"{base}/posts/{post.slug}/",
            day=post.day,
            name=escape(post.author.name if post.author else TITLE),
            uri=f"<uri>{_profile(post.author)}</uri>" if post.author else "",
            text=escape(_html(post)),
        )
        for post in posts
    )
    return _FEED.format(blog=TITLE, base=base, day=posts[0].day, entries=entries)


def _html(post: Post) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in post.body.split("\n\n"))


def _profile(person: Person) -> str:
    return f"https://{FORGE}/{person.login}"
