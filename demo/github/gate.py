"""Who may ask, and how much they have left: tokens, Apps, and a meter for each.

It reads headers and keeps counts; what happens at zero is the server's to say.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from demo.github.answers import Answer, as_json, error
from demo.github.limits import HOUR, Meter

#: REST requests per hour without a token.
ANONYMOUS = 60


@dataclass
class Gate:
    """`tokens`: token -> its scopes, or None for tokens without scopes (of an App)."""

    tokens: dict[str, str | None]
    clock: Callable[[], float]
    _expiry: dict[str, float] = field(default_factory=dict)
    _meters: dict[tuple[str, str], Meter] = field(default_factory=dict)

    def holds(self, token: str | None) -> bool:
        """Whether the token is one of ours and has not run out."""
        return token in self.tokens and self.clock() < self._expiry.get(token, float("inf"))

    def meter(self, token: str, resource: str, limit: int) -> Meter:
        """The token's meter; "" is everybody without one."""
        key = (token, resource)
        meter = self._meters.setdefault(key, Meter(resource, limit, self.clock))
        meter.limit = limit if token else ANONYMOUS
        return meter

    def scopes(self, token: str) -> dict[str, str]:
        """The header that tells them."""
        scopes = self.tokens.get(token)
        return {} if scopes is None else {"x-oauth-scopes": scopes}

    def mint(self, headers: Mapping[str, str], installation: str) -> Answer:
        """A token for an App's installation, for an hour; the App shows a signed claim."""
        claim = _claim(token_of(headers) or "")
        if not claim.keys() >= {"iss", "iat", "exp"}:
            return error(401, "A JSON web token could not be decoded")
        now = self.clock()
        token = f"ghs_{installation}_{len(self.tokens)}"
        self.tokens[token], self._expiry[token] = None, now + HOUR
        expires = datetime.fromtimestamp(now + HOUR, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        grant = {"permissions": {"metadata": "read"}, "repository_selection": "all"}
        return as_json({"token": token, "expires_at": expires, **grant}, 201)


def token_of(headers: Mapping[str, str]) -> str | None:
    """The token in the Authorization header, in either of GitHub's two forms."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in {"token", "bearer"} else None


def _claim(token: str) -> dict[str, object]:
    """The claims of a JSON web token. The signature is not verified in this test server."""
    try:
        middle = token.split(".")[1]
        claim = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, ValueError):
        return {}
    return claim if isinstance(claim, dict) else {}
