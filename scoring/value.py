"""How much one change is worth before a role weighs its kind, and which titles repeat each other.

`read` is the classifier plus these two. Both depend on the change alone and are stored with the
reading, so that scoring needs no titles. This module does not know people, dates or roles.
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from zlib import crc32

from scoring.change import Change
from scoring.classify import PATHS_READ, VERSION, classify
from scoring.lexicon import lexicon
from sourcing.core.model import Evidence

#: Substance of the strongest change (`scoring.substance`).
_MOST_SUBSTANCE = 3.0
#: Tags and prefixes before the words of a title: `[core] `, `fix(api)!: `, `#12 `, `MNT `.
_TAG = re.compile(r"\s*(?:\[([^\]]*)\]|#\d+|([a-z][\w/-]*)(?:\([^)]*\))?!?:(?=\s)|:[a-z_]+:)[:\s]*")
#: Parts of a title that say nothing about the work: numbers, tags, pull requests.
_NOISE = re.compile(r"\[[^\]]*\]|\(#\d+\)|#\d+")
_WORD = re.compile(r"[a-z_]+")
_VERSION_NUMBER = re.compile(r"\d+\.\d+")
#: Words of a copy on another branch.
_COPY_WORDS = frozenset({"backport", "cherry", "pick", "picked", "cherrypick"})


@dataclass(frozen=True, slots=True)
class _Routine:
    """A kind of routine title."""

    name: str
    matches: Callable[[str], object]
    unless_code: bool  # routine only where nothing but manifests and version files changes


class _Rules:
    """value.toml, compiled. `digest` tells one state of the file from another."""

    def __init__(self, raw: bytes) -> None:
        data = tomllib.loads(raw.decode())
        self.digest = hashlib.sha256(raw).hexdigest()[:8]
        self.announces: float = data["announces_feature"]
        self.hard: float = data["hard_problem"]
        self.prefixes = frozenset(data["feature_prefixes"])
        self.verbs = frozenset(data["feature_verbs"])
        words = [
            re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", r"[ -]?") for w in data["hard_words"]
        ]
        self.names_hard = re.compile(rf"\b(?:{'|'.join(words)})\b").search
        self.routines = [
            _Routine(r["name"], re.compile(r["pattern"]).match, r.get("unless_code", False))
            for r in data["routine"]
        ]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return _Rules((files(__package__) / "value.toml").read_bytes())


#: A stored reading with another version is to be done again.
READING_VERSION = f"{VERSION}.{_rules().digest}"


def read(change: Change) -> Evidence:
    """The classifier's reading of a change with its value and the words of its title."""
    evidence = classify(change)
    evidence.value = value(change, evidence.substance * evidence.certainty)
    evidence.title_words = title_words(change.title)
    return evidence


def value(change: Change, substance: float) -> float:
    """The value of a change before a role weighs its kind, 0 to 1; routine work has 0.

    `substance` is weighed by the certainty of the kind: a kind that may be wrong counts less.
    """
    rules = _rules()
    tags, title = _parts(change.title)
    if substance <= 0 or _routine(change.paths, tags, title):
        return 0.0
    worth = math.sqrt(substance / _MOST_SUBSTANCE)
    if rules.names_hard(title):
        return round(worth, 3)
    first = _WORD.match(title)
    announces = not rules.prefixes.isdisjoint(tags) or (first and first[0] in rules.verbs)
    return round(worth / rules.hard * (rules.announces if announces else 1.0), 3)


def routine(change: Change) -> str | None:
    """The kind of routine work that the title announces: bump, release, rename ...; or None."""
    return _routine(change.paths, *_parts(change.title))


def _routine(paths: Sequence[str], tags: Collection[str], title: str) -> str | None:
    if "release" in tags and (not title or _VERSION_NUMBER.search(title)):
        return "release"
    for rule in _rules().routines:
        if rule.matches(title) and not (rule.unless_code and _touches_code(paths)):
            return rule.name
    return None


def _touches_code(paths: Sequence[str]) -> bool:
    """Whether something else than manifests, lock files and version files changes."""
    rules = lexicon().map
    return any(rules.place_of(path) not in rules.pinned for path in paths[:PATHS_READ])


def _parts(title: str) -> tuple[Collection[str], str]:
    """The words of the tags before a title, and the rest of it, in lower case."""
    rest, tags = title.lower().replace("`", ""), set[str]()
    while tag := _TAG.match(rest):
        tags.update(_WORD.findall(tag[1] or tag[2] or ""))
        rest = rest[tag.end() :]
    return tags, rest.lstrip(" -:*")


def title_words(title: str) -> bytes:
    """The different words of a title as sorted hashes of two bytes each, without numbers and tags.

    Two titles of which 7 of 10 words are the same are near-identical (`scoring.score`).
    """
    words = set(_WORD.findall(_NOISE.sub(" ", title.lower()))) - _COPY_WORDS
    hashes = sorted({crc32(word.encode()) & 0xFFFF for word in words})
    return b"".join(number.to_bytes(2, "little") for number in hashes)
