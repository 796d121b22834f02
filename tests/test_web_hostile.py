"""The pages, asked what none of our own asks: a clear refusal, and nothing of it stays."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sourcing.core.text import has_address
from tests.pages import Pages, copy

BIG, HUGE = "9" * 30, "9" * 5000
ADDRESS = "jane@mail.example"


@pytest.fixture(scope="module")
def pages(demo_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with copy(demo_world, tmp_path_factory.mktemp("pages")) as served:
        yield served


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *[(f"/people/{number}{what}", 404)
          for number in (BIG, HUGE) for what in ("", "/copy", "/held")],
        *[(f"/drafts/{number}{what}", 404) for number in (BIG, HUGE) for what in ("", "/source")],
        (f"/compare?with=1&with={HUGE}", 400),
        (f"/packet/file?with={BIG}", 400),
        *[(f"/shortlist?{name}={days}", 400)
          for name in ("active", "new", "untouched") for days in (BIG, HUGE, "-1")],
        (f"/shortlist?after=1:{BIG}:1", 400),
        (f"/shortlist?after=1:1:{HUGE}", 400),
        ("/shortlist?about=a%00b", 200),
        ("/shortlist?about=NEAR(%22", 200),
        ("/shortlist?place=%25%00&tag=%00&company=%ED%A0%80", 200),
        ("/shortlist?opening=..%2F..%2Fsources", 400),
        ("/openings/..%2f..%2fsources", 404),
        ("/openings/%00", 404),
        ("/exports/..%2fsourcing.db", 404),
        ("/exports/%00", 404),
        ("/static/..%2fapp.py", 404),
        ("/static/%00", 404),
        ("/%ff", 404),
    ],
)  # fmt: skip
def test_an_address_that_is_none_of_ours_is_refused(pages: Pages, path: str, status: int) -> None:
    answer = pages.get(path)
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("visits", ["x|2026-11-16T08:59:00Z", "2026-11-01T08:00:00Z|x", "|||"])
def test_a_cookie_that_somebody_else_set_breaks_no_page(pages: Pages, visits: str) -> None:
    session = f"{pages.sessions.cookie}={pages.sessions.token}"
    cookie = f'{session}; visits="{visits}"; said="%3Cscript%3E"'
    for path in ("/shortlist", "/shortlist?new=visit"):
        answer = pages.get(path, cookie=cookie)
        assert (answer.status_code, '<script>"' in answer.text) == (200, False)


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/people/1/mark", {"drop": BIG}, 200),
        ("/people/1/mark", {"drop": HUGE}, 200),
        ("/drafts/1/approve", {"confirm": HUGE}, 400),
        ("/people/1/exclude", {"reason": "client", "until": "soon"}, 400),
        ("/people/1/exclude", {"reason": "client", "until": "9999999-01-01"}, 400),
        ("/people/1/exclude", {"reason": "client", "until": "2020-01-01"}, 400),
        ("/openings/nosuch", {"title": "Nobody asked for it"}, 404),
        ("/openings/new", {"name": "../../sources", "title": "x"}, 400),
        ("/packet/weights", {"opening": "../..", "area": "x", "decision": "accept"}, 400),
        ("/packet/answers", {"answers": "[" * 100_000}, 400),
    ],
)
def test_a_form_that_is_none_of_ours_is_refused(
    pages: Pages, path: str, form: dict[str, str], status: int
) -> None:
    assert pages.post(path, form).status_code == status
    assert pages.get("/people/1").status_code == 200


@pytest.mark.parametrize("to", ["https://attacker.example/", "//attacker.example", "/\\attacker.x"])
def test_nothing_leads_from_here_to_another_site(pages: Pages, to: str) -> None:
    source = f"github:owner/name{len(to)}"
    for path, form in (("/sources", {"source": source}), ("/people/1/mark", {"tag": "x"})):
        answer = pages.client.post(
            path,
            data=form | {"next": to},
            headers={"origin": pages.origin},
            follow_redirects=False,
        )
        assert answer.status_code == 303
        assert answer.headers["location"] in {"/night", "/people/1"}


def test_no_address_is_kept_whatever_it_is_typed_into(pages: Pages) -> None:
    told = {"person": 1, "verdict": "yes", "reason": ADDRESS, "note": f"x/{ADDRESS}"}
    answers = {"packet": 1, "opening": ADDRESS, "by": f"Jo {ADDRESS}", "answers": [told]}
    for path, form in (
        ("/searches", {"name": ADDRESS, "query": "about=jane%40mail.example"}),
        ("/searches", {"name": "b", "query": f"about={ADDRESS}"}),
        ("/people/1/mark", {"tag": ADDRESS, "note": f"cc/{ADDRESS}"}),
        ("/people/1/exclude", {"reason": ADDRESS}),
        ("/packet/answers", {"answers": json.dumps(answers)}),
    ):
        assert pages.post(path, form).status_code == 200
    with sqlite3.connect(pages.db) as conn:
        assert [line for line in conn.iterdump() if has_address(line)] == []
