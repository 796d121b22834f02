"""Enrichment: requests more data about the people near the top of a role.

It requests the discussions of their best pull requests, the pages that they publish, and the
accounts of commit authors without one, each once. It skips works of little substance, which no
message cites, and people who have only such works.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors import Connector
from db import Store
from db.identity import resolution
from db.ingest import writer
from db.ranking import shortlist, works
from scoring import Rubric
from sourcing.core.identifiers import IdentityKey
from sourcing.core.model import Budget, Page
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.pipeline.isolation import Isolation

#: People per role, pull requests per person, and commits per repository to ask about.
TOP, EACH, COMMITS = 10, 3, 1000
#: The least substance (0 to 3) of a work that is worth a request.
SOLID = 1.0


@dataclass(frozen=True, slots=True)
class Enricher:
    """The enrichment of one night from one connector, within the remaining points."""

    store: Store
    rubric: Rubric
    connector: Connector
    isolation: Isolation
    now: str

    def enrich(self, budget: Budget) -> int:
        """Send the open requests; return the number of accounts found for commit authors."""
        sources = {
            cursor["repo"]: name
            for name, cursor in self.store.cursors(f"{self.connector.name}:").items()
            if cursor.get("repo")
        }
        if not sources or self.connector.enrichment is None:
            return 0
        recognised = sum(self._authors(repo, source, budget) for repo, source in sources.items())
        top = self._top()
        self._discussions(top, sources, budget)
        self._profiles(list(top), sources, budget)
        return recognised

    def _top(self) -> dict[int, list[int]]:
        """The people near the top of any role, with their strongest solid contributions."""
        result: dict[int, list[int]] = {}
        for role, weights in self.rubric.roles.items():
            query = ShortlistQuery(role=role)
            ids = shortlist.top(self.store, role, TOP)
            best = works.evidence(self.store, weights, ids, query, EACH)
            for person, mine in best.items():
                if solid := [work.id for work in mine if work.substance >= SOLID]:
                    result.setdefault(person, []).extend(solid)
        return result

    def _discussions(
        self, top: dict[int, list[int]], sources: dict[str, str], budget: Budget
    ) -> None:
        rows = works.undiscussed(self.store, [id_ for ids in top.values() for id_ in ids])
        for repo, source in sources.items():
            pulls = [(*repo.partition("/")[::2], r.number) for r in rows if r.repo == repo]
            if pulls:
                for page in self._ask("discussions", budget, pulls):
                    self._save(source, page)

    def _profiles(self, top: list[int], sources: dict[str, str], budget: Budget) -> None:
        source_of = {repo.partition("/")[0]: source for repo, source in sources.items()}
        people = [
            (key.host, account.login)
            for account in resolution.accounts_without_routes(self.store, top)
            if (key := IdentityKey.parse(account.key)) and key.host in source_of
        ]
        if people:
            for page in self._ask("profiles", budget, people):
                self._save(source_of[people[0][0]], page)

    def _authors(self, repo: str, source: str, budget: Budget) -> int:
        commits = resolution.authors_without_account(self.store, repo, COMMITS)
        if not commits:
            return 0
        recognised = 0
        for ours, account, join in self._ask("authors", budget, repo, commits):
            if account:
                priority = self.connector.priority
                self._save(source, Page({}, identities=(account,), source_priority=priority))
                recognised += 1
            resolution.record_answer(self.store, ours, join, self.now)
        return recognised

    def _ask(self, function: str, budget: Budget, *args: object) -> Iterator[Any]:
        return self.isolation.call(self.connector, function, args, budget)

    def _save(self, source: str, page: Page) -> None:
        source_id, _ = self.store.source(source, self.now)
        writer.add(self.store, source_id, page, self.now)
