"""Builds real repositories for tests, quickly and always the same: one `git fast-import` each.

    with GitRepo(tmp_path / "repo") as repo:
        first = repo.commit("Start", files={"a.py": "x"})
        side = repo.commit("Fix it", parents=[first], author=BO)
        repo.commit("Merge pull request #1 from bo/fix", parents=[first, side])

The commit made last is the head of `main`, unless `head` says otherwise. It has no work tree.
"""

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

By = tuple[str | bytes, str | bytes]

ADA: By = ("Ada Quill", "ada@quill.example")
BO: By = ("Bo Larsen", "bo@larsen.example")
WEB: By = ("GitHub", "noreply@github.com")

START = 1_700_000_000


def git(*args: str, at: Path | None = None) -> str:
    """Run git with nobody's settings."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    where = ["-C", str(at)] if at else []
    done = subprocess.run(["git", *where, *args], check=True, capture_output=True, env=env)
    return done.stdout.decode().strip()


class GitRepo:
    """A bare repository in the making; readable once the `with` block ends."""

    def __init__(self, path: Path, *, clock: int = START) -> None:
        self.path, self._clock = path, clock
        if not (path / "HEAD").exists():
            git("init", "--quiet", "--bare", "--initial-branch=main", "--template=", str(path))
        self._trees: dict[str, dict[str, str]] = {}
        self._last: str | None = None
        self._marks: dict[str, int] = {}
        self._count = 0

    def __enter__(self) -> Self:
        self._import = subprocess.Popen(
            ["git", "fast-import", "--quiet", "--force", "--done", "--date-format=raw-permissive"],
            cwd=self.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._last:
            self.ref("refs/heads/main", self._last)
        for number in range(1, self._count + 1):
            self._write(b"reset refs/build/%d\nfrom %s\n\n" % (number, b"0" * 40))
        self._write(b"done\n")
        self._import.communicate()
        assert self._import.returncode == 0

    def commit(
        self,
        message: str | bytes,
        *,
        author: By = ADA,
        committer: By | None = None,
        parents: list[str] | None = None,
        files: dict[str, str | None] | None = None,
        at: int | None = None,
        authored: int | None = None,
        encoding: str | None = None,
    ) -> str:
        """Make a commit upon the last one, or upon `parents`; its oid.

        A file's text None deletes it; a text of 40 hex digits at a path ending in `.sub`
        makes a submodule. A merge has the files of all its parents. Without `files` a
        commit that is no merge adds one of its own.
        """
        self._count += 1
        when = self._clock + 3600 * self._count if at is None else at
        above = parents if parents is not None else [self._last] if self._last else []
        before = self._trees[above[0]] if above else {}
        tree = {p: t for oid in reversed(above) for p, t in self._trees[oid].items()}
        if files is None:
            files = {} if len(above) > 1 else {f"file{self._count}.py": message_text(message)}
        tree |= {p: t for p, t in files.items() if t is not None}
        tree = {p: t for p, t in tree.items() if files.get(p, "") is not None}
        head = [b"commit refs/build/%d" % self._count, b"mark :%d" % self._count,
                b"author " + _by(author) + b" %d +0000" % (when if authored is None else authored),
                b"committer " + _by(committer or author) + b" %d +0000" % when]  # fmt: skip
        if encoding:
            head.append(b"encoding " + encoding.encode())
        self._write(b"\n".join(head) + b"\n" + _data(_bytes(message)))
        for number, oid in enumerate(above):
            self._write(f"{'merge' if number else 'from'} {self._name(oid)}\n".encode())
        for path, text in tree.items():
            if before.get(path) != text:
                self._write(_change(path, text))
        for path in before.keys() - tree.keys():
            self._write(b"D " + _quote(path) + b"\n")
        self._write(b"\nget-mark :%d\n" % self._count)
        assert self._import.stdout is not None
        oid = self._import.stdout.readline().decode().strip()
        self._trees[oid], self._marks[oid], self._last = tree, self._count, oid
        return oid

    def ref(self, name: str, oid: str) -> None:
        """Point a branch or tag at a commit."""
        self._write(f"reset {name}\nfrom {self._name(oid)}\n\n".encode())

    def head(self, oid: str) -> None:
        """What `main` points at in the end, if not the last commit."""
        self._last = oid

    def _name(self, oid: str) -> str:
        """How fast-import knows a commit that is not yet written out."""
        return f":{self._marks[oid]}"

    def _write(self, data: bytes) -> None:
        assert self._import.stdin is not None
        self._import.stdin.write(data)
        self._import.stdin.flush()


def message_text(message: str | bytes) -> str:
    """Something that differs from file to file."""
    return repr(message[:200])


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _by(by: By) -> bytes:
    return _bytes(by[0]) + b" <" + _bytes(by[1]) + b">"


def _data(content: bytes) -> bytes:
    return b"data %d\n" % len(content) + content + b"\n"


def _quote(path: str) -> bytes:
    for plain, quoted in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        path = path.replace(plain, quoted)
    return f'"{path}"'.encode()


def _change(path: str, text: str) -> bytes:
    if path.endswith(".sub"):
        return b"M 160000 " + text.encode() + b" " + _quote(path) + b"\n"
    return b"M 100644 inline " + _quote(path) + b"\n" + _data(text.encode())
