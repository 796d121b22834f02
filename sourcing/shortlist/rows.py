"""One row of the shortlist, and the one list of columns that every output uses.

Terminal, page, CSV, JSON, digest, compare and packet lay these rows out. Nothing here ranks or
reads the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from db.ranking.works import StoredWork
from scoring import strengths

#: Below this certainty the second kind is shown too. A choice, not a measurement.
SURE = 0.65


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A work as shown: title, the person's part, repository and date."""

    id: int
    title: str
    kind: str  # the kind of work, such as reliability
    url: str | None
    date: str  # YYYY-MM-DD
    reasons: tuple[str, ...]  # the classifier's reasons
    place: str  # owner/name#number, or a host
    part: str  # '' for the author
    why: str = ""  # why it is good evidence, in one line
    perhaps: str = ""  # the second kind, where the first is not sure
    also_on: tuple[str, ...] = ()  # other places of the same work: branches, repositories, sites

    @property
    def kinds(self) -> str:
        """The kind in words: "reliability", or "reliability, perhaps feature"."""
        return f"{self.kind}, perhaps {self.perhaps}" if self.perhaps else self.kind

    @property
    def places(self) -> str:
        """The other places in words, or ''."""
        return f"also on {', '.join(self.also_on)}" if self.also_on else ""

    @classmethod
    def of(cls, work: StoredWork, part: str | None = None) -> EvidenceItem:
        """A stored contribution; `part` replaces the part stored with it."""
        number = f"#{work.number}" if work.number else ""
        return cls(
            id=work.id,
            title=work.title,
            kind=work.kind,
            url=work.url,
            date=work.at[:10],
            reasons=work.reasons,
            place=(short_repo(work.repo) or urlsplit(work.url or "").netloc) + number,
            part=PARTS[part or work.part],
            why=strengths(work.kind, work.form, work.title, work.paths, work.files, work.reasons),
            perhaps=work.second if work.certainty < SURE else "",
            also_on=work.places,
        )


@dataclass(frozen=True, slots=True)
class OpeningMatch:
    """A part of an opening (its stack, a problem, an example), and the work that answers it."""

    kind: str  # problem, stack or example
    wanted: str
    work: EvidenceItem
    fit: float = 1.0  # between 0 and 1


@dataclass(frozen=True, slots=True)
class ShortlistRow:
    """One person on the shortlist."""

    rank: int
    person_id: int
    login: str | None
    name: str | None
    aliases: str  # other logins and names, separated by ;
    score: float  # the raw value under the role
    percentile: float  # the share of all stored people with a lower score, in per cent
    standing: str  # core, regular or occasional
    last_active: str  # YYYY-MM-DD, '' if unknown
    status: str
    works: tuple[EvidenceItem, ...]  # the best evidence first
    tied: bool = False  # a neighbour on the list has the same worth
    counted: int = 0  # works that count for the role
    changes: int = 0  # changes of three years
    added: float = 0.0  # points that matches with the opening add to the score
    asked: int = 0  # how many problems the opening names
    matches: tuple[OpeningMatch, ...] = ()
    unknown: tuple[str, ...] = ()  # facts of the opening that are not published: place, level
    why: str = ""  # the strongest signals, in words
    tags: tuple[str, ...] = ()

    @property
    def display_name(self) -> str:
        """The published name, the login, or the number."""
        return self.name or self.login or f"#{self.person_id}"

    @property
    def answered(self) -> int:
        """The number of problems of the opening that the person's work answers."""
        return len({match.wanted for match in self.matches if match.kind == "problem"})

    @property
    def answers(self) -> str:
        """How many problems of the opening are answered, in words; '' if it names none."""
        if not self.asked:
            return ""
        return f"answers {self.answered} of {self.asked} problem{'s' * (self.asked != 1)}"

    @property
    def above(self) -> str:
        """The percentile in words."""
        return above(self.percentile)

    @property
    def other_works(self) -> tuple[EvidenceItem, ...]:
        """The works that are not shown as a match already."""
        matched = {match.work.id for match in self.matches}
        return tuple(work for work in self.works if work.id not in matched)


#: The words for the person's part in a work with others.
PARTS = {
    "": "", "author": "", "co_author": "co-author", "reviewer": "reviewer", "merger": "merger"
}  # fmt: skip


def short_repo(repo: str | None) -> str:
    """A repository without its forge's host."""
    return repo.partition("/")[2] if repo else ""


#: Standings in words.
STANDINGS = {
    "core": "core member",
    "regular": "regular contributor",
    "occasional": "occasional contributor",
}


def above(percentile: float) -> str:
    """A percentile in words."""
    if percentile <= 0:
        return "among the first seen"
    return f"above {percentile:g}% of people seen"


Cell = str | int | float


def _work(at: int, cell: Callable[[EvidenceItem], str]) -> Callable[[ShortlistRow], Cell]:
    return lambda row: cell(row.works[at]) if at < len(row.works) else ""


#: The columns of a table for other programs, in order; scripts rely on the first six.
COLUMNS: Mapping[str, Callable[[ShortlistRow], Cell]] = {
    "rank": lambda row: row.rank,
    "person_id": lambda row: row.person_id,
    "login": lambda row: row.login or "",
    "name": lambda row: row.name or "",
    "aliases": lambda row: row.aliases,
    "score": lambda row: row.score,
    "percentile": lambda row: row.percentile,
    "standing": lambda row: row.standing,
    "last_active": lambda row: row.last_active,
    "status": lambda row: row.status,
    "evidence_1": _work(0, lambda work: work.title),
    "link_1": _work(0, lambda work: work.url or ""),
    "evidence_2": _work(1, lambda work: work.title),
    "link_2": _work(1, lambda work: work.url or ""),
    "evidence_3": _work(2, lambda work: work.title),
    "link_3": _work(2, lambda work: work.url or ""),
    "added": lambda row: row.added,
    "answers": lambda row: "; ".join(
        [
            *filter(None, [row.answers]),
            *(f"{match.kind} “{match.wanted}”: {match.work.url or ''}" for match in row.matches),
        ]
    ),
    "unknown": lambda row: "; ".join(row.unknown),
    "why": lambda row: row.why,
    "tags": lambda row: ";".join(row.tags),
}


def cells(rows: Iterable[ShortlistRow]) -> Iterator[dict[str, Cell]]:
    """The rows as cells by column."""
    return ({name: cell(row) for name, cell in COLUMNS.items()} for row in rows)


def as_json(row: ShortlistRow) -> dict[str, Any]:
    """A row as an object: the fields of `ShortlistRow`."""
    return asdict(row)
