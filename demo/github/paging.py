"""Connections as GitHub pages them: opaque cursors that are a predicate on the sort key.

`after` means "sorted after this value", not "after this item": an item that changes while
a client scans by UPDATED_AT moves past the cursor, as at GitHub.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
Key = tuple[str | int, ...]


class Failed(Exception):  # noqa: N818 - it fails one field, and travels as an entry of `errors`
    """A field that comes to null, and GitHub's type and words for why."""

    def __init__(self, type_: str, message: str) -> None:
        super().__init__(message)
        self.type = type_


def connection(
    things: Sequence[T],
    args: Mapping[str, Any],
    view: Callable[[T], dict[str, Any]],
    key: Callable[[T], Key] | None = None,
    *,
    descending: bool = False,
) -> dict[str, Any]:
    """One page of `things` as a GraphQL connection; without a key, in the order they are in."""
    keyed: list[tuple[Key, T]] = [((place,), thing) for place, thing in enumerate(things)]
    if key:
        ordered = ((key(thing), thing) for thing in things)
        keyed = sorted(ordered, key=lambda pair: pair[0], reverse=descending)
    rest = _between(keyed, args, descending=descending)
    size = args.get("first") or args["last"]
    page = rest[:size] if args.get("first") else rest[-size:]
    more = len(rest) > len(page)
    edges = [{"cursor": _encode(at), "node": view(thing)} for at, thing in page]
    return {
        "totalCount": len(things),
        "nodes": [edge["node"] for edge in edges],
        "edges": edges,
        "pageInfo": {
            "hasNextPage": more if args.get("first") else bool(args.get("before")),
            "hasPreviousPage": bool(args.get("after")) if args.get("first") else more,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _between(
    keyed: list[tuple[Key, T]], args: Mapping[str, Any], *, descending: bool
) -> list[tuple[Key, T]]:
    after, before = args.get("after"), args.get("before")
    if after:
        bound = _decode(after)
        keyed = [(k, t) for k, t in keyed if (k < bound if descending else k > bound)]
    if before:
        bound = _decode(before)
        keyed = [(k, t) for k, t in keyed if (k > bound if descending else k < bound)]
    return keyed


def _encode(key: Key) -> str:
    return base64.b64encode(b"cursor:v2:" + json.dumps(key).encode()).decode()


def _decode(cursor: str) -> Key:
    try:
        raw = base64.b64decode(cursor, validate=True)
        return tuple(json.loads(raw.removeprefix(b"cursor:v2:")))
    except (ValueError, TypeError):
        message = f"`{cursor}` does not appear to be a valid cursor."
        raise Failed("INVALID_CURSOR_ARGUMENTS", message) from None
