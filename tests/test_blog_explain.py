"""What one page says and what is believed of it, told to people: nothing is stored by asking."""

from connectors import Context
from connectors.blog import reader as blog
from sourcing.core.model import Budget, Cursor
from tests.conftest import Sourcing
from tests.sites import data, page, post, read, site
from tests.web import Reply, Web


def told(web: Web, context: Context, path: str, cursor: Cursor | None = None) -> dict[str, str]:
    sites = {f"{web.url}/": cursor} if cursor else {}
    return dict(blog.explain(f"{web.url}{path}", sites, Budget(), context))


def test_who_wrote_it_and_why(web: Web, context: Context) -> None:
    by = "<p class=byline><a href=https://github.com/ilsemaar>Ilse Maarveld</a></p>"
    site(web, post(by))
    said = told(web, context, "/posts/0/")
    assert said["title"] == "On queues"
    assert said["day"] == "2026-05-07"
    assert said["the byline"] == said["author"] == "Ilse Maarveld"
    assert "nothing on the page disagrees" in said["why"]
    assert "https://github.com/ilsemaar in the byline" in said["account"]
    assert "not crawled" in said["site"]


def test_places_that_disagree_are_named(web: Web, context: Context) -> None:
    site(web, post("<p class=byline>Ilse Maarveld</p>", data("Tadeo Quispe")))
    said = told(web, context, "/posts/0/")
    assert said["author"] == "nobody"
    assert said["why"] == "the article's own data and the byline disagree"


def test_it_is_judged_with_what_the_crawl_saw(web: Web, context: Context) -> None:
    head = '<meta name="author" content="Tadeo Quispe">'
    signed = [post(f"<p class=byline>{name}</p>", head) for name in ("Ilse Maarveld", "Bo Ek")]
    site(web, *signed, post("", head), post("", head), post("", head))
    [crawled] = read(web, context)
    said = told(web, context, "/posts/2/", crawled.cursor)
    assert said["the page's author field"] == "Tadeo Quispe (the same on most pages)"
    assert said["author"] == "nobody"
    assert "the whole site's" in said["why"]
    assert "5 posts" in said["site"]


def test_what_is_no_post_says_so(web: Web, context: Context) -> None:
    noindex = '<meta name="robots" content="noindex">'
    site(web, post(), post(head=noindex))
    three = "".join(f"<article><h2><a href=/{n}>{n}</a></h2></article>" for n in range(3))
    web.pages["/list"] = page(three)
    web.pages["/kept"] = Reply("<html>x</html>", headers={"X-Robots-Tag": "noindex"})
    assert told(web, context, "/list")["not a post"] == "it lists several posts"
    assert told(web, context, "/posts/1/")["not a post"] == "it asks not to be indexed or mined"
    assert told(web, context, "/kept")["not a post"] == "its host asks not to keep it"


def test_at_the_terminal_nothing_is_stored(web: Web, sourcing: Sourcing) -> None:
    site(web, post("<p class=byline>Ilse Maarveld</p>"))
    web.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /secret")
    sourcing.config(f"blog:{web.url}/", http={"allow_private": [web.origin]})
    shown = sourcing("crawl", "--explain", f"{web.url}/posts/0/")
    assert "author:" in shown.out
    assert "Ilse Maarveld" in shown.out
    assert not list(sourcing.folder.glob("*.db"))
    refused = sourcing("crawl", "--explain", f"{web.url}/secret")
    assert refused.status == 1
    assert "forbidden by robots.txt" in refused.err
