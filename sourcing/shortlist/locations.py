"""Where somebody says they are, and whether that fits a place: yes, no, or nobody knows.

Countries, cities and their hours come from the tz database, some more names from places.toml.
It never guesses: a place that it does not know, or that may be two, is unknown.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from sourcing.core.text import fold

#: Hours from UTC in winter, as people write them.
_SHORT = {
    "utc": 0, "gmt": 0, "wet": 0, "bst": 0, "cet": 1, "cest": 1, "eet": 2, "est": -5, "edt": -5,
    "et": -5, "cst": -6, "cdt": -6, "mst": -7, "pst": -8, "pdt": -8, "pt": -8, "jst": 9, "kst": 9,
}  # fmt: skip
_HOURS = "|".join(_SHORT)
_WINDOW = re.compile(rf"\b({_HOURS})\s*([+-]\d+)?\s*(?:±|\+/-|\+-)\s*(\d+)", re.IGNORECASE)
_OFFSET = re.compile(rf"\b({_HOURS})\s*([+-]\d{{1,2}})?\b", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:[,;/|·•()\n]|\s-\s|\bor\b|\band\b)\s*")
_EITHER = re.compile(r"\bor (?:fully )?remote\b|\bremote or\b", re.IGNORECASE)
#: Words that name no place.
_WAYS = re.compile(
    r"\b(?:fully|remote(?:ly)?|hybrid|on-?site|in|within|the|only|based|office|anywhere|worldwide|"
    r"time ?zones?|hours?|near|around|preferred|days? a week|\d+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a text says of a place: zones of the tz database, countries, and the names in it."""

    zones: frozenset[str]
    countries: frozenset[str]
    names: frozenset[str]
    city: bool
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The place of an opening: hours it keeps to, or places one of which it must be."""

    hours: tuple[int, int] | None
    places: tuple[Place, ...]

    def __bool__(self) -> bool:
        return self.hours is not None or bool(self.places)


def wanted(text: str) -> Wanted:
    """What an opening's `place` asks for; falsy where it asks for nothing that can be compared."""
    if found := _WINDOW.search(text):
        middle = _SHORT[found[1].lower()] + int(found[2] or 0)
        return Wanted((middle - int(found[3]), middle + int(found[3])), ())
    if _EITHER.search(text):
        return Wanted(None, ())
    names = [part for part in _PARTS.split(_WAYS.sub(" ", text)) if fold(part)]
    places = [place(part) for part in names]
    return Wanted(None, tuple(one for one in places if one.zones))


def fits(wish: Wanted, said: list[str], day: date) -> bool | None:
    """Whether any of the places somebody names fits; None if that cannot be told."""
    told = [_fit(wish, place(text), day) for text in said]
    return True if True in told else None if None in told or not told else False


def place(text: str) -> Place:
    """What is known of a place, by the most exact of its names."""
    cities, countries, continents = _gazetteer()
    names = frozenset(fold(part) for part in _PARTS.split(_WAYS.sub(" ", text)) if fold(part))
    lands = {countries[name] for name in names & countries.keys()}
    found = {cities[name] for name in names & cities.keys()}
    inside = {zone for zone in found if not lands or _countries()[zone] in lands} or found
    hours = _OFFSET.search(text)
    offset = _SHORT[hours[1].lower()] + int(hours[2] or 0) if hours else None
    if len({_countries()[zone] for zone in inside}) == 1:
        zone_countries = frozenset(_countries()[zone] for zone in inside)
        return Place(frozenset(inside), zone_countries, names, city=True, hours=offset)
    if len(lands) == 1 and not inside:
        zones = frozenset(z for z, country in _countries().items() if country in lands)
        return Place(zones, frozenset(lands), names, city=False, hours=offset)
    wide = [continents[name] for name in names & continents.keys()]
    if len(wide) == 1 and not inside and not lands:
        lands_ = frozenset(_countries()[zone] for zone in wide[0])
        return Place(wide[0], lands_, names, city=False, hours=offset)
    return Place(frozenset(), frozenset(), names, city=False, hours=offset)


def _fit(wish: Wanted, here: Place, day: date) -> bool | None:
    if wish.hours is not None:
        low, high = wish.hours
        hours = [here.hours] if here.hours is not None else [_hours(z, day) for z in here.zones]
        told: set[bool | None] = {low <= hour <= high for hour in hours}
    else:
        told = {_inside(here, there) for there in wish.places}
        told = {True} if True in told else told
    return told.pop() if len(told) == 1 else None


def _inside(here: Place, there: Place) -> bool | None:
    """Whether a place lies in another, which is a city or a land."""
    if not here.zones:
        return None
    if not here.countries & there.countries:
        return False
    if there.city:
        return bool(here.names & there.names) if here.city else None
    return True if here.countries <= there.countries else None


def _hours(zone: str, day: date) -> float:
    """Hours from UTC in that year's winter of the north."""
    offset = ZoneInfo(zone).utcoffset(datetime(day.year, 1, 1))  # noqa: DTZ001 - the zone's own time
    return offset.total_seconds() / 3600 if offset else 0.0


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """The country of each zone."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


@lru_cache(maxsize=1)
def _gazetteer() -> tuple[dict[str, str], dict[str, str], dict[str, frozenset[str]]]:
    """Zones of cities, codes of countries and zones of continents, by folded names."""
    more = tomllib.loads(
        (files("sourcing.shortlist") / "locations.toml").read_text(encoding="utf-8")
    )
    cities = {fold(zone.rpartition("/")[2].replace("_", " ")): zone for zone in _countries()}
    cities |= {fold(name): zone for name, zone in more["cities"].items()}
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    countries = {fold(name): code for code, name in rows}
    countries |= {fold(name): code for name, code in more["countries"].items()}
    for name in more["unclear"]["names"]:
        cities.pop(fold(name), None)
        countries.pop(fold(name), None)
    continents = {
        fold(name): frozenset(z for z in _countries() if z.startswith(tuple(prefixes)))
        for name, prefixes in more["continents"].items()
    }
    return cities, {n: c for n, c in countries.items() if n not in cities}, continents
