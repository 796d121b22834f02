"""What a change is evidence of: kind of work, relevance and substance, each with its reasons.

Readable rules: words of title and body, places of the changed paths and labels give points to
kinds of work (lexicon.toml says how many), and the kind with most points wins. It judges what a
change does; the prefix its title carries is one soft voice among others. It does not see
who made the change, learns nothing from outcomes, and reads no clock, network or database.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import get_args

from scoring._lexicon import Speech, Term, lexicon, place_of, words_of
from scoring._substance import Size, cues_of, substance
from sourcing.model import Evidence, Kind, Work

#: A stored reading with another version is to be done again. Rules count by hand, words by digest.
VERSION = f"1.{lexicon().digest}"

#: Kinds that an engineer looking for builders of reliability and tooling asks for.
BUILDERS: frozenset[Work] = frozenset(get_args(Work)) - {"feature", "docs", "chore"}

#: How much is read. The proof of a post stands further down than that of a change.
BODY_READ, POST_READ, PATHS_READ, REASONS_KEPT = 1_200, 6_000, 25, 5

#: `fix(scope)!: `, `[BUG] `, `TST Give`, `:bug: fix: `; the scope stays a word of the title.
_PREFIX = re.compile(
    r"[^A-Za-z]*([A-Za-z]+)(?:\](?:\([^)]*\))?:?|\([^)]*\)!?:?|!?:|\s(?=[A-Z`]))\s*"
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
#: Lines that are no prose: boxes to tick, headings, fences, rules, trailers, bare links.
_FORM = re.compile(
    r"^[ \t]*(?:[-*] \[[ xX]\].*|#+ .*|```.*|-{3,}|[A-Z][\w-]+-by: .*|https?://\S+)$", re.MULTILINE
)
_NOTHING: Speech = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A Contribution as the classifier reads it. None means not known: histories have no sizes."""

    title: str
    body: str = ""
    paths: tuple[str, ...] = ()
    files: int | None = None
    additions: int | None = None
    deletions: int | None = None
    labels: tuple[str, ...] = ()
    form: Kind = "merged_pr"


class _Tally:
    """Points per kind of work, and what gave them."""

    def __init__(self) -> None:
        self.points: dict[Work, float] = dict.fromkeys(get_args(Work), 0.0)
        self.notes: list[tuple[float, Work, str]] = []

    def hear(self, speech: Speech, share: float, note: str) -> None:
        for kind, points in speech:
            self.points[kind] += points * share
            self.notes.append((points * share, kind, note))

    def winner(self) -> Work:
        return max(self.points, key=self.points.__getitem__)  # of equals the first, as listed

    def builders_share(self) -> float:
        return sum(self.points[kind] for kind in BUILDERS) / sum(self.points.values())

    def reasons(self, work: Work) -> list[str]:
        notes = sorted((-points, note) for points, kind, note in self.notes if kind == work)
        return list(dict.fromkeys(note for _, note in notes))[:REASONS_KEPT]


def classify(change: Change) -> Evidence:
    """Read one change. The same change is always read the same way."""
    tally = _Tally()
    title = _hear_title(change.title, tally)
    tally.points["reliability"] += lexicon().weights["undecided"]
    prose = _prose(change)
    body = lexicon().hits(words_of(prose))
    _hear_body(body, change, tally)
    size = _look_around(change, tally)
    _hear_labels(change.labels, tally)
    work = tally.winner()
    cues = cues_of(chain(title, body), prose)
    told = 0 if _squashed(change) else len(prose)
    worth = substance(work, size, cues, told, any(term.trivial for term in title))
    return Evidence(
        work,
        relevant=work in BUILDERS and worth >= 1,
        relevance=round(tally.builders_share() * min(1.0, worth), 3),
        substance=worth,
        reasons=(*tally.reasons(work), *cues),
    )


def _hear_title(title: str, tally: _Tally) -> list[Term]:
    lex = lexicon()
    words = rest = words_of(title)
    prefix = _PREFIX.match(title)
    if prefix and (word := prefix[1].lower()) in lex.prefixes:
        tally.hear(lex.prefixes[word], 1.0, f"prefix: {word}")
        rest = words_of(title[prefix.end() :])
        words = words_of(prefix[0])[1:] + rest
    if rest:
        tally.hear(lex.heads.get(rest[0], _NOTHING), 1.0, f"title: {rest[0]}")
    mends = tally.points["reliability"] > tally.points["feature"]
    terms = lex.hits(words)
    for term in terms:
        tally.hear(term.speech, 1.0, f"title: {term.text}")
    if mends:
        tally.points["feature"] *= lex.weights["mended"]
    return terms


def _prose(change: Change) -> str:
    """The body without the lines of its form."""
    body = change.body[: POST_READ if change.form in ("post", "talk") else BODY_READ]
    if "<!--" in body:
        body = _COMMENT.sub("", body)
    return _FORM.sub("", body).strip() if body else ""


def _squashed(change: Change) -> bool:
    """Whether the body lists the commits of a branch, as a squash merge leaves it."""
    return change.form in ("merged_pr", "commit") and change.body.startswith("* ")


def _hear_body(terms: Iterable[Term], change: Change, tally: _Tally) -> None:
    weights = lexicon().weights
    loudness, most = weights["body"], weights["body_most"]
    if change.form in ("post", "talk", "review"):
        loudness, most = weights["body_post"], weights["body_most_post"]
    elif _squashed(change):
        loudness = weights["body_squash"]
    given: defaultdict[Work, float] = defaultdict(float)
    for term in terms:
        for kind, points in term.speech:
            share = min(most - given[kind], points * loudness)
            if share > 0:
                given[kind] += share
                tally.points[kind] += share
                tally.notes.append((share, kind, f"body: {term.text}"))


def _look_around(change: Change, tally: _Tally) -> Size:
    """Hear the places in proportion; what merely comes along with other work speaks softly."""
    weights = lexicon().weights
    paths = change.paths[:PATHS_READ]
    places = [place_of(path) for path in paths]
    along = weights["along"] if any(not p.companion for p in places) else 1.0
    loud = [along if p.companion else 1.0 for p in places]
    total = sum(loud)
    first: dict[str, str] = {}
    shares: defaultdict[str, float] = defaultdict(float)
    for path, place, share in zip(paths, places, loud, strict=True):
        if place.speech:
            first.setdefault(place.name, path)
            shares[place.name] += share / total
    for place in dict.fromkeys(places):
        if place.speech:
            tally.hear(place.speech, shares[place.name], f"path {first[place.name]}")
    lines = None
    if change.additions is not None and change.deletions is not None:
        lines = change.additions + change.deletions
    return Size(max(change.files or 0, len(change.paths)), lines, places)


def _hear_labels(labels: Iterable[str], tally: _Tally) -> None:
    lex = lexicon()
    for label in labels:
        for word in words_of(label):
            if word in lex.labels:
                tally.hear(((lex.labels[word], lex.weights["label"]),), 1.0, f"label: {label}")
                break
