"""Days that a text states, on its author's calendar: no clock, no time zone, no guess.

A day counts only with day, month and year; a missing part is never completed.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from connectors.blog.formats import months

#: Characters in which a day is searched.
_LONGEST = 5_000
_WORD = r"([^\W\d_]{2,14})"
_YEAR_FIRST = re.compile(r"(?<![\d.])(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)")
_CJK = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?![\d./-]*\d)")
_DAY_WORD = re.compile(
    rf"(?<![\d.])(\d{{1,2}})(?:st|nd|rd|th|er|re|[.oa°])?(?:[\s-]+(?:of|de|d['’]))?[\s-]*{_WORD}\.?,?"
    r"[\s-]+(?:(?:de|del|of)\s+)?(\d{4})(?!\d)",
    re.IGNORECASE,
)
_WORD_DAY = re.compile(
    rf"(?<![^\W\d_]){_WORD}\.?\s(\d{{1,2}})(?:st|nd|rd|th)?(?:,\s?|\s)(?:de\s|del\s)?(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_YEAR_WORD = re.compile(rf"(?<!\d)(\d{{4}})\.?\s{_WORD}\.?\s(\d{{1,2}})(?!\d)")
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\stháng\s(\d{1,2}),?\s(?:năm\s)?(\d{4})(?!\d)", re.I)
#: asctime (RFC 9110, section 5.6.7) and the two-digit year of RFC 822, section 5.1.
_ASCTIME = re.compile(rf"\b{_WORD}\s(\d{{1,2}})\s\d\d:\d\d:\d\d\s(?:[A-Z]{{3,4}}\s)?(\d{{4}})\b")
_RFC822 = re.compile(rf"\b(\d{{1,2}})\s{_WORD}\s(\d\d)\s\d\d:\d\d")
#: A day in an address stands between slashes or begins a name; other digits are not a day.
_IN_PATH = re.compile(r"/(\d{4})[/-](\d{2})[/-](\d{2})(?=[/_-]|%20|$)")


def find(text: str, language: str | None = None) -> str | None:
    """The first day in the text, `YYYY-MM-DD`. `language`: ISO 639-1 code of the text.

    7/5/2026 is read only in languages with one order, or where one number is above 12.
    """
    text = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST]).split())
    found = sorted(_candidates(text, language))
    return next((day for _, parts in found if (day := _iso(*parts))), None)


def _candidates(text: str, language: str | None) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """(position, (year, month, day)) of everything that has the form of a day."""
    for pattern in (_YEAR_FIRST, _CJK):
        for m in pattern.finditer(text):
            yield m.start(), (int(m[1]), int(m[2]), int(m[3]))
    for m in _VIETNAMESE.finditer(text):
        yield m.start(), (int(m[3]), int(m[2]), int(m[1]))
    for m in _NUMERIC.finditer(text):
        first, second = int(m[1]), int(m[3])
        if m[2] == "." or language in months.DAY_FIRST or first > 12 or first == second:
            yield m.start(), (int(m[4]), second, first)
        elif second > 12:
            yield m.start(), (int(m[4]), first, second)
    for pattern, year, word, day in (
        (_DAY_WORD, 3, 2, 1), (_WORD_DAY, 3, 1, 2), (_YEAR_WORD, 1, 2, 3),
        (_ASCTIME, 3, 1, 2), (_RFC822, 3, 2, 1),
    ):  # fmt: skip
        for m in pattern.finditer(text):
            if month := _month(m[word], language):
                century = 0 if len(m[year]) == 4 else 2000 if int(m[year]) < 70 else 1900
                yield m.start(), (century + int(m[year]), month, int(m[day]))


def _month(word: str, language: str | None) -> int | None:
    word = word.lower()
    own = months.BY_LANGUAGE.get(language or "", {})
    # Dates of any page may be in English: generators write them so.
    return own.get(word) or months.BY_LANGUAGE["en"].get(word) or months.UNAMBIGUOUS.get(word)


def in_path(path: str) -> str | None:
    """The day that the path of an address holds."""
    match = _IN_PATH.search(path)
    return _iso(*map(int, match.groups())) if match else None


def is_future(day: str, today: date) -> bool:
    """True for a day after tomorrow: tomorrow has begun in other time zones."""
    return day > (today + timedelta(days=1)).isoformat()


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    # Generators write the zero of their clock for a page without a day.
    return made.isoformat() if made.year > 1990 else None
