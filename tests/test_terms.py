"""Each connector has its page of terms, dated; the notice says what the law asks for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import connectors
from tests.conftest import Sourcing

TERMS = Path(__file__).parents[1] / "docs" / "terms"


@pytest.mark.parametrize("name", connectors.names())
def test_a_connector_has_its_page_of_terms(name: str) -> None:
    text = (TERMS / f"{name}.md").read_text()
    checked = re.search(r"^Checked on (\d{4}-\d\d-\d\d)", text, re.MULTILINE)
    assert checked
    assert date.fromisoformat(checked[1]) >= date(2026, 11, 23)
    for part in ("| Read |", "| Left out |", "**Terms.**", "**Our reading.**"):
        assert part in text
    assert f"({name}.md)" in (TERMS / "README.md").read_text()


def test_init_writes_the_notice_and_never_over_ones_own(sourcing: Sourcing) -> None:
    sourcing("init")
    notice = sourcing.folder / "notice.html"
    text = BeautifulSoup(notice.read_text(), "lxml").get_text()
    for duty in ("Who we are", "legal basis", "where from", "How long", "Who gets it", "object",
                 "erased", "copy", "supervisory authority", "[Organisation"):  # fmt: skip
        assert duty in text, duty
    notice.write_text("mine")
    (sourcing.folder / "sources.toml").unlink()
    sourcing("init")
    assert notice.read_text() == "mine"
