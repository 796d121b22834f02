"""Redacts suppressed people in texts of others, and erased people in the recruiter's texts.

`Redactor` knows suppressed people by hashes only. It looks up logins after an `@`, in trailers and
links, runs of capitalised words, and quoted titles; other spellings are not recognised.
`redact_own_texts` runs while the names are still known and matches them directly. A first name
alone is not redacted.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from db.connection import Store
from db.privacy import identifiers
from db.privacy.suppression import SuppressionList
from sourcing.core.text import fold

REMOVED = "[removed]"

_LOGIN = r"[A-Za-z\d](?:[\w.-]{0,38}[A-Za-z\d])?"
#: `@login`, `https://forge/login`, `from login/branch`.
_MENTION = re.compile(rf"(@|://[\w.-]+/|\b[Ff]rom )({_LOGIN})")
#: A login with a digit or hyphen, which is no plain word: redacted anywhere.
_ODD_LOGIN = re.compile(r"(?<![\w@/.-])(?=[\w-]*[\d-])[A-Za-z\d](?:[\w-]{3,37}[A-Za-z\d])(?![\w-])")
_TRAILER = re.compile(
    r"^(\s*[\w-]+-by:\s*|\s*author:\s*)([^<\[(\n]+?)(?=\s*(?:[<\[(]|$))",
    re.IGNORECASE | re.MULTILINE,
)
_CAPITALISED = re.compile(r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*)+")
_QUOTED = re.compile(r"(?<=[\"“«'`])[^\"“”«»`\n]{12,300}(?=[\"”»'`])")
#: A title on a separate line, with list marks before it and a number after it.
_LINE = re.compile(r"^([\s*+>#.)\d-]*)(\S.*?)(\s*(?:\(#\d+\))?\s*)$", re.MULTILINE)
_LONGEST_NAME = 4
_WORD = re.compile(r"[^\W_]+")
#: Signs between the words of one name.
_BETWEEN = re.compile(r"[\s.,'’_-]{1,3}")
#: Shorter titles ("Update dependencies") may be the title of a work of others as well.
_LONGEST_COMMON_TITLE = 30


class Redactor:
    """Redacts texts with one suppression list."""

    def __init__(self, suppressed: SuppressionList) -> None:
        self._suppressed = suppressed
        self._parts: dict[str, bool] = {}

    def title(self, title: str) -> str:
        """The redacted title of a work of others."""
        return self.text(title) if len(title) >= _LONGEST_COMMON_TITLE else self._named(title)

    def text(self, text: str) -> str:
        """The redacted text."""
        text = self._named(text)
        return _LINE.sub(
            lambda m: m[1] + self._unless_suppressed(identifiers.of_title(m[2]), m[2]) + m[3], text
        )

    def _named(self, text: str) -> str:
        text = _MENTION.sub(self._login, text)
        text = _ODD_LOGIN.sub(
            lambda m: self._unless_suppressed(identifiers.of_login(m[0]), m[0]), text
        )
        text = _TRAILER.sub(self._trailer, text)
        text = _CAPITALISED.sub(lambda m: self._names(m[0]), text)
        text = self._words(text)
        return _QUOTED.sub(
            lambda m: self._unless_suppressed(identifiers.of_title(m[0]), m[0]), text
        )

    def _words(self, text: str) -> str:
        """Redact names in every spelling: joined, in lower case, reversed, with initials."""
        words = list(_WORD.finditer(text))
        kept, done, at = [], 0, 0
        while at < len(words):
            count = self._name_at(text, words, at)
            if count:
                kept += [text[done : words[at].start()], REMOVED]
                done = words[at + count - 1].end()
            at += count or 1
        return "".join((*kept, text[done:]))

    def _name_at(self, text: str, words: Sequence[re.Match[str]], at: int) -> int:
        """The number of words of the suppressed name that begins here, or 0."""
        first = fold(words[at][0])
        if not self._is_part(first):
            return 0
        for count in range(min(_LONGEST_NAME + 1, len(words) - at), 0, -1):
            run = words[at : at + count]
            if any(
                not _BETWEEN.fullmatch(text[a.end() : b.start()])
                for a, b in itertools.pairwise(run)
            ):
                continue
            folded = [fold(word[0]) for word in run]
            without_initials = [folded[0], *(w for w in folded[1:] if len(w) > 1)]
            spelled = {"".join(folded), "".join(without_initials)}
            if count == 2 and len(first) == 1:
                spelled = {f"{first}.{folded[1]}"}
            if self._suppressed.matches(f"name:{one}" for one in spelled):
                return count
        return 0

    def _is_part(self, word: str) -> bool:
        known = self._parts.get(word)
        if known is None:
            known = self._parts[word] = self._suppressed.matches([f"part:{word}"])
        return known

    def state(self, value: Any) -> Any:
        """A source's cursor, without the entries that name suppressed people."""
        if isinstance(value, Mapping):
            return {k: self.state(v) for k, v in value.items() if not self._is_about(k)}
        if isinstance(value, list | tuple):
            return [self.state(v) for v in value if not self._is_about(v)]
        return value

    def _is_about(self, entry: Any) -> bool:
        if not isinstance(entry, str):
            return False
        found = {identifiers.of_name(part) for part in re.split(r"[/:]", entry)}
        found.add(identifiers.of_title(entry) if "/" not in entry else None)
        return self._suppressed.matches(one for one in found if one)

    def _unless_suppressed(self, identifier: str | None, text: str) -> str:
        listed = identifier and self._suppressed.matches([identifier])
        return REMOVED if listed else text

    def _login(self, match: re.Match[str]) -> str:
        return match[1] + self._unless_suppressed(identifiers.of_login(match[2]), match[2])

    def _trailer(self, match: re.Match[str]) -> str:
        if self._suppressed.matches([identifiers.of_login(match[2])]):
            return match[1] + REMOVED
        return match[1] + self._unless_suppressed(identifiers.of_name(match[2]), match[2])

    def _names(self, run: str) -> str:
        words, at, kept = run.split(" "), 0, []
        while at < len(words):
            for length in range(min(_LONGEST_NAME, len(words) - at), 1, -1):
                name = " ".join(words[at : at + length])
                bare = name.removesuffix("'s").removesuffix("’s")
                if self._unless_suppressed(identifiers.of_name(bare), bare) == REMOVED:
                    kept.append(REMOVED + name[len(bare) :])
                    at += length
                    break
            else:
                kept.append(words[at])
                at += 1
        return " ".join(kept)


#: Texts that the recruiter or this program wrote: table, key columns, text columns.
_OWN_TEXTS = (
    ("notes", ("id",), ("text",)),
    ("drafts", ("id",), ("subject", "body", "reason")),
    ("verdicts", ("person_id", "opening", "by"), ("reason", "note")),
)


def redact_own_texts(store: Store, words: Sequence[str]) -> int:
    """Redact names and logins in notes, drafts, answers, tags and searches; return how many."""
    known = [word for word in words if len(word) > 2]
    if not known:
        return 0
    pattern = re.compile("|".join(map(_whole, sorted(known, key=len, reverse=True))))
    changed = sum(_rewrite(store, pattern, *text) for text in _OWN_TEXTS)
    for table, columns in (("tags", ("person_id", "tag")), ("searches", ("name", "query"))):
        for row in store.rows(f"SELECT * FROM {table}"):  # nosec B608
            if any(pattern.search(unquote_plus(str(row[c]))) for c in columns):
                where = " AND ".join(f"{c} = :{c}" for c in columns)
                store.conn.execute(f"DELETE FROM {table} WHERE {where}", dict(row))  # nosec B608
                changed += 1
    return changed


def _whole(word: str) -> str:
    """A pattern: one word with its exact case (Will is not will), a full name in any case."""
    spaced = r"\s+".join(map(re.escape, word.split()))
    return rf"(?<![\w-])(?{'i' if ' ' in word or not word.isalpha() else ''}:{spaced})(?![\w-])"


def _rewrite(
    store: Store, pattern: re.Pattern[str], table: str, key: Sequence[str], columns: Sequence[str]
) -> int:
    changed = 0
    for row in store.rows(f"SELECT {', '.join((*key, *columns))} FROM {table}"):  # nosec B608
        news = {c: pattern.sub(REMOVED, row[c]) if row[c] else row[c] for c in columns}
        if any(news[c] != row[c] for c in columns):
            sets = ", ".join(f"{c} = :{c}" for c in columns)
            where = " AND ".join(f"{c} = :{c}" for c in key)
            store.conn.execute(f"UPDATE {table} SET {sets} WHERE {where}", dict(row) | news)  # nosec B608
            changed += 1
    return changed
