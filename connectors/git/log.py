"""Reads `git log` as a stream of Commits.

It does not interpret commits and does not open repositories. E-mail addresses occur in its output
only as part of a Byline, which stays in memory.
"""

import codecs
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from connectors.git.process import Git
from sourcing.core.errors import ParseError, SourceError
from sourcing.core.model import PATHS_LIMIT
from sourcing.core.text import clean_line

#: An author or committer as the commit spells them: name, address. Stays in memory.
Byline = tuple[str, str]

#: Characters kept of one field: a message of 10 MB is cut while it is read.
_FIELD_LIMIT = 1 << 17
#: Changed files of one commit, and of a range: so many and so many more for each commit.
_COMMIT_FILES, _RANGE_FILES, _FILES_A_COMMIT = 1_000_000, 1_500_000, 1_000
_FORMAT = "tformat:%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00"
#: Equal empty blobs do not show that a file moved: SHA-1 and SHA-256 of the empty blob.
_EMPTY_BLOBS = (
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)


@dataclass(slots=True)
class Commit:
    """One commit as `git log` shows it. Times are seconds since 1970, 0 where unreadable."""

    oid: str
    parents: tuple[str, ...]
    author: Byline
    authored: int
    committer: Byline
    committed: int
    message: str
    #: The first PATHS_LIMIT of the changed files, cleaned; the number of all; exact renames.
    paths: tuple[str, ...]
    files: int
    renames: int

    @property
    def is_merge(self) -> bool:
        """True if it has a second parent."""
        return len(self.parents) > 1


def read_log(
    git: Git, *revisions: str, late: Callable[[], bool], paths: bool = True
) -> Generator[Commit, None, None]:
    """Yield the commits of a range, children before parents.

    Raises a SourceError where git could not continue (the commit at which it failed is not
    yielded) and TimeUpError when the time is up.
    """
    args = ["log", "--topo-order", "-z", "--no-mailmap", "--encoding=UTF-8", "--no-color",
            "--no-notes", "--no-show-signature", "--no-ext-diff", "--no-textconv",
            f"--format={_FORMAT}"]  # fmt: skip
    if paths:
        args += ["--raw", "--no-renames", "--diff-merges=first-parent", "--no-abbrev",
                 "--root", "--no-relative", "--ignore-submodules=none"]  # fmt: skip
    else:
        args.append("--no-patch")
    with closing(git.read(*args, *revisions, "--", late=late)) as chunks:
        failures: list[SourceError] = []
        previous: Commit | None = None
        for commit in parse_log(_until_failure(chunks, failures)):
            if previous:
                yield previous
            previous = commit
        if failures:
            raise failures[0]
        if previous:
            yield previous


def _until_failure(chunks: Iterator[bytes], failures: list[SourceError]) -> Iterator[bytes]:
    """The output up to a failure: the commits before it are complete and are used."""
    try:
        yield from chunks
    except SourceError as error:
        failures.append(error)


def _fields(chunks: Iterator[bytes]) -> Iterator[str]:
    """The fields as text. Decoding whole chunks is much faster than decoding each field; bytes that
    are no UTF-8 become U+FFFD and do not reach beyond their field."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    rest = ""
    for chunk in chunks:
        parts = decode(chunk).split("\0")
        parts[0] = rest + parts[0]
        rest = parts.pop()[:_FIELD_LIMIT]
        yield from parts


def parse_log(chunks: Iterator[bytes]) -> Iterator[Commit]:
    """Yield the commits of git's output; raises a ParseError where it is unreadable."""
    try:
        yield from _parse(_fields(chunks))
    except (ValueError, IndexError) as error:
        raise ParseError("the output of git log is unreadable") from error


def _parse(fields: Iterator[str]) -> Iterator[Commit]:
    oid, left = next(fields, ""), _RANGE_FILES
    while oid:
        header = list(islice(fields, 9))  # eight more, and an empty one that ends the format
        if len(header) < 9:
            return
        parents, name, address, time, c_name, c_address, c_time, message, _ = header
        if not (oid.isascii() and parents.isascii()):
            raise ValueError(oid)
        if len(parents) >= _FIELD_LIMIT:
            raise SourceError(f"commit {oid[:10]} has too many parents")
        paths, files, renames, following = _changes(fields)
        left += _FILES_A_COMMIT - files
        if files > _COMMIT_FILES or left < 0:
            raise SourceError(f"commit {oid[:10]} changes too many files: {files:,}")
        yield Commit(
            oid,
            tuple(parents.split()),
            (name, address),
            _seconds(time),
            (c_name, c_address),
            _seconds(c_time),
            message[:_FIELD_LIMIT],
            paths,
            files,
            renames,
        )
        oid = following


def _changes(fields: Iterator[str]) -> tuple[tuple[str, ...], int, int, str]:
    """Paths, their count, exact renames, and the field that follows: the next commit's oid."""
    paths: list[str] = []
    added: list[str] = []
    deleted: list[str] = []
    files, following = 0, ""
    for field in fields:
        if field[:1] != ":" and field[:2] != "\n:":
            following = field
            break
        path = next(fields, "")
        files += 1
        if files <= PATHS_LIMIT:
            plain = len(path) <= 300 and path.isascii() and path.isprintable() and "@" not in path
            paths.append(path if plain else clean_line(path, 300))
        elif files > _COMMIT_FILES:
            break
        status = field[-1:]
        if status == "A":
            added.append(field.split(" ")[3])
        elif status == "D":
            deleted.append(field.split(" ")[2])
    renames = 0
    if added and deleted:
        moved = Counter(added) & Counter(deleted)
        renames = moved.total() - sum(moved[blob] for blob in _EMPTY_BLOBS)
    return tuple(paths), files, renames, following


def _seconds(field: str) -> int:
    """A time as git shows it; 0 where a broken commit has none."""
    digits = field.removeprefix("-")
    return int(field[:20]) if digits.isascii() and digits.isdigit() else 0
