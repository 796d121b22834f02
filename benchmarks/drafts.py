"""The cost of drafts: proposing, examining and exporting n drafts, each to another person.

`python -m benchmarks.drafts [N ...]`. The people and their works are invented; the time is the
processor's. The growth exponent of each stage is printed beside it: 1 is linear.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from math import log
from pathlib import Path

from db import Store
from db.ingest import writer
from db.outreach import drafts
from db.ranking import persons
from sourcing.core.config import Config, Opening, Outreach
from sourcing.core.model import Contribution, Credit, Identity, Page
from sourcing.core.times import stamp
from sourcing.identity import resolve
from sourcing.outreach.csv_export import ExportRequest, export
from sourcing.outreach.propose import Proposer
from sourcing.outreach.review import OutreachContext, Reviewer
from sourcing.outreach.workflow import Desk
from sourcing.pipeline.evaluate import assess
from sourcing.shortlist import matching

SIZES = (4, 16, 64, 256)
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
STAMP = stamp(NOW)
STAGES = ("propose, s", "examine all, s", "export for review, s")


def main(sizes: Sequence[int] = SIZES) -> None:
    """Print a table in Markdown."""
    print(f"| drafts | {' | growth | '.join(STAGES)} | growth |")
    print("|--:|" + "--:|" * (2 * len(STAGES)))
    before: tuple[int, list[float]] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            took = measured(Path(scratch), size)
        cells = []
        for at, seconds in enumerate(took):
            cells.append(f"{seconds:.3f}")
            growth = log(seconds / before[1][at]) / log(size / before[0]) if before else None
            cells.append("" if growth is None else f"{growth:.2f}")
        print(f"| {size} | {' | '.join(cells)} |", flush=True)
        before = size, took


def measured(folder: Path, size: int) -> list[float]:
    """Processor seconds of each stage."""
    with Store(folder / "bench.db") as store:
        people = fill(store, size)
        matching.refresh(store)
        proposer = Proposer.at(store, context(), NOW)
        desk, reviewer = Desk(store, "mira", NOW), Reviewer(store, STAMP)
        stages: tuple[Callable[[], object], ...] = (
            lambda: [proposer.propose(person) for person in people],
            lambda: [reviewer.examine(context(), draft) for draft in drafts.listed(store)],
            lambda: export(
                desk, lambda _: context(), folder / "all.csv", ExportRequest(everything=True)
            ),
        )
        took = []
        for stage in stages:
            began = time.process_time()
            stage()
            took.append(time.process_time() - began)
        assert len(drafts.listed(store)) == size
    return took


def context() -> OutreachContext:
    """An opening with one problem, which all invented works answer."""
    opening = Opening(
        title="Engineer",
        place="remote",
        pay="€100k",
        problems=["Requests hang when a worker dies"],
    )
    sender = Outreach(
        sender_name="Mira Vale",
        sender_org="Northwind",
        why="Requests hang.",
        notice_url="https://northwind.example/notice",
    )
    return OutreachContext(Config(outreach=sender), "bench", opening, "mira")


def fill(store: Store, size: int) -> list[int]:
    """People with one merged change each that answers the problem; their ids."""
    chance = random.Random(7)
    source, _ = store.source("github:a/b", STAMP)
    authors = tuple(_author(at, chance) for at in range(1, size + 1))
    works = tuple(_work(at, author, chance) for at, author in enumerate(authors, start=1))
    page = Page({}, works, authors, source_priority=3)
    writer.save(store, source, store.start_run(source, STAMP), page, STAMP)
    resolve(store, STAMP)
    assess(store, Config(), NOW)
    return [persons.find(store, str(author.login))[0] for author in authors]


def _author(at: int, chance: random.Random) -> Identity:
    name = f"{''.join(chance.choices('aeioulmnr', k=6)).title()} Person{at}"
    return Identity(f"github:forge.example/{at}", name, f"person-{at}", type="account")


def _work(at: int, author: Identity, chance: random.Random) -> Contribution:
    a, b, c, d, e, f = ("".join(chance.choices("bcdflmnprstaeiou", k=7)) for _ in range(6))
    return Contribution(
        key=f"pr:forge.example/a/b#{at}",
        kind="merged_pr",
        title=f"Stop requests that hang when the {a} worker dies with its {b}",
        at="2026-10-01T00:00:00Z",
        credits=(Credit(author.id, "author"),),
        repo="forge.example/a/b",
        number=at,
        url=f"https://forge.example/a/b/pull/{at}",
        body=f"The {c} is now freed by {d} {e} after {at} s instead of {f}, so {a} {b} can end.",
        paths=("src/worker.py",),
    )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
