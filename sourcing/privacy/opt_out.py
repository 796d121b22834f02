"""Recognises "no recruiters" and similar opt-outs in a bio, by the patterns of `opt_out.toml`.

It returns the exact clause. A text without an opt-out is not a consent.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from db import Store
from db.privacy import opt_outs
from db.privacy.opt_outs import OptOut
from sourcing.core.text import clean_line

_CLAUSE = re.compile(r"[^.!?;|\n•·。！？；]+(?:[.!?](?!\s|$)[^.!?;|\n•·。！？；]+)*[.!?。！？]?")
_QUOTE_LIMIT = 200
_BATCH = 1000

Rules = Sequence[tuple[re.Pattern[str], re.Pattern[str]]]


def opt_out_clause(text: str) -> str | None:
    """The clause that asks recruiters not to write, or None."""
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


def check_bios(store: Store, now: str) -> None:
    """Check new and changed bios, and store the opt-outs as quotes."""
    after = 0
    while batch := opt_outs.bios_to_check(store, after, _BATCH):
        found = [OptOut(bio.identity_id, opt_out_clause(bio.text), bio.url) for bio in batch]
        opt_outs.record(store, found, "profile", now)
        after = batch[-1].identity_id
