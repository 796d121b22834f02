"""Keeps a clone of a remote repository in the cache: bare, without file contents, always usable.

A clone is made by fetching into an empty repository, so that an interrupted first run leaves no
partial clone and each run takes the same path. A clone that is damaged, shallow or of another
hash algorithm is deleted and fetched again. The URL, which may hold a password, is not stored.
"""

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from connectors import Context
from connectors.git.authors.mailmap import Mailmap
from connectors.git.forge_urls import without_credentials
from connectors.git.process import Git
from sourcing.core.errors import GoneError, SourceError
from sourcing.core.model import Budget
from sourcing.core.text import clean_line

_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_URL_SCHEME = re.compile(r"([\w+.-]+)://")
#: How forges report a repository that is missing or private. Some hide the difference and ask for a
#: user name.
_GONE = re.compile(
    r"repository\b.* not found|could not be found|no longer exists|does not exist or you do not|"
    r"could not read Username|returned error: 410",
    re.I,
)
#: Reasons that lie in our clone: another fetch into an empty folder works.
_DAMAGED = re.compile(
    r"bad (?:object|tree object|config|ref)\b|is corrupt|object file \S+ is empty|loose object|"
    r"not a git repository|unable to (?:read|unpack|parse) (?:\S+ )?(?:[0-9a-f]{7,64}|sha1|tree)|"
    r"Could not read [0-9a-f]{40}|missing (?:blob|tree|commit|object)|Failed to traverse parents|"
    r"inflate: data stream|packfile \S+ (?:cannot|claims|does|is)|index file \S+ is too small|"
    r"did not send all necessary objects|shallow (?:file|update)|Needed a single revision|"
    r"\.lock': File exists",
)
_ALGORITHMS = re.compile(r"mismatched algorithms: client \w+; server (sha1|sha256)")
_REDIRECTED = re.compile(r"returned error: 30[1278]\b")
#: Tags prove which version of a package has a commit.
_TAGS = "+refs/tags/*:refs/sourcing/tags/*"
#: No clone takes longer, in seconds. Git itself ends a stalled transfer much sooner.
_LONGEST = 6 * 3600.0
#: Redirects followed within one host.
_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class GitTarget:
    """A parsed target: a path or URL, and the revision at which history stops."""

    place: str
    remote: bool
    rev: str | None = None


def shown(target: str) -> str:
    """Return the target as it is printed: one line, without credentials."""
    return clean_line(without_credentials(target), 200)


def fetch_clone(target: GitTarget, budget: Budget, context: Context) -> tuple[Git, str | None]:
    """Fetch the news of a remote and return its clone and head; None if the remote is empty."""
    clone = _Clone(target, budget, context)
    if clone.is_shallow():
        clone.delete()  # the remote may be whole now; a shallow clone cannot find out
    try:
        return clone.git, clone.update()
    except SourceError as error:
        reason = str(error)
        if algorithm := _ALGORITHMS.search(reason):
            clone.delete(algorithm[1])
        elif _DAMAGED.search(reason) and not isinstance(error, GoneError):
            clone.delete()
        else:
            raise
    return clone.git, clone.update()


def delete_clone(target: GitTarget, cache: Path) -> bool:
    """Delete our clone; False if there is none. The next crawl fetches it again."""
    path = cache / "git" / _folder(target.place)
    if not path.exists():
        return False
    shutil.rmtree(path, ignore_errors=True)
    return not path.exists()


def known_clone(target: GitTarget, context: Context) -> Git | None:
    """The clone of an earlier crawl, as it is; None if there is none."""
    path = context.cache / "git" / _folder(target.place)
    return Git(path, context.secrets) if path.is_dir() else None


def delete_damaged(git: Git, error: SourceError) -> bool:
    """Delete our clone if this error shows that it is damaged. The next run fetches it again."""
    if git.git_dir is None or not _DAMAGED.search(str(error)):
        return False
    shutil.rmtree(git.git_dir, ignore_errors=True)
    return True


def read_mailmap(git: Git, head: str, target: GitTarget, budget: Budget) -> tuple[str, str]:
    """Return the blob and text of the `.mailmap` at a commit; empty where there is none.

    A clone has no file contents, so there the one blob is requested from the remote.
    """
    oid = git.try_run("rev-parse", "--verify", "--quiet", f"{head}:{Mailmap.PATH}")
    if not oid:
        return "", ""
    if git.try_run("cat-file", "-e", oid) is None:
        if not target.remote or not budget.take(1):
            return "unread", ""
        origin = (f"remote.origin.url={target.place}",)
        try:
            git.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin",
                    oid, late=budget.late, protocol=_protocol(target.place),
                    settings=origin)  # fmt: skip
        except SourceError:
            return "unread", ""
    size = git.try_run("cat-file", "-s", oid) or ""
    if not size.isdigit() or int(size) > Mailmap.LIMIT:
        return oid, ""
    return oid, git.try_run("cat-file", "blob", oid) or ""


def refuse_headless(target: GitTarget, branches: list[str]) -> None:
    """Raise a SourceError that says why there is no head. Return if there are no branches."""
    place = shown(target.place)
    if target.rev:
        rev = clean_line(target.rev, 80)
        raise SourceError(f"{place} has no revision {rev}; name a branch, a tag or a commit")
    if branches:
        named = clean_line(", ".join(branches[:5]), 200)
        raise SourceError(f"{place} has no current branch; add @ and one of: {named}")


class _Clone:
    """Our clone of one remote."""

    def __init__(self, target: GitTarget, budget: Budget, context: Context) -> None:
        self._target, self._context = target, context
        path = context.cache / "git" / _folder(target.place)
        self.git = Git(path, context.secrets)
        self._path, self._format = path, ""
        longest = budget.clock() + _LONGEST
        self._late: Callable[[], bool] = lambda: budget.late() or budget.clock() >= longest

    def is_shallow(self) -> bool:
        return (self._path / "shallow").exists()

    def delete(self, object_format: str = "") -> None:
        """Remove the clone; the next one has this hash algorithm."""
        shutil.rmtree(self._path)
        self._format = object_format

    def update(self) -> str | None:
        """Fetch and return the head; None if the remote is empty."""
        self._prepare()
        target = self._target
        ref = "refs/sourcing/head"
        if target.rev:
            ref = f"refs/sourcing/{hashlib.sha256(target.rev.encode()).hexdigest()[:12]}"
        pinned = target.rev if target.rev and _OID.fullmatch(target.rev) else None
        known = pinned and self.git.try_run("cat-file", "-e", f"{pinned}^{{commit}}") is not None
        if not known and not self._fetch(f"+{target.rev or 'HEAD'}:{ref}", _TAGS):
            return None
        return self.git.run("rev-parse", "--verify", f"{pinned or ref}^{{commit}}")

    def _prepare(self) -> None:
        """Create the folder, or remove the remains of a killed fetch."""
        self._path.mkdir(parents=True, exist_ok=True)
        form = (f"--object-format={self._format}",) if self._format else ()
        Git().run("init", "--bare", "--quiet", "--template=", *form, str(self._path))
        left_over = (*(self._path / "objects" / "pack").glob("tmp_*"), *self._path.glob("*.lock"),
                     *(self._path / "refs").rglob("*.lock"))  # fmt: skip
        for path in left_over:
            path.unlink()

    def _fetch(self, *refspecs: str) -> bool:
        """False if the remote is empty."""
        for _ in range(_REDIRECTS):
            try:
                self._run("fetch", "--quiet", "--filter=blob:none", "--no-tags",
                          "--no-write-fetch-head", "--no-recurse-submodules", "--update-shallow",
                          "origin", *refspecs)  # fmt: skip
            except SourceError as error:
                reason = str(error)
                if _REDIRECTED.search(reason):
                    self._follow_redirect()
                    continue
                if _GONE.search(reason):
                    raise GoneError(
                        f"{shown(self._target.place)} is gone or private; remove it, or give git"
                        " access"
                    ) from None
                if "couldn't find remote ref" not in reason:
                    raise
                heads = self._run("ls-remote", "--heads", "origin")
                refuse_headless(self._target, re.findall(r"refs/heads/(\S+)", heads))
                return False
            return True
        raise SourceError(f"{shown(self._target.place)} redirects again and again")

    def _run(self, *args: str) -> str:
        place = self._target.place
        return self.git.run(*args, late=self._late, protocol=_protocol(place),
                            settings=(f"remote.origin.url={place}",))  # fmt: skip

    def _follow_redirect(self) -> None:
        """Take the address to which the same host redirects. Another host is refused: it may be
        a private service that only this machine can reach."""
        place = self._target.place
        moved = _redirect(place, self._context)
        if moved is None:
            raise SourceError(
                f"{shown(place)} redirects to another host, which is not followed; use the address"
                " of the repository itself"
            )
        self._target = replace(self._target, place=moved)


def _redirect(place: str, context: Context) -> str | None:
    """The repository's address after one redirect within its host, or None."""
    import httpx  # noqa: PLC0415 - slow to load, and only needed here

    from connectors._http import proxies  # noqa: PLC0415 - imports httpx

    suffix = "/info/refs?service=git-upload-pack"
    url = httpx.URL(place.rstrip("/") + suffix)
    try:
        proxy = proxies.proxy(url, context.proxies)
        with httpx.Client(trust_env=False, proxy=proxy, timeout=30) as client:
            answer = client.send(client.build_request("GET", url), stream=True)
            location = answer.headers.get("location", "")
            answer.close()
        moved = url.join(location)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SourceError(f"{shown(place)} redirects to an unreadable address") from error
    upgraded = (url.scheme, moved.scheme) == ("http", "https") and not (url.port or moved.port)
    same = url.host == moved.host and ((url.scheme, url.port) == (moved.scheme, moved.port))
    text = str(moved.copy_with(userinfo=url.userinfo))
    if not (same or (upgraded and url.host == moved.host)) or not text.endswith(suffix):
        return None
    return text.removesuffix(suffix)


def _protocol(place: str) -> str:
    """The transport of an address after git's own `url.<base>.insteadOf` rules."""
    url = Git().try_run("ls-remote", "--get-url", place) or place
    scheme = _URL_SCHEME.match(url)
    return scheme[1].lower() if scheme else "ssh"


def _folder(url: str) -> str:
    """A readable, unique folder name for a URL, without its credentials."""
    public = without_credentials(url)
    words = re.sub(r"[^A-Za-z0-9.]+", "-", public.partition("://")[2] or public).strip("-.")
    return f"{words[-60:]}-{hashlib.sha256(public.encode()).hexdigest()[:8]}"
