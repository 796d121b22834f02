"""What strangers may write into titles, names and bodies: no message and no row breaks of it."""

from __future__ import annotations

import csv
import io
import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from sourcing.core.csv_files import cell, uncelled, write_csv
from sourcing.core.model import TITLE_LIMIT, Quotation
from sourcing.core.text import clean, clean_line, has_address
from sourcing.outreach.checks import Circumstances, examine
from sourcing.outreach.citation import Citation
from sourcing.outreach.compose import Sender, Templates
from sourcing.outreach.message import CitedWork, Message
from sourcing.outreach.quotes import Quotes
from sourcing.outreach.salutation import first_name, halves
from tests.letters import answered

OURS = Sender(
    name="Mira Vale",
    org="Northwind",
    role="head of serving",
    about="",
    why="Requests hang when 3 workers leave.",
    problems=("Requests hang when 3 workers leave.", "Rollouts drop requests."),
    specific=True,
    terms={"title": "Engineer", "place": "remote", "hours": "full time", "pay": "€115-140k"},
    notice_url="https://northwind.example/notice",
    postal_address="",
    client="",
    ask="Is a 20-minute call worth your time, or shall I not write again?",
)
TEMPLATES = Templates()
FORMS = ("message", "short", "followup")

PARTS = [
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=x", "\r\n=HYPERLINK(\"http://x\")",
    "<script>alert(1)</script>", "</textarea><img src=x onerror=y>", "{{ 7*7 }}", "{% raw %}",
    "${x}", "\u202eevil\u202c", "\u200b\u2066hidden\u2069", "\ud800", "\udfff lone", "\x00nul",
    "\x1b[31mred", '"quoted"', "“curly”", "'; DROP TABLE drafts; --", "a,b;c\td", "line\nbreak",
    "\n--\n", "\r", " mallory@evil.example ", " mailto:x@y.example ", "100 %", "№ 7", "😀", "ﷺ",
    "王小明", "O'Neil", "", "A" * 1_000_000, "\u0301" * 50, "https://evil.example/?utm_source=x",
    "#12", "|x|", "%00", "＝1",
]  # fmt: skip


def hostile(chance: random.Random) -> str:
    return "".join(chance.choice(PARTS) for _ in range(chance.randint(1, 3)))


def message(title: str, said: str, name: str, form: str) -> tuple[Message, dict[str, str]]:
    ground = CitedWork(
        "merged_pr", title, "anvil/press", 41, "2026-06-03T12:00:00Z",
        "https://forge.example/anvil/press/pull/41", (said,),
    )  # fmt: skip
    quotes = Quotes(choice=Quotation(said, "body", None) if said else None)
    told = Citation(1, ground, quotes, answered(OURS.problems[0], 0.9, 0.9))
    first, last = halves(name, "quinn")
    facts = {"name": name, "first_name": first_name(name, "quinn"), "before": "3 June 2026"}
    text = TEMPLATES.compose(form, told, OURS, facts)
    letter = Message(
        text.subject, text.body, (name,), ground, (*OURS.texts, "3 June 2026"), OURS.problems,
        first=facts["first_name"], sender=(OURS.name, OURS.org),
        facts={"notice_url": OURS.notice_url},
    )  # fmt: skip
    row = {"first": first, "last": last, "name": name, "subject": text.subject, "body": text.body}
    return letter, row


def test_ten_thousand_hostile_people_break_no_row() -> None:
    chance = random.Random(41)
    columns = ("first", "last", "name", "subject", "body")
    rows = []
    for at in range(10_000):
        title = clean_line(hostile(chance), TITLE_LIMIT) or "A title"
        said = clean(hostile(chance), 220).replace("\n", " ").replace('"', "'")
        letter, row = message(title, said, clean_line(hostile(chance), 120), FORMS[at % 3])
        if at % 50 == 0:
            assert len(examine(letter, Circumstances())) == 12
        rows.append(row)
    file = io.StringIO(newline="")
    write_csv(file, columns, rows)
    text = file.getvalue().encode("utf-8").decode()
    back = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert len(back) == len(rows)
    for before, after in zip(rows, back, strict=True):
        assert None not in after
        for column in columns:
            assert after[column] == cell(before[column])
            assert re.match(r"[\s\u200b]*[=+\-@|%＝＋－＠]", after[column]) is None
            assert uncelled(after[column]) == str(before[column]).replace("\x00", "")
            assert not has_address(after[column])
            assert "\ud800" not in after[column]
            assert "\u202e" not in after[column]


PLAIN = st.text(
    st.sampled_from("abcdefghij 0123456789 .,'-%@#:;()<>{}…éß王"), min_size=1, max_size=120
)


@settings(max_examples=200)
@given(PLAIN, PLAIN, st.sampled_from(FORMS))
def test_nothing_is_said_that_neither_the_work_nor_the_opening_says(
    title: str, said: str, form: str
) -> None:
    title, said = clean_line(title, TITLE_LIMIT) or "A title", clean_line(said, 220)
    letter, _ = message(title, said, "Quinn Sato", form)
    known = f"{title} {said} {letter.work.url} 41 3 June 2026 {' '.join(OURS.texts)}"
    digits = set(re.findall(r"\d+", known))
    assert set(re.findall(r"\d+", letter.body)) <= digits
    for quoted in re.findall(r'"([^"]*)"', letter.words):
        assert quoted.rstrip("…") in title or quoted in said
    assert not has_address(letter.body)
    assert letter.unproven_quotes() == []
    assert letter.unproven_numbers() == []


@given(st.text(max_size=200), st.none() | st.text(max_size=40))
def test_halves_of_any_name_are_lines(name: str, login: str | None) -> None:
    for half in halves(clean_line(name, 120), login and clean_line(login, 40)):
        assert "\n" not in half
        assert half == half.strip()


def test_a_cell_is_undone_exactly() -> None:
    for text in ("=1", "'quoted'", "''=1", "plain", "'", "-x", " =x"):
        assert uncelled(str(cell(text))) == text or not text.startswith(("=", "-", " "))
