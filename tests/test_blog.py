"""The blog connector against a loopback web: whom it credits, which day, when it keeps still."""

import json
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import Context
from connectors.blog import reader as blog
from sourcing.core.errors import ParseError, SourceError
from sourcing.core.model import Budget, Contribution, Cursor, Page
from sourcing.core.text import has_address
from tests.web import Reply, Web, fresh

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB"><title>Kiln Notes</title>
<author><name>Nobody Inparticular</name></author>
<entry><title type="html">Why we &lt;em&gt;stopped&lt;/em&gt; retrying</title>
  <link href="/2026/retries/index.html?utm_source=feed&amp;v=2#top"/>
  <author><name>Ilse Maarveld</name><uri>https://github.com/ilsemaar</uri>
    <email>ilse@kiln.example</email></author>
  <author><name>Tadeo Quispe</name><uri>https://tadeo.example/</uri></author>
  <published>2026-05-07T00:30:00+02:00</published><updated>2026-06-01T00:00:00Z</updated>
  <content type="html">&lt;p&gt;A queue&lt;b&gt;d&lt;/b&gt; retry.&lt;/p&gt;
  &lt;script&gt;x()&lt;/script&gt;
  &lt;p&gt;Ask ilse@kiln.example.&lt;/p&gt;</content></entry>
</feed>"""


def rss(*items: str, channel: str = "") -> str:
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Kiln Notes</title>{channel}{''.join(items)}</channel></rss>"
    )


def item(inner: str, path: str = "/p", day: str = "Thu, 07 May 2026 23:30:00 -0700") -> str:
    return (
        f"<item><title>A post</title><link>{path}</link><pubDate>{day}</pubDate>"
        f"{inner}<description>Text.</description></item>"
    )


def read(url: str, context: Context, cursor: Cursor | None = None) -> list[Page]:
    return list(blog.fetch(url, cursor or {}, Budget(), context))


def posts(web: Web, context: Context, feed: str | bytes) -> tuple[Contribution, ...]:
    web.pages["/feed.xml"] = Reply(feed)
    [page] = read(f"{web.url}/feed.xml", context)
    return page.contributions


def names(web: Web, context: Context, feed: str) -> list[str]:
    """By-lines credited for the feed's first post."""
    [post, *_] = posts(web, context, feed)
    return [credit.identity.partition("/")[2] for credit in post.credits]


def test_a_post_as_its_feed_tells_it(web: Web, context: Context) -> None:
    web.pages["/feed.xml"] = Reply(ATOM)
    [page] = read(f"{web.url}/feed.xml", context)
    [post] = page.contributions
    assert post.key == f"post:{web.origin}/2026/retries?v=2"
    assert (post.title, post.kind, post.language) == ("Why we stopped retrying", "post", "en")
    assert post.at == "2026-05-07T00:00:00Z"
    assert post.body == "A queued retry.\n\nAsk [address removed]."
    assert post.url == f"{web.url}/2026/retries/index.html?utm_source=feed&v=2#top"
    ilse, tadeo = page.identities
    assert (ilse.id, ilse.login) == (f"blog:{web.origin}/Ilse Maarveld", "ilsemaar")
    assert (tadeo.name, tadeo.login, tadeo.url) == ("Tadeo Quispe", None, "https://tadeo.example/")
    assert [credit.identity for credit in post.credits] == [ilse.id, tadeo.id]
    assert page.finished
    assert not has_address(repr(page))


@pytest.mark.parametrize(("field", "credited"), [
    ("<author>jd@site.example (Jane Okonjo)</author>", ["Jane Okonjo"]),
    ("<author>Jane Okonjo &lt;jd@site.example&gt;</author>", ["Jane Okonjo"]),
    ("<author>jd@site.example</author>", []),
    ("<author>jd&#64;site.example (Jane Okonjo)</author>", []),
    ("<dc:creator>Jane Okonjo</dc:creator><dc:creator>Bo Håkan</dc:creator>",
     ["Jane Okonjo", "Bo Håkan"]),
    ("<dc:creator>By Jane Okonjo (Kiln) and Bo Håkan</dc:creator>", ["Jane Okonjo", "Bo Håkan"]),
    ("<dc:creator>Jane Okonjo, Senior Engineer</dc:creator>", ["Jane Okonjo"]),
    ("<dc:creator>Jane Okonjo</dc:creator><dc:creator>jane okonjo</dc:creator>", ["Jane Okonjo"]),
    ("<dc:creator>The Kiln Team</dc:creator>", []),
    ("<dc:creator>Kiln</dc:creator>", []),
    ("<dc:creator>Kiln Notes</dc:creator>", []),
    ("<dc:creator>Kiln Labs</dc:creator>", []),
    ("<dc:creator>https://kiln.example/jane</dc:creator>", []),
    ("<dc:creator>李小龙</dc:creator>", ["李小龙"]),
    ("<dc:creator>李小龙，田俊</dc:creator>", ["李小龙", "田俊"]),
    ("<dc:creator>  </dc:creator>", []),
])  # fmt: skip
def test_who_wrote_it(web: Web, context: Context, field: str, credited: list[str]) -> None:
    assert names(web, context, rss(item(field))) == credited


def test_the_channels_author_signs_only_an_unsigned_blog(web: Web, context: Context) -> None:
    head = "<managingEditor>ed@kiln.example (Jane Okonjo)</managingEditor>"
    assert names(web, context, rss(item(""), channel=head)) == ["Jane Okonjo"]
    guest = item("<dc:creator>Bo Håkan</dc:creator>", "/q", "Mon, 01 Jan 2024 00:00:00 GMT")
    assert names(web, context, rss(item(""), guest, channel=head)) == []
    team = "<managingEditor>ed@kiln.example (Kiln Team)</managingEditor>"
    assert names(web, context, rss(item(""), channel=team)) == []


@pytest.mark.parametrize(("said", "day"), [
    ("Thu, 07 May 2026 23:30:00 -0700", "2026-05-07"),
    ("Thu, 07 May 2026 00:10:00 +0200", "2026-05-07"),
    ("2026-05-07T00:10:00+02:00", "2026-05-07"),
    ("2026-05-07", "2026-05-07"),
    ("7 May 2026", "2026-05-07"),
    ("Thurs, 7 May 2026 10:00 GMT", "2026-05-07"),
    ("2026-02-31", None),
    ("soon", None),
])  # fmt: skip
def test_the_authors_own_day(web: Web, context: Context, said: str, day: str | None) -> None:
    found = [post.at for post in posts(web, context, rss(item("", day=said)))]
    assert found == ([f"{day}T00:00:00Z"] if day else [])


def test_an_undated_item_is_left_out(web: Web, context: Context) -> None:
    undated = "<item><title>No day</title><link>/x</link></item>"
    assert [post.title for post in posts(web, context, rss(undated, item("")))] == ["A post"]


def test_one_post_one_key(web: Web, context: Context) -> None:
    twins = [item("", path) for path in ("/p", "/p/", "/p/index.html", "/p?utm_medium=x&ref=y")]
    assert len(posts(web, context, rss(*twins))) == 1


def test_links_that_lead_nowhere_are_left_out(web: Web, context: Context) -> None:
    bad = [item("", path) for path in ("mailto:a@b.example", "javascript:x()", "http://[")]
    assert len(posts(web, context, rss(*bad, item("")))) == 1


def test_the_newest_thousand(web: Web, context: Context) -> None:
    many = [item("", f"/p{n}", f"{2000 + n % 20}-01-01") for n in range(1_100)]
    found = posts(web, context, rss(*many))
    assert len(found) == 1_000
    assert found[0].at > found[-1].at


def test_a_json_feed(web: Web, context: Context) -> None:
    told = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Kiln Notes", "language": "en-GB",
        "authors": [{"name": "Nobody Inparticular"}],
        "items": [
            {"id": "1", "url": "/retries", "title": "Why we <stopped> retrying",
             "content_html": "<p>A queue<b>d</b> retry. Ask ilse@kiln.example.</p>",
             "date_published": "2026-05-07T00:30:00+02:00",
             "authors": [{"name": "Ilse Maarveld", "url": "https://github.com/ilsemaar"}, 7]},
            {"id": "/queues", "content_text": "Plain", "date_modified": "2026-05-06",
             "author": {"name": "Tadeo Quispe"}},
            "no item", {"title": ["no", "title"], "url": 7},
        ],
    }  # fmt: skip
    web.pages["/feed.json"] = Reply(json.dumps(told))
    web.pages["/"] = Reply("<html><a href=/feed.json>JSON</a>")
    for start in ("/feed.json", "/"):
        [page] = read(f"{web.url}{start}", context)
        retries, queues = page.contributions
        assert (retries.title, retries.at) == ("Why we <stopped> retrying", "2026-05-07T00:00:00Z")
        assert retries.body == "A queued retry. Ask [address removed]."
        assert (queues.title, queues.language) == ("Plain", "en")
        assert [(i.name, i.login) for i in page.identities] == [
            ("Ilse Maarveld", "ilsemaar"), ("Tadeo Quispe", None),
        ]  # fmt: skip
        assert not has_address(repr(page))


def test_a_feed_of_a_version_nobody_knows(web: Web, context: Context) -> None:
    old = f"<CHANNEL>{item('').upper().replace('/P<', '/p<')}</CHANNEL>"
    assert [post.title for post in posts(web, context, old)] == ["A POST"]
    web.pages["/page"] = Reply(f"<!doctype html><HTML><body>{item('')}</body></HTML>")
    with pytest.raises(ParseError, match="neither a feed nor posts"):
        read(f"{web.url}/page", context)


def test_a_page_that_declares_its_feed(web: Web, context: Context) -> None:
    web.pages["/blog/"] = Reply(
        '<html><head><link rel="alternate" type="application/rss+xml" href="/comments/feed">'
        "<link rel='ALTERNATE nofollow' type='application/atom+xml' href='atom.xml'></head>"
    )
    web.pages["/blog/atom.xml"] = fresh(Reply(ATOM), '"1"')
    [page] = read(f"{web.url}/blog/", context)
    assert [post.title for post in page.contributions] == ["Why we stopped retrying"]
    before = len(web.asked)
    assert read(f"{web.url}/blog/", context, page.cursor) == []
    assert [asked.path for asked in web.asked[before:]] == [
        "/robots.txt",
        "/blog/atom.xml",
        "/blog/",
    ]


def test_the_same_body_without_validators_is_no_page(web: Web, context: Context) -> None:
    web.pages["/feed.xml"] = Reply(ATOM)
    [page] = read(f"{web.url}/feed.xml", context)
    assert read(f"{web.url}/feed.xml", context, page.cursor) == []
    web.pages["/feed.xml"] = Reply(ATOM.replace("retrying", "waiting"))
    [changed] = read(f"{web.url}/feed.xml", context, page.cursor)
    assert changed.contributions[0].title == "Why we stopped waiting"


def test_a_feed_that_moved_is_found_again(web: Web, context: Context) -> None:
    link = '<link rel="alternate" type="application/atom+xml" href="/{}.xml">'
    web.pages |= {"/": Reply(link.format("old")), "/old.xml": Reply(ATOM)}
    [page] = read(f"{web.url}/", context)
    web.pages |= {"/": Reply(link.format("new")), "/new.xml": Reply(ATOM.replace("re", "Re"))}
    del web.pages["/old.xml"]
    [moved] = read(f"{web.url}/", context, page.cursor)
    assert f"{web.url}/new.xml" in moved.cursor["listings"]
    assert f"{web.url}/old.xml" not in moved.cursor["listings"]


@pytest.mark.parametrize("body", ["", "no feed", "<html><body>no feed", "<?xml version='1.0'?><x/>",
                                  "\x00\x01\x02", "%PDF-1.7", "{", '{"version": "1", "items": 7}',
                                  "{}", '{"items": []}', '{"a":' * 50_000])  # fmt: skip
def test_what_is_no_feed_is_a_parse_error(web: Web, context: Context, body: str) -> None:
    web.pages["/feed.xml"] = Reply(body)
    with pytest.raises(ParseError, match=re.escape(web.url)):
        read(f"{web.url}/feed.xml", context)


def test_a_declared_feed_that_is_none(web: Web, context: Context) -> None:
    web.pages["/"] = Reply('<link rel=alternate type="application/rss+xml" href="/">')
    with pytest.raises(ParseError, match="neither a feed nor posts"):
        read(f"{web.url}/", context)


def test_a_feed_made_to_hurt_is_refused_at_once(web: Web, context: Context) -> None:
    web.pages["/feed.xml"] = Reply("<rss version='2.0'><channel><item>" + "<a>" * 1_000_000)
    started = time.perf_counter()
    with pytest.raises(ParseError):
        read(f"{web.url}/feed.xml", context)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("status", [404, 500])
def test_a_failing_blog_is_a_source_error(web: Web, context: Context, status: int) -> None:
    web.pages["/feed.xml"] = Reply(status=status)
    with pytest.raises(SourceError, match=str(status)):
        read(f"{web.url}/feed.xml", context)


@pytest.mark.parametrize("requests", range(9))
def test_requests_made_are_the_budget_spent(web: Web, context: Context, requests: int) -> None:
    web.pages["/"] = Reply('<link rel=alternate type="application/atom+xml" href="/a.xml">')
    web.pages["/a.xml"] = Reply(ATOM)
    budget = Budget(requests=requests)
    pages = list(blog.fetch(f"{web.url}/", {}, budget, context))
    # Robots, start, reservation, feed, two guessed sitemaps; nothing is asked beyond.
    assert budget.spent_requests == len(web.asked) == min(requests, 6)
    assert [p.finished for p in pages] == ([True] if requests >= 6 else [False] * (requests >= 2))


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(cut=st.integers(0, len(ATOM)), junk=st.binary(max_size=40), keep=st.integers(0, 200))
def test_a_mangled_feed_is_a_parse_error_or_fewer_posts(
    web: Web, context: Context, cut: int, junk: bytes, keep: int
) -> None:
    feed = ATOM.encode()
    web.pages["/feed.xml"] = Reply(feed[:cut] + junk + feed[cut + keep :])
    try:
        pages = read(f"{web.url}/feed.xml", context)
    except SourceError:
        return
    assert all(not has_address(repr(page)) for page in pages)
