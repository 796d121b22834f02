"""Facts about a site, counted over its pages: names, titles, accounts, owners.

It goes into the cursor and comes back from it. Posts that were attributed while few pages were
known are kept (deferred) and attributed again at the end. It does not decide who wrote a post.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from connectors.blog.authors.bylines import NamedAuthor, login_of
from connectors.blog.authors.site_owner import owners
from connectors.blog.pages import structured_data
from connectors.blog.pages.facts import PageFacts, ending
from sourcing.core.text import fold

#: Names remembered of one place: a site with more of them has no constant one.
_NAMES = 200
#: Posts that are attributed again at the end of the first crawl.
DEFERRED = 100
_THEME = ("theme", "powered", "made with", "built with", "built by", "design", "template",
          "hosted", "generator", "source code", "view source")  # fmt: skip

#: The places of `fields.ORDER` in the words that a recruiter reads.
PLACES = {
    "data": "the article's own data",
    "citation": "the citation data",
    "marked": "the name marked as author",
    "byline": "the byline",
    "feed": "the feed's item",
    "head": "the page's author field",
}

#: The stored title and identities, which a later attribution may change.
Summary = list[str]


class SiteProfile:
    """The counts of one site."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        #: Posts' pages counted; the title of the home page.
        self.pages: int = state.get("pages", 0)
        self.name: str = state.get("name", "")
        #: Titles, ends of titles, and hosts of canonical links → number of pages.
        self.titles = Counter[str](state.get("titles", {}))
        self.ends = Counter[str](state.get("ends", {}))
        self.homes = Counter[str](state.get("homes", {}))
        #: `place:names` → number of pages on which the place named exactly these people.
        self.said = Counter[str](state.get("said", {}))
        #: Folded name → number of pages that name the person anywhere.
        self.by = Counter[str](state.get("by", {}))
        #: GitHub logins in the frame of the site → the page that shows them.
        self.profiles: dict[str, str] = dict(state.get("profiles", {}))
        #: Owner of the site → fields that name them (see `site_owner`).
        self.owners: dict[str, list[str]] = {
            name: list(fields) for name, fields in state.get("owners", {}).items()
        }
        #: Folded name → login in lower case → proof.
        self.logins: dict[str, dict[str, str]] = {
            name: dict(found) for name, found in state.get("logins", {}).items()
        }
        #: Address → facts of a post to attribute again, as JSON.
        self._deferred: dict[str, list[Any]] = dict(state.get("deferred", {}))

    def state(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "pages": self.pages,
            "name": self.name,
            "titles": dict(self.titles.most_common(20)),
            "ends": dict(self.ends.most_common(20)),
            "homes": dict(self.homes.most_common(20)),
            "said": dict(self.said.most_common(_NAMES)),
            "by": dict(self.by.most_common(_NAMES)),
            "profiles": self.profiles,
            "owners": self.owners,
            "logins": self.logins,
            "deferred": dict(self._deferred),
        }

    def add(self, facts: PageFacts) -> None:
        """Count one more page of a post."""
        self.pages += 1
        self.homes[facts.home] += 1
        own = {title for title in facts.titles if title}
        self.titles.update(own)
        self.ends.update({ending(title) for title in own} - {""})
        self.said.update(names_key(place, people) for place, people in facts.authors.items())
        self.by.update({fold(p.name) for people in facts.authors.values() for p in people})
        for place, people in facts.authors.items():
            for person in people:
                if person.login:
                    self.logins.setdefault(fold(person.name), {}).setdefault(
                        person.login.lower(), _proof(place, person, facts.url)
                    )

    def add_frame(self, page: BeautifulSoup, url: str, *, home: bool) -> None:
        """Remember the accounts in the frame of a page. `home`: a home or about page, which
        also names the owner and shows accounts anywhere."""
        if home:
            for field, name in owners(page).items():
                known = self.owners.setdefault(name, [])
                known += [field] if field not in known else []
        for node in structured_data.nodes(page) if home else ():
            if structured_data.kinds(node) & {"Person", "Organization", "WebSite"}:
                for link in structured_data.many(node.get("sameAs")):
                    self._add_profile(str(link), url)
        for tag in page.find_all("a", href=True):
            link = str(tag["href"])
            if login_of(link) and (_in_frame(tag) or (home and _is_profile(tag))):
                self._add_profile(link, url)

    def _add_profile(self, link: str, url: str) -> None:
        login = login_of(link)
        known = {name.lower() for name in self.profiles}
        if login and login.lower() not in known and not link.endswith(".png") and len(known) < 20:
            self.profiles[login] = url

    def owner_is_known(self) -> bool:
        """True if the home page names the owner in two fields and shows an account."""
        return bool(self.profiles) and any(len(fields) > 1 for fields in self.owners.values())

    def common_titles(self) -> frozenset[str]:
        """Titles of so many pages that they are titles of the site."""
        return frozenset(t for t, n in self.titles.items() if n >= 3 and n > self.pages / 4)

    def names(self) -> frozenset[str]:
        """Folded names of the site: the title of its home page, and common ends of titles."""
        # One in five titles ends with the name of a part of the site; series are smaller.
        often = {end for end, n in self.ends.items() if n >= 3 and n > self.pages / 5}
        return frozenset({fold(self.name)} | often)

    def defer(self, facts: PageFacts, stored: Summary) -> None:
        """Keep a post, without its text, to attribute it again."""
        if len(self._deferred) < DEFERRED:
            authors = {place: list(map(list, people)) for place, people in facts.authors.items()}
            self._deferred[facts.url] = [
                facts.titles, facts.day, facts.language, facts.site, facts.home, authors, stored,
            ]  # fmt: skip

    def take_deferred(self) -> Iterator[tuple[PageFacts, Summary]]:
        """The kept posts with their stored summary; none is kept afterwards."""
        kept, self._deferred = self._deferred, {}
        for url, (titles, day, language, site, home, authors, stored) in kept.items():
            people = {p: tuple(NamedAuthor(*n) for n in names) for p, names in authors.items()}
            yield PageFacts(url, tuple(titles), day, language, "", 2, site, home, people), stored


def names_key(place: str, people: Iterable[NamedAuthor]) -> str:
    """`place:names`, the names folded and sorted."""
    return f"{place}:{','.join(sorted(fold(person.name) for person in people))}"


def _proof(place: str, person: NamedAuthor, url: str) -> str:
    return f"“{person.name}” with {person.url or 'the account'} in {PLACES[place]} of {url}"


def _in_frame(tag: Tag) -> bool:
    """True in the header, navigation or footer of the site, credits of themes left out."""
    frame = tag.find_parent(["header", "footer", "nav"])
    if frame is None or frame.find_parent(["article"]) is not None:
        return False
    return not _of_theme(tag)


def _is_profile(tag: Tag) -> bool:
    """True for a link that is offered as a profile: `rel=me`, an icon, or the site's name."""
    text = tag.get_text(" ", strip=True).lower()
    bare = text in {"", "github", "github profile", "follow me on github", "my github"}
    return (bare or "me" in (tag.get("rel") or []) or text.startswith("@")) and not _of_theme(tag)


def _of_theme(tag: Tag) -> bool:
    around = tag.parent.get_text(" ", strip=True).lower() if tag.parent else ""
    return len(around) < 400 and any(word in around for word in _THEME)


def label_of(url: str) -> str:
    """The folded host of an address without its last label."""
    return fold((urlsplit(url).hostname or "").rpartition(".")[0])
