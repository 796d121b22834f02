"""Lives through nights of a world and holds what is stored against the truth.

Night after night: a day happens, the crawl is killed at random moments, and then left alone.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from demo.github import Server
from tests.conftest import toml
from tests.githubworld import truth
from tests.soak.call import call
from tests.soak.world import BEGAN, World
from tests.web import loopback

MAX_POINTS, BLOAT = 60, 1.3
#: Seconds for what takes two or three, on a machine that has other work as well.
HANG = 300

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.soak.hurry"])


@dataclass
class Told:
    """What a quarter came to."""

    kills: int = 0
    nights: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    points: int = 0
    in_part: int = 0
    bloat: float = 0.0


class Quarter:
    """One seed's nights in a folder."""

    def __init__(self, folder: Path, seed: int, world: World, server: Server) -> None:
        self.folder, self.world, self.server = folder, world, server
        self.dice, self.told = random.Random(seed * 7 + 1), Told()
        # Without a lock: whoever is killed would take it along.
        self._passed = _FORKS.RawValue("d", 0.0)
        self._took = 0.4
        server.clock = lambda: self.began.timestamp() + self._passed.value

    @property
    def began(self) -> datetime:
        """When tonight's crawl starts."""
        return BEGAN + timedelta(days=self.world.night)

    # -- calling the command -----------------------------------------------------------------

    def start(self, *words: str, folder: Path | None = None) -> ForkServerProcess:
        """A call of the command that goes its own way."""
        token = f"ghp_soak{self.world.token}"
        process = _FORKS.Process(
            target=call,
            args=(folder or self.folder, words, self.began, self._passed, token),
        )
        process.start()
        return process

    def crawl(self, folder: Path | None = None) -> int:
        """A crawl that is left alone; its status."""
        before, began = self.server.points_spent, time.perf_counter()
        process = self.start("crawl", folder=folder)
        process.join(HANG)
        assert process.exitcode is not None, "a crawl hangs"
        self._took = max(0.1, 0.8 * self._took + 0.2 * (time.perf_counter() - began))
        assert self.server.points_spent - before <= MAX_POINTS, "the budget was overrun"
        self.told.statuses[process.exitcode] = self.told.statuses.get(process.exitcode, 0) + 1
        return int(process.exitcode)

    def kill(self, signal_: signal.Signals) -> None:
        """A crawl that is ended at some moment."""
        before = self.server.points_spent
        process = self.start("crawl")
        process.join(self.dice.uniform(0.02, 0.7) * self._took)
        if process.exitcode is None:
            os.kill(process.pid or 0, signal_)
            self.told.kills += 1
        process.join(HANG)
        assert process.exitcode is not None, "a crawl that was to end hangs"
        assert self.server.points_spent - before <= MAX_POINTS, "the budget was overrun"

    # -- nights ------------------------------------------------------------------------------

    def night(self, kills: int) -> None:
        """A day and a night."""
        world = self.world
        world.night += 1
        self._passed.value = 0.0
        self.server.log.clear()
        world.day()
        world.misfortune(self.server)
        if self.dice.random() < 0.03:
            world.expire(self.server)
            world.token -= 1  # nobody noticed yet
            assert self.crawl() == 1
            world.token += 1
        if self.dice.random() < 0.04:
            self.objection()
        for _ in range(kills):
            self.kill(signal.SIGKILL if self.dice.random() < 0.8 else signal.SIGTERM)
        assert self.crawl() in {0, 1}, self.said()
        self.told.nights += 1
        self.told.points += self.server.points_spent

    def objection(self) -> None:
        """Somebody says no, and for good."""
        user = self.world.person()
        process = self.start("suppress", f"@{user.login}", "--yes")
        process.join(HANG)
        assert process.exitcode == 0, self.said()
        self.world.objected.add(f"github:github.com/{user.database_id}")

    def settle(self, nights: int = 6) -> None:
        """Nights without misfortune, until nothing is left to read."""
        self.server.faults = self.server.width_limit = None
        for _ in range(nights):
            self.world.night += 1
            self._passed.value = 0.0
            self.crawl()
        self.look_for_rewriting()

    def look_for_rewriting(self) -> None:
        """With nothing new, a crawl changes nothing but what it says of itself."""
        before = self.dump()
        self.crawl()
        after = self.dump()
        changed = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
        assert (len(before), changed[:3]) == (len(after), []), self.said()

    def said(self) -> str:
        """The last of what was told."""
        return (self.folder / "said.txt").read_text()[-2000:]

    # -- holding it against the truth --------------------------------------------------------

    def rows(self, sql: str, folder: Path | None = None) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect((folder or self.folder) / "sourcing.db")) as conn:
            return conn.execute(sql).fetchall()

    def dump(self) -> list[str]:
        with closing(sqlite3.connect(self.folder / "sourcing.db")) as conn:
            return [
                line
                for line in conn.iterdump()
                if not line.startswith(('INSERT INTO "runs"', 'INSERT INTO "nights"'))
            ]

    def judge(self) -> None:
        """What is stored is the truth, and as if read afresh."""
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []
        objected = self.rows("SELECT key FROM identities WHERE key LIKE 'github:%'")
        assert self.world.objected.isdisjoint(key for (key,) in objected), "stored all the same"
        self.judge_pulls()
        self.judge_posts()
        self.judge_beside_a_fresh_crawl()

    def judge_pulls(self) -> None:
        for repository in self.world.alive():
            rows = self.rows(
                "SELECT key, title FROM contributions WHERE kind = 'merged_pr'"
                f" AND repo = 'github.com/{repository.full_name}'"
            )
            found = {str(key): str(title) for key, title in rows}
            # What was theirs alone went with them; of what others have a part in, the words.
            gone = {f"#{p.number}" for p in repository.pulls if self.world.said_no(p.author)}
            expected = {
                key: "[removed]" if found.get(key) == "[removed]" else title
                for key, title in truth(repository).items()
                if key in found or key[key.index("#") :] not in gone
            }
            removed = [key for key, title in found.items() if title == "[removed]"]
            assert not removed or self.world.objected, removed
            odd = sorted(found.items() ^ expected.items())
            assert not odd, (repository.full_name, odd)

    def judge_posts(self) -> None:
        posts = "SELECT title, count(*) FROM contributions WHERE kind = 'post' GROUP BY title"
        found = self.rows(posts)
        assert dict(found) == dict.fromkeys(self.world.titles.values(), 1)  # type: ignore[arg-type]

    def judge_beside_a_fresh_crawl(self) -> None:
        fresh = self.folder / "fresh"
        fresh.mkdir()
        self.configure(fresh, max_points=10_000)
        process = self.start("crawl", folder=fresh)
        process.join(120)
        part = self.known_in_part() | {
            _pull(row[0]) for row in self.rows(_CREDITS, fresh) if row[2] in self.world.objected
        }
        part |= {_pull(row[0]) for row in self.rows(_EVIDENCE) if row[2] == "[removed]"}
        for sql in (_EVIDENCE, _CREDITS):
            here, there = (
                {row for row in self.rows(sql, folder) if _pull(row[0]) not in part}
                for folder in (self.folder, fresh)
            )
            assert there <= here, f"not here: {sorted(map(str, there - here))[:5]}"
            odd = [row for row in here - there if not self.may_be_only_here(row)]
            assert not odd, f"only here: {odd[:5]}"
        self.told.bloat = max(
            self._size(self.folder) / self._size(fresh),
            (self.folder / "sourcing.db").stat().st_size / self._packed(),
        )

    def _size(self, folder: Path) -> float:
        """Bytes for each contribution: here are some of repositories that are deleted by now."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)", folder)
        held = int(str(self.rows("SELECT count(*) FROM contributions", folder)[0][0]))
        return (folder / "sourcing.db").stat().st_size / held

    def _packed(self) -> int:
        """Bytes without any slack."""
        packed = self.folder / "packed.db"
        self.rows(f"VACUUM INTO '{packed}'")
        return packed.stat().st_size

    def known_in_part(self) -> set[str]:
        """Pull requests of which GitHub, on a very bad night, gave no lists; marked as such."""
        sql = "SELECT key FROM contributions WHERE truncated IS NOT NULL AND truncated <> '[]'"
        found = {_pull(key) for (key,) in self.rows(sql)}
        self.told.in_part += len(found)
        return found

    def may_be_only_here(self, row: tuple[object, ...]) -> bool:
        """What the forge showed before and does not show now: what is deleted, the work of who
        left as theirs, and a review after which the reviewer wrote another."""
        gone = {f"github.com/{name}" for name in self.world.names_of_the_gone()}
        left = {f"github:github.com/{u.database_id}" for u in self.world.forge.users if u.deleted}
        return row[1] in gone or row[2] in left or str(row[0]).startswith("review:")

    def configure(self, folder: Path, max_points: int = MAX_POINTS) -> None:
        """Write the config."""
        private = [self.world.blog.origin, self.world.second.origin]
        (folder / "sources.toml").write_text(
            f"sources = {toml(self.world.sources)}\n"
            f"[github]\napi_url = {toml(self.server.url)}\nmax_points = {max_points}\n"
            f"[http]\nallow_private = {toml(private)}\n"
        )


def _pull(key: object) -> str:
    """The pull request of a key, or of a review's key."""
    return str(key).partition(":")[2].partition("/pullrequestreview")[0]


_EVIDENCE = (
    "SELECT c.key, c.repo, c.title, e.work, e.substance FROM contributions c"
    " JOIN evidence e ON e.contribution_id = c.id WHERE c.withdrawn_at IS NULL"
)
#: Who left the forge is still credited here, and cannot be afresh.
_CREDITS = (
    "SELECT c.key, c.repo, i.key, k.part FROM credits k JOIN contributions c"
    " ON c.id = k.contribution_id JOIN identities i ON i.id = k.identity_id"
    " WHERE c.withdrawn_at IS NULL"
)


@contextmanager
def quarter(folder: Path, seed: int) -> Iterator[Quarter]:
    """A world at its beginning, and nobody has looked yet."""
    with loopback() as blog, loopback() as second:
        world = World(folder, seed, blog, second)
        with Server(world.forge, tokens={"ghp_soak1": ""}, points=900) as server:
            found = Quarter(folder, seed, world, server)
            found.configure(folder)
            yield found
