"""Where a repository lives on the web: its name across sources, and links to its parts.

It goes by the words in a host's name. It asks nobody.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line

#: Word in the host -> (link to a pull request, link to a commit), after the repository's page.
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
#: There `#N` in a title is an issue or a work item.
_HASH_IS_ISSUE = ("gitlab", "azure", "visualstudio")
_SCP = re.compile(r"(?:[^/@\s]+@)?(?P<host>[\w.-]+):(?!:)(?P<path>[^:].*)")
#: Whoever logs in: in a URL, in `user@host:path`, or `user:password@` wherever a slip of the
#: pen put it. A password may itself hold an "@".
_USER = re.compile(r"(?<![^\s/'\"])(?:(?<=//)[^/\s]*@|[^/\s:]+:[^/\s]*@|[^/\s]*@(?=[\w.-]+:))")


@dataclass(frozen=True, slots=True)
class Forge:
    """`repo` is `host/owner/name`; `web` its page, None where we cannot make links."""

    repo: str
    web: str | None = None
    style: str = ""

    @property
    def numbers_in_titles(self) -> bool:
        """True where `title (#N)` names a merged pull request."""
        return self.style not in _HASH_IS_ISSUE

    def pull(self, number: int) -> str | None:
        """The page of a pull request."""
        return self.web + _STYLES[self.style][0].format(number) if self.web else None

    def commit(self, oid: str) -> str | None:
        """The page of a commit."""
        return self.web + _STYLES[self.style][1].format(oid) if self.web else None


def from_url(url: str, *, given: bool = False) -> Forge | None:
    """The forge behind a remote's URL, None for a path. `given`: the user vouches for links."""
    host, path = _parts(url)
    path = path.strip("/").removesuffix(".git").strip("/")
    if not host or not path:
        return None
    style = next((word for word in _STYLES if word in host), "github" if given else "")
    repo = f"{host}/{path}"
    return Forge(repo, f"https://{repo}" if style else None, style)


def given(key: str, url: str) -> Forge:
    """The forge that the user names for the repository `key`, or a ConfigError."""
    forge = from_url(url, given=True)
    if forge is None or not re.fullmatch(r"[^/\s]+(?:/[^/\s]+){2,}", forge.repo):
        raise ConfigError(
            f'[git.forge]: "{clean_line(public(key), 200)}" = "{clean_line(public(url), 200)}"'
            ' is no repository page; write "https://host/owner/name"'
        )
    return forge


def checked_forges(forges: Mapping[str, str]) -> None:
    """A ConfigError that names the first entry which is no repository page."""
    for key, url in forges.items():
        given(key, url)


def public(url: str) -> str:
    """The text without anybody's user name or password in a URL, fit to be shown."""
    return _USER.sub("", url)


def local(path: Path) -> Forge:
    """A name for a repository that lives on no forge we know of."""
    digest = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:6]
    name = path.name.removesuffix(".git")
    if name in ("", "repo"):
        name = path.parent.name
    return Forge(f"local/{re.sub(r'[^A-Za-z0-9_.+-]', '-', name) or 'repository'}-{digest}")


def profile(host: str, login: str) -> str:
    """The page of an account."""
    app = login.removesuffix("[bot]")
    return f"https://{host}/{login}" if app == login else f"https://{host}/apps/{app}"


def _parts(url: str) -> tuple[str, str]:
    """Host and path, without credentials; an ssh port says nothing about the web."""
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
    found = _SCP.fullmatch(url)
    return (found["host"].lower(), found["path"]) if found else ("", "")
