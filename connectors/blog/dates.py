"""The day that a text names, as its author wrote it: no clock, no time zone, no guess."""

import calendar
import re
from datetime import date

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = "|".join(_MONTHS)
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?<![\d.])(\d{{1,2}})(?:st|nd|rd|th)?[ -]({_MONTH})[a-z]*\.?,?[ -](\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b({_MONTH})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})(?!\d)", re.IGNORECASE
)
#: A day in an address stands between slashes, or leads a name; other digits mean something else.
_IN_PATH = re.compile(r"/(\d{4})[/-](\d{2})[/-](\d{2})(?=[/_-]|%20|$)")


def said(text: str) -> str | None:
    """The first day in the text, `YYYY-MM-DD`; in ISO form or with the month's name."""
    text = " ".join(text.split())
    if found := _ISO.search(text):
        return _made(found[1], found[2], found[3])
    if found := _DAY_FIRST.search(text):
        return _made(found[3], str(_MONTHS[found[2].lower()]), found[1])
    if found := _MONTH_FIRST.search(text):
        return _made(found[3], str(_MONTHS[found[1].lower()]), found[2])
    return None


def in_path(path: str) -> str | None:
    """The day that an address holds."""
    found = _IN_PATH.search(path)
    return _made(*found.groups()) if found else None


def _made(year: str, month: str, day: str) -> str | None:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return made.isoformat() if made.year > 1990 else None
