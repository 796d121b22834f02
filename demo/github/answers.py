"""What goes back over the wire, before it does: status, body, headers, and how to misbehave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """`limited`: it tells the client to wait. `cut`, `reset`, `delay`: how it fails to arrive."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    limited: bool = False
    delay: float = 0.0
    cut: bool = False
    reset: bool = False


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON body."""
    kind = {"content-type": "application/json; charset=utf-8"}
    return Answer(json.dumps(value).encode(), status, {**kind, **(headers or {})})


def error(status: int, message: str, **more: Any) -> Answer:
    """An error in the shape REST gives all of them."""
    documentation = "https://docs.github.com/rest"
    body = {"message": message, "documentation_url": documentation, "status": str(status)}
    return as_json({**body, **more}, status)


def bad_credentials() -> Answer:
    """401, for an unknown token."""
    return error(401, "Bad credentials")


def repository_blocked() -> Answer:
    """451, for a repository taken down by law."""
    block = {"reason": "dmca", "created_at": "2026-02-01T00:00:00Z", "html_url": None}
    return as_json({"message": "Repository access blocked", "block": block}, 451)
