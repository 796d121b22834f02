"""Reads merged pull requests and commits from a git history: a path or a URL, `@REV` to stop there.

It reads the mainline newest first, in one stream, and stores in its Cursor the ranges that are
still unread. It makes no request to a forge: reviews, labels and sizes are not known here, and
texts that exist only on a pull request's page are missing.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from connectors import Context
from connectors.git.authors.identities import AuthorIndex
from connectors.git.clone import LocalHistory, open_target
from connectors.git.forge_urls import check_forges
from connectors.git.history_scan import HistoryScan
from connectors.git.log import read_log
from connectors.git.process import Git, TimeUpError
from connectors.git.pull_requests import PullRequestBuilder
from connectors.git.remote import delete_damaged, shown
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget, Contribution, Cursor, Page

#: Contributions of one page.
_PAGE = 500


def fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    """Read `target` from `cursor` on, newest first, until the end or the end of the budget."""
    if not budget.take(1):
        return
    history = open_target(target, budget, context)
    if history is None:
        _report_empty(target, cursor, context)
        return
    coverage = _resume(cursor, history)
    if not coverage.gaps:
        return
    crawl = _HistoryCrawl(history, coverage, budget, context)
    try:
        if not crawl.prepare():
            context.tell(f"git:{shown(target)}: the time of this run ended before anything was"
                         " read; allow more minutes")  # fmt: skip
            return
        if history.boundary:
            context.tell(
                f"git:{shown(target)} is a shallow clone: only authors whose commits name an"
                " account are credited; `git fetch --unshallow` shows the others"
            )
        yield from crawl.pages()
    except SourceError as error:
        if history.cached and delete_damaged(history.git, error):
            raise SourceError(f"{error}; the clone is deleted and fetched again") from error
        raise


def _report_empty(target: str, cursor: Cursor, context: Context) -> None:
    place = shown(target)
    if cursor:
        raise SourceError(f"git:{place} has no commits but had some before; a log-in page may"
                          " answer instead")  # fmt: skip
    doubt = "; if it should, a log-in page or the wrong address answers" if "://" in place else ""
    context.tell(f"git:{place} has no commits{doubt}")


def check(forges: Mapping[str, str]) -> None:
    """Raise a ConfigError that names the first entry of `[git.forge]` without a repository page."""
    check_forges(forges)


@dataclass(slots=True)
class _Coverage:
    """The unread ranges of a history, as the Cursor stores them."""

    #: The newest mainline commit when the history was last opened.
    head: str
    #: Ranges of the mainline that are unread: from a commit down to, but not including, a floor.
    gaps: list[tuple[str, str | None]]
    #: Which complete reading this is; see Page.scan.
    scan: int
    #: Identifies the boundary of a shallow clone, the name of the repository and its `.mailmap`:
    #: a change of any of them begins a new scan.
    shallow: str | None
    repo: str
    mailmap: str

    def cursor(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {
            "head": self.head,
            "gaps": [list(gap) for gap in self.gaps],
            "scan": self.scan,
            "shallow": self.shallow,
            "repo": self.repo,
            "mailmap": self.mailmap,
        }


def _resume(cursor: Cursor, history: LocalHistory) -> _Coverage:
    """Continue from the cursor; begin a new scan where the history is another one."""
    head, shallow, repo = history.head, history.shallow, history.forge.repo
    mailmap = history.mailmap_oid
    if not cursor:
        return _Coverage(head, [(head, None)], 1, shallow, repo, mailmap)
    gaps = [(start, floor) for start, floor in cursor["gaps"]]
    old, scan, known_mailmap = cursor["head"], cursor["scan"], cursor.get("mailmap", "")
    if mailmap == "unread":
        mailmap = known_mailmap
    known = [oid for gap in gaps for oid in gap if oid]
    same = (shallow, repo, mailmap) == (cursor["shallow"], cursor["repo"], known_mailmap)
    if not same or not _only_grew(history, old, known):
        return _Coverage(head, [(head, None)], scan + 1, shallow, repo, mailmap)
    if head != old:
        gaps.insert(0, (head, old))
    return _Coverage(head, gaps, scan, shallow, repo, mailmap)


def _only_grew(history: LocalHistory, old: str, known: list[str]) -> bool:
    """True if the mainline only grew. An old head that was merged into another line would make
    other pull requests of the same commits, so that history is read again as well."""
    git = history.git
    if known and git.try_run("rev-list", "--no-walk", "--quiet", *known) is None:
        return False
    if old == history.head:
        return True
    line = git.try_run("rev-list", "--first-parent", "--parents", history.head, f"^{old}")
    return line is not None and line.rpartition("\n")[2].split()[1:2] == [old]


class _HistoryCrawl:
    """One crawl of one history: pages of Contributions with their people and the cursor."""

    def __init__(
        self, history: LocalHistory, coverage: _Coverage, budget: Budget, context: Context
    ) -> None:
        self._git: Git = history.git
        self._boundary, self._coverage = history.boundary, coverage
        self._budget, self._context = budget, context
        whole = not history.boundary
        authors = AuthorIndex(history.forge, history.mailmap, whole=whole, key=context.hash_key)
        self._scan = HistoryScan(history.forge, context.now, authors)
        self._shown: set[str] = set()
        self._read = 0

    def prepare(self) -> bool:
        """Scan the whole history; False if the time was up first."""
        return self._scan.read(self._git, self._coverage.head, self._late)

    def pages(self) -> Iterator[Page]:
        """Yield new work first, then the oldest gap."""
        at = 0
        while self._coverage.gaps and not self._late():
            yield from self._gap(at)
            at = -1

    def _late(self) -> bool:
        """True once the time is up. Reading on costs no further request."""
        return self._budget.late()

    def _gap(self, at: int) -> Iterator[Page]:
        start, floor = self._coverage.gaps[at]
        builder = PullRequestBuilder(self._scan, start, self._boundary)
        revisions = (start, f"^{floor}") if floor else (start,)
        batch: list[Contribution] = []
        with closing(read_log(self._git, *revisions, late=self._late)) as log:
            try:
                for commit in log:
                    batch += builder.add(commit)
                    self._read += 1
                    unread = builder.resume_at
                    if len(batch) >= _PAGE and unread and unread != floor:
                        self._coverage.gaps[at] = (unread, floor)
                        yield self._page(batch)
                        batch = []
                        if self._late():
                            return
            except (SourceError, TimeUpError) as error:
                self._coverage.gaps[at] = (builder.resume_at or start, floor)
                if batch:
                    yield self._page(batch)
                if isinstance(error, SourceError):
                    raise
                return
        del self._coverage.gaps[at]
        if batch or not self._coverage.gaps:
            yield self._page(batch)

    def _page(self, batch: list[Contribution]) -> Page:
        self._context.progress(self._read, sum(self._scan.sizes))
        unique = {contribution.key: contribution for contribution in batch}
        credited = {credit.identity for c in unique.values() for credit in c.credits}
        identities, joins = self._scan.authors.identities(sorted(credited - self._shown))
        self._shown.update(identity.id for identity in identities)
        return Page(
            cursor=self._coverage.cursor(),
            contributions=tuple(unique.values()),
            identities=identities,
            joins=joins,
            scan=self._coverage.scan,
            finished=not self._coverage.gaps,
        )
