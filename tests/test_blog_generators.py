"""Invented sites as the generators build them: what each puts beside, above and among the posts."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import Context
from connectors.blog import crawler
from connectors.blog import reader as blog
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget, Cursor
from tests.sites import (
    DAY,
    TEXT,
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


def feed(*items: tuple[str, str, str]) -> Reply:
    """A feed of (path, title, day)."""
    inner = "".join(
        f"<item><title>{title}</title><link>{path}</link><pubDate>{day}</pubDate></item>"
        for path, title, day in items
    )
    return Reply(f'<rss version="2.0"><channel><title>Kiln</title>{inner}</channel></rss>')


def test_one_page_under_several_spellings_is_one_post(web: Web, context: Context) -> None:
    web.pages = {
        "/": page("<a href=/posts/queues.html>Queues</a>"),
        "/feed.xml": feed(("/posts/queues", "On queues", "2026-05-07")),
        "/posts/queues": post(),
        "/posts/queues.html": post(),
        "/posts/queues/": post(),
    }
    sitemap(web, "/posts/queues/", "/posts/queues/index.html")
    assert list(found(read(web, context))) == ["posts/queues"]


def test_an_address_is_one_however_it_is_encoded(web: Web, context: Context) -> None:
    plain, sent = "/글/큐 하나/", "/%EA%B8%80/%ED%81%90%20%ED%95%98%EB%82%98"
    head = f'<link rel="canonical" href="{web.url}{plain}">'
    web.pages = {
        "/": page(f"<a href='{plain}'>Queues</a><a href='{sent.lower()}'>Queues</a>"),
        "/feed.xml": feed((plain, "On queues", "2026-05-07")),
        **dict.fromkeys([sent, sent + "/", sent.lower()], post(head=head)),
    }
    sitemap(web, plain, sent)
    told = found(read(web, context))
    assert list(told) == [sent.removeprefix("/")]
    assert told[sent.removeprefix("/")].url == f"{web.url}{sent}/"
    again = list(blog.fetch(f"{web.url}/feed.xml", {}, Budget(), context))
    assert list(found(again)) == list(told)


def test_a_feed_of_every_page_names_no_posts_by_the_day_it_was_built(
    web: Web, context: Context
) -> None:
    beside = ["citing", "governance", "roadmap", "showcase"]
    web.pages = {
        "/": page("Welcome"),
        "/feed.xml": feed(
            *((f"/{name}/", name, "2019-03-22") for name in beside),
            ("/404/", "404", "2019-03-22"),
            ("/zero/", "Zero", "0001-01-01"),
            ("/news/one/", "One", "2026-05-07"),
        ),
        **{f"/{name}/": page(f"<h1>{name}</h1>{TEXT}") for name in [*beside, "404", "zero"]},
        "/news/one/": post(title="One"),
    }
    assert set(found(read(web, context))) == {"news/one"}


def test_the_page_above_several_posts_lists_them(web: Web, context: Context) -> None:
    site(web, post(), post(), post())
    sitemap(web, "/diary/", *(f"/diary/{n}/" for n in range(3)))
    web.pages |= {f"/diary/{n}/": web.pages[f"/posts/{n}/"] for n in range(3)}
    web.pages["/diary/"] = post(title="Diary")
    assert set(found(read(web, context))) == {"diary/0", "diary/1", "diary/2"}


def test_dated_pages_beside_the_folder_of_the_posts_are_none(web: Web, context: Context) -> None:
    paths = [f"/blog/{n}/" for n in range(6)]
    dated = '<meta property="og:type" content="article">' + data("Ilse Maarveld")
    web.pages = {
        "/": page("Welcome"),
        "/feed.xml": feed(*((path, "On queues", "2026-05-07") for path in paths[:5])),
        **{path: post() for path in paths},
        "/learn/setup/": post(head=dated),
    }
    sitemap(web, *paths, "/learn/setup/")
    assert len(found(read(web, context))) == 6


def test_links_are_followed_where_the_sitemap_leads_nowhere(web: Web, context: Context) -> None:
    web.pages = {
        "/": page("<a href=/posts/>Posts</a>"),
        "/posts/": page("<a href=/posts/2026/one/>One</a>"),
        "/posts/2026/one/": post(),
    }
    sitemap(web, "/template/posts/2026/one/", "/template/about/")
    assert set(found(read(web, context))) == {"posts/2026/one"}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Kiln: On queues", "On queues"),
        ("On queues | Inside Kiln", "On queues"),
        ("On queues: why they fill", "On queues: why they fill"),
    ],
)
def test_a_title_without_the_name_of_the_site(
    web: Web, context: Context, title: str, shown: str
) -> None:
    same = {"title": "Other things | Inside Kiln"}
    site(web, page(f"<p>{DAY}</p>{TEXT}", data("Ilse Maarveld", url="/posts/0/"), title), *(
        page(f"<h1>{n}</h1><p>{DAY}</p>{TEXT}", title=f"{n} | Inside Kiln") for n in range(4)
    ), page(f"<p>{DAY}</p>{TEXT}", **same))  # fmt: skip
    assert found(read(web, context))["posts/0"].title == shown


@pytest.mark.parametrize(
    ("by", "credited"),
    [
        (
            "<p class=author>Ilse Maarveld &lt;&gt; Tadeo Quispe</p>",
            ["Ilse Maarveld", "Tadeo Quispe"],
        ),
        ("<p class=author>Dr. Ilse Maarveld, PhD</p>", ["Ilse Maarveld"]),
        ("<p class=author>Release automation</p>", []),
        ("<p class=author>WG scheduling</p>", []),
        ("<p class=author><a href=/a/>More posts</a></p>", []),
        ('<a rel="author" href="/a/">leadership chat membership</a>', []),
        (
            "<p class=author>Ilse Maarveld</p><div class=cite-quote>Aim."
            "<div class=quote-author>Tadeo Quispe</div></div>",
            ["Ilse Maarveld"],
        ),
        (
            "<p class=author>Ilse Maarveld</p>"
            "<blockquote>Aim.<p class=author>Tadeo Quispe</p></blockquote>",
            ["Ilse Maarveld"],
        ),
    ],
)
def test_names_as_themes_write_them(
    web: Web, context: Context, by: str, credited: list[str]
) -> None:
    site(web, post(by))
    [item] = found(read(web, context)).values()
    assert names(item) == credited


@pytest.mark.parametrize(
    ("beside", "credited"),
    [
        ("<i data-feather=calendar></i>May  7, 2026<br><i data-feather=edit-2></i> Ilse Maarveld",
         ["Ilse Maarveld"]),
        ("<span>2026-05-07</span> <svg class='icon'><use href='#icon-user'/></svg>"
         "<span>Ilse Maarveld, Tadeo Quispe</span>", ["Ilse Maarveld", "Tadeo Quispe"]),
        ("<div>January  2, 2026 · Ilse Maarveld (<a href='https://github.com/ilsemaar'>ilsemaar</a>)"
         "</div>", ["Ilse Maarveld"]),
        ("<div>2026-05-07 · <a href='/tags/Computer Vision/'>Computer Vision</a></div>", []),
        ("<div>2026-05-07 · Computer Vision · 5 min read</div>", []),
        ("<i class='fa fa-calendar'></i> 2026-05-07 <i class='fa fa-tag'></i> Computer Vision", []),
    ],
)  # fmt: skip
def test_names_beside_the_day_without_a_word(
    web: Web, context: Context, beside: str, credited: list[str]
) -> None:
    site(web, page(f"<h1>On queues</h1>{beside}{TEXT}"))
    sitemap(web, "/2026/one/")
    web.pages["/2026/one/"] = web.pages["/posts/0/"]
    [item] = found(read(web, context)).values()
    assert names(item) == credited


@pytest.mark.parametrize(
    ("home", "head", "title", "credited"),
    [
        ("<footer>© 2026 Ilse Maarveld. Powered by Kiln</footer>", "", "Ilse Maarveld",
         ["Ilse Maarveld"]),
        ("<p>Hello, I'm Ilse Maarveld and I like queues.</p>", "", "Ilse Maarveld's blog",
         ["Ilse Maarveld"]),
        ("<header><h1>Notes</h1><p>A blog by Ilse Maarveld</p></header>"
         "<nav><a href='https://github.com/ilsemaarveld'>GitHub</a></nav>", "", "Notes",
         ["Ilse Maarveld"]),
        ("", "", "Ilse Maarveld", []),
        ("<p>I'm Tadeo Quispe.</p><footer>© Ilse Maarveld</footer>", "", "Ilse Maarveld", []),
        ("<footer>© 2026 Powered by Nikola</footer>", "", "Powered by Nikola", []),
        ("<p>I am a Software Engineer.</p>", "", "About Me", []),
    ],
)  # fmt: skip
def test_unsigned_posts_are_the_owners_if_two_fields_name_one(
    web: Web, context: Context, home: str, head: str, title: str, credited: list[str]
) -> None:
    site(web, post(), post(), post(), post())
    web.pages["/"] = page(home, head, title)
    [item, *_] = found(read(web, context)).values()
    assert names(item) == credited


def test_an_organisations_account_is_no_persons(web: Web, context: Context) -> None:
    frame = "<nav><a href='https://github.com/kilnworks'>GitHub</a></nav>"
    site(web, post("<p class=byline>Ilse Maarveld</p>", frame=frame))
    web.pages["/"] = page("", title="The Kilnworks community")
    [item] = found(pages := read(web, context)).values()
    assert names(item) == ["Ilse Maarveld"]
    assert not any(identity.login for one in pages for identity in one.identities)


def test_a_feed_that_names_the_site_by_a_former_host(web: Web, context: Context) -> None:
    web.pages = {
        "/": page("<a href=/posts/>Posts</a>"),
        "/posts/": page("<a href=/posts/queues>Queues</a>"),
        "/feed.xml": feed(
            ("https://ilse.github.example/posts/queues", "On queues", "2026-05-07"),
            ("https://elsewhere.example/talk", "A talk", "2026-05-08"),
        ),
        "/posts/queues": post(),
    }
    keys = [c.key.partition(":")[2] for p in read(web, context) for c in p.contributions]
    assert sorted(keys) == sorted(
        [f"{web.origin}/posts/queues", "elsewhere.example/talk"]
    )  # the talk is told by the feed alone


@pytest.mark.parametrize(
    ("by", "frame", "said"),
    [
        ("<p class=byline><a href=https://github.com/ilsemaar>Ilse Maarveld</a></p>", "",
         "“Ilse Maarveld” with https://github.com/ilsemaar in the byline of {}/posts/0/"),
        ("<p class=byline>Ilse Maarveld</p>",
         "<footer><a href=https://github.com/ilsemaar>GitHub</a></footer>",
         "“github.com/ilsemaar” in the head, foot, home or about page of a site whose posts are"
         " theirs: {}/posts/0/"),
    ],
)  # fmt: skip
def test_an_account_comes_with_where_the_site_shows_it(
    web: Web, context: Context, by: str, frame: str, said: str
) -> None:
    site(web, *(post(by, frame=frame) for _ in range(4)))
    [identity, *_] = [i for p in read(web, context) for i in p.identities]
    assert identity.login == "ilsemaar"
    assert identity.proof == said.format(web.url)


def test_a_search_that_is_broken_off_goes_on(web: Web, context: Context) -> None:
    maps = "".join(f"<sitemap><loc>{web.url}/map{n}.xml</loc></sitemap>" for n in range(8))
    web.pages = {"/": page("Welcome"), "/sitemap.xml": Reply(f"<sitemapindex>{maps}")}
    for n in range(8):
        web.pages[f"/map{n}.xml"] = Reply(f"<urlset><url><loc>{web.url}/posts/{n}/</loc></url>")
        web.pages[f"/posts/{n}/"] = post()
    cursor: Cursor = {}
    posts: set[str] = set()
    for _ in range(6):
        budget = Budget(requests=14)
        for one in blog.fetch(f"{web.url}/", cursor, budget, context):
            cursor = json.loads(json.dumps(one.cursor))
            posts |= {c.key for c in one.contributions}
    assert len(posts) == 8
    asked = [path for path in web.paths() if path.startswith("/posts/")]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("silent", ["/robots.txt", "/", "/sitemap.xml"])
def test_a_demanded_silence_is_remembered_from_the_first_contact(
    web: Web, context: Context, silent: str
) -> None:
    site(web, post())
    kept = web.pages.get(silent)
    web.pages[silent] = Reply(status=429, headers={"Retry-After": "86400"})
    stored: list[Cursor] = []
    with pytest.raises(SourceError, match="left alone until"):
        stored += (one.cursor for one in blog.fetch(f"{web.url}/", {}, Budget(), context))
    asked = len(web.asked)
    assert list(blog.fetch(f"{web.url}/", stored[-1], Budget(), context)) == []
    assert len(web.asked) == asked
    web.pages[silent] = kept or Reply("", 404)
    later = replace(context, now=context.now + timedelta(days=2))
    assert found(list(blog.fetch(f"{web.url}/", stored[-1], Budget(), later)))


def test_what_a_site_reserves_from_mining_is_not_read(web: Web, context: Context) -> None:
    site(web, post(), post())
    rules = [
        {"location": "/posts/1", "tdm-reservation": 1},
        {"location": "/", "tdm-reservation": 0},
    ]
    web.pages["/.well-known/tdmrep.json"] = fresh(Reply(json.dumps(rules)), '"t"')
    pages = read(web, context)
    assert set(found(pages)) == {"posts/0"}
    assert "/posts/1/" not in web.paths()
    web.asked.clear()
    assert read(web, context, pages[-1].cursor) == []
    assert "/posts/1/" not in web.paths()


def test_a_site_reserved_as_a_whole_is_left(web: Web, context: Context) -> None:
    site(web, post())
    web.pages["/.well-known/tdmrep.json"] = Reply('[{"location": "*", "tdm-reservation": 1}]')
    with pytest.raises(SourceError, match="reserved from mining"):
        read(web, context)
    assert web.paths() == ["/", "/.well-known/tdmrep.json"]


@pytest.mark.parametrize("body", ["", "{", "[]", "<html>", '[{"location": 3}]', "[[" * 5000])
def test_a_mangled_reservation_reserves_nothing(web: Web, context: Context, body: str) -> None:
    site(web, post())
    web.pages["/.well-known/tdmrep.json"] = Reply(body)
    assert set(found(read(web, context))) == {"posts/0"}


def test_the_first_pages_are_judged_again_at_the_end(
    web: Web, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawler, "BATCH", 2)
    head = '<meta name="author" content="Tadeo Quispe">'
    others = [post(f"<p class=byline>{name}</p>", head) for name in ("Ilse Maarveld", "Bo Ek")]
    site(web, post("", head), post("", head), post("", head), *others, post("", head))
    pages = read(web, context)
    first = {c.key: c for c in pages[0].contributions}
    assert [c.credits[0].identity.partition("/")[2] for c in first.values()] == ["Tadeo Quispe"] * 2
    last = {c.key: c for c in pages[-1].contributions}
    assert all(last[key].credits == () for key in first)
    assert last[next(iter(first))].body is None
    assert not pages[-1].cursor["site"]["deferred"]
    assert read(web, context, json.loads(json.dumps(pages[-1].cursor))) == []


def test_an_affiliation_is_nobody_and_an_account_has_one_spelling(
    web: Web, context: Context
) -> None:
    by = (
        "<div><div class=quarto-title-meta-heading>Author</div>"
        "<div class=quarto-title-meta-heading>Affiliation</div>"
        "<p class=author>Ilse Maarveld</p><p class=affiliation>Hochschule Oben</p></div>"
    )
    frame = (
        "<nav><a href=https://github.com/IlseMaar>GitHub</a></nav>"
        "<footer><a href=https://github.com/ilsemaar>GitHub</a></footer>"
    )
    site(web, *(post(by, frame=frame) for _ in range(4)))
    pages = read(web, context)
    assert {tuple(names(item)) for item in found(pages).values()} == {("Ilse Maarveld",)}
    assert {i.login for p in pages for i in p.identities} == {"IlseMaar"}
