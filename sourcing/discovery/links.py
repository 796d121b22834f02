"""Addresses of repositories in metadata of packages. This module does not ask a network."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Hosts that hold public repositories as /owner/name.
FORGES = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")
#: The name of the version control system in lock files.
GIT = "git"
#: First parts of a path that are pages of the forge itself.
_PAGES = {"sponsors", "orgs", "apps", "marketplace", "topics", "about", "features", "users"}
_ADDRESS = re.compile(
    r"(?:git\+|scm:|git:)*(?:(?:https?|ssh|git)://)?(?:[\w.-]+(?::[^@/\s]*)?@)?"
    r"(?:www\.)?([\w.-]+\.[a-z]{2,})(?::\d+)?[/:]([\w./~-]+)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"^(github|gitlab|bitbucket):([\w.-]+/[\w.-]+)")
#: How a lock file says that an address is a repository.
_VCS = re.compile(r"^(?:git\b|scm:|github:|gitlab:|bitbucket:)|\.git(?:[#?@]|$)|codeload\.|commit=")
_CODELOAD = re.compile(r"https?://codeload\.(github\.com)/([\w.-]+/[\w.-]+)/")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository at a forge."""

    host: str
    owner: str
    name: str

    @property
    def url(self) -> str:
        """The address that a browser opens and git clones."""
        return f"https://{self.host}/{self.owner}/{self.name}"


def repository(text: str) -> Repository | None:
    """The repository of an address at a known forge, in any spelling that package files use.

    "git+ssh://…/o/n.git#rev", "github:o/n", "https://www.github.com/o/n/tree/main/x".
    """
    text = text.strip()
    if short := _SHORT.match(text):
        host = f"{short[1]}.com" if short[1] != "bitbucket" else "bitbucket.org"
        return _of(host, short[2])
    if archive := _CODELOAD.search(text):
        return _of(archive[1], archive[2])
    parts = _ADDRESS.search(text)
    if not parts or parts[1].lower() not in FORGES:
        return None
    return _of(parts[1].lower(), parts[2])


def vcs_address(text: str) -> str:
    """The address of the repository in a text that lock files write for version control, or "".

    Archives of an index are none. Credentials are removed.
    """
    if not _VCS.search(text):
        return ""
    if found := repository(text):
        return found.url
    plain = re.sub(r"^(?:git\+|scm:git:)", "", text.strip()).partition("#")[0].partition("?")[0]
    parts = re.match(r"(https?|ssh|git)://(?:[^@/\s]+@)?([^\s@]+?)(?:\.git)?(?:@[\w.-]+)?$", plain)
    return f"https://{parts[2]}" if parts else ""


def _of(host: str, path: str) -> Repository | None:
    parts = path.strip("/").split("/")
    if len(parts) < 2 or parts[0].lower() in _PAGES:
        return None
    name = parts[1].removesuffix(".git")
    if host == "gitlab.com":  # groups may be nested; "-" begins a page
        inner = parts[: parts.index("-")] if "-" in parts else parts
        name = "/".join([*inner[1:-1], inner[-1].removesuffix(".git")])
    return Repository(host, parts[0], name) if name else None
