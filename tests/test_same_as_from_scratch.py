"""Night after night, only what changed is scored: it comes to what scoring everything would."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db import Store, backup
from db.identity import manual_links
from db.ingest import writer
from sourcing.core.config import Config
from sourcing.core.model import Contribution, Credit, Identity, Join, Page, Part
from sourcing.pipeline.evaluate import assess, forget_readings

NOW, STAMP = datetime(2026, 11, 18, 3, tzinfo=UTC), "2026-11-18T03:00:00Z"
REPOS = ("forge.example/anvil/press", "forge.example/benosei/notes")  # the second is Ben's own

ACCOUNTS = tuple(
    Identity(
        f"github:forge.example/{n}", name, login, f"https://forge.example/{login}", type="account"
    )
    for n, (name, login) in enumerate([("Ada Quill", "adaq"), ("Ben Osei", "benosei")])
)
BY_LINES = tuple(
    Identity(f"git:{REPOS[0]}/{n}", name, type="commit_author")
    for n, name in enumerate(
        ["Ada Quill", "Ben Osei", "A. Quill", "Cem Aydin", "Quinn Sato", "Dov Lind"]
    )
)
EVERYBODY = (*BY_LINES, *ACCOUNTS)

SAID = (
    ("Fix deadlock when a worker dies", "The cause was a lock taken twice; measured 10x faster."),
    ("Speed up the tokenizer", "Instead of a regex, a table, because it took 40 % of a request."),
    ("Add tests for the scheduler's retries", ""),
    ("docs: mend a link", ""),
)


@dataclass(frozen=True)
class Shown:
    """What a source shows of one contribution tonight: perhaps by others, in other words."""

    number: int
    who: int
    part: Part
    said: int
    undoes: bool  # the one two before, of the same repository

    def contribution(self, people: tuple[Identity, ...]) -> Contribution:
        title, body = SAID[self.said]
        repo = REPOS[self.number % 2]
        author, other = people[self.who % len(people)], people[(self.who + 1) % len(people)]
        if self.undoes:
            title, body = f'Revert "number {self.number - 2}"', "It hung."
        return Contribution(
            f"pr:{repo}#{self.number}", "merged_pr", title,
            f"2026-{self.number + 2:02}-01T10:00:00Z",
            (Credit(author.id, "author"), Credit(other.id, self.part)), repo, self.number,
            f"https://{repo}/pull/{self.number}", body, (f"{self.number:040x}",),
            ("press/core.py", "tests/test_core.py"), 2,
            language="Python" if self.said else "Rust",
            reverts=f"#{self.number - 2}" if self.undoes else None,
        )  # fmt: skip


@dataclass(frozen=True)
class Night:
    """What changes: work, who is held to be one human, profiles; and when the night is stopped."""

    shown: list[Shown]
    by_forge: bool
    joined: bool
    complete: bool  # what is not shown tonight is there no more
    hand: tuple[int, int, bool] | None
    town: str
    stopped: int | None


PARTS: list[Part] = ["co_author", "reviewer", "merger"]
#: What makes everybody be scored again would hide who should have been.
rarely = st.sampled_from([False, False, False, True])
works = st.builds(
    Shown,
    st.integers(1, 8),
    st.integers(0, 5),
    st.sampled_from(PARTS),
    st.integers(0, len(SAID) - 1),
    rarely,
)
hands = st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()).filter(
    lambda h: h[0] != h[1]
)
nights = st.builds(
    Night,
    st.lists(works, min_size=1, max_size=6, unique_by=lambda shown: shown.number),
    rarely,
    rarely,
    st.booleans(),
    rarely.flatmap(lambda yes: hands if yes else st.none()),
    rarely.map(lambda moved: "Porto" if moved else "Lund"),
    rarely.flatmap(lambda yes: st.integers(0, 3) if yes else st.none()),
)


def quiet(*shown: Shown, complete: bool = False) -> Night:
    """A night in which nothing but this is shown."""
    return Night(list(shown), False, False, complete, None, "Lund", None)


ADAS = Shown(1, 0, "co_author", 0, False)
BENS = Shown(3, 2, "reviewer", 0, False)
UNDOES_ADAS = Shown(3, 4, "reviewer", 0, True)


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    """A file with all its tables, to begin from: making them takes longer than a night."""
    folder = Path(tempfile.mkdtemp())
    with Store(folder / "empty.db"):
        pass
    yield folder / "empty.db"
    shutil.rmtree(folder)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happened=st.lists(nights, min_size=1, max_size=5))
@example(happened=[quiet(ADAS, BENS), quiet(BENS, complete=True)])  # a history was rewritten
@example(happened=[quiet(ADAS, BENS), quiet(UNDOES_ADAS)])
@example(happened=[quiet(ADAS, BENS), quiet(replace(ADAS, who=4))])
def test_a_nightly_is_worth_a_scoring_from_scratch(empty: Path, happened: list[Night]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, afresh = Path(folder, "nightly.db"), Path(folder, "afresh.db")
        shutil.copy(empty, path)
        with Store(path) as store:
            for number, night in enumerate(happened, 1):
                crawled(store, night, number)
            assess(store, Config(), NOW)
            backup.copy(store.conn, afresh)
            nightly = results(store)
        with Store(afresh) as store:
            forget(store)
            assess(store, Config(), NOW)
            assert results(store) == nightly


def crawled(store: Store, night: Night, number: int) -> None:
    """A source shows its page, somebody says who is who, and what that changes is scored."""
    people = ACCOUNTS if night.by_forge else BY_LINES
    name = "github:anvil/press" if night.by_forge else "git:/press"
    source, _ = store.source(name, STAMP)
    joins = () if night.by_forge or not night.joined else (_join(0, 2),)
    page = Page(
        {"night": number},
        tuple(one.contribution(people) for one in night.shown),
        tuple(replace(one, location=night.town) for one in people),
        joins,
        source_priority=3 if night.by_forge else 1,
        scan=number,
        finished=night.complete,
    )
    writer.save(store, source, store.start_run(source, STAMP), page, STAMP)
    if night.hand:
        by_hand(store, *night.hand)
    left = iter(range(night.stopped if night.stopped is not None else 1_000))
    assess(store, Config(), NOW, stopping=lambda: next(left, None) is None)


def _join(a: int, b: int) -> Join:
    return Join(BY_LINES[a].id, BY_LINES[b].id, "The same address: two commits")


def by_hand(store: Store, a: int, b: int, same: bool) -> None:
    """A human says of two identities that they are one, or are not; of unknown ones nothing."""
    known = {row["key"]: row["id"] for row in store.rows("SELECT id, key FROM identities")}
    one, other = (known.get(EVERYBODY[at].id) for at in (a, b))
    if one is None or other is None:
        return
    if same:
        manual_links.join(store, one, other, "I asked", STAMP)
    else:
        manual_links.separate(store, one, [other], "I asked", STAMP)


def forget(store: Store) -> None:
    """As if nothing had been read, settled or scored yet."""
    with store.transaction():
        for table in ("scores", "signals", "proofs", "traits", "standings", "percentiles"):
            store.conn.execute(f"DELETE FROM {table}")
        store.conn.execute("UPDATE identities SET needs_resolution = 1")
        store.conn.execute("UPDATE persons SET last_at = NULL, standing = 'occasional'")
    forget_readings(store)


def results(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """What is made ready of what is stored, but for names: those stay until somebody is settled."""
    return {
        sql: sorted(map(tuple, store.rows(sql)), key=repr)
        for sql in (
            "SELECT key, person_id, mass_contributor FROM identities",
            "SELECT * FROM evidence",
            "SELECT * FROM scores",
            "SELECT * FROM signals",
            "SELECT * FROM proofs",
            "SELECT person_id, facet, value FROM traits JOIN trait_values ON id = value_id",
            "SELECT facet, value, people FROM trait_values",
            "SELECT id, last_at, needs_scoring, changes, standing FROM persons",
            "SELECT * FROM standings",
            "SELECT * FROM standings_due",
            "SELECT * FROM percentiles",
        )
    }
