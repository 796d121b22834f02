"""Chooses the repository among the addresses that the metadata of a package names.

The keys of Project-URL are free text, so the address decides with the key: a repository with the
name of the package first, then the key (Source, Repository, Code, …). No address is requested.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sourcing.discovery.indexes.metadata import Link
from sourcing.discovery.links import Repository, repository

#: Keys in order, compared by their letters alone.
#: https://packaging.python.org/en/latest/specifications/well-known-project-urls/
_KEYS = (
    {"source", "sourcecode", "repository", "repo", "code", "github", "gitlab", "sources", "git"},
    {"homepage", "home", "downloadurl", "download", "project", "originofthemodulesproxy",
     "goimport"},
    {"issues", "bugs", "bugtracker", "issuetracker", "tracker", "bugreports"},
)  # fmt: skip


def choose(name: str, links: Sequence[Link]) -> tuple[Repository, Link] | None:
    """The repository of a package with the line that names it, or None."""
    named = [(found, link) for link in links if (found := repository(link.url))]
    if not named:
        return None
    return max(named, key=lambda pair: (_fit(name, pair[0]), -_rank(pair[1].label)))


def _fit(name: str, place: Repository) -> int:
    """How well the names agree: 2 equal, 1 one in the other, 0 otherwise."""
    package, owned = _letters(name.rpartition("/")[2]), _letters(place.name.rpartition("/")[2])
    plain = re.sub(r"^py(thon)?|py(thon)?$", "", owned)
    if package in {owned, plain} or owned == re.sub(r"^py(thon)?|py(thon)?$", "", package):
        return 2
    return int(len(owned) > 2 and (owned in package or package in owned))


def _rank(label: str) -> int:
    letters = _letters(label)
    return next((at for at, keys in enumerate(_KEYS) if letters in keys), len(_KEYS))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
