"""Posts that move, disappear or lie in the future, and sites that ask for slow crawls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import Context
from connectors.blog import reader as blog
from db import Store
from db.ingest import writer
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget, Cursor
from tests.sites import DAY, TEXT, found, page, post, read, site, sitemap
from tests.web import Reply, Web

NOW = "2026-11-16T03:00:00Z"


class Nights:
    """The runs of one blog, stored as a crawl stores them."""

    def __init__(self, store: Store, web: Web, context: Context, path: str = "/") -> None:
        self.store, self.context, self.target = store, context, f"{web.url}{path}"
        self.source, _ = store.source(f"blog:{self.target}", NOW)

    def run(self) -> list[str]:
        """Titles of the posts that count after one more run."""
        cursor: Cursor = self.store.cursors("blog:")[f"blog:{self.target}"]
        run = self.store.start_run(self.source, NOW)
        for one in blog.fetch(self.target, cursor, Budget(), self.context):
            writer.save(self.store, self.source, run, one, NOW)
        rows = self.store.rows(
            "SELECT key FROM contributions WHERE withdrawn_at IS NULL ORDER BY key"
        )
        return [str(row[0]).partition("/")[2] for row in rows]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        yield opened


def titled(name: str) -> Reply:
    return page(f"<h1>On {name}</h1><p>{DAY}</p>{TEXT} {name}", title=f"On {name} | Kiln")


def fill(web: Web, folder: str, *names: str, listed: bool = True) -> None:
    paths = [f"{folder}/{name}/" for name in names]
    web.pages |= {path: titled(name) for path, name in zip(paths, names, strict=True)}
    web.pages["/"] = page("".join(f"<a href={path}>{path}</a>" for path in paths), title="Kiln")
    if listed:
        sitemap(web, *paths)


@pytest.mark.parametrize("listed", [True, False], ids=["sitemap", "links"])
@pytest.mark.parametrize("status", [301, 308, 404, 200])
def test_posts_that_move_count_once_under_their_new_address(
    web: Web, context: Context, store: Store, status: int, listed: bool
) -> None:
    if status == 200 and not listed:
        pytest.skip("nothing tells which of the two addresses is the post's")
    fill(web, "/2026", "queues", "locks", listed=listed)
    nights = Nights(store, web, context)
    assert nights.run() == ["2026/locks", "2026/queues"]
    before = store.rows("SELECT id FROM contributions ORDER BY id")
    fill(web, "/posts", "queues", "locks", listed=listed)
    for name in ("queues", "locks") if status != 200 else ():
        web.pages[f"/2026/{name}/"] = Reply(
            status=status, headers={"Location": f"/posts/{name}/"} if status < 400 else {}
        )
    for _ in range(2):
        assert nights.run() == ["posts/locks", "posts/queues"]
    if status in {301, 308}:
        after = store.rows("SELECT id FROM contributions ORDER BY id")
        assert [tuple(row) for row in after] == [tuple(row) for row in before]


@pytest.mark.parametrize("answer", [Reply(status=410), Reply(status=404),
                                    Reply(status=301, headers={"Location": "/"})])  # fmt: skip
def test_a_post_that_left_the_sitemap_and_is_gone_is_withdrawn(
    web: Web, context: Context, store: Store, answer: Reply
) -> None:
    fill(web, "/posts", "queues", "locks")
    nights = Nights(store, web, context)
    nights.run()
    web.pages["/posts/locks/"] = answer
    sitemap(web, "/posts/queues/")
    assert nights.run() == ["posts/queues"]


def test_a_post_that_left_the_sitemap_and_still_answers_stays(
    web: Web, context: Context, store: Store
) -> None:
    fill(web, "/posts", "queues", "locks")
    nights = Nights(store, web, context)
    nights.run()
    sitemap(web, "/posts/queues/")
    assert nights.run() == ["posts/locks", "posts/queues"]
    web.asked.clear()
    nights.run()
    assert "/posts/locks/" not in web.paths()


def rss(*links: str, day: str = "2026-05-07") -> Reply:
    inner = "".join(
        f"<item><title>Post {link[-1]}</title><link>{link}</link><pubDate>{day}</pubDate></item>"
        for link in links
    )
    return Reply(f'<rss version="2.0"><channel><title>K</title>{inner}</channel></rss>')


def test_a_feed_that_changes_its_links_counts_its_posts_once(
    web: Web, context: Context, store: Store
) -> None:
    web.pages["/feed.xml"] = rss("/2026/1", "/2026/2")
    nights = Nights(store, web, context, "/feed.xml")
    assert nights.run() == ["2026/1", "2026/2"]
    web.pages["/feed.xml"] = rss("/posts/1", "/posts/2")
    assert nights.run() == ["posts/1", "posts/2"]


def test_items_of_one_page_are_told_apart_by_their_fragments(
    web: Web, context: Context, store: Store
) -> None:
    web.pages["/feed.xml"] = rss(*(f"/changes#v{n}" for n in range(5)))
    assert len(Nights(store, web, context, "/feed.xml").run()) == 5


def test_rss_1_1(web: Web, context: Context, store: Store) -> None:
    item = (
        "<item rdf:about='/{0}'><title>Post {0}</title><link>/{0}</link>"
        "<dc:date>2026-05-07</dc:date><dc:creator>Ilse Maarveld</dc:creator></item>"
    )
    web.pages["/feed.xml"] = Reply(
        '<Channel xmlns="http://purl.org/net/rss1.1#" rdf:about="/rss"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><title>Kiln</title><link>/</link>'
        f'<items rdf:parseType="Collection">{item.format(1)}{item.format(2)}</items></Channel>'
    )
    assert Nights(store, web, context, "/feed.xml").run() == ["1", "2"]
    assert len(store.rows("SELECT 1 FROM credits")) == 2


def test_a_post_of_the_future_is_read_when_its_day_comes(
    web: Web, context: Context, store: Store
) -> None:
    web.pages["/feed.xml"] = rss("/p/1", day="2099-01-01")
    assert Nights(store, web, context, "/feed.xml").run() == []
    future = '<time datetime="2099-01-01">1 January 2099</time>'
    site(web, post(), page(f"<h1>Later</h1><p>{future}</p>{TEXT}"))
    assert set(found(read(web, context))) == {"posts/0"}


def test_a_feed_reserved_by_its_header_is_left(web: Web, context: Context) -> None:
    made = rss("/p/1")
    web.pages["/feed.xml"] = Reply(made.body, headers={"TDM-Reservation": "1"})
    with pytest.raises(SourceError, match="reserved from mining"):
        list(blog.fetch(f"{web.url}/feed.xml", {}, Budget(), context))


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://10.0.0.7/", "http://[", "/loop"]
)
def test_a_post_that_redirects_to_nowhere_costs_this_post_only(
    web: Web, context: Context, location: str
) -> None:
    web.pages["/loop"] = Reply(status=302, headers={"Location": "/loop"})
    site(web, *(Reply(status=301, headers={"Location": location}) for _ in range(3)), post())
    assert set(found(read(web, context))) == {"posts/3"}


@pytest.mark.parametrize("how", ["redirect", "refresh"])
@pytest.mark.parametrize("target", ["/about/", "/home.html"])
def test_a_start_page_that_leads_to_an_about_page(
    web: Web, context: Context, target: str, how: str
) -> None:
    site(web, post(), post(title="Other"))
    web.pages[target] = page("Hello")
    web.pages["/"] = (
        Reply(status=302, headers={"Location": target})
        if how == "redirect"
        else page("", f'<meta http-equiv="refresh" content="0; url={target}">')
    )
    assert set(found(read(web, context))) == {"posts/0", "posts/1"}


def test_a_crawl_delay_of_a_day_reads_on_every_night_and_says_so(
    web: Web, context: Context
) -> None:
    told: list[str] = []
    web.pages["/robots.txt"] = Reply(
        f"User-agent: *\nCrawl-delay: 86400\nSitemap: {web.url}/sitemap.xml"
    )
    site(web, post())
    web.pages["/feed.xml"] = rss("/posts/0/")
    cursor: Cursor = {}
    posts: set[str] = set()
    for night in range(20):
        asked = len(web.paths())
        now = context.now + timedelta(days=night)
        for one in blog.fetch(
            f"{web.url}/", cursor, Budget(), replace(context, now=now, tell=told.append)
        ):
            cursor = one.cursor
            posts |= found([one]).keys()
        assert len(web.paths()) - asked <= 1
    assert posts == {"posts/0"}
    assert "Crawl-delay of 86,400 s" in told[0]
