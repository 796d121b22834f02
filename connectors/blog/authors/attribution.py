"""Attribution: the authors of a post and their accounts, from its page and its site's profile.

A name on most pages belongs to the site, unless the page names an author elsewhere. Where places
disagree, the post has no author. An account needs a link beside the person or, on a site of one
person, in its header, footer, home or about page.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from connectors.blog.authors.bylines import NamedAuthor
from connectors.blog.authors.fields import ORDER
from connectors.blog.authors.site_profile import PLACES, SiteProfile, label_of, names_key
from connectors.blog.pages.facts import PageFacts
from sourcing.core.text import fold

#: From this number of pages on, names on this share of them belong to the site.
_MANY, _SHARE = 4, 0.6

Authors = Mapping[str, tuple[NamedAuthor, ...]]


def authors_of(facts: PageFacts, site: SiteProfile) -> tuple[tuple[NamedAuthor, ...], str]:
    """The people to credit, and the reason in words. Empty where it is not certain."""
    own = urlsplit(facts.url).netloc.lower().removeprefix("www.")
    if facts.home not in {"", own} and site.homes[facts.home] <= site.pages / 2:
        # Most other pages of this site do not belong to that host.
        return (), f"the page says it belongs to {facts.home}"
    people, why = _people(facts.authors, facts.url, site)
    return tuple(_with_account(person, site) for person in people), why


def is_constant(place: str, people: tuple[NamedAuthor, ...], site: SiteProfile) -> bool:
    """True if the place names the same people on most pages of the site."""
    return site.pages >= _MANY and site.said[names_key(place, people)] >= _SHARE * site.pages


def _people(authors: Authors, url: str, site: SiteProfile) -> tuple[tuple[NamedAuthor, ...], str]:
    named = {place: authors[place] for place in ORDER if authors.get(place)}
    own = {p: people for p, people in named.items() if not is_constant(p, people, site)}
    if not named:
        owner = _owner(url, site)
        return owner, "unsigned, and the site is theirs" if owner else "nobody is named there"
    if not own:
        people = _people_of_site(named, site)
        why = "all pages name the same" if people else "the names there are the whole site's"
        return people, why
    place, chosen = next(iter(own.items()))
    names = {fold(person.name) for person in chosen}
    for other, people in own.items():
        if names.isdisjoint(fold(person.name) for person in people):
            return (), f"{PLACES[place]} and {PLACES[other]} disagree"
    return chosen, f"{PLACES[place]} names them, and nothing on the page disagrees"


def _people_of_site(named: Authors, site: SiteProfile) -> tuple[NamedAuthor, ...]:
    """The people of a constant field, where no page of the site names another person."""
    people = next(iter(named.values()), ())
    # A data block or byline on each page is a statement about the page. Fields that name others
    # on other pages are filled page by page, if two of them agree.
    stated = any(place in {"data", "marked", "byline"} for place in named) or (
        len(named) > 1 and all(_varies(place, site) for place in named)
    )
    if not stated and any(name not in _folded(people) for name in site.by):
        return ()
    agreed = [_folded(others) for others in named.values()]
    return people if people and all(others & agreed[0] for others in agreed) else ()


def _varies(place: str, site: SiteProfile) -> bool:
    return sum(key.startswith(f"{place}:") for key in site.said) > 1


def _owner(url: str, site: SiteProfile) -> tuple[NamedAuthor, ...]:
    """The owner by two fields of the site or by its address, if no page names another person."""
    # A title may be any two words: beside another name it counts for nothing.
    owners = {name: fields for name, fields in site.owners.items() if fields != ["title"]}
    owners = owners or site.owners
    if site.pages < _MANY or len(owners) != 1:
        return ()
    [(name, fields)] = owners.items()
    address = fold((urlsplit(url).hostname or "") + "".join(site.profiles))
    in_address = any(part in address for part in map(fold, name.split()) if len(part) > 3)
    signed = site.by[fold(name)] >= site.pages / 2
    alone = all(other == fold(name) for other in site.by)
    return (NamedAuthor(name),) if alone and len(fields) + in_address + signed > 1 else ()


def _with_account(person: NamedAuthor, site: SiteProfile) -> NamedAuthor:
    """The person with the only account that the site shows for them; with several, none."""
    shown = site.logins.get(fold(person.name), {})
    if len(shown) > 1:
        return person._replace(login=None, url=None)
    login, proof = next(iter(shown.items()), None) or _account_of_owner(person, site)
    if not login:
        return person
    spelled = person.login or login
    return person._replace(login=spelled, url=f"https://github.com/{spelled}", proof=proof)


def _account_of_owner(person: NamedAuthor, site: SiteProfile) -> tuple[str, str]:
    """The only account in the frame of the site, if the site belongs to this person."""
    if len(site.profiles) != 1 or not site.pages:
        return "", ""
    [(login, url)] = site.profiles.items()
    others = [n for name, n in site.by.items() if name != fold(person.name)]
    mostly = site.by[fold(person.name)] >= _SHARE * site.pages or person.name in site.owners
    alone = mostly and max(others, default=0) <= 0.2 * site.pages
    if not alone or _is_project(login, person.name, url, site):
        return "", ""
    place = "the head, foot, home or about page of a site whose posts are theirs"
    return login, f"“github.com/{login}” in {place}: {url}"


def _is_project(login: str, name: str, url: str, site: SiteProfile) -> bool:
    """True if the account has the name of the site, not of the person, or too little is known."""
    title, account, person = fold(site.name), fold(login), fold(name)
    if any(part in account for part in map(fold, name.split()) if len(part) > 2):
        return False
    if site.pages < _MANY:
        return True
    if len(site.owners.get(name, ())) > 1:
        return False
    return person not in {account, title} and (account in title or account in label_of(url))


def _folded(people: tuple[NamedAuthor, ...]) -> set[str]:
    return {fold(person.name) for person in people}
