"""Reads requirements of an opening: technologies marked "(must)", deal-breakers such as "no Go".

A programming language is known from the files of a person's own relevant work, so it filters.
Other technologies may be missing in public work only: they are marked as unknown. Other
deal-breakers are for humans to check.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from db import Store
from db.ranking import opening_matches
from sourcing.core.config import Opening
from sourcing.core.text import fold

#: The file endings of languages.
LANGUAGES = {
    "go": ".go", "golang": ".go", "rust": ".rs", "python": ".py", "typescript": ".ts",
    "javascript": ".js", "java": ".java", "kotlin": ".kt", "scala": ".scala", "ruby": ".rb",
    "c": ".c", "c++": ".cpp", "cuda": ".cu", "swift": ".swift", "elixir": ".ex", "julia": ".jl",
    "zig": ".zig", "haskell": ".hs", "terraform": ".tf", "sql": ".sql",
}  # fmt: skip
_REQUIRED = re.compile(
    r"^must(?:\s+have)?\s*:\s*(?P<first>.+)$|^(?P<last>.+?)\s*\((?:must(?:\s+have)?|required)\)$",
    re.IGNORECASE,
)
_NICE = re.compile(r"\s*\((?:nice(?:\s+to\s+have)?|optional)\)$", re.IGNORECASE)
_LACKS = re.compile(
    r"^(?:no|without|lacks?)\s+(\S+)(?:\s+(?:experience|code|work))?$", re.IGNORECASE
)


def technology(entry: str) -> tuple[str, bool]:
    """The name of an entry of the stack, and whether it is required: `Go (must)`."""
    if found := _REQUIRED.match(entry.strip()):
        return (found["first"] or found["last"]).strip(), True
    return _NICE.sub("", entry.strip()), False


def required(opening: Opening) -> tuple[str, ...]:
    """The technologies that an opening requires, in its order, each once."""
    names = [name for name, must in map(technology, opening.stack) if must]
    names += [found[1] for text in opening.deal_breakers if (found := _lacks(text))]
    return _once(names)


def technologies(opening: Opening) -> tuple[str, ...]:
    """The names of the stack, then the names in deal-breakers, each once."""
    return _once([*(technology(entry)[0] for entry in opening.stack), *required(opening)])


def to_check(opening: Opening) -> tuple[str, ...]:
    """The deal-breakers that public work cannot show."""
    return tuple(text for text in opening.deal_breakers if not _lacks(text))


def writes(store: Store, language: str, people: Sequence[int]) -> Mapping[int, bool]:
    """By person, whether own relevant work has files of a language; without the unknown.

    Unknown are people without relevant work of known files.
    """
    return opening_matches.writes(store, people, LANGUAGES[language.lower()])


def is_language(name: str) -> bool:
    """Whether a technology is a programming language that files show."""
    return name.lower() in LANGUAGES


def _lacks(text: str) -> re.Match[str] | None:
    """A deal-breaker that names a language to have."""
    found = _LACKS.match(text.strip())
    return found if found and is_language(found[1]) else None


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """The names as they are written first; upper and lower case are equal."""
    found: dict[str, str] = {}
    for name in filter(fold, names):
        found.setdefault(name.lower(), name)
    return tuple(found.values())
