"""The glossary: explains engineering terms that occur in titles and quotations.

The terms are in `glossary.toml`. It explains words only; it does not rate work.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A term with its explanation, one sentence."""

    term: str
    about: str


class _Term(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(extra="forbid")
    term: str
    about: str
    forms: list[str] = []


@cache
def _terms() -> tuple[_Term, ...]:
    text = (files("sourcing.people") / "glossary.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)["term"]
    terms = (_Term.model_validate(table) for table in tables)
    return tuple(sorted(terms, key=lambda one: one.term.casefold()))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], GlossaryEntry], ...]:
    return tuple(
        (_pattern((one.term, *one.forms)), GlossaryEntry(one.term, one.about)) for one in _terms()
    )


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """Any of the forms as whole words; a form in capitals matches capitals only."""
    exact = "|".join(re.escape(form) for form in forms if form.isupper())
    others = "|".join(re.escape(form) for form in forms if not form.isupper())
    parts = [f"(?:{exact})s?"] if exact else []
    parts += [f"(?i:(?:{others})s?)"] if others else []
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])")


def entries() -> tuple[GlossaryEntry, ...]:
    """The whole glossary, in alphabetical order."""
    return tuple(entry for _, entry in _patterns())


def explain(texts: Iterable[str]) -> tuple[GlossaryEntry, ...]:
    """The entries with a term that occurs in one of these texts, in alphabetical order."""
    text = "\n".join(texts)
    return tuple(entry for pattern, entry in _patterns() if pattern.search(text))
