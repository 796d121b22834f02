"""Reads from tags which commits are in later versions of a package and not in the one in use.

Proof is reachability (`git rev-list`, https://git-scm.com/docs/git-rev-list): a commit counts for a
version only if the version's tag contains it. Nothing is fetched; a clone has the tags of its last
fetch. Changelogs and dates of releases are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.version import InvalidVersion, Version

from connectors import Context
from connectors.git import clone, remote
from connectors.git.process import Git
from sourcing.core.model import Releases

#: The number of later versions that are examined, the newest ones.
_MOST = 200
_TAG = re.compile(r"(?P<prefix>.*?)[vV]?(?P<version>\d+(?:[._]\d+)*(?:[._+-]?[A-Za-z0-9.+-]*)?)")
#: Beginnings of tags that name no package.
_PLAIN = {"", "release", "releases", "rel", "version", "ver", "tag", "tags"}


def releases(target: str, package: str, in_use: str, context: Context) -> Releases | None:
    """The commits of later versions; None if no tag names the version in use.

    A repository may hold many packages: tags with the name of this one ("pkg-v1", "pkg/v1",
    "pkg@1") come before tags with a version alone.
    """
    wanted = clone.parse(target)
    if wanted.remote:
        git = remote.known_clone(wanted, context)
    else:
        git = clone.open_local(Path(wanted.place).expanduser().absolute(), remote.shown(target))
    used = _version(in_use)
    if git is None or used is None:
        return None
    for tags in _families(git, package):
        if used in tags:
            return _later(git, tags, used)
    return None


def _families(git: Git, package: str) -> Iterator[dict[Version, str]]:
    """Version → tag: first the tags that name the package, then those without a name."""
    own, plain = {}, {}
    name = _letters(package.rpartition("/")[2])
    refs = git.run("for-each-ref", "--format=%(refname)", "refs/tags", "refs/sourcing/tags")
    for ref in refs.split():
        tag = re.sub(r"^refs/(?:sourcing/)?tags/", "", ref)
        parts = _TAG.fullmatch(tag)
        version = _version(parts["version"]) if parts else None
        if not parts or version is None:
            continue
        prefix = _letters(parts["prefix"])
        if prefix == name:
            own[version] = ref
        elif prefix in _PLAIN:
            plain[version] = ref
    yield own
    yield plain


def _later(git: Git, tags: dict[Version, str], used: Version) -> Releases:
    later = sorted(v for v in tags if v > used and (not v.is_prerelease or used.is_prerelease))
    fixed_in: dict[str, str] = {}
    before = [tags[used]]
    for version in later[-_MOST:]:
        for oid in git.run("rev-list", tags[version], "--not", *before).split():
            fixed_in[oid] = str(version)
        before.append(tags[version])
    return Releases(str(used), str(later[-1]) if later else str(used), fixed_in)


def _version(text: str) -> Version | None:
    try:
        return Version(text.replace("_", ".").removeprefix("v"))
    except InvalidVersion:
        return None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
