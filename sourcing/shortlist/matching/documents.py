"""Weighs the terms of one contribution: BM25F over title, body and paths.

A term's impact is between 0 and 1: how much the contribution is about it. Lines that a repository's
template puts into each change, trailers and mentions of accounts are left out. It does not know how
rare a term is, and reads no store.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sourcing.shortlist.matching.concepts import phrases
from sourcing.shortlist.matching.terms import surface_words, terms

#: Characters of a body that are read; the rest is mostly logs and checklists.
BODY_READ = 1_500
#: Paths that are read.
_PATHS_READ = 30
#: BM25F (Robertson and Zaragoza 2009): saturation, and per field weight, length normalisation and
#: a typical number of terms. The last are constants, so that an impact depends on one text alone.
_K1 = 1.4


@dataclass(frozen=True, slots=True)
class _Field:
    weight: float
    length_share: float
    typical_terms: int


_TITLE = _Field(3.0, 0.6, 7)
_BODY = _Field(0.15, 0.4, 60)
_PATHS = _Field(0.4, 0.5, 20)

_TRAILER = re.compile(r"^\s*[A-Za-z][A-Za-z-]*-(?:by|to|id|on|url)\s*:", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w./])@[\w-]+")
_LINK = re.compile(r"https?://\S+|<!--.*?-->", re.DOTALL)
#: `fix(api): …`, `[CI] …` and the number of a merged change at the end of a title.
_TITLE_FORM = re.compile(r"\s*\(#\d+\)\s*$")


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one contribution, prepared for comparison."""

    title: str
    body: str
    paths: str

    @classmethod
    def of(
        cls, title: str, body: str | None, paths: str | None, templates: Collection[bytes] = ()
    ) -> Document:
        """From stored columns; `paths` is a JSON list, `templates` hashes of template lines."""
        return cls(
            _TITLE_FORM.sub("", title),
            prose(body or "", templates),
            " ".join(json.loads(paths)[:_PATHS_READ]) if paths else "",
        )

    def impacts(self) -> dict[str, float]:
        """The impact of each term and each known phrase, between 0 and 1."""
        weighted: dict[str, float] = defaultdict(float)
        for field, text in ((_TITLE, self.title), (_BODY, self.body), (_PATHS, self.paths)):
            found = terms(text)
            if field is not _PATHS:
                found = found + phrases(found)
            if not found:
                continue
            length = 1 - field.length_share + field.length_share * len(found) / field.typical_terms
            scale = field.weight / length
            for term, count in Counter(found).items():
                weighted[term] += scale * count
        return {term: value / (_K1 + value) for term, value in weighted.items()}

    def written(self, term: str) -> str:
        """The first spelling of a term in the text; the term itself if it does not occur."""
        parts = term.split()
        for text in (self.title, self.body, self.paths):
            words = [(word, t) for word, found in surface_words(text) for t in found]
            for at in range(len(words) - len(parts) + 1):
                if [t for _, t in words[at : at + len(parts)]] == parts:
                    return " ".join(dict.fromkeys(word for word, _ in words[at : at + len(parts)]))
        return term


def prose(body: str, templates: Collection[bytes]) -> str:
    """The body without template lines, trailers, links and mentions, cut to what is read."""
    lines = []
    for line in body.splitlines():
        if _TRAILER.match(line) or (templates and line_hash(line) in templates):
            continue
        lines.append(line)
    return _MENTION.sub(" ", _LINK.sub(" ", "\n".join(lines)))[:BODY_READ]


def line_hash(line: str) -> bytes:
    """The hash of a line without case and outer spaces; b'' for an empty line.

    A hash, because no text of a deleted contribution may stay.
    """
    plain = line.strip().casefold()
    return hashlib.blake2b(plain.encode(), digest_size=8).digest() if plain else b""


def repeated_lines(bodies: Mapping[int, str], least: int) -> set[bytes]:
    """Hashes of lines that at least `least` of the bodies have."""
    counts: Counter[bytes] = Counter()
    for body in bodies.values():
        counts.update({line_hash(line) for line in body.splitlines()})
    del counts[b""]
    return {line for line, count in counts.items() if count >= least}
