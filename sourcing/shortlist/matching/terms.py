"""Turns text into the terms that the text index stores: words, word parts, stems, n-grams.

A term is a lower-case English stem without accents. Identifiers are split into their parts
(`maxRetries` gives max, retri and maxretri). Chinese, Japanese and Korean text gives bigrams of
characters. It does not know synonyms, and reads no store.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from Stemmer import Stemmer

#: Changes when the terms of a text or their impacts change: the index is then built again.
VERSION = 6

_WORD = re.compile(r"\w+(?:\+\+|#(?!\w))?")
#: A part of an identifier: `HTTPServer2` is HTTP, Server, 2.
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")
#: Han, kana and Hangul: scripts that are read as bigrams.
_CJK = "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_HEX = re.compile(r"(?=.*\d)[0-9a-f]{7,}")
#: Digits next to letters are part of the word (fp16, s3, h100), up to this length.
_SHORT_MIXED = 6
#: A number of up to three digits may be a status such as 429; longer ones are left out.
_LONGEST_NUMBER, _LONGEST_WORD = 3, 30
#: An identifier of up to this many parts is also one word: PyTorch, LiteLLM.
_JOINED_PARTS = 3

#: Words without meaning in any text. They are in no phrase either.
_STOP = """
    a about above after again all also am an and any are as at be because been before being both
    but by can could did do does doing during each few for from further had has have having he her
    here him his how i if in into is it its itself just me more most my of on once only or other our
    over own same she should so some such than that the their them then there these they this those
    through to too under until up very was we were what when where which while who whom why will
    with would you your
"""
STOP_WORDS = frozenset(_STOP.split())

_stemmer = Stemmer("english")


def terms(text: str) -> list[str]:
    """The terms of a text in their order, repeated as often as they occur."""
    result: list[str] = []
    for word in _WORD.findall(text):
        result += _terms_of_word(word)
    return result


def surface_words(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each word as it is written, with its terms; words without terms are left out."""
    for word in _WORD.findall(text):
        if found := _terms_of_word(word):
            yield word, found


#: Words of a sentence that change no meaning there.
_FILL = "a an and are as at be by from in is it its of on our the their to was"
_FILLERS = frozenset(_FILL.split())


def spoken_words(text: str) -> list[tuple[str, str]]:
    """Each word as it is written, with its stem; stop words have one too, unless they fill only."""
    return [
        (word, _stemmer.stemWord(lower))
        for word in _WORD.findall(text)
        if (lower := word.lower()) not in _FILLERS
    ]


def is_cjk(text: str) -> bool:
    """Whether a text has characters that are read as bigrams."""
    return _CJK_RUN.search(text) is not None


@lru_cache(maxsize=300_000)
def _terms_of_word(word: str) -> tuple[str, ...]:
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word)
        if _CJK_RUN.search(word):
            return tuple(_mixed_scripts(word))
        word = "".join(
            c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)
        ).replace("ß", "ss")
    lower = word.lower()
    if len(lower) > 2 * _LONGEST_WORD or lower in STOP_WORDS or _HEX.fullmatch(lower):
        return ()
    if lower[-1] in "+#":
        return (lower,)
    parts = [word] if _is_mixed(lower) else _PART.findall(word)
    if len(parts) <= 1:
        return tuple(_term(lower.strip("_")))
    found = [term for part in parts for term in _term(part.lower())]
    if "_" not in word and len(parts) <= _JOINED_PARTS and any(c.isalpha() for c in word):
        found += _term(lower)
    return tuple(found)


def _is_mixed(lower: str) -> bool:
    """Whether letters and digits form one short name."""
    return len(lower) <= _SHORT_MIXED and lower.isalnum() and any(c.isdigit() for c in lower)


def _term(lower: str) -> Iterator[str]:
    if lower in STOP_WORDS or not lower or len(lower) > _LONGEST_WORD:
        return
    if lower.isdigit():
        if len(lower) <= _LONGEST_NUMBER:
            yield lower
    elif len(lower) > 1:
        yield _stemmer.stemWord(lower)


def _mixed_scripts(word: str) -> Iterator[str]:
    """The bigrams of the characters that are read so, and the terms of what is between them."""
    position = 0
    for run in _CJK_RUN.finditer(word):
        yield from _terms_of_word(word[position : run.start()]) if run.start() > position else ()
        characters = run[0]
        if len(characters) == 1:
            yield characters
        yield from (characters[i : i + 2] for i in range(len(characters) - 1))
        position = run.end()
    if position < len(word):
        yield from _terms_of_word(word[position:])
