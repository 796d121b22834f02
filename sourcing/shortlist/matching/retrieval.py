"""Searches contributions for a text: the best visible ones, each work once, with the words they
meet.

If no contribution meets all words, partial answers come with a low fit, and the missing words are
named. It does not rank people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Row

from db import Store
from db.ranking import found_works, text_index
from sourcing.core.errors import StoreError
from sourcing.shortlist.matching import engine, indexing, query, spelling
from sourcing.shortlist.matching.documents import Document
from sourcing.shortlist.matching.engine import Candidates, Plan
from sourcing.shortlist.matching.query import Question
from sourcing.shortlist.matching.similar import question_like

#: The number of candidates with their kind of work read, and its growth while filters leave too
#: few.
_COMPARED, _MORE = 3_000, 8
#: Candidates whose kind of work is read at once.
_SLICE = 300
#: Works beyond the limit that are checked for visibility in the same query.
_SPARE = 20
#: The greatest number of words shown with an answer.
_WORDS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class MetWord:
    """A word of a question that a contribution meets.

    `found`: its spelling in the contribution. `same`: True if that is the asked word or an
    inflection.
    """

    asked: str
    found: str
    same: bool


@dataclass(frozen=True, slots=True)
class Match:
    """The match of one contribution with a text: the fit between 0 and 1, and the words that it
    meets."""

    contribution_id: int
    fit: float
    words: tuple[MetWord, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a search, best first.

    `unmet`: words that no contribution has. `taken_for`: misspelt words and their replacements.
    """

    matches: tuple[Match, ...]
    unmet: tuple[str, ...]
    taken_for: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """The contributions to search.

    `today` (`YYYY-MM-DD`): exclusions that ended before do not count. `without`: contributions to
    leave out, with all others of the same title.
    """

    repo: str | None = None
    kind: str | None = None
    today: str = ""
    without: frozenset[int] = frozenset()


def search(
    store: Store, text: str, limit: int = 50, scope: Scope | None = None, *, words: bool = True
) -> Answer:
    """The contributions that answer a text; `limit` 0 means all.

    `words`: with the words met, which costs reading each text.
    """
    return answer(store, query.read(text), limit, scope or Scope(), words=words)


def like(
    store: Store, examples: Sequence[int], limit: int, scope: Scope, *, words: bool = True
) -> Answer:
    """The contributions that are like examples, which are left out."""
    scope = replace(scope, without=scope.without | frozenset(examples))
    rows = found_works.texts(store, examples)
    return answer(store, question_like(store, rows), limit, scope, words=words)


def answer(
    store: Store, asked: Question, limit: int, scope: Scope, *, words: bool = True
) -> Answer:
    """The contributions that answer a parsed question."""
    up_to_date(store)
    asked, taken = spelling.corrected(store, asked)
    wanted = engine.plan(store, asked)
    allowed = found_works.within(store, scope.repo, scope.kind)
    compared = _COMPARED if limit else 0
    while True:
        found = engine.candidates(store, wanted, compared, allowed)
        chosen = _ranked(store, asked, found, scope, limit)
        if len(chosen) < limit:  # many may not be shown: consider all
            chosen = _ranked(store, asked, found, scope, 0)[:limit]
        if len(chosen) >= limit > 0 or not compared or len(found.ids) < compared:
            break
        compared *= _MORE
    if words:
        matches = tuple(_explained(store, wanted, chosen))
    else:
        matches = tuple(Match(id_, wanted.fit(raw)) for id_, raw in chosen)
    return Answer(matches, wanted.unmet(), taken)


def fit(store: Store, text: str, contribution_ids: Sequence[int]) -> dict[int, Match]:
    """The fit of these contributions with a text; 0 for one without any of its words."""
    up_to_date(store)
    asked, _ = spelling.corrected(store, query.read(text))
    wanted = engine.plan(store, asked)
    found: dict[int, Match] = {}
    for row, text_ in _texts(store, contribution_ids):
        impacts = text_.impacts()
        raw = engine.value(wanted, impacts)
        raw *= engine.work_factor(asked, row)
        words, missing = _words(wanted, text_, impacts)
        found[row["id"]] = Match(row["id"], wanted.fit(raw), words, missing)
    return found


def _texts(store: Store, ids: Sequence[int]) -> Iterator[tuple[Row, Document]]:
    """The stored rows of contributions, with their texts prepared for comparison."""
    templates: dict[str | None, set[bytes]] = {}
    for row in found_works.texts(store, ids):
        if row["repo"] not in templates:
            templates[row["repo"]] = text_index.templates(store, row["repo"])
        own = templates[row["repo"]]
        yield row, Document.of(row["title"], row["body"], row["paths"], own)


def up_to_date(store: Store) -> None:
    """Index the queued contributions; skipped while another process writes."""
    try:
        indexing.refresh(store)
    except StoreError:
        if not text_index.version(store):
            raise


def _ranked(
    store: Store,
    asked: Question,
    found: Candidates,
    scope: Scope,
    limit: int,
) -> list[tuple[int, float]]:
    """Ids and raw values with the kind of work considered, best first, each work once."""
    weighed = _weighed(store, asked, found, limit + _SPARE if limit else 0)
    weighed.sort(key=lambda pair: (-pair[0], -pair[1]["id"]))
    seen = {_same_work(row) for _, row in weighed if row["id"] in scope.without}
    once: list[tuple[int, float]] = []
    for raw, row in weighed:
        if (same := _same_work(row)) not in seen:
            seen.add(same)
            once.append((row["id"], raw))
    chosen: list[tuple[int, float]] = []
    step = limit + _SPARE if limit else len(once)
    for start in range(0, len(once), step or 1):
        batch = once[start : start + step]
        visible = found_works.people(store, [id_ for id_, _ in batch], scope.today)
        chosen += [(id_, raw) for id_, raw in batch if id_ in visible]
        if len(chosen) >= limit > 0:
            return chosen[:limit]
    return chosen


def _weighed(
    store: Store, asked: Question, found: Candidates, least: int
) -> list[tuple[float, Row]]:
    """Candidates with their values, kind of work considered, in no order.

    Stops when the kind of work can bring no other among the first `least` works; 0: never.
    """
    order = (-found.values).argsort(kind="stable")
    weighed: list[tuple[float, Row]] = []
    for start in range(0, len(order), _SLICE):
        part = order[start : start + _SLICE]
        values = dict(zip(found.ids[part].tolist(), found.values[part].tolist(), strict=True))
        weighed += [
            (values[row["id"]] * engine.work_factor(asked, row), row)
            for row in found_works.evidence(store, list(values))
        ]
        if least and start + _SLICE < len(order):
            reach = float(found.values[order[start + _SLICE]]) * engine.greatest_factor(asked)
            if len({_same_work(row) for value, row in weighed if value > reach}) >= least:
                break
    return weighed


def _same_work(row: Row) -> tuple[str | None, str]:
    """A key that is equal for two ids of one change; each review is a separate work."""
    title = row["title"].casefold() if row["form"] != "review" else f"review {row['id']}"
    return row["repo"], title


def _explained(store: Store, wanted: Plan, chosen: Sequence[tuple[int, float]]) -> Iterator[Match]:
    """Matches of the chosen contributions, with the words found in their texts."""
    texts = {row["id"]: text for row, text in _texts(store, [id_ for id_, _ in chosen])}
    for id_, raw in chosen:
        words, missing = _words(wanted, texts[id_], texts[id_].impacts())
        yield Match(id_, wanted.fit(raw), words, missing)


def _words(
    wanted: Plan, text: Document, impacts: Mapping[str, float]
) -> tuple[tuple[MetWord, ...], tuple[str, ...]]:
    """The ideas that a text meets, each with its strongest wording, and the missing ideas."""
    met, missing = [], []
    for idea, weight, wordings in zip(
        wanted.question.ideas, wanted.rarity, wanted.wordings, strict=True
    ):
        strongest = max(wordings, key=lambda t: (wordings[t] * impacts.get(t, 0.0), t), default="")
        if strongest and impacts.get(strongest):
            found = text.written(strongest)
            met.append(
                (weight * wordings[strongest], MetWord(idea.asked, found, strongest == idea.main))
            )
        else:
            missing.append(idea.asked)
    met.sort(key=lambda pair: -pair[0])
    return tuple(word for _, word in met[:_WORDS_SHOWN]), tuple(missing)
