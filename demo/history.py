"""Changes made into a real git repository, by one stream into `git fast-import`.

The forge numbers pull requests by the order in which they were merged. It invents no text.
"""

import os
import re
import subprocess  # nosec B404
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate, count
from pathlib import Path
from random import Random

from demo.tables import FORGE, TODAY, Change, Person, Project
from sourcing.core.errors import SourcingError

_REFERENCE = re.compile(r"\{#([\w-]+)\}")
#: The committer of merges by button.
_WEB = Person("Forge", "web-flow", (f"1+web-flow@users.noreply.{FORGE}",))
#: Nothing of the user's own git may show in the histories.
_ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TEMPLATE_DIR": ""}


@dataclass(frozen=True, slots=True)
class Merged:
    """A change as the forge merged it: with its number, its commit and the references resolved."""

    change: Change
    number: int
    oid: str
    at: datetime
    title: str
    body: str


def write(
    path: Path, project: Project, crew: Mapping[str, Person], made: list[Change]
) -> list[Merged]:
    """A bare repository at `path` with the changes in order of their days; its pull requests."""
    ordered = sorted(made, key=lambda change: (-change.day, change.key))
    stream = _Stream(project, crew)
    stream.begin(ordered)
    for change in ordered:
        stream.add(change)
    _git("init", "--quiet", "--bare", "--object-format=sha1", "--initial-branch=main", str(path))
    marks = path / "marks"
    exported = f"--export-marks={marks.resolve()}"
    _git(f"--git-dir={path}", "fast-import", "--quiet", "--force", exported,
         stdin=b"".join(stream.parts))  # fmt: skip
    oids = dict(line[1:].split() for line in marks.read_text().splitlines())
    return [replace(merged, oid=oids[merged.oid]) for merged in stream.merged]


class _Stream:
    """A fast-import stream, growing."""

    def __init__(self, project: Project, crew: Mapping[str, Person]) -> None:
        self.parts: list[bytes] = []
        self.numbers: dict[str, int] = {}
        self.merged: list[Merged] = []
        self._project, self._crew = project, crew
        self._written: Counter[str] = Counter()
        self._marks = count(1)
        self._random = Random(project.url)  # noqa: S311 - the same numbers each time are the point  # nosec B311
        self._tip: int | None = None
        self._now = datetime.combine(TODAY - timedelta(project.born), time(9), UTC)

    def begin(self, ordered: Iterable[Change]) -> None:
        """Number the pull requests, between the issues; the first commit, before anybody came."""
        numbers = accumulate(self._random.randrange(1, 5) for _ in count())
        merged = [change.key for change in ordered if change.how != "commit"]
        self.numbers = dict(zip(merged, numbers, strict=False))
        founder, package = self._crew[self._project.merger], self._project.package
        paths = ("README.md", "LICENSE", "pyproject.toml", f"{package}/__init__.py")
        text = f"First commit\n\n{self._project.about}"
        self._tip = self._commit((founder, founder), text, paths, stamp="born")

    def add(self, change: Change) -> None:
        """The change as its project merges: one commit, or a branch and its merge."""
        start = datetime.combine(TODAY - timedelta(change.day), time(8), UTC)
        self._now = max(self._now, start) + timedelta(minutes=self._random.randrange(9, 240))
        author, merger = self._crew[change.by], self._crew[self._project.merger]
        title, body = self._linked(change.title), self._linked(change.body)
        number, plain = self.numbers.get(change.key), (title, body)
        parents: tuple[int, ...] = ()
        by = (author, _WEB if number else author)
        if change.how == "squash":
            title = f"{title} (#{number})"
        elif change.how == "merge":
            sentence = _message(title, body, self._trailers(change))
            parents = (self._commit((author, author), sentence, change.paths, stamp=change.key),)
            subject = f"Merge pull request #{number} from {author.login}/{change.branch}"
            title, body, by = subject, _message(title, body), (merger, _WEB)
        sentence = _message(title, body, "" if parents else self._trailers(change))
        self._tip = self._commit(by, sentence, change.paths, parents, stamp=change.key)
        if number:
            self.merged.append(Merged(change, number, str(self._tip), self._now, *plain))

    def _trailers(self, change: Change) -> str:
        people = (self._crew[helper] for helper in change.helpers)
        return "\n".join(f"Co-authored-by: {who.name} <{who.addresses[0]}>" for who in people)

    def _linked(self, text: str) -> str:
        return _REFERENCE.sub(lambda found: f"#{self.numbers[found[1]]}", text)

    def _commit(
        self,
        by: tuple[Person, Person],
        message: str,
        paths: Iterable[str],
        merged: tuple[int, ...] = (),
        *,
        stamp: str,
    ) -> int:
        """Put a commit on the tip; `stamp` is what its files say, the same on branch and merge."""
        mark, seconds = next(self._marks), int(self._now.timestamp())
        author, committer = by
        head = (
            f"commit refs/heads/main\nmark :{mark}\n"
            f"author {author.name} <{self._address(author)}> {seconds - 3_600} +0000\n"
            f"committer {committer.name} <{committer.addresses[0]}> {seconds} +0000\n"
        )
        self.parts += [head.encode(), _data(message)]
        if self._tip is not None:
            self.parts.append(b"from :%d\n" % self._tip)
        self.parts += [b"merge :%d\n" % parent for parent in merged]
        for path in paths:
            self.parts += [f"M 100644 inline {path}\n".encode(), _data(f"{path}\n{stamp}\n")]
        return mark

    def _address(self, person: Person) -> str:
        """The first, and every third time the last: not everybody writes from one desk."""
        self._written[person.login] += 1
        return person.addresses[-1 if self._written[person.login] % 3 == 0 else 0]


def _message(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs))


def _data(text: str) -> bytes:
    raw = text.encode()
    return b"data %d\n%s\n" % (len(raw), raw)


def _git(*args: str, stdin: bytes = b"") -> None:
    try:
        subprocess.run(  # nosec B603 B607
            ["git", *args], input=stdin, env=os.environ | _ALONE, check=True, capture_output=True
        )
    except FileNotFoundError as error:
        raise SourcingError("git is not installed, and the demo's repositories need it") from error
    except subprocess.CalledProcessError as error:
        sentence = error.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise SourcingError(f"the demo's repositories cannot be written: {sentence}") from error
