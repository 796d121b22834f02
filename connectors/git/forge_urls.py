"""The web address of a repository: its name across sources, and links to its parts.

The style of the links follows from words in the host's name. It makes no request.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line

#: Word in the host -> paths of a pull request and of a commit below the repository's page.
_STYLES = {
    "github": ("/pull/{}", "/commit/{}"),
    "gitlab": ("/-/merge_requests/{}", "/-/commit/{}"),
    "bitbucket": ("/pull-requests/{}", "/commits/{}"),
    "azure": ("/pullrequest/{}", "/commit/{}"),
    "visualstudio": ("/pullrequest/{}", "/commit/{}"),
    "codeberg": ("/pulls/{}", "/commit/{}"),
    "gitea": ("/pulls/{}", "/commit/{}"),
    "forgejo": ("/pulls/{}", "/commit/{}"),
}
#: Forges where `#N` in a title is an issue or a work item.
_HASH_IS_ISSUE = ("gitlab", "azure", "visualstudio")
_SCP = re.compile(r"(?:[^/@\s]+@)?(?P<host>[\w.-]+):(?!:)(?P<path>[^:].*)")
#: Credentials: in a URL, in `user@host:path`, or as `user:password@` anywhere else. A password
#: may contain an "@".
_USER = re.compile(r"(?<![^\s/'\"])(?:(?<=//)[^/\s]*@|[^/\s:]+:[^/\s]*@|[^/\s]*@(?=[\w.-]+:))")


@dataclass(frozen=True, slots=True)
class ForgeLinks:
    """The name of a repository, and how to link to it."""

    #: `host/owner/name`.
    repo: str
    #: The repository's page; None where the forge's links are unknown.
    web: str | None = None
    #: The word of `_STYLES` that selects the paths.
    style: str = ""

    @property
    def numbers_in_titles(self) -> bool:
        """Return True where `title (#N)` names a merged pull request."""
        return self.style not in _HASH_IS_ISSUE

    def pull(self, number: int) -> str | None:
        """Return the page of a pull request."""
        return self.web + _STYLES[self.style][0].format(number) if self.web else None

    def commit(self, oid: str) -> str | None:
        """Return the page of a commit."""
        return self.web + _STYLES[self.style][1].format(oid) if self.web else None


def from_url(url: str, *, configured: bool = False) -> ForgeLinks | None:
    """Return the forge behind a remote's URL; None for a path.

    `configured`: the user named it, so links in GitHub's style are made for an unknown host.
    """
    host, path = _parts(url)
    path = path.strip("/").removesuffix(".git").strip("/")
    if not host or not path:
        return None
    style = next((word for word in _STYLES if word in host), "github" if configured else "")
    repo = f"{host}/{path}"
    return ForgeLinks(repo, f"https://{repo}" if style else None, style)


def from_config(key: str, url: str) -> ForgeLinks:
    """Return the forge that the user names for the repository `key`, or raise a ConfigError."""
    forge = from_url(url, configured=True)
    if forge is None or not re.fullmatch(r"[^/\s]+(?:/[^/\s]+){2,}", forge.repo):
        raise ConfigError(
            f'[git.forge]: "{_shown(key)}" = "{_shown(url)}" is no repository page;'
            ' write "https://host/owner/name"'
        )
    return forge


def check_forges(forges: Mapping[str, str]) -> None:
    """Raise a ConfigError that names the first entry which is no repository page."""
    for key, url in forges.items():
        from_config(key, url)


def without_credentials(url: str) -> str:
    """Return the text without user names and passwords of URLs."""
    return _USER.sub("", url)


def _shown(text: str) -> str:
    return clean_line(without_credentials(text), 200)


def local(path: Path) -> ForgeLinks:
    """Return a name for a repository without a known forge."""
    digest = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:6]
    name = path.name.removesuffix(".git")
    if name in ("", "repo"):
        name = path.parent.name
    return ForgeLinks(f"local/{re.sub(r'[^A-Za-z0-9_.+-]', '-', name) or 'repository'}-{digest}")


def profile(host: str, login: str) -> str:
    """Return the page of an account."""
    app = login.removesuffix("[bot]")
    return f"https://{host}/{login}" if app == login else f"https://{host}/apps/{app}"


def _parts(url: str) -> tuple[str, str]:
    """Host and path, without credentials. The port of ssh is not the port of the web."""
    if "://" in url:
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return "", ""
        if parts.scheme == "file":
            return "", ""
        web_port = f":{port}" if port and parts.scheme in ("http", "https") else ""
        return host + web_port, parts.path
    match = _SCP.fullmatch(url)
    return (match["host"].lower(), match["path"]) if match else ("", "")
