"""Removes suppressed people from a page before any of it is written.

Works that only they wrote are dropped; their names and titles are redacted in works of others. An
identity that the page joins to a suppressed one is suppressed as well, and the identifiers of every
recognised identity are added to the list. Rows that are stored already are left to `erasure`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from db.connection import Store
from db.privacy import identifiers, retention, suppression
from db.privacy.redaction import REMOVED, Redactor
from db.privacy.suppression import SuppressionList
from sourcing.core.model import Contribution, Identity, Page


def storable(store: Store, source_id: int, page: Page, now: str) -> Page:
    """The page without suppressed people, purged details and old work."""
    page = retention.without_purged(store, source_id, without_suppressed(store, page, now))
    suppression.record_renames(store, page)
    return page


def without_suppressed(store: Store, page: Page, now: str) -> Page:
    """The page without suppressed people; inside the caller's transaction."""
    suppressed = SuppressionList(store)
    if not suppressed:
        return page
    refused = _refused(
        suppressed, page, _by_name(store, suppressed, page) | _by_work(suppressed, page)
    )
    recognised = refused | {n for i in page.identities if i.id in refused for n in _names(i)}
    fresh = [one for one in recognised if not suppressed.matches([one])]
    hashes = {h for i in page.identities if i.id in refused for h in i.address_hashes}
    if fresh or not suppressed.holds(hashes):
        suppression.add(store, fresh, now, hashes)
        suppressed = SuppressionList(store)
    not_others = refused | _machines(store, page)
    refused_works = {
        c.key
        for c in page.contributions
        if _is_on_their_site(suppressed, c) or _is_only_theirs(refused, not_others, c)
    }
    titles = {c.title for c in page.contributions if c.key in refused_works} - {""}
    known = [one for title in titles if (one := identifiers.of_title(title))]
    redactor = Redactor(SuppressionList(store, known) if known else suppressed)
    kept = [c for c in page.contributions if c.key not in refused_works]
    return replace(
        page,
        cursor=redactor.state(page.cursor),
        identities=tuple(i for i in page.identities if i.id not in refused),
        joins=tuple(j for j in page.joins if not {j.a, j.b} & refused),
        contributors=tuple(c for c in page.contributors if c.identity not in refused),
        contributions=tuple(_redacted(redactor, refused, titles, c) for c in kept),
        discussions=tuple(
            replace(d, remarks=tuple(replace(r, text=redactor.text(r.text)) for r in d.remarks))
            for d in page.discussions
            if d.contribution not in refused_works
        ),
    )


def _names(identity: Identity) -> set[str]:
    """The identifiers that the name and login of a recognised identity add to the list."""
    name = identity.name or ""
    found = identifiers.of_names_in_text(name) | {identifiers.of_name(name)}
    if identity.login:
        found.add(identifiers.of_login(identity.login))
    return {one for one in found if one}


def _by_name(store: Store, suppressed: SuppressionList, page: Page) -> set[str]:
    """New identities with a suppressed name in a repository that they worked in.

    A stored identity is not refused by its name alone: a namesake that the operator knows stays.
    """
    places: dict[str, set[str]] = defaultdict(set)
    for item in page.contributions:
        if item.repo:
            for credit in item.credits:
                places[credit.identity].add(item.repo)
    named = [i for i in page.identities if i.name and not i.bot and i.id in places]
    stored = {
        row["key"]
        for row in store.rows(
            "SELECT key FROM identities WHERE key IN (SELECT value FROM json_each(?))",
            json.dumps([i.id for i in named]),
        )
    }
    return {
        i.id
        for i in named
        if i.id not in stored
        and suppressed.matches(
            identifiers.of_name_in(repo, spelling)
            for repo in places[i.id]
            for spelling in identifiers.spellings(i.name or "")
        )
    }


def _by_work(suppressed: SuppressionList, page: Page) -> set[str]:
    """The authors of works that only a suppressed person wrote."""
    return {
        credit.identity
        for item in page.contributions
        if suppressed.matches(map(identifiers.of_work, (item.key, *item.commits)))
        for credit in item.credits
        if credit.part == "author"
    }


def _refused(suppressed: SuppressionList, page: Page, also: set[str]) -> set[str]:
    """The ids of suppressed identities, with all identities that the page joins to them."""
    named = {end for j in page.joins for end in (j.a, j.b)}
    named |= {k.identity for c in page.contributions for k in c.credits}
    refused = also | {i.id for i in page.identities if i in suppressed}
    refused |= {id_ for id_ in named if suppressed.matches([id_])}
    changed = bool(refused)
    while changed:
        joined = {end for j in page.joins if {j.a, j.b} & refused for end in (j.a, j.b)}
        changed = not joined <= refused
        refused |= joined
    return refused


def _machines(store: Store, page: Page) -> set[str]:
    """The ids of credited bots, shown on this page or on an earlier one."""
    keys = sorted({k.identity for c in page.contributions for k in c.credits})
    rows = store.rows(
        "SELECT key FROM identities WHERE bot AND key IN (SELECT value FROM json_each(?))",
        json.dumps(keys),
    )
    return {i.id for i in page.identities if i.bot} | {row["key"] for row in rows}


def _is_on_their_site(suppressed: SuppressionList, item: Contribution) -> bool:
    host = (urlsplit(item.url or "").hostname or "").removeprefix("www.")
    return item.kind == "post" and bool(host) and suppressed.matches([f"site:{host}"])


def _is_only_theirs(refused: set[str], not_others: set[str], item: Contribution) -> bool:
    """True if only suppressed people and bots wrote it."""
    wrote = {"reviewer"} if item.kind == "review" else {"author", "co_author"}
    writers = {k.identity for k in item.credits if k.part in wrote}
    return bool(writers & refused) and writers <= not_others


def _redacted(
    redactor: Redactor, refused: set[str], titles: Iterable[str], item: Contribution
) -> Contribution:
    title = redactor.title(item.title)
    if item.kind == "review" and item.title in titles:
        title = REMOVED
    return replace(
        item,
        title=title,
        body=redactor.text(item.body) if item.body else item.body,
        closes=tuple(map(redactor.text, item.closes)) if item.closes else item.closes,
        credits=tuple(k for k in item.credits if k.identity not in refused),
    )
