"""The one gate for persons: every page of every connector passes it before it is stored.

It removes identities with a name that is no person's, such as "Your Name", "root" or "Sign In",
with their credits, and marks machine accounts. A contribution without a credit stays. It joins no
identities.
"""

from __future__ import annotations

from dataclasses import replace

from connectors._bots import is_bot
from connectors._placeholders import is_placeholder
from sourcing.core.model import Contribution, Identity, Page


class PersonGate:
    """The gate of one crawl of one source; it remembers the identities that it removed."""

    def __init__(self) -> None:
        self._removed: set[str] = set()

    def admit(self, page: Page) -> Page:
        """The page with persons and machines only."""
        identities = [checked for identity in page.identities if (checked := self._check(identity))]
        if not self._removed:
            return replace(page, identities=tuple(identities))
        return replace(
            page,
            identities=tuple(identities),
            joins=tuple(j for j in page.joins if not {j.a, j.b} & self._removed),
            contributors=tuple(c for c in page.contributors if c.identity not in self._removed),
            contributions=tuple(map(self._without_removed, page.contributions)),
        )

    def _check(self, identity: Identity) -> Identity | None:
        name = identity.name or ""
        if not identity.bot and is_bot(name, identity.login):
            return replace(identity, bot=True)
        if identity.bot or identity.name is None or not is_placeholder(name):
            return identity
        if identity.login:
            return replace(identity, name=None)  # the login still names the account
        self._removed.add(identity.id)
        return None

    def _without_removed(self, item: Contribution) -> Contribution:
        credits_ = tuple(k for k in item.credits if k.identity not in self._removed)
        return item if len(credits_) == len(item.credits) else replace(item, credits=credits_)
