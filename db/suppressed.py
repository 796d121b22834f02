"""Those who said "do not store": asked before every insert, known by keyed hashes only."""

import hashlib
import hmac
from urllib.parse import urlsplit

from db.store import Store
from sourcing.model import Identity


class Suppressed:
    """The hashes of one database, and how an Identity is looked up among them."""

    def __init__(self, store: Store) -> None:
        self._key = bytes.fromhex(store.meta("suppression_key") or "")
        self._hashes = {row["hash"] for row in store.rows("SELECT hash FROM suppressions")}

    def __contains__(self, identity: Identity) -> bool:
        return bool(self._hashes) and not self._hashes.isdisjoint(self.hashes(identity))

    def hashes(self, identity: Identity) -> set[str]:
        """The hashes under which an Identity is suppressed: account, login, own host."""
        marks = {identity.id}
        if identity.login:
            marks.add(f"login:{identity.login.casefold()}")
        if identity.website and (host := urlsplit(identity.website).hostname):
            marks.add(f"site:{host}")
        return {hmac.new(self._key, m.encode(), hashlib.sha256).hexdigest() for m in marks}
