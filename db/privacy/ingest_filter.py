"""A page without those who are not to be stored, before anything of it is written.

What they alone made is left out, and so are their names and titles in what others wrote. Whoever
a page joins to them is them. Whom it recognises it remembers by number and name, so that another
login helps nobody to come back; what of them stands in the tables already, `erasure` takes out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from db.connection import Store
from db.privacy.redaction import REMOVED, Redactor
from db.privacy.suppression import Suppressed, name_mark, suppress, title_mark
from sourcing.core.model import Contribution, Identity, Page


def without(store: Store, page: Page, now: str) -> Page:
    """The page as it may be stored; inside the caller's transaction."""
    suppressed = Suppressed(store)
    if not suppressed:
        return page
    refused = _refused(suppressed, page)
    shown = refused | {m for i in page.identities if i.id in refused and (m := _name(i))}
    if fresh := [mark for mark in shown if not suppressed.meets([mark])]:
        suppress(store, fresh, now)
        suppressed = Suppressed(store)
    nobody = refused | _machines(store, page)
    theirs = {
        c.key
        for c in page.contributions
        if _is_on_their_site(suppressed, c) or _is_theirs(refused, nobody, c)
    }
    titles = {c.title for c in page.contributions if c.key in theirs} - {""}
    spoken = [mark for title in titles if (mark := title_mark(title))]
    redactor = Redactor(Suppressed(store, spoken) if spoken else suppressed)
    kept = [c for c in page.contributions if c.key not in theirs]
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
            if d.contribution not in theirs
        ),
    )


def _name(identity: Identity) -> str | None:
    return name_mark(identity.name) if identity.name else None


def _refused(suppressed: Suppressed, page: Page) -> set[str]:
    """Who is not to be stored, with everybody the page joins them to."""
    named = {end for j in page.joins for end in (j.a, j.b)}
    named |= {k.identity for c in page.contributions for k in c.credits}
    refused = {i.id for i in page.identities if i in suppressed}
    refused |= {id_ for id_ in named if suppressed.meets([id_])}
    spreading = bool(refused)
    while spreading:
        joined = {end for j in page.joins if {j.a, j.b} & refused for end in (j.a, j.b)}
        spreading = not joined <= refused
        refused |= joined
    return refused


def _machines(store: Store, page: Page) -> set[str]:
    """Who is credited as a machine, shown on this page or before."""
    keys = sorted({k.identity for c in page.contributions for k in c.credits})
    rows = store.rows(
        "SELECT key FROM identities WHERE bot AND key IN (SELECT value FROM json_each(?))",
        json.dumps(keys),
    )
    return {i.id for i in page.identities if i.bot} | {row["key"] for row in rows}


def _is_on_their_site(suppressed: Suppressed, item: Contribution) -> bool:
    host = (urlsplit(item.url or "").hostname or "").removeprefix("www.")
    return item.kind == "post" and bool(host) and suppressed.meets([f"site:{host}"])


def _is_theirs(refused: set[str], nobody: set[str], item: Contribution) -> bool:
    """True if no other human wrote it."""
    wrote = {"reviewer"} if item.kind == "review" else {"author", "co_author"}
    writers = {k.identity for k in item.credits if k.part in wrote}
    return bool(writers & refused) and writers <= nobody


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
