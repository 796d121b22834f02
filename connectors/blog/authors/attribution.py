"""Who a post is by, and under which account, judged over all the pages of a site.

A name that stands on most pages is the site's, not a post's, wherever the page says
better; where places disagree, nobody is named. An account needs a link of the site's own
beside the person, or, on one person's site, in its head, foot, home or about page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from connectors.blog import structured_data
from connectors.blog.authors.bylines import login_of
from connectors.blog.authors.fields import ORDER, Named
from connectors.blog.authors.site_owner import owners
from connectors.blog.page import Facts, ending
from sourcing.core.text import fold

#: From so many pages on, what stands on this share of them is the site's own field.
_MANY, _SHARE = 4, 0.6
#: One in so many titles ends with the name of a part of the site; the parts of a series are fewer.
_PART = 5
#: Names remembered of one place; a site with more has no constant one.
_NAMES = 200
_THEME = ("theme", "powered", "made with", "built with", "built by", "design", "template",
          "hosted", "generator", "source code", "view source")  # fmt: skip

#: What `ORDER`'s places are called where a recruiter reads of them.
PLACES = {
    "data": "the article's own data",
    "citation": "the citation data",
    "marked": "the name marked as author",
    "byline": "the by-line",
    "feed": "the feed's item",
    "head": "the page's author field",
}

Claims = Mapping[str, tuple[Named, ...]]


class Site:
    """What a site's pages have shown so far. Goes into the cursor and comes back from it."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.pages: int = state.get("pages", 0)
        self.name: str = state.get("name", "")
        self.titles = Counter[str](state.get("titles", {}))
        self.ends = Counter[str](state.get("ends", {}))
        #: Hosts at which pages say they belong.
        self.homes = Counter[str](state.get("homes", {}))
        #: What `place` said, on how many pages.
        self.said = Counter[str](state.get("said", {}))
        #: Persons by whom pages were, as far as one place alone shows it.
        self.by = Counter[str](state.get("by", {}))
        #: Profiles in head, foot, home and about page, with where; person → account → proof.
        self.profiles: dict[str, str] = dict(state.get("profiles", {}))
        #: Who is named as the site's owner, in which fields.
        self.owners: dict[str, list[str]] = {
            name: list(fields) for name, fields in state.get("owners", {}).items()
        }
        self.logins: dict[str, dict[str, str]] = {
            name: dict(found) for name, found in state.get("logins", {}).items()
        }

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
        }

    def learn(self, claims: Claims, facts: Facts) -> None:
        """Count one more post's page."""
        self.pages += 1
        self.homes[facts.home] += 1
        url = facts.url
        own = {title for title in facts.titles if title}
        self.titles.update(own)
        self.ends.update({ending(title) for title in own} - {""})
        self.said.update(_key(place, names) for place, names in claims.items())
        self.by.update({fold(named.name) for names in claims.values() for named in names})
        for place, named in ((p, named) for p, names in claims.items() for named in names):
            if named.login:
                self.logins.setdefault(fold(named.name), {}).setdefault(
                    named.login.lower(), _proof(place, named, url)
                )

    def look(self, page: BeautifulSoup, url: str, *, home: bool) -> None:
        """Remember the profiles that a page's frame shows; of a home page all but its posts'."""
        if home:
            for field, name in owners(page).items():
                known = self.owners.setdefault(name, [])
                known += [field] if field not in known else []
        for node in structured_data.nodes(page) if home else ():
            if structured_data.kinds(node) & {"Person", "Organization", "WebSite"}:
                for said in structured_data.many(node.get("sameAs")):
                    self._profile(str(said), url)
        for tag in page.find_all("a", href=True):
            if login_of(str(tag["href"])) and (_in_frame(tag) or (home and _is_profile(tag))):
                self._profile(str(tag["href"]), url)

    def _profile(self, link: str, url: str) -> None:
        login = login_of(link)
        known = {name.lower() for name in self.profiles}
        if login and login.lower() not in known and not link.endswith(".png") and len(known) < 20:
            self.profiles[login] = url

    def common_titles(self) -> frozenset[str]:
        """Titles that so many pages bear that they are the site's."""
        return frozenset(t for t, n in self.titles.items() if n >= 3 and n > self.pages / 4)

    def names(self) -> frozenset[str]:
        """What the site calls itself: its home page's title, and what most titles end with."""
        often = {end for end, n in self.ends.items() if n >= 3 and n > self.pages / _PART}
        return frozenset({fold(self.name)} | often)

    def _is_rehosted(self, facts: Facts) -> bool:
        """True if the page says it belongs to another site, and most others here do not."""
        own = urlsplit(facts.url).netloc.lower().removeprefix("www.")
        return facts.home not in {"", own} and self.homes[facts.home] <= self.pages / 2

    def authors(self, facts: Facts, url: str) -> tuple[Named, ...]:
        """Whom to credit; nobody where the places disagree, or the text is from elsewhere."""
        return self.judged(facts, url)[0]

    def judged(self, facts: Facts, url: str) -> tuple[tuple[Named, ...], str]:
        """Whom to credit, and why them or nobody."""
        if self._is_rehosted(facts):
            return (), f"the page says it belongs to {facts.home}"
        named, why = self._judged(facts.claims, url)
        return tuple(map(self._with_account, named)), why

    def _judged(self, claims: Claims, url: str) -> tuple[tuple[Named, ...], str]:
        told = {place: claims[place] for place in ORDER if claims.get(place)}
        own = {p: names for p, names in told.items() if not self.is_constant(p, names)}
        if not told:
            owner = self._owner(url)
            return owner, "unsigned, and the site is theirs" if owner else "nobody is named there"
        if not own:
            named = self._of_the_site(told)
            why = "all pages name the same" if named else "what is named there is the whole site's"
            return named, why
        place, chosen = next(iter(own.items()))
        named_here = {fold(person.name) for person in chosen}
        for other, names in own.items():
            if named_here.isdisjoint(fold(person.name) for person in names):
                return (), f"{PLACES[place]} and {PLACES[other]} disagree"
        return chosen, f"{PLACES[place]} names them, and nothing on the page disagrees"

    def _of_the_site(self, told: Claims) -> tuple[Named, ...]:
        """The constant field's person, where no page of the site names anybody else."""
        names = next(iter(told.values()), ())
        # A data block or by-line that says so on each page is a statement about the page.
        stated = any(place in {"data", "marked", "byline"} for place in told) or (
            # Fields that name others on other pages are filled page by page, if both agree.
            len(told) > 1 and all(self._varies(place) for place in told)
        )
        if not stated and any(name not in set(map(_fold, names)) for name in self.by):
            return ()
        agreed = [set(map(_fold, said)) for said in told.values()]
        return names if names and all(a & agreed[0] for a in agreed) else ()

    def _varies(self, place: str) -> bool:
        return sum(said.startswith(f"{place}:") for said in self.said) > 1

    def _owner(self, url: str) -> tuple[Named, ...]:
        """Whose site it is, by two of its own fields or its address, if no page names another."""
        # A title may be any two words: beside another name it is nobody's.
        named = {n: f for n, f in self.owners.items() if f != ["title"]} or self.owners
        if self.pages < _MANY or len(named) != 1:
            return ()
        [(name, fields)] = named.items()
        address = fold((urlsplit(url).hostname or "") + "".join(self.profiles))
        said = any(part in address for part in map(fold, name.split()) if len(part) > 3)
        signed = self.by[fold(name)] >= self.pages / 2
        nobody_else = all(other == fold(name) for other in self.by)
        return (Named(name),) if nobody_else and len(fields) + said + signed > 1 else ()

    def is_known(self) -> bool:
        """True if the home page told whose account and whose site it is."""
        return bool(self.profiles) and any(len(fields) > 1 for fields in self.owners.values())

    def is_constant(self, place: str, names: tuple[Named, ...]) -> bool:
        """True if the place names them on most pages of the site."""
        seen = self.said[_key(place, names)]
        return self.pages >= _MANY and seen >= _SHARE * self.pages

    def _with_account(self, named: Named) -> Named:
        """The person with the one account that the site shows for them; with several, none."""
        shown = self.logins.get(fold(named.name), {})
        if len(shown) > 1:
            return named._replace(login=None, url=None)
        login, proof = next(iter(shown.items()), None) or self._account_of_owner(named)
        if not login:
            return named
        spelled = named.login or login
        return named._replace(login=spelled, url=f"https://github.com/{spelled}", proof=proof)

    def _account_of_owner(self, named: Named) -> tuple[str, str]:
        """The profile in the site's frame, if the site is this person's and shows one only."""
        if len(self.profiles) != 1 or not self.pages:
            return "", ""
        [(login, url)] = self.profiles.items()
        others = [n for name, n in self.by.items() if name != fold(named.name)]
        mostly = self.by[fold(named.name)] >= _SHARE * self.pages or named.name in self.owners
        alone = mostly and max(others, default=0) <= 0.2 * self.pages
        if not alone or self._is_project(login, named.name, url):
            return "", ""
        place = "the head, foot, home or about page of a site whose posts are theirs"
        return login, f"“github.com/{login}” in {place}: {url}"

    def _is_project(self, login: str, name: str, url: str) -> bool:
        """True if it bears the site's name and not the person's, or too little is known."""
        site, account, person = fold(self.name), fold(login), fold(name)
        label = fold((urlsplit(url).hostname or "").rpartition(".")[0])
        if any(part in account for part in map(fold, name.split()) if len(part) > 2):
            return False
        if self.pages < _MANY:
            return True
        if len(self.owners.get(name, ())) > 1:
            return False
        return person not in {account, site} and (account in site or account in label)


def _in_frame(tag: Any) -> bool:  # a tag of BeautifulSoup's
    """True in the site's head or foot, as far as no theme's builder is named there."""
    frame = tag.find_parent(["header", "footer", "nav"])
    if frame is None or frame.find_parent(["article"]) is not None:
        return False
    return not _of_theme(tag)


def _is_profile(tag: Any) -> bool:  # a tag of BeautifulSoup's
    """True for a link that is offered as a profile: `rel=me`, an icon, or the site's name."""
    text = tag.get_text(" ", strip=True).lower()
    bare = text in {"", "github", "github profile", "follow me on github", "my github"}
    return (bare or "me" in (tag.get("rel") or []) or text.startswith("@")) and not _of_theme(tag)


def _of_theme(tag: Any) -> bool:  # a tag of BeautifulSoup's
    around = tag.parent.get_text(" ", strip=True).lower() if tag.parent else ""
    return len(around) < 400 and any(word in around for word in _THEME)


def _proof(place: str, named: Named, url: str) -> str:
    return f"“{named.name}” with {named.url or 'the account'} in {PLACES[place]} of {url}"


def _key(place: str, names: Iterable[Named]) -> str:
    return f"{place}:{','.join(sorted(map(_fold, names)))}"


def _fold(named: Named) -> str:
    return fold(named.name)
