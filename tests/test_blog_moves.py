"""A blog that moves to another host is read there, and its posts and authors move along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from connectors import Context
from connectors.blog import reader as blog
from db import Store
from db.ingest import writer
from sourcing.core.model import Budget, Cursor
from tests.sites import TEXT
from tests.web import Reply, Web, loopback


@pytest.fixture
def webs(hurry: None) -> Iterator[tuple[Web, Web]]:
    with loopback() as old, loopback() as new:
        yield old, new


def fill(web: Web, *names: str) -> None:
    """A site whose sitemap lists posts of these names."""
    listed = "".join(f"<url><loc>{web.url}/posts/{name}/</loc></url>" for name in names)
    html = {"Content-Type": "text/html"}
    web.pages["/"] = Reply("<!doctype html><title>Kiln</title><h1>Kiln</h1>", headers=html)
    web.pages["/sitemap.xml"] = Reply(f"<urlset>{listed}</urlset>")
    for name in names:
        web.pages[f"/posts/{name}/"] = Reply(
            f"<!doctype html><title>On {name} | Kiln</title><article><h1>On {name}</h1>"
            "By <a rel='author' href='/a'>Ilse Maarveld</a>"
            f"<time datetime='2026-05-07'>7 May 2026</time>{TEXT}</article>",
            headers=html,
        )


def lead(old: Web, new: Web, status: int) -> None:
    """All of the old addresses lead to the new host."""
    for path in list(old.pages):
        old.pages[path] = Reply(status=status, headers={"Location": f"{new.url}{path}"})


class Reading:
    """The blog's nights, stored as a crawl does."""

    def __init__(self, store: Store, start: str, context: Context) -> None:
        self.store, self.start, self.context = store, start, context
        self.source, _ = store.source(f"blog:{start}", "2026-11-16T03:00:00Z")

    def night(self) -> int:
        """How many posts were new."""
        cursor: Cursor = self.store.cursors("blog:")[f"blog:{self.start}"]
        run, new = self.store.start_run(self.source, "2026-11-16T03:00:00Z"), 0
        for page in blog.fetch(self.start, cursor, Budget(), self.context):
            new += writer.save(self.store, self.source, run, page, "2026-11-16T03:00:00Z")[0]
        return new

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self.store.rows(sql)]


@pytest.fixture
def reading(webs: tuple[Web, Web], tmp_path: Path) -> Iterator[Reading]:
    old, new = webs
    both = frozenset({old.origin, new.origin})
    with Store(tmp_path / "db") as store:
        yield Reading(store, f"{old.url}/", old.context(tmp_path, allow_private=both))


def test_it_is_read_at_its_new_place_and_nothing_twice(
    webs: tuple[Web, Web], reading: Reading
) -> None:
    old, new = webs
    fill(old, "queues", "locks")
    assert reading.night() == 2
    fill(new, "queues", "locks", "hangs")
    lead(old, new, 301)
    assert (reading.night(), reading.night()) == (1, 0)
    found = reading.rows("SELECT title, key, url FROM contributions ORDER BY title")
    host = urlsplit(new.url).netloc
    assert found == [
        (f"On {name}", f"post:{host}/posts/{name}", f"{new.url}/posts/{name}/")
        for name in ("hangs", "locks", "queues")
    ]
    assert reading.rows("SELECT key FROM identities") == [(f"blog:{host}/Ilse Maarveld",)]
    assert [path for path in new.paths() if "/posts/" in path] == ["/posts/hangs/"]


def test_a_passing_redirect_is_no_move(webs: tuple[Web, Web], reading: Reading) -> None:
    old, new = webs
    fill(old, "queues")
    reading.night()
    before, kept = reading.rows("SELECT * FROM contributions"), dict(old.pages)
    new.pages["/"] = Reply("<!doctype html><title>Log in</title>Welcome to the hotel")
    new.pages["/sitemap.xml"] = new.pages["/"]
    lead(old, new, 302)
    reading.night()
    assert reading.rows("SELECT * FROM contributions") == before
    old.pages = kept
    fill(old, "queues", "hangs")
    assert reading.night() == 1


def test_a_start_page_that_leads_elsewhere_is_read_there_every_night(
    webs: tuple[Web, Web], reading: Reading
) -> None:
    old, new = webs
    fill(new, "queues")
    old.pages["/"] = Reply(status=301, headers={"Location": f"{new.url}/"})
    assert reading.night() == 1
    fill(new, "queues", "hangs")
    assert reading.night() == 1
