"""Makes Contributions of commits: a merged pull request with its branch, or one commit.

It is given the log of a stretch of mainline, newest first, and hands on what is complete.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors import _commit_message, _machine_text
from connectors._bots import is_agent
from connectors.git.history_scan import Census, by_web_flow, stable_key
from connectors.git.log import By, Commit
from connectors.git.mainline import Lines
from sourcing.core.model import BODY_LIMIT, TITLE_LIMIT, Contribution, Credit, Part
from sourcing.core.text import clean, clean_line

#: Side commits named by a merged pull request.
_OIDS = 250
#: Characters kept of each message of a branch.
_MEMBER_LIMIT = BODY_LIMIT // 4


@dataclass(slots=True)
class _Member:
    """A commit of a merged branch, as far as the pull request needs it."""

    committed: int
    oid: str
    author: By
    co_authors: list[By]
    merge: bool
    assisted: bool
    text: str


@dataclass(slots=True)
class _Pull:
    """A pull request whose branch is still being read."""

    commit: Commit
    main: int
    said: _commit_message.ParsedMessage
    number: int
    members: list[_Member] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """What one mainline commit brings in."""

    left: int
    done: list[Contribution] = field(default_factory=list)
    pulls: dict[str, _Pull] = field(default_factory=dict)


class Harvest:
    """Turns one log into Contributions, in the order of the mainline."""

    def __init__(self, census: Census, start: str, boundary: frozenset[str]) -> None:
        self._census, self._people, self._forge = census, census.people, census.forge
        self._boundary = boundary
        self._front = census.mainline.index(start)
        self._lines = Lines(self._front)
        self._groups: dict[int, _Group] = {}

    @property
    def resumption(self) -> str | None:
        """The mainline commit from which a later reading goes on; None past the last."""
        mainline = self._census.mainline
        return mainline[self._front] if self._front < len(mainline) else None

    def add(self, commit: Commit) -> list[Contribution]:
        """Take the next commit; what is complete now."""
        said = self._census.said(commit)
        mainline = self._lines.on_mainline(commit.oid)
        number = self._census.number(commit, said, mainline=mainline)
        place = self._lines.place(commit, opens=number is not None)
        group = self._groups.get(place.main)
        if group is None:
            group = self._groups[place.main] = _Group(self._census.sizes[place.main])
        group.left -= 1
        pull = group.pulls.get(place.opener)
        # Where a shallow clone ends, git shows the whole tree as one commit's change.
        if commit.oid in self._boundary:
            pass
        elif number and commit.merge:
            group.pulls[commit.oid] = _Pull(commit, place.main, said, number)
        elif number:
            group.done.append(self._squash(_Pull(commit, place.main, said, number)))
        elif pull:
            pull.members.append(_member(commit, said))
        elif commit.files and not commit.merge:
            group.done.append(self._plain(commit, place.main, said))
        return self._ready()

    def _ready(self) -> list[Contribution]:
        ready: list[Contribution] = []
        while group := self._groups.get(self._front):
            if group.left == 0:
                ready += [self._merged(pull) for pull in group.pulls.values()]
            ready += group.done
            group.done = []
            if group.left:
                break
            del self._groups[self._front]
            self._front += 1
        return ready

    def _plain(
        self, commit: Commit, main: int, said: _commit_message.ParsedMessage
    ) -> Contribution:
        body = _machine_text.without_machine_text(said.body)
        subject = commit.message.lstrip().partition("\n")[0]
        return Contribution(
            key=f"commit:{self._forge.repo}/{stable_key(commit)}",
            kind="commit",
            title=clean_line(subject, TITLE_LIMIT) or "(no message)",
            at=self._at(commit, main),
            credits=self._credits(commit.author, _commit_message.co_authors(commit.message), None),
            repo=self._forge.repo,
            url=self._forge.commit(commit.oid),
            body=_body(body),
            commits=(commit.oid,),
            paths=commit.paths,
            files=commit.files,
            renames=commit.renames,
            reverts=self._undone(commit, said.title, body, whole=True),
            assisted=_is_assisted(commit) or None,
        )

    def _squash(self, pull: _Pull) -> Contribution:
        commit = pull.commit
        people = _commit_message.co_authors(commit.message)
        merger = None if by_web_flow(commit) else commit.committer
        return self._pull(pull, self._credits(commit.author, people, merger))

    def _merged(self, pull: _Pull) -> Contribution:
        # git's order is topological; the clock's is the same whatever else was read.
        pull.members.sort(key=lambda member: member.committed)
        author, others = self._authors(pull)
        others += _commit_message.co_authors(pull.commit.message)
        web = by_web_flow(pull.commit)
        merger = pull.commit.author if web else pull.commit.committer
        return self._pull(pull, self._credits(author, others, merger))

    def _authors(self, pull: _Pull) -> tuple[By | None, list[By]]:
        """Who wrote most of the branch, and the others who wrote in it."""
        members = [m for m in pull.members if not m.merge] or pull.members
        if not members:
            return None, []
        counts = Counter(self._people.human(member.author) for member in members)
        # A machine that tidies a human's branch is not its author, however often it did.
        human = not self._people.is_bot(members[0].author)
        able = [m for m in members if not (human and self._people.is_bot(m.author))]
        author = max(able, key=lambda m: counts[self._people.human(m.author)]).author
        return author, [by for m in members for by in (m.author, *m.co_authors)]

    def _pull(self, pull: _Pull, credit: tuple[Credit, ...]) -> Contribution:
        commit, said = pull.commit, pull.said
        newest = [m.oid for m in reversed(pull.members)][:_OIDS]
        words = _machine_text.without_machine_text(said.body).strip()
        body = _body("\n\n".join([words, *(m.text for m in pull.members if m.text)]))
        return Contribution(
            key=f"pr:{self._forge.repo}#{pull.number}",
            kind="merged_pr",
            title=clean_line(said.title, TITLE_LIMIT) or f"Pull request #{pull.number}",
            at=self._at(commit, pull.main),
            credits=credit,
            repo=self._forge.repo,
            number=pull.number,
            url=self._forge.pull(pull.number),
            body=body,
            commits=(commit.oid, *newest),
            paths=commit.paths,
            files=commit.files,
            renames=commit.renames,
            reverts=self._undone(commit, said.title, words, whole=False),
            assisted=_is_assisted(commit) or any(m.assisted for m in pull.members) or None,
        )

    def _credits(
        self, author: By | None, others: list[By], merger: By | None
    ) -> tuple[Credit, ...]:
        """Each human once, in the greatest part they had."""
        seen: set[int] = set()
        found: list[Credit] = []
        parts: list[tuple[By | None, Part]] = [(author, "author")]
        parts += [(by, "co_author") for by in others]
        if merger and not self._people.is_bot(merger):
            parts.append((merger, "merger"))
        for by, part in parts:
            if by and self._people.human(by) not in seen:
                seen.add(self._people.human(by))
                if identity := self._people.identity(by):
                    found.append(Credit(identity, part))
        return tuple(found)

    def _undone(self, commit: Commit, title: str, body: str, *, whole: bool) -> str | None:
        named = _commit_message.reverted_change(title, body, whole=whole)
        return named or self._census.undone(commit.oid)

    def _at(self, commit: Commit, main: int) -> str:
        seconds = self._census.came(commit, main)
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _member(commit: Commit, said: _commit_message.ParsedMessage) -> _Member:
    """A merge of the target into its branch is nobody's work and says nothing."""
    words = "" if commit.merge else _machine_text.without_machine_text(commit.message)
    text = _commit_message.without_trailers(words)[:_MEMBER_LIMIT]
    people = [] if commit.merge else _commit_message.co_authors(commit.message)
    assisted = not commit.merge and _is_assisted(commit)
    return _Member(commit.committed, commit.oid, commit.author, people, commit.merge, assisted,
                   f"* {text}" if text else "")  # fmt: skip


def _is_assisted(commit: Commit) -> bool:
    """True if a coding agent made the commit or its message credits one."""
    author = is_agent(commit.author[0], None, commit.author[1])
    return author or _machine_text.is_agent_assisted(commit.message)


def _body(text: str) -> str | None:
    return clean(_commit_message.without_trailers(text[: BODY_LIMIT * 2]), BODY_LIMIT) or None
