"""Whole invented sites on loopback, one for each trap: posts found, authors, days, accounts."""

import json

import pytest

from connectors import Context
from connectors.blog import reader as blog
from sourcing.core.errors import GoneError, SourceError
from sourcing.core.model import Budget, Cursor
from sourcing.core.text import has_address
from tests.sites import (
    DAY,
    TEXT,
    accounts,
    alone,
    data,
    found,
    names,
    page,
    post,
    read,
    site,
    sitemap,
)
from tests.web import Reply, Web, fresh


@pytest.mark.parametrize(("by", "head", "credited"), [
    ("", data({"@type": "Person", "name": "Ilse Maarveld"}), ["Ilse Maarveld"]),
    ("", data([{"name": "Ilse Maarveld"}, {"name": "Tadeo Quispe"}]),
     ["Ilse Maarveld", "Tadeo Quispe"]),
    ("", data({"@type": "Person", "name": "<a href='https://x.example'>Ilse Maarveld</a> (Kiln) and"
               " <b>Tadeo Quispe</b>"}), ["Ilse Maarveld", "Tadeo Quispe"]),
    ("", data({"@type": "Organization", "name": "Ilse Maarveld"}), []),
    ("", data({"@type": "Person", "name": "The Kiln Team"}), []),
    ("", data({"@type": "Person", "name": "ilse@kiln.example"}), []),
    ("", data("By Ilse Maarveld, Senior Engineer"), ["Ilse Maarveld"]),
    ("", '<script type="application/ld+json">{"@graph":[{"@type":"BlogPosting","author":'
         '{"@id":"#i"}},{"@id":"#i","@type":"Person","name":"Ilse\tMaarveld"}]}</script>',
     ["Ilse Maarveld"]),
    ("", '<script type="application/ld+json">{"@type": "BlogPosting", </script>', []),
    ("", '<script id="distill-front-matter" type="text/json">{"authors":[{"author":'
         '"Ilse Maarveld","authorURL":"https://x.example/"}]}</script>', ["Ilse Maarveld"]),
    ("", '<meta name="citation_author" content="Maarveld, Ilse">', ["Ilse Maarveld"]),
    ("", '<meta name="author" content="Ilse Maarveld">', ["Ilse Maarveld"]),
    ("", '<meta name="author" content="Kiln - Ilse Maarveld">', ["Ilse Maarveld"]),
    ("", '<meta name="author" content="&lt;a href=/i>Ilse Maarveld&lt;/a>">', ["Ilse Maarveld"]),
    ("", '<meta property="article:author" content="https://x.example/ilse">', []),
    ('<a rel="author" href="/i">Ilse Maarveld</a>', "", ["Ilse Maarveld"]),
    ('<span itemprop="author" itemscope><span itemprop="name">Ilse Maarveld</span></span>', "",
     ["Ilse Maarveld"]),
    ('<p class="byline">By <a href="/i">Ilse Maarveld</a>, Editor in Chief</p>', "",
     ["Ilse Maarveld"]),
    ('<address class="vcard author">By <a class="url fn" href="/i">Ilse Maarveld</a></address>', "",
     ["Ilse Maarveld"]),
    ('<p>Date: May 7, 2026 | 20 min | Author: Ilse Maarveld</p>', "", ["Ilse Maarveld"]),
    ('<p class="info">Posted on May 7, 2026 by Ilse Maarveld</p>', "", ["Ilse Maarveld"]),
    ('<p>Written by Ilse Maarveld and Tadeo Quispe</p>', "", ["Ilse Maarveld", "Tadeo Quispe"]),
    ('<div><div class="quarto-title-meta-heading">Author</div><p>Ilse Maarveld</p></div>',
     "", ["Ilse Maarveld"]),
    ('<p class="byline">Tadeo Quispe</p>', data({"@type": "Person", "name": "Ilse Maarveld"}), []),
])  # fmt: skip
def test_who_wrote_it(web: Web, context: Context, by: str, head: str, credited: list[str]) -> None:
    item, _ = alone(web, context, post(by, head))
    assert names(item) == credited
    assert item.title == "On queues"
    assert item.at == "2026-05-07T00:00:00Z"
    assert item.language == "en"
    assert not has_address(repr(item))


@pytest.mark.parametrize("inner", [
    "<p>Thanks to <a href='https://github.com/tadeo'>Tadeo Quispe</a> for reading this.</p>",
    "<div class='comments'><span class='author'>Tadeo Quispe</span></div>",
    "<footer>Theme by <a rel=author href='https://github.com/tadeo'>Tadeo Quispe</a></footer>",
    "<p>By using queues</p><p>by the way</p>",
    "<div class='related-posts'><p class=author>Tadeo Quispe</p></div>",
])  # fmt: skip
def test_who_is_named_elsewhere_on_the_page_wrote_nothing(
    web: Web, context: Context, inner: str
) -> None:
    body = f"<article><h1>On queues</h1><p>{DAY}</p>{inner}{TEXT}</article>{inner}"
    body = body if inner.startswith("<p>By") else body.replace(inner, "", 1)
    item, people = alone(web, context, page(body))
    assert item.credits == ()
    assert people == []


def test_a_site_wide_meta_author_is_not_the_guests(web: Web, context: Context) -> None:
    meta = '<meta name="author" content="Ilse Maarveld">'
    own = post('<p class="byline">Ilse Maarveld</p>', meta)
    guest = post('<p class="byline">Tadeo Quispe</p>', meta)
    unsigned = post("", meta)
    site(web, own, own, own, own, guest, unsigned)
    posts = found(read(web, context))
    assert names(posts["posts/0"]) == ["Ilse Maarveld"]
    assert names(posts["posts/4"]) == ["Tadeo Quispe"]
    assert names(posts["posts/5"]) == []


def test_all_founders_on_every_page_and_the_author_in_its_data(web: Web, context: Context) -> None:
    founders = '<meta name="author" content="Ilse Maarveld, Tadeo Quispe">'
    writers = ["Ann Oduya", "Bo Halvorsen", "Cy Adebayo", "Di Marchetti", "Ed Lindqvist"]
    site(web, *(post("", founders + data({"@type": "Person", "name": w})) for w in writers))
    posts = found(read(web, context))
    assert [names(posts[f"posts/{n}"]) for n in range(5)] == [[w] for w in writers]


def test_one_person_site(web: Web, context: Context) -> None:
    """The constant field is believed, and the profile in the footer is the person's."""
    meta = '<meta name="author" content="Ilse Maarveld">'
    foot = (
        '<footer><a href="https://github.com/ilsemaar"></a></footer>'
        '<footer>Theme by <a href="https://github.com/tadeo">Tadeo</a></footer>'
    )
    site(web, *(post("", meta, frame=foot) for _ in range(5)))
    pages = read(web, context)
    assert {tuple(names(p)) for p in found(pages).values()} == {("Ilse Maarveld",)}
    assert accounts(pages) == {"Ilse Maarveld": "ilsemaar"}


@pytest.mark.parametrize("home", [
    '<a rel="me" href="https://github.com/ilsemaar">GitHub</a>',
    '<a href="https://github.com/ilsemaar/"><svg></svg></a>',
    '<script type="application/ld+json">{"@type":"Person",'
    '"sameAs":["https://github.com/ilsemaar"]}</script>',
])  # fmt: skip
def test_a_profile_on_the_home_page_alone(web: Web, context: Context, home: str) -> None:
    site(web, *(post('<p class="byline">Ilse Maarveld</p>') for _ in range(5)), home=home)
    assert accounts(read(web, context)) == {"Ilse Maarveld": "ilsemaar"}


def test_an_organisations_account_is_nobodys(web: Web, context: Context) -> None:
    home = '<footer><a rel="me" href="https://github.com/kiln"></a></footer>'
    site(web, *(post('<p class="byline">Ilse Maarveld</p>') for _ in range(5)), home=home)
    assert accounts(read(web, context)) == {}


def test_the_owners_account_is_not_the_guests(web: Web, context: Context) -> None:
    foot = '<footer><a href="https://github.com/ilsemaar"></a></footer>'
    own = [post('<p class="byline">Ilse Maarveld</p>', frame=foot) for _ in range(9)]
    site(web, *own, post('<p class="byline">Tadeo Quispe</p>', frame=foot))
    assert accounts(read(web, context)) == {"Ilse Maarveld": "ilsemaar"}


@pytest.mark.parametrize(("by", "head"), [
    ("", data({"@type": "Person", "name": "Ilse Maarveld", "url": "https://github.com/ilsemaar"})),
    ("", data({"@type": "Person", "name": "Ilse Maarveld",
               "sameAs": ["https://x.example", "https://github.com/ilsemaar"]})),
    ('<a rel="author" href="https://github.com/ilsemaar">Ilse Maarveld</a>', ""),
    ('<div class="author"><img src="https://github.com/ilsemaar.png"><b>Ilse Maarveld</b></div>',
     ""),
    ('<p class="byline">Ilse Maarveld</p>'
     '<p><a href="https://github.com/ilsemaar">Ilse Maarveld</a>', ""),
    ("", '<meta name="author" content="Ilse Maarveld">'
         '<meta property="article:author" content="https://github.com/ilsemaar">'),
])  # fmt: skip
def test_an_account_beside_the_author(web: Web, context: Context, by: str, head: str) -> None:
    _, [ilse] = alone(web, context, post(by, head))
    assert (ilse.name, ilse.login) == ("Ilse Maarveld", "ilsemaar")
    assert ilse.url == "https://github.com/ilsemaar"


def test_two_accounts_of_one_name_are_none(web: Web, context: Context) -> None:
    by = '<a rel="author" href="https://github.com/{}">Ilse Maarveld</a>'
    site(web, post(by.format("ilsemaar")), post(by.format("other-ilse")))
    assert accounts(read(web, context)) == {}


@pytest.mark.parametrize("reply", [
    page(f"<article><h1>Queues</h1>{TEXT}</article>"),
    post(head='<meta http-equiv="refresh" content="0; url=/elsewhere">'),
    post(head='<meta name="robots" content="NOINDEX, follow">'),
    post(head='<meta name="tdm-reservation" content="1">'),
    Reply(post().body, headers={"X-Robots-Tag": "noindex"}),
    Reply(post().body, headers={"TDM-Reservation": "1"}),
    page("".join(f"<article><h2><a href='/posts/{n}'>P</a></h2>{DAY}</article>" for n in "123")),
    Reply(status=404),
])  # fmt: skip
def test_what_is_no_post(web: Web, context: Context, reply: Reply) -> None:
    site(web, post(), reply)
    assert set(found(read(web, context))) == {"posts/0"}


def test_lists_and_documentation_are_not_even_asked(web: Web, context: Context) -> None:
    site(web, post())
    beside = ["/tags/queue/", "/category/x", "/page/2/", "/docs/api", "/about", "/author/ilse",
              "/archive/", "/logo.png"]  # fmt: skip
    sitemap(web, "/posts/0/", *beside)
    assert set(found(read(web, context))) == {"posts/0"}
    assert not set(beside) & set(web.paths())


def test_a_sitemap_of_sitemaps_and_no_deeper_than_two(web: Web, context: Context) -> None:
    site(web, post())
    inner = web.pages["/sitemap.xml"]
    index = "<sitemapindex><sitemap><loc>{}</loc></sitemap></sitemapindex>"
    web.pages |= {
        "/robots.txt": Reply(f"Sitemap: {web.url}/index.xml"),
        "/index.xml": Reply(index.format(f"{web.url}/inner.xml")),
        "/inner.xml": inner,
        "/sitemap.xml": Reply(index.format(f"{web.url}/sitemap.xml")),
    }
    assert set(found(read(web, context))) == {"posts/0"}
    assert web.paths().count("/sitemap.xml") <= 1


def test_links_are_followed_where_there_is_no_sitemap(web: Web, context: Context) -> None:
    web.pages = {
        "/": page("<a href='/archive'>All</a> <a href='https://else.example/'>x</a>"),
        "/archive": page("<a href='2026/05/07/queues.html'>Q</a><a href='/pag&#x65;2'>older</a>"),
        "/page2": page("<a href=/posts/old#x>Old</a>"),
        "/posts/old": post(title="Old"),
        "/2026/05/07/queues.html": page(f"<h1>On queues</h1>{TEXT}"),
    }
    posts = found(read(web, context))
    assert set(posts) == {"posts/old", "2026/05/07/queues"}
    assert posts["2026/05/07/queues"].at == "2026-05-07T00:00:00Z"


def test_a_feed_at_a_guessed_path_but_not_by_redirect(web: Web, context: Context) -> None:
    item = "<item><title>T</title><link>/t</link><pubDate>2026-05-07</pubDate></item>"
    feed = f'<rss version="2.0"><channel><title>K</title>{item}</channel></rss>'
    web.pages = {
        "/": page("Welcome"),
        "/feed.xml": Reply(status=302, headers={"Location": "/"}),
        "/index.xml": Reply("<html>not found, with a 200"),
        "/atom.xml": Reply(feed),
    }
    assert set(found(read(web, context))) == {"t"}


def test_one_site_below_a_folder(web: Web, context: Context) -> None:
    site(web, post())
    web.pages["/blog/"] = page("Blog")
    web.pages["/blog/in"] = post(title="In")
    sitemap(web, "/posts/0/", "/blog/in")
    pages = list(blog.fetch(f"{web.url}/blog/", {}, Budget(), context))
    assert set(found(pages)) == {"blog/in"}


@pytest.mark.parametrize(("head", "inner", "title"), [
    ('<meta property="og:title" content="On queues - Kiln">', "<h1>On queues<a class=headerlink"
     " href='#q'>¶</a></h1>", "On queues"),
    ('<meta property="og:site_name" content="Kiln">', "", "On queues"),
    ('<meta property="og:title" content="On queues">', "<h1>Kiln</h1>", "On queues"),
])  # fmt: skip
def test_the_title_without_the_sites_name(
    web: Web, context: Context, head: str, inner: str, title: str
) -> None:
    site(web, page(f"{inner}<p>{DAY}</p>{TEXT}", head))
    assert found(read(web, context))["posts/0"].title == title


@pytest.mark.parametrize(("said", "day"), [
    (data("Ilse Maarveld", datePublished="2026-05-08T00:30:00+02:00"), "2026-05-08"),
    ('<meta property="article:published_time" content="2026-05-06T23:30:00-07:00">', "2026-05-06"),
    ('<meta property="article:published_time" content="2026-05-08T02:30:00Z">', "2026-05-07"),
    ("", "2026-05-07"),
])  # fmt: skip
def test_the_day_on_the_authors_calendar(web: Web, context: Context, said: str, day: str) -> None:
    item, _ = alone(web, context, post(head=said))
    assert item.at == f"{day}T00:00:00Z"


def test_one_post_under_two_addresses(web: Web, context: Context) -> None:
    link = f'<link rel="canonical" href="{web.url}/posts/0/">'
    site(web, post(head=link))
    web.pages["/old/0/"] = post(head=link)
    sitemap(web, "/posts/0/", "/old/0/")
    assert set(found(read(web, context))) == {"posts/0"}


def test_an_unchanged_site_is_304s_and_no_page(web: Web, context: Context) -> None:
    site(web, post(), post())
    web.pages = {p: fresh(r, f'"{p}"') for p, r in web.pages.items() if isinstance(r, Reply)}
    cursor = json.loads(json.dumps(read(web, context)[-1].cursor))
    before = len(web.asked)
    assert read(web, context, cursor) == []
    assert [a.path for a in web.asked[before:]] == ["/robots.txt", "/sitemap.xml"]


def test_a_new_post_is_found_and_only_it_is_read(web: Web, context: Context) -> None:
    site(web, post(), post())
    cursor = read(web, context)[-1].cursor
    web.pages["/posts/new/"] = post(title="New")
    sitemap(web, "/posts/0/", "/posts/1/", "/posts/new/")
    before = len(web.asked)
    assert set(found(read(web, context, cursor))) == {"posts/new"}
    assert len(web.asked) - before == 3


def test_a_reading_cut_short_goes_on_where_it_stopped(web: Web, context: Context) -> None:
    site(web, *(post(title=f"Post {n}") for n in range(6)))
    cursor: Cursor = {}
    seen: list[str] = []
    for _ in range(4):
        got = list(blog.fetch(f"{web.url}/", cursor, Budget(requests=14), context))
        seen += found(got)
        cursor = got[-1].cursor if got else cursor
    assert sorted(seen) == [f"posts/{n}" for n in range(6)]


def test_a_site_that_is_gone(web: Web, context: Context) -> None:
    web.pages["/"] = Reply(status=410)
    with pytest.raises(GoneError):
        read(web, context)


def test_a_demanded_silence_is_kept_the_next_time(web: Web, context: Context) -> None:
    site(web, post(), post())
    web.pages["/posts/1/"] = Reply(status=429, headers={"Retry-After": "7200"})
    reading = blog.fetch(f"{web.url}/", {}, Budget(), context)
    pages = [next(reading)]
    with pytest.raises(SourceError, match="left alone until"):
        next(reading)
    assert set(found(pages)) == {"posts/0"}
    before = len(web.asked)
    assert read(web, context, pages[-1].cursor) == []
    assert len(web.asked) == before


def test_pages_forbidden_by_robots_hide_no_others(web: Web, context: Context) -> None:
    site(web, *(post(title=f"Post {n}") for n in range(6)))
    rules = "".join(f"Disallow: /posts/{n}/\n" for n in range(5))
    web.pages["/robots.txt"] = Reply(f"User-agent: SOURCING\n{rules}")
    assert set(found(read(web, context))) == {"posts/5"}


def test_one_broken_page_does_not_hide_the_others(web: Web, context: Context) -> None:
    site(web, Reply(status=500), post())
    assert set(found(read(web, context))) == {"posts/1"}


@pytest.mark.parametrize(("home", "credited"), [
    ("<footer>© 2019–2026 Ilse Maarveld</footer>", []),
    ('<footer>© 2026 Ilse Maarveld · <a rel="me" href="https://github.com/maarveld"></a></footer>',
     ["Ilse Maarveld"]),
    ('<script type="application/ld+json">{"@type":"Person","name":"Ilse Maarveld"}</script>'
     "<footer>Copyright 2026, Ilse Maarveld.</footer>", ["Ilse Maarveld"]),
    ("<footer>© 2026 Kiln Labs</footer>", []),
])  # fmt: skip
def test_the_owner_of_a_site_whose_posts_are_unsigned(
    web: Web, context: Context, home: str, credited: list[str]
) -> None:
    site(web, *(post(title=f"Post {n}") for n in range(5)), home=home)
    assert [names(item) for item in found(read(web, context)).values()] == [credited] * 5


def test_unsigned_posts_beside_a_guests_are_nobodys(web: Web, context: Context) -> None:
    foot = '<footer>© 2026 Ilse Maarveld · <a href="https://github.com/maarveld"></a></footer>'
    guest = post('<p class="byline">Tadeo Quispe</p>', title="Guest")
    site(web, *(post(title=f"Post {n}") for n in range(5)), guest, home=foot)
    posts = found(read(web, context))
    assert [names(posts[f"posts/{n}"]) for n in range(6)] == [[]] * 5 + [["Tadeo Quispe"]]


def test_a_text_from_elsewhere_earns_its_host_nothing(web: Web, context: Context) -> None:
    by = '<p>By <a rel="author">Ada Quill</a></p>'
    other = '<link rel="canonical" href="https://another.example/on-queues/">'
    site(web, post(by), post(by), post(by, other, title="From elsewhere"), post(by))
    posts = found(read(web, context))
    credited = {item.title: names(item) for item in posts.values()}
    assert credited.pop("From elsewhere") == []
    assert set(map(tuple, credited.values())) == {("Ada Quill",)}


def test_a_site_that_names_its_real_address_everywhere_is_itself(
    web: Web, context: Context
) -> None:
    by = '<p>By <a rel="author">Ada Quill</a></p>'
    real = [f'<link rel="canonical" href="https://kiln.example/posts/{n}/">' for n in range(3)]
    site(web, *(post(by, head) for head in real))
    assert all(names(item) == ["Ada Quill"] for item in found(read(web, context)).values())


def test_a_day_some_levels_away_but_not_one_in_the_text(web: Web, context: Context) -> None:
    far = f"<div><h1>Far</h1></div><div><div><span>May 7, 2026</span></div></div>{TEXT}"
    within = f"<div><h1>In</h1></div><p>On May 7, 2026 the whole thing broke.</p>{TEXT}"
    site(web, page(far, title="Far"), page(within, title="In"))
    assert set(found(read(web, context))) == {"posts/0"}
