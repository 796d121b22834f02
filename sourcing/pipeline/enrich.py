"""Going deeper where it pays: what was said around the best work of those near the top.

Asks GitHub for the discussions of three pull requests a person, for the pages people publish,
and whose account wrote the commits of people no account is known of. Each is asked for once.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors import Context
from db import Store
from db.identity import resolution
from db.ingest import writer
from db.ranking import shortlist, works
from scoring import Rubric
from sourcing.core.model import Budget, Page
from sourcing.core.shortlist_query import ShortlistQuery

#: How many of each role, pull requests of each, and commits to ask about in a repository.
TOP, EACH, COMMITS = 10, 3, 1000


@dataclass(frozen=True, slots=True)
class Depth:
    """One night's going deeper, on what points are left."""

    store: Store
    rubric: Rubric
    context: Context
    now: str

    def deepen(self, budget: Budget) -> int:
        """Ask what is to be asked; how many pages of people came of it."""
        sources = {
            cursor["repo"]: name
            for name, cursor in self.store.cursors("github:").items()
            if cursor.get("repo")
        }
        if not sources:
            return 0
        joined = sum(self._resolve(repo, source, budget) for repo, source in sources.items())
        top = self._top()
        self._discussions(top, sources, budget)
        self._profiles(list(top), sources, budget)
        return joined

    def _top(self) -> dict[int, list[int]]:
        """The people near the top of any role, with their strongest contributions."""
        found: dict[int, list[int]] = {}
        for role, weights in self.rubric.roles.items():
            query = ShortlistQuery(role=role)
            ids = shortlist.top(self.store, role, TOP)
            best = works.evidence(self.store, weights, ids, query, EACH)
            for person, mine in best.items():
                found.setdefault(person, []).extend(work.id for work in mine)
        return found

    def _discussions(
        self, top: dict[int, list[int]], sources: dict[str, str], budget: Budget
    ) -> None:
        from connectors.github import reader as github  # noqa: PLC0415 - slow to load, and only needed here

        rows = works.undiscussed(self.store, [id_ for ids in top.values() for id_ in ids])
        for repo, source in sources.items():
            asked = [(*repo.partition("/")[::2], r.number) for r in rows if r.repo == repo]
            if asked:
                for page in github.discussions(asked, budget, self.context):
                    self._save(source, page)

    def _profiles(self, top: list[int], sources: dict[str, str], budget: Budget) -> None:
        from connectors.github import reader as github  # noqa: PLC0415 - slow to load, and only needed here

        rows = resolution.without_routes(self.store, top)
        source_of = {repo.partition("/")[0]: source for repo, source in sources.items()}
        hosts = [row["key"].split("/")[0].removeprefix("github:") for row in rows]
        people_ = [(h, r["login"]) for h, r in zip(hosts, rows, strict=True) if h in source_of]
        if people_:
            for page in github.profiles(people_, budget, self.context):
                self._save(source_of[people_[0][0]], page)

    def _resolve(self, repo: str, source: str, budget: Budget) -> int:
        from connectors.github import reader as github  # noqa: PLC0415 - slow to load, and only needed here

        commits = resolution.nameless(self.store, repo, COMMITS)
        if not commits:
            return 0
        joined = 0
        for ours, account, join in github.authors(repo, commits, budget, self.context):
            if account:
                self._save(
                    source, Page({}, identities=(account,), source_priority=github.SOURCE_PRIORITY)
                )
                joined += 1
            resolution.asked(self.store, ours, join, self.now)
        return joined

    def _save(self, source: str, page: Page) -> None:
        source_id, _ = self.store.source(source, self.now)
        writer.add(self.store, source_id, page, self.now)
