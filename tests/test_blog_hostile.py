"""Pages made to cost, and honest ones that are large: what the blog connector spends on them."""

import time
from pathlib import Path

import pytest

from connectors.blog import reader as blog
from sourcing.core.errors import ParseError
from sourcing.core.model import Budget, Contribution
from tests.sites import DAY, TEXT
from tests.web import Reply, Web

#: What one page may cost of the processor, in seconds.
MOST = 10
BY = '<p class="byline">By <a rel="author">Ilse Maarveld</a></p>'
CODE = "<span class='k'>def</span> <span class='n'>pour</span>(kiln):\n    return kiln\n"
ROW = "<tr>" + "<td class='n'>12.5</td><td>ms</td>" * 5 + "</tr>\n"
LINK = "<a href=https://github.com/ilsemaar>by Ilse Maarveld, May 2026</a>"


def read(
    web: Web, folder: Path, inner: str, start: str = ""
) -> tuple[dict[str, Contribution], list[str]]:
    """The posts of a site of two, by title, and what was told; the first holds `inner`."""
    for path, title, more in (("/1", "The first", inner), ("/2", "The second", "")):
        article = f"<article><h1>{title}</h1>{BY}{DAY}{TEXT}{more}"
        web.pages[path] = Reply(f"<html><head><title>{title}</title></head><body>{article}")
    web.pages["/"] = Reply(f"<html><head><title>Kiln</title></head><body>{start}")
    web.pages["/sitemap.xml"] = Reply(
        f"<urlset><url><loc>{web.url}/1</loc></url><url><loc>{web.url}/2</loc></url></urlset>"
    )
    told: list[str] = []
    context = web.context(folder, tell=told.append)
    started = time.process_time()
    pages = list(blog.fetch(f"{web.url}/", {}, Budget(), context))
    assert time.process_time() - started < MOST
    return {post.title: post for page in pages for post in page.contributions}, told


@pytest.mark.parametrize(
    "inner",
    ["<div>" * 600_000, "<b>" * 1_000_000, "<p><b>" * 500_000, "<i>x</i>" * 375_000,
     "<table><tr><td>" * 200_000, "<!---->" * 400_000, "<br>" * 700_000],
    ids=["deep", "unclosed", "unclosed-in-parts", "wide", "tables", "comments", "breaks"],
)  # fmt: skip
def test_a_page_made_to_cost_is_one_line_and_no_post(web: Web, tmp_path: Path, inner: str) -> None:
    posts, told = read(web, tmp_path, inner)
    assert list(posts) == ["The second"]
    [line] = told
    assert line.startswith(f"{web.url}/1: no post has more than ")
    assert "\n" not in line


@pytest.mark.parametrize(
    "inner",
    ["<p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">", f"<p class='{'a ' * 1_500_000}'>",
     "<" * 3_000_000, "&" * 3_000_000, LINK * 14_000],
    ids=["attributes", "classes", "signs", "ands", "links"],
)  # fmt: skip
def test_other_ways_to_cost_are_bounded_too(web: Web, tmp_path: Path, inner: str) -> None:
    posts, told = read(web, tmp_path, inner)
    assert (set(posts), told) == ({"The first", "The second"}, [])


@pytest.mark.parametrize(
    "inner",
    [f"<table>{ROW * 11_000}</table>", f"<pre><code>{CODE * 20}</code></pre>" * 1_400],
    ids=["table", "listings"],
)
def test_honest_pages_may_be_large(web: Web, tmp_path: Path, inner: str) -> None:
    posts, told = read(web, tmp_path, inner)
    [credit] = posts["The first"].credits
    assert credit.identity.endswith("/Ilse Maarveld")
    assert posts["The first"].at.startswith("2026-05-07")
    assert told == []


def test_what_follows_a_large_table_reads_as_it_is_written(web: Web, tmp_path: Path) -> None:
    large = f"<table><tr>{'<td></td>' * 6_000}</tr></table>"
    rest = (
        "<p>The <b>kiln</b> held.</p><pre><i>ki</i>ln.<i>pour</i>()\n<i>kiln</i>.cool()</pre>"
        "<table><tr><td>hours</td><td>12</td></tr><tr><td>bricks</td><td>7</td></tr></table>"
    )
    posts, _ = read(web, tmp_path, large + rest)
    lines = (posts["The first"].body or "").split("\n")
    assert [line.strip() for line in lines if line.strip()][-5:] == [
        "The kiln held.", "kiln.pour()", "kiln.cool()", "hours 12", "bricks 7",
    ]  # fmt: skip


def test_a_start_page_made_to_cost_is_one_line(web: Web, tmp_path: Path) -> None:
    with pytest.raises(ParseError, match=r"/: no post has more than .* it is left out$"):
        read(web, tmp_path, "", "<div>" * 500_000)


def test_a_feed_whose_items_are_made_to_cost(web: Web, tmp_path: Path) -> None:
    item = (
        "<item><title>On kilns</title><link>/a{0}</link><author>Ilse Maarveld</author>"
        "<pubDate>Thu, 07 May 2026 12:00:00 GMT</pubDate>"
        f"<description>The kiln held. {'&lt;b&gt;' * 40_000}</description></item>"
    )
    items = "".join(item.format(n) for n in range(6))
    web.pages["/feed.xml"] = Reply(f'<rss version="2.0"><channel>{items}</channel></rss>')
    started = time.process_time()
    [page] = blog.fetch(f"{web.url}/feed.xml", {}, Budget(), web.context(tmp_path))
    assert time.process_time() - started < MOST
    assert {post.body for post in page.contributions} == {"The kiln held."}
