"""Replaces the terms of the field in other languages by English ones, for the one lexicon.

languages.toml lists nine languages. It does not translate: words that the table does not contain
stay as they are. English text is returned unchanged.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from scoring.lexicon import lexicon

#: Chinese characters, kana and Hangul: scripts with few or no spaces between words.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_DENSE_CODES = frozenset({"zh", "ja", "ko"})
#: Encloses a replaced term until the order of two terms is decided.
_MARK = "\x01"
_GENITIVE = re.compile(
    rf"{_MARK}([^{_MARK}]+){_MARK} (?:de|du|des|do|da|dos|das|di|del|della|dei|delle|de la|de los)"
    rf" {_MARK}([^{_MARK}]+){_MARK}"
)
#: The number of English characters with the content of one character of a dense script.
DENSITY = 2.6
#: Characters of Latin text from which the language is recognised.
SEEN = 240
#: Letters from here on are not Latin.
_LATIN_ENDS = 0x250
#: Function words of another language that outvote English.
_FEWEST = 2


def length(text: str) -> int:
    """The length of a text in characters of English."""
    if text.isascii():
        return len(text)
    return len(text) + round(len(_DENSE.findall(text)) * (DENSITY - 1))


def language(text: str) -> str:
    """The code of the language if the table contains it, otherwise "en"."""
    if not text.isascii():
        if _KANA.search(text):
            return "ja"
        if _HANGUL.search(text):
            return "ko"
        if _DENSE.search(text):
            return "zh"
        if _CYRILLIC.search(text):
            return "ru"
    return _of_words(text[:SEEN].lower().split())


def _of_words(words: Sequence[str]) -> str:
    """The language with most function words. A title alone may have only one, and a term of the
    field beside it."""
    votes, english, foreign = _votes()
    seen = len(foreign.intersection(words))
    if not seen:
        return "en"  # true of most changes
    known = len(english.intersection(words))
    short = seen < _FEWEST
    if short and known > ("a" in words):  # "a" is a word of several languages
        return "en"
    best, most = "en", max(0 if short else known, _FEWEST - 1)
    for code, function_words in votes.items():
        found = len(function_words.intersection(words))
        if found and short:
            found += len(_field_words()[code].intersection(words))
        if found > most:
            best, most = code, found
    return best


def is_unread(text: str, code: str) -> bool:
    """Whether the text is in a script that no language of the table uses.

    `code`: its language as `language` returned it.
    """
    if code != "en" or text.isascii():
        return False
    letters = [letter for letter in text if letter.isalpha()]
    foreign = [letter for letter in letters if ord(letter) >= _LATIN_ENDS]
    return len(foreign) * 2 > len(letters)


def in_english(text: str, code: str) -> str:
    """The text with the terms of this language replaced by their English terms."""
    return _replacers()[code](text) if code in _replacers() else text


def text_of_terms() -> bytes:
    """The text of languages.toml; its digest is part of the version."""
    return (files(__package__) / "languages.toml").read_bytes()


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(text_of_terms().decode())


@cache
def _votes() -> tuple[Mapping[str, frozenset[str]], frozenset[str], frozenset[str]]:
    """Function words of each language without those of English, of English, and of all other
    languages."""
    words = {code: frozenset(str(w).split()) for code, w in _table()["function_words"].items()}
    english = words.pop("en")
    votes = {code: own - english for code, own in words.items()}
    return votes, english, frozenset().union(*votes.values())


@cache
def _field_words() -> Mapping[str, frozenset[str]]:
    """The words of the terms of each language, without words that English text has too."""
    english = {word for term in _table()["terms"] for word in term.split()} | lexicon().words.keys()
    votes, _, foreign = _votes()
    words: dict[str, set[str]] = {code: set() for code in votes}
    for row in _table()["terms"].values():
        for code, found in row.items():
            if code in words:
                words[code].update(found.replace("_", " ").split())
    return {code: frozenset(own - english - foreign) for code, own in words.items()}


@cache
def _replacers() -> Mapping[str, Callable[[str], str]]:
    terms: dict[str, dict[str, str]] = {}
    for english, row in _table()["terms"].items():
        for code, found in row.items():
            for term in found.split():
                terms.setdefault(code, {}).setdefault(term.replace("_", " "), english)
    return {code: _replacer(found, code) for code, found in terms.items()}


def _replacer(terms: Mapping[str, str], code: str) -> Callable[[str], str]:
    """Replaces the longest terms first. Dense scripts have no word boundaries."""
    dense = code in _DENSE_CODES
    ordered = sorted(terms, key=len, reverse=True)
    parts = [re.escape(term).replace("\\~", "~").replace("~", r"\w*") for term in ordered]
    edge = "" if dense else r"\b"
    pattern = re.compile(f"{edge}(?:{'|'.join(parts)}){edge}", re.IGNORECASE)
    stems = {term.rstrip("~"): english for term, english in terms.items() if term.endswith("~")}

    @lru_cache(maxsize=10_000)
    def english_of(found: str) -> str:
        if found in terms:
            return terms[found]
        for end in range(len(found), 0, -1):
            if found[:end] in stems:
                return stems[found[:end]]
        wild = [english for term, english in terms.items() if _fits(term, found)]
        return wild[0] if wild else found

    def replace(match: re.Match[str]) -> str:
        english = english_of(match[0].lower())
        return f" {english} " if dense else f"{_MARK}{english}{_MARK}"

    def replaced(text: str) -> str:
        english = pattern.sub(replace, text)
        # "métricas de latencia" is "latency metrics": the lexicon's phrases have English order.
        return english if dense else _GENITIVE.sub(r"\2 \1", english).replace(_MARK, "")

    return replaced


def _fits(term: str, found: str) -> bool:
    """Whether a term with endings left open in several places fits."""
    return re.fullmatch(re.escape(term).replace("\\~", "~").replace("~", r"\w*"), found) is not None
