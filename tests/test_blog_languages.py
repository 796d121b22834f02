"""Days, bylines, charsets and translations in other languages than English."""

from datetime import date

import pytest

from connectors import Context
from connectors.blog.authors.bylines import names_in
from connectors.blog.formats import charset, dates
from tests.sites import TEXT, alone, found, names, page, read, site, sitemap
from tests.web import Reply, Web


@pytest.mark.parametrize(("text", "language", "day"), [
    ("7. Mai 2026", "de", "2026-05-07"),
    ("Donnerstag, den 7. März 2026", "de", "2026-03-07"),
    ("le 7 févr. 2026", "fr", "2026-02-07"),
    ("1er mai 2026", "fr", "2026-05-01"),
    ("7 de mayo de 2026", "es", "2026-05-07"),
    ("7 de março de 2026", "pt", "2026-03-07"),
    ("7 maggio 2026", "it", "2026-05-07"),
    ("7 mei 2026", "nl", "2026-05-07"),
    ("7 мая 2026 г.", "ru", "2026-05-07"),
    ("7 травня 2026", "uk", "2026-05-07"),
    ("7 maja 2026", "pl", "2026-05-07"),
    ("7 maj 2026", "sv", "2026-05-07"),
    ("7. toukokuuta 2026", "fi", "2026-05-07"),
    ("7 Mayıs 2026", "tr", "2026-05-07"),
    ("2026年5月7日", "ja", "2026-05-07"),
    ("2026年05月07日", "zh", "2026-05-07"),
    ("2026년 5월 7일", "ko", "2026-05-07"),
    ("2026. 5. 7.", "ko", "2026-05-07"),
    ("ngày 7 tháng 5, 2026", "vi", "2026-05-07"),
    ("07.05.2026", "de", "2026-05-07"),
    ("07/05/2026", "fr", "2026-05-07"),
    ("05/07/2026", "en", None),
    ("05/17/2026", "en", "2026-05-17"),
    ("May 7th, 2026", "en", "2026-05-07"),
    ("7 May 2026", "ja", "2026-05-07"),
    ("7 mai 2026", None, "2026-05-07"),
    ("7 listopada 2026", "pl", "2026-11-07"),
    ("Thu May  7 10:00:00 2026", None, "2026-05-07"),
    ("Thu, 07 May 26 10:00:00 GMT", None, "2026-05-07"),
    ("Mai 2026", "de", None),
    ("2026", None, None),
    ("31.02.2026", "de", None),
])  # fmt: skip
def test_a_day_as_the_language_writes_it(text: str, language: str | None, day: str | None) -> None:
    assert dates.find(text, language) == day


def test_tomorrow_has_begun_elsewhere_but_not_the_day_after() -> None:
    assert not dates.is_future("2026-11-17", date(2026, 11, 16))
    assert dates.is_future("2026-11-18", date(2026, 11, 16))


@pytest.mark.parametrize(("text", "people"), [
    ("Von Odalys Brenk", ["Odalys Brenk"]),
    ("Veröffentlicht von Odalys Brenk am 7. Mai 2026", ["Odalys Brenk"]),
    ("Autorin: Odalys Brenk", ["Odalys Brenk"]),
    ("Par Odalys Brenk, le 7 mai 2026", ["Odalys Brenk"]),
    ("Rédigé par Odalys Brenk et Bo Håkan", ["Odalys Brenk", "Bo Håkan"]),
    ("Por Odalys Brenk y Tadeo Quispe", ["Odalys Brenk", "Tadeo Quispe"]),
    ("Escrito por Odalys Brenk el 7 de mayo", ["Odalys Brenk"]),
    ("Scritto da Odalys Brenk", ["Odalys Brenk"]),
    ("Di Odalys Brenk", ["Odalys Brenk"]),
    ("Di Marchetti", ["Di Marchetti"]),
    ("Geschreven door Odalys Brenk", ["Odalys Brenk"]),
    ("Av Odalys Brenk", ["Odalys Brenk"]),
    ("Автор: Пётр Квас", ["Пётр Квас"]),
    ("Autor: Odalys Brenk", ["Odalys Brenk"]),
    ("przez Odalys Brenk", ["Odalys Brenk"]),
    ("著者：山田太郎", ["山田太郎"]),
    ("作者：李小龙", ["李小龙"]),
    ("작성자: 김민수", ["김민수"]),
    ("oleh Odalys Brenk", ["Odalys Brenk"]),
    ("Odalys Brenk tarafından", ["Odalys Brenk"]),
    ("Byron Lovelace", ["Byron Lovelace"]),
    ("Авторханов Иван", ["Авторханов Иван"]),
    ("Anneke van der Meer", ["Anneke van der Meer"]),
    *((text, []) for text in (
        "Sign In", "Log in", "Hire Odalys", "Read more", "Von", "By", "著者", "作者", "编辑部",
        "Weiterlesen", "Über uns", "Se connecter", "Lire la suite", "Iniciar sesión", "Leer más",
        "Chi siamo", "Lees meer", "О нас", "Читать далее", "ログイン", "더보기", "Die Redaktion",
        "Team Technik", "Claude Code", "GitHub Actions", "Your Name", "undefined undefined",
    )),
])  # fmt: skip
def test_the_people_of_a_byline(text: str, people: list[str]) -> None:
    assert names_in(text, "Kiln") == people


@pytest.mark.parametrize("by", ["Von Odalys Brenk", "Par Odalys Brenk", "Por Odalys Brenk"])
def test_a_byline_without_markup_in_another_language(web: Web, context: Context, by: str) -> None:
    item, _ = alone(web, context, page(f"<h1>Queues</h1><p>2026-05-07</p><p>{by}</p>{TEXT}"))
    assert names(item) == ["Odalys Brenk"]


@pytest.mark.parametrize(("body", "content_type", "text"), [
    ("Kvašňák".encode("iso-8859-2"), "text/html; charset=ISO-8859-2", "Kvašňák"),
    (b'<meta charset="utf-8">' + "Квас".encode("cp1251"), "text/html;charset=windows-1251", "Квас"),
    ("\ufeffKvašňák".encode("utf-16-le"), "text/html", "Kvašňák"),
    ("\ufeffKvašňák".encode(), "", "Kvašňák"),
    ('<?xml version="1.0" encoding="windows-1251"?>Квас'.encode("cp1251"), "text/xml", "Квас"),
    ('<meta content="text/html; charset=euc-kr">김'.encode("cp949"), "", "김"),
    ("東京".encode("cp932"), "text/html; charset=Shift_JIS", "東京"),
    (b"Na\xc3\xafve \xff queues", "text/html; charset=utf-8", "Naïve \ufffd queues"),
    (b"Na\xc3\xafve \xff queues", "", "Naïve \ufffd queues"),
    (b"caf\xe9", "text/html; charset=nonsense", "caf\ufffd"),
    (b"caf\xe9 \x96", "text/html; charset=iso-8859-1", "café –"),
])  # fmt: skip
def test_the_charset_of_a_document(body: bytes, content_type: str, text: str) -> None:
    assert charset.decode(body, content_type).endswith(text)


def test_a_visible_day_moves_a_time_stamp_by_one_day_only(web: Web, context: Context) -> None:
    stamp = '<meta property="article:published_time" content="2026-05-20T09:00:00+00:00">'
    item, _ = alone(web, context, page(
        f"<h1>Outage</h1><p>Post-mortem of the outage of May 2, 2026</p>{TEXT}", stamp
    ))  # fmt: skip
    assert item.at == "2026-05-20T00:00:00Z"


@pytest.mark.parametrize("stated", ["Aktualisiert am 9. Mai 2026", "Mis à jour le 9 mai 2026"])
def test_the_day_of_an_update_is_not_the_posts(web: Web, context: Context, stated: str) -> None:
    item, _ = alone(web, context, page(f"<h1>Queues</h1><p>{stated}</p><p>7 May 2026</p>{TEXT}"))
    assert item.at == "2026-05-07T00:00:00Z"


def translation(path: str, *, header: bool = False, in_sitemap: bool = False) -> Reply:
    tags = "".join(
        f'<link rel="alternate" hreflang="{code}" href="/{code}/queues/">' for code in ("ja", "en")
    )
    link = ", ".join(
        f'</{code}/queues/>; rel="alternate"; hreflang="{code}"' for code in ("ja", "en")
    )
    made = page(
        f"<h1>Queues {path}</h1><p>2026-05-07</p>{TEXT}", "" if header or in_sitemap else tags
    )
    return Reply(made.body, headers={"Link": link} if header else {})


@pytest.mark.parametrize("where", ["page", "header", "sitemap"])
def test_translations_are_one_post(web: Web, context: Context, where: str) -> None:
    paths = ["/ja/queues/", "/en/queues/"]
    site(web)
    web.pages |= {
        path: translation(path, header=where == "header", in_sitemap=where == "sitemap")
        for path in paths
    }
    sitemap(web, *paths)
    if where == "sitemap":
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{p[1:3]}" href="{web.url}{p}"/>' for p in paths
        )
        entries = "".join(f"<url><loc>{web.url}{path}</loc>{links}</url>" for path in paths)
        web.pages["/sitemap.xml"] = Reply(f"<urlset>{entries}</urlset>")
    pages = read(web, context)
    moved = {before for one in pages for before, _ in one.moved}
    kept = {c.key for one in pages for c in one.contributions} - moved
    assert kept == {f"post:{web.origin}/en/queues"}


def test_a_switch_between_start_pages_makes_no_translations(web: Web, context: Context) -> None:
    switch = '<link rel=alternate hreflang=de href="/de/"><link rel=alternate hreflang=en href="/">'
    replies = [page(f"<h1>Queues {n}</h1><p>2026-05-07</p>{TEXT}", switch) for n in range(2)]
    site(web, *replies)
    assert len(found(read(web, context))) == 2
