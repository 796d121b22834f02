"""Takes those who are not to be stored out of what others wrote: names, logins, titles.

They are known by hashes only, so it looks where names stand: after an `@`, in trailers, in
links, in runs of capitalised words, in quotation marks. What is written otherwise it does
not see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from db.privacy.suppression import Suppressed, login_mark, name_mark, title_mark

REMOVED = "[removed]"

_LOGIN = r"[A-Za-z\d](?:[\w.-]{0,38}[A-Za-z\d])?"
#: `@login`, `https://forge/login`, `from login/branch`.
_MENTION = re.compile(rf"(@|://[\w.-]+/|\b[Ff]rom )({_LOGIN})")
#: A login that is no plain word, wherever it stands.
_ODD_LOGIN = re.compile(r"(?<![\w@/.-])(?=[\w-]*[\d-])[A-Za-z\d](?:[\w-]{3,37}[A-Za-z\d])(?![\w-])")
_TRAILER = re.compile(
    r"^(\s*[\w-]+-by:\s*|\s*author:\s*)([^<\[(\n]+?)(?=\s*(?:[<\[(]|$))",
    re.IGNORECASE | re.MULTILINE,
)
_CAPITALISED = re.compile(r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*)+")
_QUOTED = re.compile(r"(?<=[\"“«'`])[^\"“”«»`\n]{12,300}(?=[\"”»'`])")
#: What stands around a title on a line of its own.
_LINE = re.compile(r"^([\s*+>#.)\d-]*)(\S.*?)(\s*(?:\(#\d+\))?\s*)$", re.MULTILINE)
_LONGEST_NAME = 4
#: Shorter titles are anybody's ("Update dependencies"): two people may have chosen the same one.
_TELLING_TITLE = 30


class Redactor:
    """Works on one text after the other."""

    def __init__(self, suppressed: Suppressed) -> None:
        self._suppressed = suppressed

    def title(self, title: str) -> str:
        """A title of what others did without them."""
        return self.text(title) if len(title) >= _TELLING_TITLE else self._named(title)

    def text(self, text: str) -> str:
        """The text without them."""
        text = self._named(text)
        return _LINE.sub(lambda m: m[1] + self._if(title_mark(m[2]), m[2]) + m[3], text)

    def _named(self, text: str) -> str:
        text = _MENTION.sub(self._login, text)
        text = _ODD_LOGIN.sub(lambda m: self._if(login_mark(m[0]), m[0]), text)
        text = _TRAILER.sub(self._trailer, text)
        text = _CAPITALISED.sub(lambda m: self._names(m[0]), text)
        return _QUOTED.sub(lambda m: self._if(title_mark(m[0]), m[0]), text)

    def state(self, value: Any) -> Any:
        """What a connector remembers of a source, without the entries that are about them."""
        if isinstance(value, Mapping):
            return {k: self.state(v) for k, v in value.items() if not self._is_about(k)}
        if isinstance(value, list | tuple):
            return [self.state(v) for v in value if not self._is_about(v)]
        return value

    def _is_about(self, entry: Any) -> bool:
        if not isinstance(entry, str):
            return False
        found = {name_mark(part) for part in re.split(r"[/:]", entry)}
        found.add(title_mark(entry) if "/" not in entry else None)
        return self._suppressed.meets(mark for mark in found if mark)

    def _if(self, mark: str | None, text: str) -> str:
        return REMOVED if mark and self._suppressed.meets([mark]) else text

    def _login(self, match: re.Match[str]) -> str:
        return match[1] + self._if(login_mark(match[2]), match[2])

    def _trailer(self, match: re.Match[str]) -> str:
        if self._suppressed.meets([login_mark(match[2])]):
            return match[1] + REMOVED
        return match[1] + self._if(name_mark(match[2]), match[2])

    def _names(self, run: str) -> str:
        words, at, kept = run.split(" "), 0, []
        while at < len(words):
            for length in range(min(_LONGEST_NAME, len(words) - at), 1, -1):
                name = " ".join(words[at : at + length])
                bare = name.removesuffix("'s").removesuffix("’s")
                if self._if(name_mark(bare), bare) == REMOVED:
                    kept.append(REMOVED + name[len(bare) :])
                    at += length
                    break
            else:
                kept.append(words[at])
                at += 1
        return " ".join(kept)
