"""GitHub's primary rate limit per hour, and the response when it is used up.

Secondary limits are not counted here; they come as faults.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from demo.github.answers import Answer, as_json

HOUR = 3600


@dataclass(slots=True)
class Meter:
    """The use of one resource by one token. The hour begins with the first request."""

    resource: str
    limit: int
    clock: Callable[[], float]
    used: int = 0
    reset: int = 0

    def open(self) -> bool:
        """Whether anything is left. The last query may cost more than there was."""
        if self.clock() >= self.reset:
            self.used, self.reset = 0, int(self.clock()) + HOUR
        return self.used < self.limit

    def remaining(self) -> int:
        """The remaining amount."""
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """As every answer carries them."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining()),
            "x-ratelimit-used": str(self.used),
            "x-ratelimit-reset": str(self.reset),
            "x-ratelimit-resource": self.resource,
        }

    def rest(self) -> dict[str, int | str]:
        """As /rate_limit tells it."""
        text = {"limit": self.limit, "used": self.used, "remaining": self.remaining()}
        return {**text, "reset": self.reset, "resource": self.resource}

    def graphql(self) -> dict[str, Any]:
        """As in `rateLimit`, without the cost of the query."""
        at = datetime.fromtimestamp(self.reset, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = {"limit": self.limit, "used": self.used, "remaining": self.remaining()}
        return {**text, "resetAt": at}


def spent(wording: str | int, user_id: int) -> Answer:
    """A primary limit reached: 403 or 429 from REST, one of three wordings in GraphQL's 200."""
    exceeded = f"API rate limit exceeded for user ID {user_id}."
    already = f"API rate limit already exceeded for user ID {user_id}."
    if isinstance(wording, int):
        answer = as_json({"message": exceeded, "documentation_url": _ABOUT}, wording)
    else:
        text: dict[str, dict[str, str]] = {
            "RATE_LIMITED": {"type": "RATE_LIMITED", "message": exceeded},
            "RATE_LIMIT": {
                "type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": already,
            },
            "already exceeded": {"message": already},
        }  # fmt: skip
        answer = as_json({"errors": [text[wording]]})
    return replace(answer, limited=True)


_ABOUT = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
