"""Normalises text for the search of addresses, and maps places in it back to the original text.

It applies NFKC (Unicode TR 15), removes invisible characters, HTML tags and Markdown signs, and
decodes HTML entities, percent-encoding, JSON escapes and other encodings of single characters,
until the text is stable. The result is for comparison only and is never stored.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from sourcing.core import prefilter

#: An encoded character, a tag, a comment or a sign of Markdown.
_CODED = re.compile(
    r"(?=[&%\\=+<`*\[({])(?:"
    r"&(?:amp;)*(?P<entity>\#\d{1,7};?|\#[xX][0-9a-fA-F]{1,6};?|[A-Za-z]{2,31};)"
    r"|(?P<percent>(?:%(?:25)*[0-9a-fA-F]{2})+)"
    r"|\\{1,3}u(?:00|\{0{0,4})(?P<json>[0-9a-fA-F]{2})\}?|\\{1,3}x(?P<hex>[0-9a-fA-F]{2})"
    r"|\\(?P<octal>100|056)"
    r"|=(?P<quoted>40|2[eE])(?=[A-Za-z\d])|(?P<utf7>\+AEA-)"
    r"|[\[({<](?P<bracketed>[.@])[\])}>]|[\[({<](?P<dot>[Dd][Oo][Tt]|punkt|point)[\])}>] ?"
    r"|(?P<comment><!--[^>]{0,200}-->)"
    r"|(?P<tag></?(?!(?:at|dot|ät)\s*>)[A-Za-z][A-Za-z\d]{0,15}(?:\s[^<>@%&]{0,200})?/?>)"
    r"|(?P<dropped>[`*\\]))"
)
_FOREIGN = re.compile(r"[^\x00-\x7f]")
#: Characters without a glyph that are letters or marks for Unicode (categories Lo and So).
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u180e\u2800")
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cc", "Cs"})
_LINE_ENDS = frozenset("\u2028\u2029\u0085")
_DOTS = str.maketrans(dict.fromkeys("\u3002\u00b7\u2219\u22c5\u06d4\u0589\u2027\u30fb", "."))
#: Encodings inside encodings that are decoded.
_LEVELS = 3


@dataclass(frozen=True, slots=True)
class NormalText:
    """A normalised text; `levels` are the pattern and the text of each step that led to it."""

    text: str
    levels: tuple[tuple[re.Pattern[str], str], ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original text of a place in the normalised text."""
        for pattern, text in reversed(self.levels):
            start, end = _origin(pattern, text, start, end)
        return start, end


def normalise(text: str) -> NormalText:
    """The text as a program or a reader decodes it."""
    levels: list[tuple[re.Pattern[str], str]] = []
    for _ in range(_LEVELS):
        before = text
        for pattern in (_CODED, _FOREIGN):
            if pattern is _FOREIGN and text.isascii():
                continue
            decoded = _decoded(text) if pattern is _CODED else pattern.sub(_decode, text)
            if decoded != text:
                levels.append((pattern, text))
                text = decoded
        if text == before:
            break
    return NormalText(text, tuple(levels))


def _decoded(text: str) -> str:
    """The text after one level of decoding."""
    stripped = text.replace("`", "").replace("*", "").replace("\\", "")
    return _CODED.sub(_decode, text) if prefilter.is_coded(text, stripped) else stripped


def _origin(pattern: re.Pattern[str], text: str, start: int, end: int) -> tuple[int, int]:
    """The place before one level of decoding of the place `start` to `end` after it."""
    begin = stop = -1
    done = position = 0
    for match in pattern.finditer(text):
        plain = match.start() - done
        decoded = len(_decode(match))
        if begin < 0 and start < position + plain:
            begin = done + start - position
        if end <= position + plain:
            stop = done + end - position
            break
        position += plain
        if begin < 0 and start < position + decoded:
            begin = match.start()
        if end <= position + decoded:
            stop = match.end()
            break
        position += decoded
        done = match.end()
    begin = begin if begin >= 0 else done + start - position
    return begin, stop if stop >= 0 else done + end - position


def _decode(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind is None:
        return _plain(match[0])
    coded = match[kind]
    if kind == "entity":
        decoded = html.unescape(f"&{coded}")
        return match[0] if decoded.startswith("&") else "".join(map(_plain, decoded))
    if kind == "percent":
        decoded = unquote(re.sub("%(?:25)+", "%", coded), errors="replace")
        return "".join(map(_plain, decoded))
    if kind in {"json", "hex", "quoted"}:
        return chr(int(coded, 16))
    if kind == "octal":
        return chr(int(coded, 8))
    return {"utf7": "@", "dot": ".", "bracketed": coded}.get(kind, "")


@lru_cache(maxsize=20_000)
def _plain(sign: str) -> str:
    """One character without its typographic variant; empty if it is invisible."""
    if sign.isascii():
        return sign
    if sign in _LINE_ENDS:
        return "\n"
    if sign in _BLANK or unicodedata.category(sign) in _INVISIBLE:
        return ""
    return unicodedata.normalize("NFKC", sign).translate(_DOTS)
