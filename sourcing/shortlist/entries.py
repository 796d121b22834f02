"""The ranked shortlist: who, and why, with the links that show it.

It assembles what is ready-made; terminal, page and CSV only lay it out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from sqlite3 import Row
from urllib.parse import urlsplit

from db import Store
from db.ranking import persons
from db.ranking.persons import Filter
from scoring import Rubric


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence as it is shown: what was done, in which part, where and when."""

    id: int
    part: str
    title: str
    work: str
    date: str
    place: str
    url: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """A wish of an opening (its stack, a problem, an example), and the work that meets it."""

    kind: str
    wanted: str
    piece: Piece


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the shortlist."""

    rank: int
    person_id: int
    login: str | None
    name: str | None
    aliases: str
    score: float
    last_active: str
    status: str
    evidence: tuple[Piece, ...]
    tied: bool = False  # somebody beside them on the list has the same score, to TIE
    added: float = 0.0  # points that matches with an opening add to the score
    matches: tuple[Met, ...] = ()
    unknown: tuple[str, ...] = ()  # what the opening asks for and nobody knows: "place", "level"

    @property
    def called(self) -> str:
        """The name as published, or the login."""
        return self.name or self.login or f"#{self.person_id}"


#: What is said beside a piece that is not the person's own alone.
PARTS = {"author": "", "co_author": "co-author", "reviewer": "reviewer", "merger": "merger"}

#: Scores that differ by less are the same.
TIE = 0.1

#: People whose evidence is looked up in one go.
_BATCH = 500


def shortlist(store: Store, rubric: Rubric, role: str, wish: Filter) -> Iterator[Entry]:
    """The entries, best first."""
    weights = rubric.weights(role)
    rows = persons.shortlist(store, role, replace(wish, limit=wish.limit and wish.limit + 1))
    tied = set() if wish.about else _tied(rows)
    for one in entries(store, weights, rows[: wish.limit or None], wish):
        yield replace(one, tied=one.person_id in tied)


def entries(
    store: Store, weights: Mapping[str, float], rows: Sequence[Row], wish: Filter
) -> Iterator[Entry]:
    """These people with the evidence that proves their score, or that matches the wish."""
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        shown = persons.evidence(store, weights, [row["person_id"] for row in batch], wish)
        for row in batch:
            yield entry(row, row["rank"], shown[row["person_id"]])


def entry(row: Row, rank: int, shown: Sequence[Row]) -> Entry:
    """One person as a line of the list."""
    return Entry(
        rank=rank,
        person_id=row["person_id"],
        login=row["login"],
        name=row["name"],
        aliases=row["aliases"],
        score=round(row["score"], 3),
        last_active=(row["last_at"] or "")[:10],
        status=row["status"],
        evidence=tuple(map(piece, shown)),
    )


def _tied(rows: Sequence[Row]) -> set[int]:
    """Those who have the same score as the one before or after."""
    pairs = [(a, b) for a, b in pairwise(rows) if same(a["score"], b["score"])]
    return {row["person_id"] for pair in pairs for row in pair}


def same(a: float, b: float) -> bool:
    """Whether the order of two scores says nothing."""
    return round(a / TIE) == round(b / TIE)


def piece(row: Row, part: str | None = None) -> Piece:
    """A stored contribution as it is shown."""
    number = f"#{row['number']}" if row["number"] else ""
    return Piece(
        id=row["id"],
        part=PARTS[part or row["part"]],
        title=row["title"],
        work=row["work"],
        date=row["at"][:10],
        place=(short_repo(row["repo"]) or urlsplit(row["url"] or "").netloc) + number,
        url=row["url"],
        reasons=tuple(json.loads(row["reasons"] or "[]")),
    )


def short_repo(repo: str | None) -> str:
    """A repository without its forge's host."""
    return repo.partition("/")[2] if repo else ""


def flat(entries: Sequence[Entry] | Iterator[Entry]) -> Iterator[dict[str, str | int | float]]:
    """Entries as the rows of a table for other programs; the first six columns are pinned."""
    for e in entries:
        row: dict[str, str | int | float] = {
            "rank": e.rank,
            "person_id": e.person_id,
            "login": e.login or "",
            "name": e.name or "",
            "aliases": e.aliases,
            "score": e.score,
            "last_active": e.last_active,
            "status": e.status,
        }
        for at in range(3):
            p = e.evidence[at] if at < len(e.evidence) else None
            row[f"evidence_{at + 1}"] = p.title if p else ""
            row[f"link_{at + 1}"] = (p.url or "") if p else ""
        row["added"] = e.added
        row["matches"] = "; ".join(f"{m.kind} “{m.wanted}”: {m.piece.url or ''}" for m in e.matches)
        row["unknown"] = "; ".join(e.unknown)
        yield row
