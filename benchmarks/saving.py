"""Measures storage of GitHub pages alone: nothing is fetched, classified or scored.

The pages are made before the clock starts: 25 pull requests each, with texts, labels, paths and
two reviews of usual length, one of the two with a word to say.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.git_crawl import _WORDS
from db import Store
from db.ingest import writer
from sourcing.core.model import Contribution, Credit, Identity, Page, Part

KEPT, WIDTH, ROUNDS = 10_000, 25, 3

STAMP = "2026-11-16T03:00:00Z"


def main() -> None:
    """Pages into a fresh file, and the same pages again; the best of some rounds."""
    read, first, again = list(_made()), [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "db") as store:
            first.append(stored(store, read))
            again.append(stored(store, read))
            store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = store.path.stat().st_size
    texts = [c.body or "" for p in read for c in p.contributions if c.kind == "merged_pr"]
    print(
        f"| {KEPT:,} PRs, two reviews each, pages of {WIDTH} | seconds | PRs a second | of first |"
    )
    print("|---|--:|--:|--:|")
    for name, seconds in (("a fresh file", min(first)), ("the same again", min(again))):
        ratio = seconds / min(first)
        print(f"| {name} | {seconds:.2f} | {KEPT / seconds:,.0f} | {ratio:.2f} |")
    print(
        f"\nA PR of {sum(map(len, texts)) / KEPT:,.0f} characters and its reviews take"
        f" {size / KEPT / 1024:.1f} KiB of the file, indexes and full-text index included."
    )


def stored(store: Store, read: Iterable[Page]) -> float:
    """Save pages as a crawl does; the seconds it took."""
    source, _ = store.source("github:lumen/engine", STAMP)
    run = store.start_run(source, STAMP)
    began = time.perf_counter()
    for page in read:
        writer.save(store, source, run, page, STAMP)
    return time.perf_counter() - began


def _made() -> Iterator[Page]:
    """Pages as the connector yields them: texts, labels, paths and reviews of usual length."""
    chance = random.Random(1)
    people = [
        Identity(
            f"github:github.com/{n}",
            f"Person {n} Lee",
            f"person-{n}",
            location="Porto",
            type="account",
        )
        for n in range(400)
    ]
    for start in range(1, KEPT + 1, WIDTH):
        items, seen = list[Contribution](), dict[str, Identity]()
        for number in range(start, start + WIDTH):
            who = chance.sample(people, 3)
            items += _change(number, [person.id for person in who], chance)
            seen |= {person.id: person for person in who}
        yield Page({"at": start}, tuple(items), tuple(seen.values()), source_priority=3)


def _change(number: int, people: list[str], chance: random.Random) -> Iterator[Contribution]:
    repo, at = "github.com/lumen/engine", f"2026-{number % 12 + 1:02}-01T10:00:00Z"
    paths = tuple(f"src/part_{chance.randrange(9)}/f{chance.randrange(400)}.py" for _ in range(5))
    labels, title = tuple(chance.sample(_WORDS, 2)), " ".join(chance.choices(_WORDS, k=7))
    said = [" ".join(chance.choices(_WORDS, k=chance.randint(5, 155))), "Why not a lock?", None]
    parts: tuple[Part, ...] = ("author", "reviewer", "reviewer")
    for part, person, body in zip(parts, people, said, strict=True):
        pull = part == "author"
        yield Contribution(
            f"pr:{repo}#{number}" if pull else f"review:{repo}#{number}/{person}",
            "merged_pr" if pull else "review", title, at, (Credit(person, part),), repo, number,
            f"https://{repo}/pull/{number}", body, (f"{number:040x}",) if pull else (), paths, 5,
            labels=labels, additions=120 if pull else None, deletions=40 if pull else None,
        )  # fmt: skip


if __name__ == "__main__":
    main()
