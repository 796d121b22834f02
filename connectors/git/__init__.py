"""Merged pull requests and commits out of a git history: a path or a URL, `@REV` to stop in it.

Reads the mainline newest first, in one stream, and remembers in its Cursor which stretches
of it are still unread. It asks no forge: reviews, labels, sizes and what stands only on a
pull request's page are not known here.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from connectors import Context
from connectors.git.clone import Repository, open_target
from connectors.git.forge_urls import checked_forges, public
from connectors.git.history_scan import Census
from connectors.git.log import ask, read_log
from connectors.git.pull_requests import Harvest
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget, Contribution, Cursor, Page
from sourcing.core.text import clean_line

_PAGE = 500


def fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    """Read `target` on from `cursor`, newest first, until done or out of budget."""
    if not budget.take(1):
        return
    repository = open_target(target, budget, context.cache, context.forges)
    if repository is None:
        _say_empty(target, cursor, context)
        return
    cover = _cover(cursor, repository)
    if not cover.gaps:
        return
    reading = _Reading(repository, cover, budget, context)
    place = clean_line(public(target), 200)
    if not reading.prepare():
        context.tell(f"git:{place}: this run's time was up before anything was read; allow more")
        return
    if repository.boundary:
        context.tell(
            f"git:{place} is a shallow clone: only people whose commits name an account can be"
            " told apart and are credited; `git fetch --unshallow` shows the others"
        )
    yield from reading.pages()


def _say_empty(target: str, cursor: Cursor, context: Context) -> None:
    place = clean_line(public(target), 200)
    if cursor:
        raise SourceError(
            f"git:{place} shows no commits, but did before; a log-in page may answer in its place"
        )
    doubt = "; if it should, a log-in page or the wrong address answers" if "://" in place else ""
    context.tell(f"git:{place} has no commits (yet){doubt}")


def check(forges: Mapping[str, str]) -> None:
    """A ConfigError that names the first entry of `[git.forge]` which is no repository page."""
    checked_forges(forges)


@dataclass(slots=True)
class _Cover:
    """What is still unread: stretches of the mainline, each from a commit down to a floor."""

    head: str
    gaps: list[tuple[str, str | None]]
    scan: int
    shallow: str | None
    repo: str

    def cursor(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "head": self.head,
            "gaps": [list(gap) for gap in self.gaps],
            "scan": self.scan,
            "shallow": self.shallow,
            "repo": self.repo,
        }


def _cover(cursor: Cursor, repository: Repository) -> _Cover:
    """Go on where the cursor stands; start over where history is not what it was."""
    head, shallow, repo = repository.head, repository.shallow, repository.forge.repo
    if not cursor:
        return _Cover(head, [(head, None)], 1, shallow, repo)
    gaps = [(start, floor) for start, floor in cursor["gaps"]]
    old, scan = cursor["head"], cursor["scan"]
    known = [oid for gap in gaps for oid in gap if oid]
    if (shallow, repo) != (cursor["shallow"], cursor["repo"]) or not _holds(repository, old, known):
        return _Cover(head, [(head, None)], scan + 1, shallow, repo)
    if head != old:
        gaps.insert(0, (head, old))
    return _Cover(head, gaps, scan, shallow, repo)


def _holds(repository: Repository, old: str, known: list[str]) -> bool:
    """True if the mainline only grew since: an old head that was merged into another line
    makes other pull requests of the same commits, so that is read anew as well."""
    git_dir = repository.git_dir
    if known and ask("rev-list", "--no-walk", "--quiet", *known, git_dir=git_dir) is None:
        return False
    if old == repository.head:
        return True
    line = ask("rev-list", "--first-parent", "--parents", repository.head, f"^{old}",
               git_dir=git_dir)  # fmt: skip
    return line is not None and line.rpartition("\n")[2].split()[1:2] == [old]


class _Reading:
    """One reading: pages of Contributions, each with the people it needs and the cursor."""

    def __init__(
        self, repository: Repository, cover: _Cover, budget: Budget, context: Context
    ) -> None:
        self._repository, self._cover = repository, cover
        self._budget, self._context = budget, context
        whole = not repository.boundary
        self._census = Census(repository.forge, context.now, whole=whole)
        self._shown: set[str] = set()
        self._read = 0

    def prepare(self) -> bool:
        """Learn what only the whole history tells; False if the time was up before."""
        return self._census.read(self._repository.git_dir, self._cover.head, self._late)

    def pages(self) -> Iterator[Page]:
        """What is new first, then what is oldest among the unread."""
        at = 0
        while self._cover.gaps and not self._late():
            yield from self._stretch(at)
            at = -1

    def _late(self) -> bool:
        """True once the time is up; a reading that goes on costs no further request."""
        return self._budget.late()

    def _stretch(self, at: int) -> Iterator[Page]:
        start, floor = self._cover.gaps[at]
        harvest = Harvest(self._census, start, self._repository.boundary)
        revisions = (start, f"^{floor}") if floor else (start,)
        batch: list[Contribution] = []
        with closing(read_log(self._repository.git_dir, *revisions)) as log:
            try:
                for commit in log:
                    batch += harvest.add(commit)
                    self._read += 1
                    unread = harvest.resumption
                    if len(batch) >= _PAGE and unread and unread != floor:
                        self._cover.gaps[at] = (unread, floor)
                        yield self._page(batch)
                        batch = []
                        if self._late():
                            return
            except SourceError:
                self._cover.gaps[at] = (harvest.resumption or start, floor)
                if batch:
                    yield self._page(batch)
                raise
        del self._cover.gaps[at]
        if batch or not self._cover.gaps:
            yield self._page(batch)

    def _page(self, batch: list[Contribution]) -> Page:
        self._context.progress(self._read, sum(self._census.sizes))
        unique = {contribution.key: contribution for contribution in batch}
        credited = {credit.identity for c in unique.values() for credit in c.credits}
        identities, joins = self._census.people.known(sorted(credited - self._shown))
        self._shown.update(identity.id for identity in identities)
        return Page(
            cursor=self._cover.cursor(),
            contributions=tuple(unique.values()),
            identities=identities,
            joins=joins,
            scan=self._cover.scan,
            finished=not self._cover.gaps,
        )
