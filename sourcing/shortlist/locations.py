"""Decides whether a published location fits the place of an opening: yes, no, or unknown.

Countries, cities and their UTC offsets come from the tz database (https://www.iana.org/time-zones),
more names from `locations.toml`. It never guesses: an ambiguous or unlisted name is unknown.
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

#: UTC offsets in winter, as people write them.
_SHORT = {
    "utc": 0, "gmt": 0, "wet": 0, "bst": 0, "cet": 1, "cest": 1, "eet": 2, "est": -5, "edt": -5,
    "et": -5, "cst": -6, "cdt": -6, "mst": -7, "pst": -8, "pdt": -8, "pt": -8, "jst": 9, "kst": 9,
}  # fmt: skip
_HOURS = "|".join(_SHORT)
_WINDOW = re.compile(rf"\b({_HOURS})\s*([+-]\d+)?\s*(?:±|\+/-|\+-)\s*(\d+)", re.IGNORECASE)
_OFFSET = re.compile(rf"\b({_HOURS})\s*([+-]\d{{1,2}})?\b", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:[,;/|·•()\n]|\s-\s|\bor\b|\band\b)\s*")
_EITHER = re.compile(r"\bor (?:fully )?remote\b|\bremote or\b", re.IGNORECASE)
#: Words that do not name a place.
_WAYS = re.compile(
    r"\b(?:fully|remote(?:ly)?|hybrid|on-?site|in|within|the|only|based|office|anywhere|worldwide|"
    r"time ?zones?|hours?|near|around|preferred|days? a week|\d+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """The place that a text names."""

    zones: frozenset[str]  # names in the tz database
    countries: frozenset[str]  # ISO 3166 codes
    names: frozenset[str]  # the words of the text, folded
    city: bool  # it names a city, not only a country
    hours: int | None = None  # the UTC offset that it states


@dataclass(frozen=True, slots=True)
class PlaceCriterion:
    """The place of an opening: a range of UTC offsets, or places of which one must fit."""

    hours: tuple[int, int] | None
    places: tuple[Place, ...]

    def __bool__(self) -> bool:
        return self.hours is not None or bool(self.places)


def wanted(text: str) -> PlaceCriterion:
    """The criterion of an opening's `place`; falsy if it names no place that can be compared."""
    if match := _WINDOW.search(text):
        middle = _SHORT[match[1].lower()] + int(match[2] or 0)
        return PlaceCriterion((middle - int(match[3]), middle + int(match[3])), ())
    if _EITHER.search(text):
        return PlaceCriterion(None, ())
    names = [part for part in _PARTS.split(_WAYS.sub(" ", text)) if fold(part)]
    places = [place(part) for part in names]
    return PlaceCriterion(None, tuple(one for one in places if one.zones))


def fits(criterion: PlaceCriterion, published: list[str], day: date) -> bool | None:
    """True if one of the published locations fits; None if that is unknown."""
    verdicts = [_fit(criterion, place(text), day) for text in published]
    if True in verdicts:
        return True
    return None if None in verdicts or not verdicts else False


def place(text: str) -> Place:
    """The place that a text names, by its most exact name."""
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
        inside_countries = frozenset(_countries()[zone] for zone in wide[0])
        return Place(wide[0], inside_countries, names, city=False, hours=offset)
    return Place(frozenset(), frozenset(), names, city=False, hours=offset)


def _fit(criterion: PlaceCriterion, here: Place, day: date) -> bool | None:
    if criterion.hours is not None:
        low, high = criterion.hours
        hours = [here.hours] if here.hours is not None else [_hours(z, day) for z in here.zones]
        verdicts: set[bool | None] = {low <= hour <= high for hour in hours}
    else:
        verdicts = {_inside(here, there) for there in criterion.places}
        verdicts = {True} if True in verdicts else verdicts
    return verdicts.pop() if len(verdicts) == 1 else None


def _inside(here: Place, there: Place) -> bool | None:
    """True if a place lies in another one, which is a city or a country."""
    if not here.zones:
        return None
    if not here.countries & there.countries:
        return False
    if there.city:
        return bool(here.names & there.names) if here.city else None
    return True if here.countries <= there.countries else None


def _hours(zone: str, day: date) -> float:
    """The UTC offset in hours on the first of January of that year."""
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
    """Zones of cities, codes of countries and zones of continents, by folded name."""
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
