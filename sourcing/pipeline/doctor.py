"""Checks the installation: each check gives one line with the problem and its remedy.

It reads the files and calls the checks of the connectors. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import connectors
from connectors import Check, Connector
from db import Store
from db.ingest import runs
from scoring import load
from sourcing.core import config
from sourcing.core.config import Config
from sourcing.core.errors import SourcingError
from sourcing.core.times import stamp
from sourcing.outreach.compose import Templates
from sourcing.pipeline import history, settings, source_suggestions
from sourcing.privacy import address_detector


def examine(
    config_path: Path, db_path: Path, environment: Mapping[str, str], now: datetime
) -> Iterator[Check]:
    """All checks; none of them crawls a source completely."""
    try:
        found = settings.load_config(config_path)
    except SourcingError as exc:
        yield Check("wrong", str(exc))
        return
    yield Check("ok", f"{config_path}: {len(found.sources)} sources")
    try:
        load(found.roles)
    except SourcingError as exc:
        yield Check("wrong", f"{config_path}: {exc}")
    yield from _sources(found, config_path, environment, now)
    yield from _openings(config_path)
    yield from _outreach(found)
    yield from _templates(config_path)
    yield from _database(db_path, now)
    yield from _suggestions(found, db_path, now)


def _sources(
    found: Config, config_path: Path, environment: Mapping[str, str], now: datetime
) -> Iterator[Check]:
    """The syntax of each source name, then the checks of each connector."""
    targets: dict[str, list[str]] = {name: [] for name in connectors.names()}
    for name in found.sources:
        try:
            connector, target = connectors.of_source(name)
        except SourcingError as exc:
            yield Check("wrong", str(exc))
        else:
            targets[connector.name].append(target)
    for connector in connectors.every():
        if connector.checks is not None:
            yield from _connector(connector, targets[connector.name], found, environment, now)


def _connector(
    connector: Connector,
    targets: list[str],
    found: Config,
    environment: Mapping[str, str],
    now: datetime,
) -> Iterator[Check]:
    if connector.checks is None:
        return
    context = None
    try:
        if targets:
            context = replace(
                settings.base_context(found, Path(), now),
                settings=settings.settings_of(connector, found, environment),
            )
        section = found.sections.get(connector.name) or connector.section()
        yield from connector.checks(targets, section, context)
    except SourcingError as exc:
        yield Check("wrong", str(exc))


def _openings(config_path: Path) -> Iterator[Check]:
    for name in config.openings(config_path):
        try:
            opening = config.load_opening(config_path, name)
        except SourcingError as exc:
            yield Check("wrong", str(exc))
            continue
        for key in ("bottleneck", "pay"):
            if not getattr(opening, key):
                yield Check("note", f"openings/{name}.toml: {key} is empty; drafts lack it")


def _templates(config_path: Path) -> Iterator[Check]:
    for fault in Templates(config_path.parent / "templates").faults():
        yield Check("wrong", fault)


def _outreach(found: Config) -> Iterator[Check]:
    for key in ("sender_name", "sender_org", "why", "notice_url"):
        if not getattr(found.outreach, key):
            yield Check("note", f"[outreach] {key} is empty; an opening may set it instead")
    if not found.http.contact:
        yield Check("note", "[http] contact is empty: sites cannot see who reads them")


def _database(db_path: Path, now: datetime) -> Iterator[Check]:
    if not db_path.exists():
        yield Check("note", f"{db_path}: does not exist; the first crawl creates it")
        return
    try:
        if not db_path.stat().st_size:
            yield Check("note", f"{db_path}: empty; the first crawl fills it")
            return
        with Store(db_path, write=False) as store:
            if damage := store.damage(whole=True):
                yield Check("wrong", f"{db_path}: damaged ({damage}); restore a backup")
            else:
                yield Check("ok", f"{db_path}: sound")
            yield from _addresses(store)
            for source, lines in history.open_gaps(store).items():
                yield from (Check("note", f"{source}: {line}") for line in lines)
            last = [night.started_at for night in runs.recent(store, 1)]
            if last > [stamp(now + timedelta(days=1))]:
                yield Check("wrong", f"the clock shows {stamp(now)}, the last crawl {last[0]}")
    except SourcingError as exc:
        yield Check("wrong", str(exc))
    for connector in connectors.every():
        folder = settings.cache_of(db_path) / connector.name
        if connector.cache_note and folder.exists():
            yield Check("note", f"{folder}: {connector.cache_note}")


def _addresses(store: Store) -> Iterator[Check]:
    """No stored text contains an e-mail address, by a detector that is not the masker's."""
    if found := address_detector.stored_addresses(store):
        places = ", ".join(f"{column} ({texts})" for column, texts in sorted(found.items()))
        yield Check(
            "wrong",
            f"{store.path}: texts with e-mail addresses: {places}; report this, and erase the"
            " people concerned with `sourcing forget`",
        )
    else:
        yield Check("ok", f"{store.path}: no e-mail address in any text")


def _suggestions(found: Config, db_path: Path, now: datetime) -> Iterator[Check]:
    if not db_path.exists() or not db_path.stat().st_size:
        return
    try:
        with Store(db_path, write=False) as store:
            proposed = source_suggestions.proposals(store, found.sources, stamp(now))
    except SourcingError:
        return  # the check of the database reports it
    if proposed:
        yield Check(
            "note",
            "websites of people near the top, which no source reads; add those that are blogs to"
            f" sources: {', '.join(proposed)}",
        )
