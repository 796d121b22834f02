"""Finds the history a target names: a repository on this disk, or a clone kept in the cache.

A target is a path or a URL, either with a trailing `@REV`. Clones hold commits and trees,
no file contents. What is in the history is not looked at.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from connectors.git import forge_urls
from connectors.git.forge_urls import Forge, public
from connectors.git.log import ask, require, run
from sourcing.core.errors import ConfigError, GoneError, SourceError
from sourcing.core.model import Budget
from sourcing.core.text import clean_line

_SCHEMES = ("https", "http", "ssh", "git", "file")
_URL = re.compile(r"(?P<scheme>[\w+.-]+)://(?P<place>[^/]*)(?P<path>/.*)?", re.DOTALL)
#: `host:path` or `user@host:path`; `helper::address` is none.
_SCP = re.compile(r"(?P<place>(?:[^/@:\s]+@)?[\w.-]+:)(?!:)(?P<path>.*)", re.DOTALL)
#: A URL with a slash or its scheme missing, which would pass as `host:path@REV`: its password
#: would become the name of a folder.
_SLIP = re.compile(r"(?:https?|ssh):/?[^/].*|[^/@:\s]+:[^/\s]+@[\w.-]+(?::|\.[\w-]+/).*", re.DOTALL)
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
#: How forges say that there is no such repository, or none that anybody may read. Those who
#: do not want to tell the two apart ask for a user's name.
_GONE = re.compile(
    r"repository\b.* not found|could not be found|no longer exists|does not exist or you do not|"
    r"could not read Username|returned error: 410",
    re.I,
)
#: No clone takes longer; git's own limit on slow transfers ends a stalled one much sooner.
_LONGEST = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Target:
    """A target, taken apart: a path or URL, and the revision at which history stops."""

    place: str
    remote: bool
    rev: str | None = None


@dataclass(frozen=True, slots=True)
class Repository:
    """A history that can be read. `boundary` holds the commits where a shallow clone ends."""

    git_dir: Path
    head: str
    boundary: frozenset[str]
    forge: Forge

    @property
    def shallow(self) -> str | None:
        """Changes when the boundary does; None for a whole history."""
        if not self.boundary:
            return None
        return hashlib.sha256(" ".join(sorted(self.boundary)).encode()).hexdigest()[:16]


def parse(target: str) -> Target:
    """Take a target apart. The `@` of `user@host` is never that of `@REV`."""
    text = target.strip()
    if "\0" in text or not _encodable(text):
        raise SourceError(f"git:{_shown(text)} is not valid UTF-8 text; rename the folder")
    if not text or text.startswith("-") or _SLIP.fullmatch(text):
        raise ConfigError(f"git:{_shown(text)} is no repository; give a path or a URL, such as"
                          " https://host/owner/name")  # fmt: skip
    if url := _URL.fullmatch(text):
        if url["scheme"].lower() not in _SCHEMES:
            raise ConfigError(f"git: {url['scheme']}:// is not read; use {', '.join(_SCHEMES)}")
        before, path = f"{url['scheme']}://{url['place']}", url["path"] or ""
    elif Path(text).expanduser().exists():
        return Target(text, remote=False)
    elif scp := _SCP.fullmatch(text):
        before, path = scp["place"], scp["path"]
    else:
        before, path = "", text
    bare, at, rev = path.rpartition("@")
    place, found = (before + bare, rev) if at else (text, None)
    if found is not None and (not found or found.startswith("-") or not bare):
        raise ConfigError(f"git:{_shown(text)}: after the last @ stands no revision")
    return Target(place, bool(before), found)


def open_target(
    target: str, budget: Budget, cache: Path, forges: Mapping[str, str]
) -> Repository | None:
    """The history the target names now; None if it has no commits."""
    require()
    try:
        return _open(target, budget, cache, forges)
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no such ~user
        why = error.strerror if isinstance(error, OSError) else str(error)  # without the path
        raise SourceError(f"{_shown(target)} cannot be opened: {why}") from None


def _open(target: str, budget: Budget, cache: Path, forges: Mapping[str, str]) -> Repository | None:
    wanted = parse(target)
    if wanted.remote:
        git_dir, head = _open_remote(wanted, budget, cache)
        known = [wanted.place]
    else:
        path = Path(wanted.place).expanduser().absolute()
        git_dir = _open_local(path, _shown(target))
        head = _resolve(git_dir, wanted)
        known = [wanted.place, str(path), str(path.resolve())]
    if head is None:
        return None
    names = (target, *known, *(f"{name}/" for name in known))
    given = next((forge_urls.given(name, forges[name]) for name in names if name in forges), None)
    shallow = Path(run("rev-parse", "--path-format=absolute", "--git-path", "shallow",
                       git_dir=git_dir))  # fmt: skip
    boundary = frozenset(shallow.read_text().split()) if shallow.exists() else frozenset()
    return Repository(git_dir, head, boundary, given or _find_forge(wanted, git_dir))


def _find_forge(wanted: Target, git_dir: Path) -> Forge:
    remote = wanted.place
    if not wanted.remote:
        remote = ask("config", "--get", "remote.origin.url", git_dir=git_dir) or ""
    path = Path(urlsplit(wanted.place).path if wanted.remote else wanted.place).expanduser()
    return forge_urls.from_url(remote) or forge_urls.local(path.absolute())


def _open_local(path: Path, shown: str) -> Path:
    """The folder with the objects, if `path` itself is a repository."""
    if not path.exists():
        raise SourceError(f"{shown} is not there; mend the path, or mount what holds it")
    git_dir = path / ".git" if (path / ".git").exists() else path
    if ask("rev-parse", "--git-dir", git_dir=git_dir) is None:
        raise SourceError(
            f"{shown} is no git repository; give the folder that holds .git, or a URL"
        )
    return git_dir


def _resolve(git_dir: Path, wanted: Target) -> str | None:
    revs = [wanted.rev, f"refs/remotes/origin/{wanted.rev}"] if wanted.rev else ["HEAD"]
    for rev in revs:
        if head := ask("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}", git_dir=git_dir):
            return head
    listing = ("for-each-ref", "--count=5", "--format=%(refname:short)")
    refs = run(*listing, "refs/heads", git_dir=git_dir) or run(*listing, git_dir=git_dir)
    _refuse_headless(wanted, refs.split())
    return None


def _refuse_headless(wanted: Target, branches: list[str]) -> None:
    """Say why there is no head, or return if there is nothing to read at all."""
    place = _shown(wanted.place)
    if wanted.rev:
        rev = clean_line(wanted.rev, 80)
        raise SourceError(f"{place} has no revision {rev}; name a branch, a tag or a commit")
    if branches:
        named = clean_line(", ".join(branches[:5]), 200)
        raise SourceError(f"{place} has no current branch; add @ and one of: {named}")


def _open_remote(wanted: Target, budget: Budget, cache: Path) -> tuple[Path, str | None]:
    """Fetch what is new into our own bare, blobless clone, made on the first night.

    A fetch into a prepared folder instead of `git clone`: what is killed half-way leaves
    no half a clone, and every night goes the same way. The URL is not written down in it.
    """
    git_dir = cache / "git" / _folder(wanted.place)
    git_dir.mkdir(parents=True, exist_ok=True)
    run("init", "--bare", "--quiet", "--template=", str(git_dir))
    for left_over in (git_dir / "objects" / "pack").glob("tmp_*"):
        left_over.unlink()  # of a fetch that was killed
    ref = "refs/sourcing/head"
    if wanted.rev:
        ref = f"refs/sourcing/{hashlib.sha256(wanted.rev.encode()).hexdigest()[:12]}"
    pinned = wanted.rev if wanted.rev and _OID.fullmatch(wanted.rev) else None
    if not (pinned and ask("cat-file", "-e", f"{pinned}^{{commit}}", git_dir=git_dir) is not None):
        longest = budget.clock() + _LONGEST

        def late() -> bool:
            return budget.late() or budget.clock() >= longest

        if not _fetch(wanted, git_dir, ref, late):
            return git_dir, None
    head = run("rev-parse", "--verify", f"{pinned or ref}^{{commit}}", git_dir=git_dir)
    return git_dir, head


def _fetch(wanted: Target, git_dir: Path, ref: str, late: Callable[[], bool]) -> bool:
    """False if the remote is empty."""
    origin = (f"remote.origin.url={wanted.place}",)
    try:
        run("fetch", "--quiet", "--filter=blob:none", "--no-tags", "--no-write-fetch-head",
            "--no-recurse-submodules", "origin", f"+{wanted.rev or 'HEAD'}:{ref}",
            git_dir=git_dir, until=late, settings=origin)  # fmt: skip
    except SourceError as error:
        if _GONE.search(str(error)):
            place = _shown(wanted.place)
            raise GoneError(f"{place} is gone or private; remove it, or give git access") from None
        if "couldn't find remote ref" not in str(error):
            raise
        heads = run("ls-remote", "--heads", "origin", git_dir=git_dir, until=late, settings=origin)
        _refuse_headless(wanted, re.findall(r"refs/heads/(\S+)", heads))
        return False
    return True


def _shown(target: str) -> str:
    return clean_line(public(target), 200)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _folder(url: str) -> str:
    """A readable name of its own for each URL, without the credentials in it."""
    shown = public(url)
    words = re.sub(r"[^A-Za-z0-9.]+", "-", shown.partition("://")[2] or shown).strip("-.")
    return f"{words[-60:]}-{hashlib.sha256(shown.encode()).hexdigest()[:8]}"
