"""Hears a "no recruiters" in a bio or on a site, in the languages of `optout.toml`.

It finds the clause that says so, word for word. Silence means nothing, and nothing here
says that somebody would like to be written to.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from db import Store
from db.privacy import opt_outs
from sourcing.core.text import clean_line

_CLAUSE = re.compile(r"[^.!?;|\n•·。！？；]+(?:[.!?](?!\s|$)[^.!?;|\n•·。！？；]+)*[.!?。！？]?")
_QUOTE_LIMIT = 200
_BATCH = 1000

Rules = Sequence[tuple[re.Pattern[str], re.Pattern[str]]]


def refusal(text: str) -> str | None:
    """The clause in which recruiters are told not to write, or None."""
    for clause in _CLAUSE.findall(text.replace("’", "'")):
        for no, spare in _rules():
            if no.search(clause) and not spare.search(clause):
                return clean_line(clause, _QUOTE_LIMIT)
    return None


@cache
def _rules() -> Rules:
    text = (resources.files("sourcing.privacy") / "opt_out.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text).values()
    return tuple((_any(table["no"]), _any(table["spare"])) for table in tables)


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns) or r"(?!)", re.IGNORECASE)


def hear(store: Store, now: str) -> None:
    """Read the bios that are new or changed; what they refuse stands, in their words."""
    after = 0
    while batch := opt_outs.bios(store, after, _BATCH):
        said = [(row["id"], refusal(row["bio"]), row["url"]) for row in batch]
        opt_outs.heard(store, said, "profile", now)
        after = batch[-1]["id"]
