"""How GitHub's API is reached: the config section, the token or App, and the way without either.

It sends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from connectors import Context
from sourcing.core.config import ApiSection
from sourcing.core.errors import ConfigError

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+/?")


class GitHubSection(ApiSection):
    """The section `[github]`."""

    api_url: str = "https://api.github.com"
    token_env: str = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable
    #: Pull requests per page; 0 adapts to the answers.
    page_width: Annotated[int, Field(ge=0, le=100)] = 0
    #: A GitHub App instead of a token; the private key is in a variable or a file.
    app_id: int = 0
    installation_id: int = 0
    app_key_env: str = "GITHUB_APP_KEY"
    app_key_file: str = ""


@dataclass(frozen=True, slots=True)
class GitHubAccess:
    """The API's address, the credentials and the period to read. `page_width` 0 adapts."""

    api_url: str = "https://api.github.com"
    token: str | None = field(default=None, repr=False)
    #: (app id, installation id, private key): a GitHub App's installation instead of a token.
    app: tuple[str, int, str] | None = field(default=None, repr=False)
    lookback_days: int = 730
    page_width: int = 0


def access(context: Context) -> GitHubAccess:
    """The settings in a context."""
    return context.settings if isinstance(context.settings, GitHubAccess) else GitHubAccess()


def settings(section: GitHubSection, environment: Mapping[str, str]) -> GitHubAccess:
    """The access that the section and the environment describe. Raises ConfigError."""
    key = environment.get(section.app_key_env) or _from_file(section.app_key_file)
    token = environment.get(section.token_env, "").strip() or None
    if token and not re.fullmatch("[!-~]+", token):
        raise ConfigError(
            f"${section.token_env}: no GitHub token; it holds spaces or control characters"
        )
    if key and "PRIVATE KEY-----" not in key:
        place = section.app_key_file or f"${section.app_key_env}"
        raise ConfigError(f"{place}: no private key in PEM")
    app = (str(section.app_id), section.installation_id, key) if section.app_id and key else None
    return GitHubAccess(
        api_url=section.api_url,
        token=token,
        app=app,
        lookback_days=section.lookback_days,
        page_width=section.page_width,
    )


def secrets(found: GitHubAccess) -> frozenset[str]:
    """The token and the App's private key."""
    return frozenset(filter(None, (found.token, found.app[2] if found.app else None)))


def _from_file(name: str) -> str | None:
    if not name:
        return None
    try:
        return Path(name).expanduser().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "no private key in PEM"
        raise ConfigError(f"[github] app_key_file: {name}: {why}") from exc


def check_target(target: str) -> None:
    """Raise ConfigError unless the target is `owner/name`."""
    if not _REPOSITORY.fullmatch(target):
        raise ConfigError(f"source github:{target}: write github:owner/name")
