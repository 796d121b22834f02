"""Feeds, sitemaps and robots.txt made to cost: each is read or refused in bounded time."""

import contextlib
import time
from datetime import date

import pytest

from connectors.blog.formats import feed, sitemap

TODAY = date(2026, 11, 16)
HEAD = "<?xml version='1.0'?><rss version='2.0'><channel><title>Kiln</title>"
ITEM = (
    "<item><title>On kilns</title><link>https://kiln.example/{0}</link>"
    "<pubDate>Thu, 07 May 2026 12:00:00 GMT</pubDate><description>{1}</description></item>"
)
MB = 1_000_000
#: Processor seconds for one input.
MOST = 8


def repeated(text: str, size: int = 2 * MB) -> str:
    return text * (size // len(text))


@pytest.mark.parametrize("body", [
    HEAD + repeated("<![CDATA["),
    HEAD + repeated("<!ENTITY "),
    HEAD + repeated("<!ENTITY a 'b'>"),
    "<!DOCTYPE r [" + repeated("<!ENTITY a 'b'>") + "]>" + HEAD,
    repeated("<!DOCTYPE "),
    HEAD + repeated("<item/>"),
    HEAD + repeated("<item></item>"),
    HEAD + repeated("<item>"),
    HEAD + repeated("<item </item "),
    HEAD + repeated("</item>"),
    HEAD + repeated("<!--"),
    HEAD + repeated("<?"),
    HEAD + repeated("<!>"),
    HEAD + repeated("<"),
    HEAD + repeated("&"),
    HEAD + repeated("<a>"),
    HEAD + repeated("<a "),
    HEAD + "<item><title>" + repeated("<a "),
    HEAD + "<item>" + repeated("<b x='"),
    HEAD + "<item>" + repeated("<a></a>"),
    HEAD + "<item><description>" + repeated("&lt;b&gt;"),
    HEAD + ITEM.format(0, "<![CDATA[" + repeated("<b>") + "]]>"),
    HEAD + ITEM.format(0, repeated("a" * 59_999 + "<b/>")),
    HEAD + "".join(ITEM.format(n, repeated("&lt;i&gt;", 40_000)) for n in range(60)),
    HEAD + "".join(ITEM.format(n, "x") for n in range(20_000)),
    HEAD + repeated("<item><title>" + "<![CDATA[" * 20 + "</title></item>"),
    HEAD + repeated(" xmlns:a='b'"),
    "<rss " + repeated("xmlns:a='b' ") + "><channel>" + ITEM.format(0, "x"),
    "<feed>" + repeated("<entry><link href='/a'/><updated>2026</updated></entry>"),
    HEAD + "<item>" + repeated("<dc:creator>A B</dc:creator>"),
    HEAD + "<item><pubDate>" + repeated("1 "),
    HEAD + "<item><author>" + repeated("a@"),
    '{"version": "1", "items": [' + repeated("{},") + "{}]}",
    '{"version": "1", "items": ' + repeated("["),
    HEAD + repeated("\n"),
], ids=lambda body: f"{body[:70]}…{body[-10:]}")  # fmt: skip
def test_a_feed_costs_bounded_time(body: str) -> None:
    started = time.process_time()
    with contextlib.suppress(feed.Unreadable):
        feed.read(body.encode(), "https://kiln.example/feed.xml", TODAY)
    assert time.process_time() - started < MOST


@pytest.mark.parametrize("body", [
    "<urlset>" + repeated("<url>"),
    "<urlset>" + repeated("<url><loc>"),
    "<urlset><url><loc>" + repeated(" "),
    "<urlset>" + repeated("<url><loc>https://kiln.example/a</loc></url>"),
    "<urlset><url><loc>" + repeated("<![CDATA["),
    "<urlset>" + repeated("<url><xhtml:link hreflang='de' "),
    "<urlset><url>" + repeated("<xhtml:link hreflang='de' href='/a'/>"),
    "<sitemapindex>" + repeated("<sitemap>"),
    repeated("https://kiln.example/a\n"),
    repeated(" "),
], ids=lambda body: body[:60])  # fmt: skip
def test_a_sitemap_costs_bounded_time(body: str) -> None:
    started = time.process_time()
    sitemap.read(body.encode())
    assert time.process_time() - started < MOST


def test_a_large_feed_gives_its_posts_whatever_their_order() -> None:
    body = HEAD + "".join(ITEM.format(n, "The kiln held. " * 3_000) for n in range(150)) + "</rss>"
    assert len(body) > 6 * MB
    posts, _ = feed.read(body.encode(), "https://kiln.example/feed.xml", TODAY)
    assert len(posts) == 150
