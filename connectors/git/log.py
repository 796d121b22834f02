"""Runs git and reads its log as a stream of Commits.

It keeps git from asking, from running what a repository's config names, and from fetching
behind our back. It does not know what a commit means or where a repository comes from.
"""

import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from connectors.git.forge_urls import public
from sourcing.core.errors import ConfigError, ParseError, SourceError
from sourcing.core.model import PATHS_LIMIT
from sourcing.core.text import clean_line

#: `rev-parse --path-format` and `--diff-merges=first-parent` came with this version.
MINIMUM = (2, 31)

#: An author or committer as the commit spells it: name, address. Stays in memory.
By = tuple[str, str]

_CHUNK = 1 << 18
#: Seconds between two looks at the clock while git uses the network.
_POLL = 0.5
#: Bytes git may run ahead of us, on another core. Linux lets anybody have so much.
_PIPE = 1 << 20
#: Bytes kept of one field: a 10 MB message is cut here, on the way.
_FIELD_LIMIT = 1 << 17
#: Bytes; with less, a disk is full.
_ROOM = 1_000_000
_FORMAT = "tformat:%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00"
#: Equal empty blobs are no sign that a file moved.
_EMPTY_BLOB = b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"

#: The user's way to the network; all else in GIT_* (GIT_DIR in a hook, say) would mislead.
_KEPT = ("GIT_SSL_", "GIT_SSH", "GIT_HTTP_", "GIT_PROXY", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
         "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH")  # fmt: skip
_TRANSPORTS = "https:http:ssh:git:file"
_SETTINGS = (
    "safe.directory=*",  # reading history runs nothing the owner wrote
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "log.showSignature=false",
    "gc.autoDetach=false",  # nothing goes on after we return
    "maintenance.autoDetach=false",
    "http.lowSpeedLimit=1000",  # less than 1 kB/s for two minutes is a stall
    "http.lowSpeedTime=120",
)


@dataclass(slots=True)
class Commit:
    """One commit as `git log` shows it. `paths` are the first of `files`, cleaned."""

    oid: str
    parents: tuple[str, ...]
    author: By
    authored: int
    committer: By
    committed: int
    message: str
    paths: tuple[str, ...]
    files: int
    renames: int

    @property
    def merge(self) -> bool:
        """True if it has a second parent."""
        return len(self.parents) > 1


def run(
    *args: str,
    git_dir: Path | None = None,
    until: Callable[[], bool] | None = None,
    settings: tuple[str, ...] = (),
) -> str:
    """What git prints, or a SourceError with its reason. With `until`, which says when the time
    is up, it may use the network.
    """
    online = until is not None
    with _complaints() as errors:
        with _start(args, git_dir, errors, (*_SETTINGS, *settings), online=online) as process:
            try:
                output = _output(process, until)
            finally:
                _stop(process)
            if output is None:
                raise SourceError(
                    f"git {args[0]} was not done within this run's time; allow more minutes"
                )
        if process.returncode:
            # Git does not always say so itself.
            full = git_dir and shutil.disk_usage(git_dir).free < _ROOM
            reason = f"the disk is full; {_reason(errors)}" if full else _reason(errors)
            raise SourceError(f"git {args[0]}: {reason}")
    return output.decode("utf-8", "replace").strip()


def _output(process: subprocess.Popen[bytes], until: Callable[[], bool] | None) -> bytes | None:
    """All that it prints; None if it was not done in time."""
    while True:
        try:
            return process.communicate(timeout=None if until is None else _POLL)[0]
        except subprocess.TimeoutExpired:
            if until is None or until():
                return None


def ask(*args: str, git_dir: Path) -> str | None:
    """What git prints, or None if it says no."""
    try:
        return run(*args, git_dir=git_dir)
    except SourceError:
        return None


def read_log(git_dir: Path, *revisions: str, paths: bool = True) -> Generator[Commit, None, None]:
    """The commits of a range, children before parents, streamed.

    A SourceError ends it where git could not go on; the commit it failed at is not shown.
    """
    args = ["log", "--topo-order", "-z", "--no-mailmap", "--encoding=UTF-8", "--no-color",
            "--no-notes", "--no-show-signature", "--no-ext-diff", "--no-textconv",
            f"--format={_FORMAT}"]  # fmt: skip
    if paths:
        args += ["--raw", "--no-renames", "--diff-merges=first-parent", "--no-abbrev",
                 "--root", "--no-relative", "--ignore-submodules=none"]  # fmt: skip
    else:
        args.append("--no-patch")
    with (
        _complaints() as errors,
        _start((*args, *revisions, "--"), git_dir, errors) as process,
    ):
        if process.stdout is None:  # cannot be: it is a pipe; said for the type checker
            raise SourceError("git log has no output")
        try:
            held: Commit | None = None
            for commit in _commits(_fields(process.stdout)):
                if held:
                    yield held
                held = commit
            if process.wait():
                raise SourceError(f"git log: {_reason(errors)}")
            if held:
                yield held
        finally:
            _stop(process)


@functools.cache
def require() -> None:
    """A ConfigError if there is no git, or one too old."""
    said = run("version")
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < MINIMUM:
        wanted = ".".join(map(str, MINIMUM))
        raise ConfigError(f"{said or 'this git'} is too old; install git {wanted} or newer")


def _start(
    args: tuple[str, ...],
    git_dir: Path | None,
    errors: IO[bytes],
    settings: tuple[str, ...] = _SETTINGS,
    *,
    online: bool = False,
) -> subprocess.Popen[bytes]:
    command = ["git", "--no-pager"]
    for setting in settings:
        command += ["-c", setting]
    if git_dir is not None:
        command.append(f"--git-dir={git_dir}")
    try:
        return subprocess.Popen(
            [*command, *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            pipesize=_PIPE,
            env=_environment(online=online),
            start_new_session=True,  # no terminal to ask on, and its helpers stop with it
        )
    except FileNotFoundError:
        raise ConfigError("git is not installed, or not on PATH; install it") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"git could not be started: {clean_line(str(error), 200)}") from None


def _environment(*, online: bool) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith(_KEPT)}
    kept.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=30"
                    " -oServerAliveInterval=30")  # fmt: skip
    return kept | {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
        "GIT_NO_REPLACE_OBJECTS": "1",
        # No lazy fetch while reading; before git 2.45 only the lack of a transport prevents it.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": _TRANSPORTS if online else "none",
    }


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End git and the helpers it started; nothing to do if it has ended."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def _complaints() -> Iterator[IO[bytes]]:
    """A file for what git complains of; a pipe could fill up and hold it."""
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    except OSError as error:
        raise SourceError(f"git: no room for what it says ({error.strerror})") from error
    with file:
        yield file


def _reason(errors: IO[bytes]) -> str:
    """Git's complaint on one line, without its hints or anybody's password."""
    errors.seek(0)
    lines = errors.read(20_000).decode("utf-8", "replace").splitlines()
    fatal = [line for line in lines if line.startswith(("fatal:", "error:", "ERROR:", "remote: "))]
    text = "; ".join(dict.fromkeys(fatal[-2:] or lines[-1:])) or "failed without a word"
    return clean_line(public(text), 300)


def _fields(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := os.read(stream.fileno(), _CHUNK):
        parts = chunk.split(b"\0")
        parts[0] = rest + parts[0]
        rest = parts.pop()[:_FIELD_LIMIT]
        yield from parts


def _commits(fields: Iterator[bytes]) -> Iterator[Commit]:
    try:
        yield from _parsed(fields)
    except (ValueError, IndexError) as error:
        raise ParseError("git log said something unreadable") from error


def _parsed(fields: Iterator[bytes]) -> Iterator[Commit]:
    oid = next(fields, b"")
    while oid:
        header = list(islice(fields, 9))  # eight more, and an empty one that ends the format
        if len(header) < 9:
            return
        parents, name, address, time, c_name, c_address, c_time, message, _ = header
        paths, files, renames, following = _changes(fields)
        yield Commit(
            oid.decode("ascii"),
            tuple(parents.decode("ascii").split()),
            (_text(name), _text(address)),
            _seconds(time),
            (_text(c_name), _text(c_address)),
            _seconds(c_time),
            _text(message[:_FIELD_LIMIT]),
            paths,
            files,
            renames,
        )
        oid = following


def _changes(fields: Iterator[bytes]) -> tuple[tuple[str, ...], int, int, bytes]:
    """Paths, their count, exact renames, and the field that follows: the next commit's oid."""
    paths: list[str] = []
    added: list[bytes] = []
    deleted: list[bytes] = []
    files, following = 0, b""
    for field in fields:
        if not field.startswith((b":", b"\n:")):
            following = field
            break
        path = next(fields, b"")
        files += 1
        if files <= PATHS_LIMIT:
            paths.append(_path(path))
        status = field[-1:]
        if status == b"A":
            added.append(field.split(b" ")[3])
        elif status == b"D":
            deleted.append(field.split(b" ")[2])
    renames = 0
    if added and deleted:
        moved = Counter(added) & Counter(deleted)
        renames = moved.total() - moved[_EMPTY_BLOB]
    return tuple(paths), files, renames, following


def _text(field: bytes) -> str:
    return field.decode("utf-8", "replace")


def _path(field: bytes) -> str:
    text = _text(field)
    plain = len(text) <= 300 and text.isascii() and text.isprintable() and "@" not in text
    return text if plain else clean_line(text, 300)


def _seconds(field: bytes) -> int:
    """A time as git shows it; 0 where a broken commit has none."""
    return int(field[:20]) if field.removeprefix(b"-").isdigit() else 0
