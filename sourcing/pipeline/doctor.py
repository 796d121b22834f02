"""What is wrong with the setup, and how to mend it: each check says one line.

It looks and asks; it changes nothing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.request import getproxies_environment

from connectors import Context, git
from db import Store
from db.ingest import runs
from scoring import load
from sourcing.core import config
from sourcing.core.errors import SourcingError
from sourcing.core.model import Budget
from sourcing.core.times import stamp
from sourcing.outreach.compose import Templates
from sourcing.pipeline import crawl, source_suggestions

Verdict = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    verdict: Verdict
    what: str


def examine(
    config_path: Path, db_path: Path, environment: dict[str, str], now: datetime
) -> Iterator[Finding]:
    """Everything that can be checked without reading a source to the end."""
    yield _git()
    try:
        found = config.load(config_path)
    except SourcingError as exc:
        yield Finding("wrong", str(exc))
        return
    yield Finding("ok", f"{config_path}: {len(found.sources)} sources")
    for check in (partial(load, found.roles), partial(git.check, found.git.forge)):
        try:
            check()
        except SourcingError as exc:
            yield Finding("wrong", f"{config_path}: {exc}")
    yield from _sources(found)
    yield from _github(found, environment, now)
    yield from _openings(config_path)
    yield from _outreach(found)
    yield from _templates(config_path)
    yield from _database(db_path, now)
    yield from _blogs(found, db_path, now)


def _git() -> Finding:
    path = shutil.which("git")
    if path is None:
        return Finding("wrong", "git is not installed; git: sources need version 2.31 or newer")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"(\d+)\.(\d+)", said.stdout)
    if version is None or (int(version[1]), int(version[2])) < (2, 31):
        return Finding("wrong", f"{said.stdout.strip()} is too old; 2.31 or newer is needed")
    return Finding("ok", said.stdout.strip())


def _sources(found: config.Config) -> Iterator[Finding]:
    for name in found.sources:
        try:
            crawl.checked_sources([name])
        except SourcingError as exc:
            yield Finding("wrong", str(exc))
            continue
        target = name.removeprefix("git:")
        if name.startswith("git:/") and not Path(target).exists():
            path, at, _ = target.rpartition("@")
            if not (at and Path(path).exists()):
                yield Finding("wrong", f"{name}: no such folder")


def _github(found: config.Config, environment: dict[str, str], now: datetime) -> Iterator[Finding]:
    targets = [n.removeprefix("github:") for n in found.sources if n.startswith("github:")]
    if not targets:
        return
    try:
        access = crawl.access(found, environment)
    except SourcingError as exc:
        yield Finding("wrong", str(exc))
        return
    if not (access.token or access.app):
        yield Finding(
            "note",
            f"no token in ${found.github.token_env}: github: sources are read as git histories;"
            " a token without any scopes is enough",
        )
        return
    from connectors.github import reader as github  # noqa: PLC0415 - slow to load, and only needed here

    context = Context(
        now, Path(), contact=found.http.contact, github=access, proxies=getproxies_environment()
    )
    try:
        answers = github.examine(targets, Budget(deadline=time.monotonic() + 60), context)
        yield Finding("ok", next(answers))
        for fault in answers:
            yield Finding("wrong", fault)
    except SourcingError as exc:
        yield Finding("wrong", str(exc))


def _openings(config_path: Path) -> Iterator[Finding]:
    for name in config.openings(config_path):
        try:
            opening = config.load_opening(config_path, name)
        except SourcingError as exc:
            yield Finding("wrong", str(exc))
            continue
        for key in ("bottleneck", "pay"):
            if not getattr(opening, key):
                yield Finding("note", f"openings/{name}.toml: {key} is empty; drafts lack it")


def _templates(config_path: Path) -> Iterator[Finding]:
    for fault in Templates(config_path.parent / "templates").faults():
        yield Finding("wrong", fault)


def _outreach(found: config.Config) -> Iterator[Finding]:
    for key in ("sender_name", "sender_org", "why", "notice_url"):
        if not getattr(found.outreach, key):
            yield Finding("note", f"[outreach] {key} is empty; an opening may say it instead")
    if not found.http.contact:
        yield Finding("note", "[http] contact is empty: sites cannot tell who reads them")


def _database(db_path: Path, now: datetime) -> Iterator[Finding]:
    if not db_path.exists():
        yield Finding("note", f"{db_path}: not there yet; the first crawl makes it")
        return
    try:
        if not db_path.stat().st_size:
            yield Finding("note", f"{db_path}: empty; the first crawl fills it")
            return
        with Store(db_path, write=False) as store:
            if damage := store.damage(whole=True):
                yield Finding("wrong", f"{db_path}: damaged ({damage}); restore a backup")
            else:
                yield Finding("ok", f"{db_path}: sound")
            last = [night["started_at"] for night in runs.recent(store, 1)]
            if last > [stamp(now + timedelta(days=1))]:
                yield Finding("wrong", f"the clock shows {stamp(now)}, the last crawl {last[0]}")
    except SourcingError as exc:
        yield Finding("wrong", str(exc))
    cache = db_path.absolute().with_suffix(".cache")
    if cache.exists():
        yield Finding(
            "note",
            f"{cache}: git's own copies of public histories, with the addresses git keeps in them;"
            " none of those enters the database",
        )


def _blogs(found: config.Config, db_path: Path, now: datetime) -> Iterator[Finding]:
    if not db_path.exists() or not db_path.stat().st_size:
        return
    try:
        with Store(db_path, write=False) as store:
            proposed = source_suggestions.proposals(store, found.sources, stamp(now))
    except SourcingError:
        return  # said above, where the database is looked at
    if proposed:
        yield Finding(
            "note",
            "websites of people near the top, which no source reads; add those that are blogs to"
            f" sources: {', '.join(proposed)}",
        )
