"""The value of one change before a role weighs its kind, and the words of its title.

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
from typing import NamedTuple
from zlib import crc32

from scoring.change import Change
from scoring.classify import PATHS_READ, VERSION, classify
from scoring.lexicon import lexicon
from sourcing.core.model import Evidence

#: Substance of the strongest change (`scoring.substance`).
_MOST_SUBSTANCE = 3.0
#: Tags and prefixes before the words of a title: `[core] `, `fix(api)!: `, `#12 `, `MNT `.
_TAG = re.compile(
    r"[^\w\[(:\"'*#]*(?:\[([^\]]*)\]|#\d+|([a-z][\w/-]*)(?:\(([^)]*)\))?!?:(?=\s)|:[a-z_]+:)[:\s]*"
)
#: Signs and pictures before the first word.
_DECORATION = re.compile(r"\A[^\w(\"'<>=]+")
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
    unless_code: bool  # routine only if nothing but manifests and version files changed
    scopes: frozenset[str]  # scopes of a prefix that say the same: `chore(deps): `


class _Title(NamedTuple):
    """A title in parts."""

    tags: Collection[str]  # the words before it: `fix: `, `[core] `
    scopes: Collection[str]  # the words in brackets after a prefix: `fix(api): `
    text: str


class _Rules:
    """value.toml, compiled. `digest` identifies the version of the file."""

    def __init__(self, raw: bytes) -> None:
        data = tomllib.loads(raw.decode())
        self.digest = hashlib.sha256(raw).hexdigest()[:8]
        self.announces: float = data["announces_feature"]
        self.hard: float = data["hard_problem"]
        self.prefixes = frozenset(data["feature_prefixes"])
        self.verbs = frozenset(data["feature_verbs"])
        self._hard = _words(data["hard_words"])
        self._not_hard = _words(data["not_hard"])
        self.routines = [
            _Routine(
                r["name"],
                re.compile(r["pattern"]).match,
                r.get("unless_code", False),
                frozenset(r.get("scopes", ())),
            )
            for r in data["routine"]
        ]
        self.minor: float = data["minor"]
        minor_titles = "|".join(f"(?:{r['pattern']})" for r in data["minor_title"])
        self.names_minor = re.compile(minor_titles).match

    def hard_words(self, text: str) -> str:
        """The first words of a text that name a hard problem; '' if none do."""
        if found := self._hard.search(text):
            found = self._hard.search(self._not_hard.sub("", text))
        return found[0] if found else ""


def _words(patterns: Sequence[str]) -> re.Pattern[str]:
    """Matches any of these words or phrases; a word may end with "*"."""
    words = [re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", r"[ -]?") for w in patterns]
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return _Rules((files(__package__) / "value.toml").read_bytes())


#: Stored evidence with another version is computed again.
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
    title = _parts(change.title)
    if substance <= 0 or not (factor := _factor(title, change.paths)):
        return 0.0
    worth = math.sqrt(substance / _MOST_SUBSTANCE) * factor
    if factor == 1.0 and rules.hard_words(title.text):
        return round(worth, 3)
    first = _WORD.match(title.text)
    announces = not rules.prefixes.isdisjoint(title.tags) or (first and first[0] in rules.verbs)
    return round(worth / rules.hard * (rules.announces if announces else 1.0), 3)


def hard_problem(title: str) -> str:
    """The words by which a title names a hard problem, such as "deadlock"; '' if none do."""
    return _rules().hard_words(_parts(title).text)


def _factor(title: _Title, paths: Sequence[str]) -> float:
    """0 for routine work (a bump, a release, a rename ...), less than 1 for a minor change."""
    rules = _rules()
    if "release" in title.tags and (not title.text or _VERSION_NUMBER.search(title.text)):
        return 0.0
    for rule in rules.routines:
        if rule.matches(title.text) or not rule.scopes.isdisjoint(title.scopes):
            return rules.minor if rule.unless_code and _touches_code(paths) else 0.0
    return rules.minor if rules.names_minor(title.text) else 1.0


def _touches_code(paths: Sequence[str]) -> bool:
    """True if a path other than a manifest, lock file or version file changed."""
    rules = lexicon().map
    return any(rules.place_of(path) not in rules.pinned for path in paths[:PATHS_READ])


def _parts(title: str) -> _Title:
    """The tags, their scopes and the text of a title, in lower case."""
    rest, tags, scopes = title.lower().replace("`", ""), set[str](), set[str]()
    while tag := _TAG.match(rest):
        tags.update(_WORD.findall(tag[1] or tag[2] or ""))
        scopes.update(_WORD.findall(tag[3] or ""))
        rest = rest[tag.end() :]
    return _Title(tags, scopes, _DECORATION.sub("", rest))


def title_words(title: str) -> bytes:
    """The different words of a title as sorted hashes of two bytes each, without numbers and tags.

    Two titles of which 7 of 10 words are the same are near-identical (`scoring.score`).
    """
    words = set(_WORD.findall(_NOISE.sub(" ", title.lower()))) - _COPY_WORDS
    hashes = sorted({crc32(word.encode()) & 0xFFFF for word in words})
    return b"".join(number.to_bytes(2, "little") for number in hashes)
