"""Invented sites as page frameworks build them: authors in their state, labels, drawings."""

import json
from dataclasses import replace
from typing import Any

import pytest

from connectors import Context
from sourcing.core.errors import ParseError
from tests.sites import (
    DAY,
    TEXT,
    alone,
    data,
    found,
    names,
    page,
    post,
    read,
    site,
)
from tests.web import Reply, Web

ILSE = {"name": "Ilse Maarveld", "github": "ilsemaar"}


def remix(front: Any) -> str:
    state = {"state": {"loaderData": {"routes/$": {"page": {"frontmatter": front}}}}}
    return f"<script>window.__remixContext = {json.dumps(state)};</script>"


def following(front: Any) -> str:
    state = {"props": {"pageProps": {"post": front, "more": [{"post": {"title": "Others"}}]}}}
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'


@pytest.mark.parametrize(("head", "credited", "login"), [
    (remix({"title": "On queues", "authors": [ILSE]}), ["Ilse Maarveld"], "ilsemaar"),
    (remix({"title": "On queues", "authors": [{**ILSE, "github": "https://github.com/ilsemaar/"},
                                              "Tadeo Quispe", 7]}),
     ["Ilse Maarveld", "Tadeo Quispe"], "ilsemaar"),
    (remix({"title": "Another page", "authors": [ILSE]}), [], None),
    (remix("nothing"), [], None),
    ("<script>window.__remixContext = {\"a\": </script>", [], None),
    (following({"title": "On queues", "author": "Ilse Maarveld"}), ["Ilse Maarveld"], None),
    (following({"title": "On queues", "author": {"name": "Kiln Team"}}), [], None),
    ('<script id="__NEXT_DATA__">[[[</script>', [], None),
])  # fmt: skip
def test_authors_in_the_state_a_page_is_drawn_from(
    web: Web, context: Context, head: str, credited: list[str], login: str | None
) -> None:
    item, people = alone(web, context, post(head=head))
    assert names(item) == credited
    assert [i.login for i in people][:1] == ([login] if credited else [])


@pytest.mark.parametrize(("label", "credited"), [
    ("Author Details", ["Ilse Maarveld"]), ("author", ["Ilse Maarveld"]),
    ("Anchor link for: simple-authorization", []), ("About the authors we read", []),
])  # fmt: skip
def test_a_name_labelled_as_the_authors(
    web: Web, context: Context, label: str, credited: list[str]
) -> None:
    button = f'<button aria-label="{label}" aria-haspopup="dialog">Ilse Maarveld</button>'
    item, _ = alone(web, context, post(button))
    assert names(item) == credited


def test_the_title_of_a_drawing_is_nobody(web: Web, context: Context) -> None:
    inner = (
        f"<h1>On queues</h1><div>{DAY}<svg><title>Jupyter Notebook</title></svg>"
        "<a href=https://orcid.org/0000-0000-0000-0000>Ilse Maarveld</a></div>"
    )
    item, _ = alone(web, context, page(inner + TEXT))
    assert names(item) == ["Ilse Maarveld"]


def test_fields_that_vary_are_filled_page_by_page(web: Web, context: Context) -> None:
    """One person writes most posts: head and feed say so on each, and name the guest, too."""
    people = ["Ilse Maarveld"] * 5 + ["Tadeo Quispe"]
    posts = [post(head=f'<meta name="author" content="{name}">') for name in people]
    site(web, *posts)
    items = "".join(
        f"<item><title>On queues</title><link>/posts/{n}/</link><pubDate>2026-05-07</pubDate>"
        f"<dc:creator>{name}</dc:creator></item>"
        for n, name in enumerate(people)
    )
    web.pages["/feed.xml"] = Reply(
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Kiln</title>{items}</channel></rss>"
    )
    told = found(read(web, context))
    assert [names(told[f"posts/{n}"]) for n in range(6)] == [[name] for name in people]


def test_a_feed_that_fails_is_asked_tomorrow(web: Web, context: Context) -> None:
    site(web, post(), home="<a href=/feed.xml>RSS</a>")
    web.pages["/feed.xml"] = Reply("<rss", cut=100)
    told: list[str] = []
    first = list(read(web, replace(context, tell=told.append)))
    assert set(found(first)) == {"posts/0"}
    assert [path for path in web.paths() if path == "/feed.xml"] == ["/feed.xml"] * 3
    assert "read without it this time" in told[0]
    item = "<item><title>T</title><link>/new</link><pubDate>2026-05-09</pubDate></item>"
    web.pages["/feed.xml"] = Reply(f'<rss version="2.0"><channel>{item}</channel></rss>')
    assert set(found(read(web, context, first[-1].cursor))) == {"new"}


def test_the_heading_of_a_bar_beside_is_the_sites(web: Web, context: Context) -> None:
    bar = "<div class='layout sidebar'><h1><a href=/>Kiln</a></h1></div>"
    path = "/posts/2026-05-07 010715"
    web.pages = {
        "/": page(f"<a href='{path}'>On queues</a>", title="Kiln"),
        path.replace(" ", "%20"): Reply(
            f"<title>Kiln</title><body>{bar}<div><h1>On queues</h1>{TEXT}</div>"
            "<div class=byline>Published with Github Pages</div></body>"
        ),
    }
    [(_, item)] = found(read(web, context)).items()
    assert (item.title, item.at[:10], names(item)) == ("On queues", "2026-05-07", [])


def test_a_start_page_that_only_leads_on(web: Web, context: Context) -> None:
    site(web, post(data("Ilse Maarveld")))
    web.pages["/intro.html"] = web.pages["/"]
    web.pages["/"] = Reply('<meta http-equiv="Refresh" content="0; URL=\'intro.html\'" />')
    pages = read(web, context)
    assert names(found(pages)["posts/0"]) == ["Ilse Maarveld"]
    assert read(web, context, pages[-1].cursor) == []
    web.pages["/"] = Reply('<meta http-equiv=refresh content="0;url=http://else.example/">')
    with pytest.raises(ParseError, match="neither a feed nor a page"):
        read(web, context)
