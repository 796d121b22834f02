"""Asks forges for the public members of an organisation, for its exclusion.

A forge that needs a token and has none is not asked; a note says so. It stores nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import connectors
from sourcing.core.config import Config
from sourcing.core.errors import SourcingError
from sourcing.core.identifiers import SourceName
from sourcing.core.model import Budget, Identity
from sourcing.pipeline import settings

#: Seconds that the requests may take.
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class PublicMembers:
    """The public members of an organisation, and notes on forges that could not be asked."""

    members: tuple[Identity, ...]
    notes: tuple[str, ...]


def public_members(
    config: Config, environment: Mapping[str, str], now: datetime, organisation: str
) -> PublicMembers:
    """The members that forges show of an organisation, written as `name` or `host/name`."""
    members: list[Identity] = []
    notes: list[str] = []
    for connector in connectors.every():
        if connector.members is None:
            continue
        try:
            found = settings.settings_of(connector, config, environment)
            target = SourceName.parse(connector.example).target
            if connector.fallback and connector.fallback(target, found):
                notes.append(
                    f"{connector.name}: no token, so public members of {organisation} are not asked"
                    " for; people who regularly merge there are excluded"
                )
                continue
            context = replace(settings.base_context(config, Path(), now), settings=found)
            budget = Budget(points=20, deadline=time.monotonic() + _PATIENCE)
            members += connector.members(organisation, budget, context)
        except SourcingError as exc:
            notes.append(f"{connector.name}: the members of {organisation} are unknown: {exc}")
    return PublicMembers(tuple(members), tuple(notes))
