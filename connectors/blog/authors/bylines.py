"""Who wrote it, out of author fields and by-lines. Rather nobody than a wrong person.

Teams, companies, addresses and job titles are no people, and what cannot be told from
them is left out. No address ever leaves this module.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from sourcing.core.model import NAME_LIMIT, Identity
from sourcing.core.text import MASK, clean_line, fold, has_address

#: One of these words and it is an organisation, an office or a job, not a name.
_NOT_A_NAME = frozenset(
    [
        *("academy", "admin", "administrator", "ai", "alliance", "anonymous", "association"),
        *("author", "authors", "blog", "blogs", "co", "collective", "committee", "community"),
        *("company", "contributors", "core", "corp", "corporation", "data", "department"),
        *("dev", "developer", "developers", "devrel", "director", "division", "editor"),
        *("editorial", "editors", "email", "engineer", "engineering", "engineers", "first"),
        *("foundation", "founder", "gmbh", "group", "guest", "head", "inc", "initiative"),
        *("institute", "intern", "lab", "labs", "lead", "llc", "ltd", "maintainers", "manager"),
        *("marketing", "media", "member", "news", "newsroom", "office", "officer", "official"),
        *("open", "organization", "organisation", "platform", "press", "product", "project"),
        *("publisher", "research", "reporter", "researcher", "science", "scientist", "senior"),
        *("site", "software", "source", "staff", "studio", "support", "systems", "team", "teams"),
        *("technologies", "technology", "the", "university", "user", "webmaster", "website"),
        *("working", "writer", "your"),
        *("about", "all", "article", "articles", "contact", "creator", "follow", "hello", "me"),
        *("more", "my", "our", "posts", "profile", "published", "read", "see", "share"),
        *("subscribe", "updated", "view", "welcome"),
        *("automation", "bot", "bots", "chief", "cloud", "communications", "consulting"),
        *("github", "gitlab", "pages"),
        *("council", "crew", "desk", "digital", "docs", "documentation", "guild", "home"),
        *("infrastructure", "infra", "insights", "learning", "machine", "maintainer", "newsletter"),
        *("notes", "operations", "powered", "program", "programme", "release", "releases"),
        *("security", "services", "society", "solutions", "squad", "tech", "tutorial", "wg"),
    ]
)
_SPLIT = re.compile(
    r"\s*(?:[,;&/|•·\n，、]|<>|\s[-–—]\s|\b(?:and|und|et|with|on behalf of)\b)\s*", re.IGNORECASE
)
_PREFIX = re.compile(
    r"^(?:(?:written|posted|published) )?(?:by|authors?|editors?)\b[:\s]+", re.IGNORECASE
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]+>|(?<!<)>|<(?!>)")
#: What stands before and after a name and is no part of it.
_TITLE = re.compile(
    r"^(?:(?:dr|prof|mr|mrs|ms)\b\.?\s*)+(?=\S)|[,\s]+(?:ph\.?\s?d|m\.?sc|b\.?sc|md)\.?$",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’\-·])*")
_GITHUB = re.compile(
    r"https?://(?:www\.)?github\.com/([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))(?:\.png|/)?(?:\?[^#]*)?"
)
#: First words of GitHub's own pages, which are nobody's account.
_NOBODY = frozenset(["about", "apps", "features", "login", "marketplace", "orgs", "pricing",
                     "readme", "search", "settings", "sponsors", "topics", "users"])  # fmt: skip


class Author(NamedTuple):
    """As a feed signs; whether it is a person is not judged."""

    name: str
    url: str | None = None


def people(authors: Iterable[Author], host: str, site: str) -> list[Identity]:
    """The people among them. `site` is the blog's own name, which is nobody's."""
    found: dict[str, Identity] = {}
    for author in authors:
        url = web(author.url)
        login = login_of(url)
        names = names_in(author.name, site, known=login is not None)
        for name in names:
            # A link belongs to one person: to which of several is not known.
            alone = len(names) == 1
            identity = Identity(
                id=f"blog:{host}/{name}",
                name=name,
                login=login if alone else None,
                url=url if alone else None,
                proof=f"“{name}” with {url} in the feed of {host}" if alone and login else None,
            )
            if identity.url or fold(name) not in found:
                found[fold(name)] = identity
    return list(found.values())


def names_in(said: str, site: str, *, known: bool = False) -> list[str]:
    """The people that a text names, markup and firms removed; `known`: surely a person."""
    said = _PREFIX.sub("", _BRACKETS.sub(" ", said.replace(MASK, "")).strip())
    pieces = [_TITLE.sub("", clean_line(p, NAME_LIMIT)) for p in _SPLIT.split(said[:1000])]
    names = [unicodedata.normalize("NFC", piece).strip(" .-") for piece in pieces if piece]
    return [name for name in names if _is_person(name, site, known=known)]


def _is_person(name: str, site: str, *, known: bool) -> bool:
    words = name.split()
    if has_address(name) or not _NAME.fullmatch(name) or len(name) > 60:
        return False
    if fold(name) == fold(site) or _NOT_A_NAME.intersection(w.strip(".").lower() for w in words):
        return False
    # Two small words may be how somebody writes their name; more are a phrase.
    if len(words) > 2 and name == name.lower() and name != name.upper():
        return False
    # One word is as often a firm as a person, except where names are written without spaces.
    unspaced = name.lower() == name.upper() and 2 <= len(name) <= 8
    return 2 <= len(words) <= 5 or (len(words) == 1 and (known or unspaced))


#: Words within a name that are written small.
_PARTICLES = frozenset(
    ["de", "da", "del", "der", "di", "du", "el", "la", "le", "van", "von", "den", "ten", "bin",
     "al", "dos"]
)  # fmt: skip


def is_written_as_name(name: str) -> bool:
    """True if it is written as names are: running text has much else of two words."""
    words = [word for word in name.split() if word not in _PARTICLES]
    return all(word[0].isupper() or not word[0].islower() for word in words)


def login_of(url: str | None) -> str | None:
    """The account that an address is the profile or the picture of."""
    found = _GITHUB.fullmatch(url or "")
    return found[1] if found and found[1].lower() not in _NOBODY else None


def web(url: object) -> str | None:
    """The URL if it is an HTTP address, else None."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return None
    return None if has_address(url) or len(url) > 300 else url.strip()
