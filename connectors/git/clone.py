"""Opens the history that a target names: a repository on this disk, or a clone kept in the cache.

A target is a path or a URL, either with a trailing `@REV`. How a clone is fetched is decided in
`remote`; the content of the history is not examined.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from connectors import Context
from connectors.git import forge_urls, remote
from connectors.git.authors.mailmap import Mailmap
from connectors.git.forge_urls import ForgeLinks
from connectors.git.process import Git, require_git
from connectors.git.remote import GitTarget, shown
from sourcing.core.errors import ConfigError, SourceError
from sourcing.core.model import Budget
from sourcing.core.text import clean_line

_SCHEMES = ("https", "http", "ssh", "git", "file")
_URL = re.compile(r"(?P<scheme>[\w+.-]+)://(?P<place>[^/]*)(?P<path>/.*)?", re.DOTALL)
#: `host:path` or `user@host:path`; `helper::address` is neither.
_SCP = re.compile(r"(?P<place>(?:[^/@:\s]+@)?[\w.-]+:)(?!:)(?P<path>.*)", re.DOTALL)
#: A URL without a slash or without its scheme, which would pass as `host:path@REV`. Its password
#: would become the name of a folder.
_MISTYPED = re.compile(
    r"(?:https?|ssh):/?[^/].*|[^/@:\s]+:[^/\s]+@[\w.-]+(?::|\.[\w-]+/).*", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class LocalHistory:
    """A history that can be read."""

    git: Git
    head: str
    #: The commits where a shallow clone ends; empty for a whole history.
    boundary: frozenset[str]
    forge: ForgeLinks
    #: Whether the repository is our clone, which may be deleted and fetched again.
    cached: bool
    mailmap: Mailmap
    #: The blob of the `.mailmap`; "" where there is none, "unread" where it could not be read.
    mailmap_oid: str

    @property
    def shallow(self) -> str | None:
        """A value that changes with the boundary; None for a whole history."""
        if not self.boundary:
            return None
        return hashlib.sha256(" ".join(sorted(self.boundary)).encode()).hexdigest()[:16]


def parse(target: str) -> GitTarget:
    """Parse a target. The `@` of `user@host` never begins a revision."""
    text = target.strip()
    if "\0" in text or not _encodable(text):
        raise SourceError(f"git:{shown(text)} is not valid UTF-8 text; rename the folder")
    if not text or text.startswith("-") or _MISTYPED.fullmatch(text):
        raise ConfigError(f"git:{shown(text)} is no repository; give a path or a URL, such as"
                          " https://host/owner/name")  # fmt: skip
    if url := _URL.fullmatch(text):
        if url["scheme"].lower() not in _SCHEMES:
            raise ConfigError(f"git: {url['scheme']}:// is not read; use {', '.join(_SCHEMES)}")
        before, path = f"{url['scheme']}://{url['place']}", url["path"] or ""
    elif Path(text).expanduser().exists():
        return GitTarget(text, remote=False)
    elif scp := _SCP.fullmatch(text):
        before, path = scp["place"], scp["path"]
    else:
        before, path = "", text
    bare, at, rev = path.rpartition("@")
    place, revision = (before + bare, rev) if at else (text, None)
    if revision is not None and (not revision or revision.startswith("-") or not bare):
        raise ConfigError(f"git:{shown(text)}: there is no revision after the last @")
    return GitTarget(place, bool(before), revision)


def open_target(target: str, budget: Budget, context: Context) -> LocalHistory | None:
    """Return the history that the target names now; None if it has no commits."""
    require_git()
    try:
        return _open(target, budget, context)
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no such ~user
        why = error.strerror if isinstance(error, OSError) else str(error)  # without the path
        raise SourceError(f"{shown(target)} cannot be opened: {why}") from None


def delete_copy(target: str, cache: Path) -> bool:
    """Delete our clone of a remote target; a repository of the user is never deleted."""
    wanted = parse(target)
    return wanted.remote and remote.delete_clone(wanted, cache)


def _open(target: str, budget: Budget, context: Context) -> LocalHistory | None:
    wanted = parse(target)
    if wanted.remote:
        git, head = remote.fetch_clone(wanted, budget, context)
        known = [wanted.place]
    else:
        path = Path(wanted.place).expanduser().absolute()
        git = open_local(path, shown(target))
        head = _find_head(git, wanted)
        known = [wanted.place, str(path), str(path.resolve())]
    if head is None:
        return None
    forges, names = context.settings or {}, (target, *known, *(f"{name}/" for name in known))
    configured = (forge_urls.from_config(n, forges[n]) for n in names if n in forges)
    forge = next(configured, None) or _find_forge(wanted, git)
    shallow = Path(git.run("rev-parse", "--path-format=absolute", "--git-path", "shallow"))
    boundary = frozenset(shallow.read_text().split()) if shallow.exists() else frozenset()
    oid, text = remote.read_mailmap(git, head, wanted, budget)
    return LocalHistory(git, head, boundary, forge, wanted.remote, Mailmap.parse(text), oid)


def _find_forge(wanted: GitTarget, git: Git) -> ForgeLinks:
    url = wanted.place
    if not wanted.remote:
        url = git.try_run("config", "--get", "remote.origin.url") or ""
    path = Path(urlsplit(wanted.place).path if wanted.remote else wanted.place).expanduser()
    return forge_urls.from_url(url) or forge_urls.local(path.absolute())


def open_local(path: Path, name: str) -> Git:
    """The repository, if `path` itself is one; a folder inside a work tree is not."""
    if not path.exists():
        raise SourceError(f"{name} is not there; correct the path, or mount its disk")
    git = Git(path / ".git" if (path / ".git").exists() else path)
    if git.try_run("rev-parse", "--git-dir") is None:
        raise SourceError(f"{name} is no git repository; give the folder that holds .git, or a URL")
    return git


def _find_head(git: Git, wanted: GitTarget) -> str | None:
    revs = [wanted.rev, f"refs/remotes/origin/{wanted.rev}"] if wanted.rev else ["HEAD"]
    for rev in revs:
        if head := git.try_run("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}"):
            return head
    listing = ("for-each-ref", "--count=5", "--format=%(refname:short)")
    refs = git.run(*listing, "refs/heads") or git.run(*listing)
    remote.refuse_headless(wanted, [clean_line(ref, 100) for ref in refs.split()])
    return None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
