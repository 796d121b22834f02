"""The people that author fields name. A wrong person is worse than none.

Teams, companies, addresses, job titles and parts of a page are not people. No address leaves
this module. It reads no page: `fields` and `feed` extract the texts.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from connectors._bots import is_bot
from connectors.blog.authors import words
from sourcing.core.model import NAME_LIMIT, Identity
from sourcing.core.text import MASK, clean_line, fold, has_address

_SPLIT = re.compile(
    r"\s*(?:[,;&/|•·\n，、；]|<>|\s[-–—]\s|\b(?:and|und|et|with|on behalf of|oraz)\b|および|及び)"
    r"\s*",
    re.IGNORECASE,
)
#: Conjunctions that may also stand within a name: they split only before two whole names.
_MAY_SPLIT = re.compile(r"\s(?:y|e|en|i|og|och|ja|ve|и|і|та|dan|và|και|a)\s")
_PREFIX = re.compile(
    rf"(?:{'|'.join(map(re.escape, sorted(words.PREFIXES, key=len, reverse=True)))})"
    r"(?:\b|(?<=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]))\s*[:：/／|]?\s*|(?:文|글|text|foto)\s?[:：/／]\s*",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    rf"(?:{'|'.join(map(re.escape, words.PREPOSITIONS))})\s+(?=\S+\s+\S)", re.IGNORECASE
)
_SUFFIX = re.compile(rf"\s*(?:{'|'.join(map(re.escape, words.SUFFIXES))})$", re.IGNORECASE)
#: A day behind a name: "on May 7, 2026", "am 7. Mai 2026".
_DATED = re.compile(
    r"\s+(?:on|am|vom|le|el|em|il|op|den|dnia|dne|at)\s+(?:[^\W\d_]{3,14}\.?\s+)?\d.*$",
    re.IGNORECASE | re.DOTALL,
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]+>|(?<!<)>|<(?!>)|（[^（）]*）")
#: Titles and degrees beside a name.
_TITLE = re.compile(
    r"^(?:(?:dr|prof|mr|mrs|ms|ing|dipl)\b\.?[\s-]*)+(?=\S)|[,\s]+(?:ph\.?\s?d|m\.?sc|b\.?sc|md)\.?$",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’\-·・̀-ͯ])*")
_GITHUB = re.compile(
    r"https?://(?:www\.)?github\.com/([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))(?:\.png|/)?(?:\?[^#]*)?"
)
#: First path segments of GitHub's own pages, which are not accounts.
_NOT_ACCOUNTS = frozenset(["about", "apps", "features", "login", "marketplace", "orgs", "pricing",
                           "readme", "search", "settings", "sponsors", "topics",
                           "users"])  # fmt: skip
#: Words within a name that are written in lower case.
_PARTICLES = frozenset(
    ["de", "da", "del", "der", "di", "du", "el", "la", "le", "van", "von", "den", "ten", "bin",
     "al", "dos", "das", "do", "af", "av", "ibn", "zu", "ter", "y"]
)  # fmt: skip


class AuthorField(NamedTuple):
    """The text of one place that may name authors, with the links in and around it."""

    #: One of `fields.ORDER`.
    place: str
    #: Texts to read the names from; the first alternative that names people counts.
    alternatives: tuple[tuple[str, ...], ...]
    #: Addresses that belong to the author if the field names exactly one person.
    urls: tuple[str, ...] = ()
    #: Folded text of a link → its address.
    links: Mapping[str, str] = {}
    #: True if names must be written with capitals: running text has many pairs of words.
    written: bool = False
    #: True if one word is not enough for a name.
    spaced: bool = False
    #: Of the fields of one place, those of the lowest rank that name people count.
    rank: int = 0


class NamedAuthor(NamedTuple):
    """A person as one place names them."""

    name: str
    login: str | None = None
    #: The address that shows the login, or another profile of the person.
    url: str | None = None
    #: The proof of the login, in words.
    proof: str | None = None


def people(
    fields: Iterable[AuthorField], site: str, linked: Mapping[str, str]
) -> dict[str, tuple[NamedAuthor, ...]]:
    """The people of each place, places without any left out.

    `site`: the name of the blog, which is not a person. `linked`: folded name → GitHub profile
    that a link with just this text leads to.
    """
    result: dict[str, dict[str, NamedAuthor]] = {}
    ranks: dict[str, int] = {}
    for field in fields:
        if ranks.setdefault(field.place, field.rank) != field.rank and field.place in result:
            continue
        for person in named(field, site):
            name, here = fold(person.name), result.setdefault(field.place, {})
            link = None if person.login else linked.get(name)
            if name not in here or ((person.login or link) and not here[name].login):
                here[name] = person._replace(login=login_of(link), url=link) if link else person
            ranks[field.place] = field.rank
    return {place: tuple(persons.values()) for place, persons in result.items()}


def named(field: AuthorField, site: str) -> list[NamedAuthor]:
    """The people that one field names, with the links that belong to them."""
    urls = [url for url in field.urls if url]
    accounts = [url for url in urls if login_of(url)]
    sure = bool(accounts)
    names: list[str] = []
    for texts in field.alternatives:
        names = [n for text in texts for n in names_in(text, site, known=sure)]
        names = [n for n in names if is_written_as_name(n) or not field.written]
        names = [n for n in dict.fromkeys(names) if " " in n or not field.spaced]
        if names:
            break
    persons = [NamedAuthor(n, login_of(u := field.links.get(fold(n))), web(u)) for n in names]
    if len(persons) != 1:
        return persons  # An address belongs to one person: to which of several is not known.
    if len({login_of(url) for url in accounts}) == 1:
        return [NamedAuthor(names[0], login_of(accounts[0]), accounts[0])]
    return [persons[0]._replace(url=persons[0].url or next(filter(None, map(web, urls)), None))]


def credited(fields: Iterable[AuthorField], host: str, site: str) -> list[Identity]:
    """The people that the fields of a feed name, as identities of `host`."""
    result: dict[str, Identity] = {}
    for person in (person for field in fields for person in named(field, site)):
        proof = f"“{person.name}” with {person.url} in the feed of {host}"
        identity = Identity(
            id=f"blog:{host}/{person.name}",
            name=person.name,
            login=person.login,
            url=person.url,
            proof=proof if person.login else None,
        )
        if identity.url or fold(person.name) not in result:
            result[fold(person.name)] = identity
    return list(result.values())


def names_in(text: str, site: str, *, known: bool = False) -> list[str]:
    """The people that a text names. `known`: a profile shows that one word is a person, too."""
    bare = without_prefix(_BRACKETS.sub(" ", text.replace(MASK, "")).strip()[:1000])
    names = (_bare_name(part) for piece in _SPLIT.split(bare) for part in _parted(piece))
    return [name for name in names if name and _is_person(name, site, known=known)]


def without_prefix(text: str) -> str:
    """The text without "by" in any language before it."""
    previous = None
    while text != previous:
        previous = text
        found = _PREFIX.match(text)
        if found and (rest := text[found.end() :]):
            text = rest
        found = _PREPOSITION.match(text)
        text = text[found.end() :] if found else text
    return text


def _parted(piece: str) -> list[str]:
    parts = _MAY_SPLIT.split(piece)
    return parts if len(parts) > 1 and all(len(p.split()) > 1 for p in parts) else [piece]


def _bare_name(piece: str) -> str:
    piece = without_prefix(clean_line(_DATED.sub("", piece), NAME_LIMIT))
    piece = _SUFFIX.sub("", _TITLE.sub("", piece))
    return unicodedata.normalize("NFC", piece).strip(" .-:")


def _is_person(name: str, site: str, *, known: bool) -> bool:
    parts = name.split()
    if has_address(name) or not _NAME.fullmatch(name) or len(name) > 60 or is_bot(name):
        return False
    lower = name.lower()
    if fold(name) == fold(site) or lower in words.PHRASES or lower in words.PREFIXES:
        return False
    if words.NOT_IN_NAMES.intersection(part.strip(".").lower() for part in parts):
        return False
    # Two words in lower case may be how a person writes their name; more are a phrase.
    if len(parts) > 2 and name == lower and name != name.upper():
        return False
    # Scripts without spaces and capitals: a single short word may be a name.
    unspaced = lower == name.upper() and 2 <= len(name) <= 8
    if unspaced and any(word in name for word in words.NOT_IN_CJK_NAMES):
        return False
    # One word elsewhere is as often a company as a person.
    return 2 <= len(parts) <= 5 or (len(parts) == 1 and (known or unspaced))


def is_written_as_name(name: str) -> bool:
    """True if each word but particles begins with a capital or has no case."""
    parts = [part for part in name.split() if part not in _PARTICLES]
    return all(part[0].isupper() or not part[0].islower() for part in parts)


def login_of(url: str | None) -> str | None:
    """The GitHub account of a profile address or of an avatar address."""
    match = _GITHUB.fullmatch(url or "")
    return match[1] if match and match[1].lower() not in _NOT_ACCOUNTS else None


def web(url: object) -> str | None:
    """The address if it is HTTP and contains no e-mail address, else None."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return None
    return None if has_address(url) or len(url) > 300 else url.strip()
