"""By-lines as the generators' themes write them; the people are invented, the markup is theirs."""

import pytest

from connectors import Context
from tests.sites import DAY, TEXT, alone, names
from tests.web import Reply, Web

ILSE, TADEO = "Ilse Maarveld", "Tadeo Quispe"


def _avatar(name: str, login: str, job: str) -> str:
    return (
        f"<div class='col authorCol_Hf19'><div class=avatar><img class=avatar__photo alt='{name}'"
        f" src=https://github.com/{login}.png><div class='avatar__intro authorDetails_lV9A'>"
        f"<div class=avatar__name><a href=/blog/authors/{login}><span class=authorName_yefp>{name}"
        f"</span></a></div><small class=authorTitle_nd0D title='{job}'>{job}</small>"
        f"<div class=authorSocials_rSDt><a href=https://x.com/{login}><svg></svg></a>"
        f"<a href=https://github.com/{login} title=GitHub><svg></svg></a></div></div></div></div>"
    )


@pytest.mark.parametrize(("inner", "credited", "logins"), [
    pytest.param(
        f"<article><header><h1>On queues</h1><div>{DAY} · 3 min read</div><div class=row>"
        + _avatar(ILSE, "ilsemaar", "Kiln Core Maintainer") + _avatar(TADEO, "tquispe", "Data Lead")
        + f"</div></header>{TEXT}</article>", [ILSE, TADEO], ["ilsemaar", "tquispe"],
        id="docusaurus"),
    pytest.param(
        f"<main><h1>On queues</h1>{TEXT}</main><div class=bd-sidebar-secondary>"
        "<div class='ablog-sidebar-item ablog__postcard'><h2><i class='fa fa-calendar'></i>"
        "<span>07 May 2026</span></h2><ul><div id='ablog-sidebar-item author ablog__author'>"
        "<li id=author><span><i class='fa-fw fa fa-user'></i></span>"
        f"<a href=../author/ilse-maarveld/>{ILSE}</a></li></div></ul></div></div>", [ILSE], [],
        id="ablog"),
    pytest.param(
        "<article class=h-entry itemscope itemtype=http://schema.org/Article><header>"
        "<h1 class=p-name itemprop=headline>On queues</h1><div class=metadata>"
        "<p class='byline author vcard p-author h-card' itemprop=author>"
        f"<span class='byline-name fn p-name' itemprop=name> {ILSE} </span></p>"
        f"<p class=dateline>{DAY}</p></div></header><div class=e-content>{TEXT}</div></article>",
        [ILSE], [], id="nikola"),
    pytest.param(
        f"<section id=content><header><h1 class=entry-title>On queues</h1></header>{TEXT}"
        "<footer class=post-info><abbr class=published title=2026-05-07T00:00:00+02:00>Thu 07 May"
        " 2026</abbr><address class='vcard author'>By <a class='url fn'"
        f" href=/author/ilse-maarveld.html>{ILSE}</a></address></footer></section>", [ILSE], [],
        id="pelican"),
    pytest.param(
        f"<main><h1>On queues</h1><div class=info>Posted on May 7, 2026 by {ILSE}, {TADEO}</div>"
        f"{TEXT}</main>", [ILSE, TADEO], [], id="hakyll"),
    pytest.param(
        f"<div class=franklin-content><h1>On queues</h1><p><span>7 May 2026</span> | {ILSE}</p>"
        f"{TEXT}</div>", [], [], id="franklin: as well a category"),
    pytest.param(
        "<section><header><h2>On queues</h2><div class=publish-date-author>"
        f"May 7, 2026 · {ILSE} on behalf of <a href=/teams/core>The Kiln Core Team</a></div>"
        f"</header>{TEXT}</section>", [ILSE], [], id="zola"),
    pytest.param(
        "<d-title><h1>On queues</h1></d-title><div class=byline><div class='authors-affiliations"
        f" grid'><h3>Authors</h3><h3>Affiliations</h3><p class=author><a class=name>{ILSE}</a></p>"
        f"<p class=affiliation>Hochschule Oben</p><p class=author><a class=name>{TADEO}</a></p>"
        "<p class=affiliation>Kiln Research</p></div><div><h3>Published</h3><p>May 7, 2026</p>"
        f"</div></div><d-article>{TEXT}</d-article>", [ILSE, TADEO], [], id="distill"),
    pytest.param(
        f"<article><header><h1>On queues</h1></header><p class=post-meta>Published {DAY} · Tagged"
        f" with <a href=/tags/load-shedding/>Load Shedding</a> · Posted by <a href=https://x.com/i>"
        f"{ILSE}</a></p>{TEXT}</article>", [ILSE], [], id="eleventy"),
    pytest.param(
        f"<main><h1>On queues</h1><div><img src=/_next/i.png alt=''><a href=/people/ilse>{ILSE}</a>"
        f"<span> · </span>{DAY}</div><div>{TEXT}</div></main>", [ILSE], [], id="next"),
    pytest.param(
        f"<article><h1>On queues</h1><section class=author-card><h4 class=author-card-name>"
        f"<a href=/author/ilse/>{ILSE}</a></h4><p>Writes about Kiln Works and queues.</p></section>"
        f"{DAY}{TEXT}</article>", [ILSE], [], id="ghost"),
    pytest.param(
        f"<div class=md-content><article><h1>On queues</h1>{TEXT}</article></div><div class="
        f"md-sidebar><div class='md-profile md-post__profile'><span class=md-profile__description>"
        f"<strong>{ILSE}</strong><br>Creator of Kiln</span></div><ul><li>{DAY}</li></ul></div>",
        [ILSE], [], id="mkdocs-material"),
])  # fmt: skip
def test_the_by_line(
    web: Web, context: Context, inner: str, credited: list[str], logins: list[str]
) -> None:
    reply = Reply(f"<!doctype html><html lang=en><title>On queues | Kiln</title><body>{inner}")
    item, people = alone(web, context, reply)
    assert (item.title, item.at[:10]) == ("On queues", "2026-05-07")
    assert names(item) == credited
    assert [person.login for person in people if person.login] == logins
