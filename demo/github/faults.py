"""Ready-made misfortunes: each changes a good answer into what GitHub sends on a bad day.

A plan says which request meets which: (number, name, variables) -> Fault or None. The
demanded waits are in the answers; whether anybody keeps them is the server's log.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from demo.github.answers import Answer, as_json, bad_credentials, repository_blocked
from demo.github.limits import spent

Plan = Callable[[int, str, Mapping[str, Any]], "Fault | None"]

_WENT_WRONG = "Something went wrong while executing your query. This may be the result of a timeout"
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)
_EXCEEDED = "Resource limits for this query exceeded."


@dataclass(frozen=True, slots=True)
class Fault:
    """`charged`: the query was run, so its points are gone. `graphql`: REST never does this."""

    name: str
    change: Callable[[Answer], Answer]
    charged: bool = True
    graphql: bool = False


def bad_gateway() -> Fault:
    """502 from the proxy in front, in HTML."""
    page = b"<html><head><title>502 Bad Gateway</title></head><body>Unicorn!</body></html>\n"
    return Fault("bad_gateway", lambda _: Answer(page, 502, {"content-type": "text/html"}))


def gateway_timeout() -> Fault:
    """504, in JSON."""
    message = "We couldn't respond to your request in time. Sorry about that."
    return Fault("gateway_timeout", lambda _: as_json({"message": message}, 504))


def hang(seconds: float) -> Fault:
    """A good answer, much too late."""
    return Fault("hang", lambda answer: replace(answer, delay=seconds))


def reset() -> Fault:
    """The connection is reset instead of an answer."""
    return Fault("reset", lambda answer: replace(answer, reset=True))


def cut() -> Fault:
    """Half of the body that Content-Length promises."""
    return Fault("cut", lambda answer: replace(answer, cut=True))


def bad_json() -> Fault:
    """200, whole, and not JSON."""
    return Fault("bad_json", lambda answer: replace(answer, body=answer.body[:-2] + b",}"))


def null_data(message: str | None = _WENT_WRONG) -> Fault:
    """200 with `data: null`, and with an error unless the message is None."""
    body = {"data": None, **({"errors": [{"message": message}]} if message else {})}
    return Fault("null_data", lambda answer: _said(answer, body), graphql=True)


def resource_limits(keep: int = 0) -> Fault:
    """200, but all nodes save the first `keep` of each outer connection are null."""

    def change(answer: Answer) -> Answer:
        body = json.loads(answer.body)
        errors: list[dict[str, Any]] = []
        data = body.get("data") or {}
        for key, value in data.items():
            if key != "rateLimit" and not _drop(value, keep, [key], errors):
                data[key] = None
                errors.append(_too_much([key]))
        return _said(answer, {**body, "errors": [*body.get("errors", []), *errors]})

    return Fault("resource_limits", change, graphql=True)


def _drop(value: Any, keep: int, path: list[str | int], errors: list[dict[str, Any]]) -> bool:
    """Make the nodes of the outermost connections null; False where there are none."""
    if not isinstance(value, dict):
        return False
    nodes = value.get("nodes")
    if isinstance(nodes, list):
        for index in range(keep, len(nodes)):
            nodes[index] = None
            errors.append(_too_much([*path, "nodes", index]))
        return True
    dropped = [_drop(inner, keep, [*path, key], errors) for key, inner in value.items()]
    return any(dropped)


def _too_much(path: list[str | int]) -> dict[str, Any]:
    return {"type": "RESOURCE_LIMITS_EXCEEDED", "path": path, "message": _EXCEEDED}


def secondary(status: int = 403, retry_after: int | None = None) -> Fault:
    """A secondary limit: 403, 429, or GraphQL's 200, with or without Retry-After."""
    about = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
    plain: dict[str, Any] = {"message": _SECONDARY, "documentation_url": about}
    body = {"errors": [{"message": _SECONDARY}]} if status == 200 else plain
    wait = {} if retry_after is None else {"retry-after": str(retry_after)}

    def change(answer: Answer) -> Answer:
        text = _said(answer, body)
        return replace(text, status=status, headers={**text.headers, **wait}, limited=True)

    after = "" if retry_after is None else f" retry-after {retry_after}"
    return Fault(f"secondary {status}{after}", change, charged=False, graphql=status == 200)


def rate_limited(wording: str | int = "RATE_LIMITED") -> Fault:
    """The primary limit: "RATE_LIMITED", "RATE_LIMIT", "already exceeded", or REST's 403, 429."""
    refusal = spent(wording, 1)

    def change(answer: Answer) -> Answer:
        text = {**answer.headers, **refusal.headers, "x-ratelimit-remaining": "0"}
        return replace(refusal, headers=text)

    graphql = isinstance(wording, str)
    return Fault(f"rate_limited {wording}", change, charged=False, graphql=graphql)


def unauthorized() -> Fault:
    """401, as for a token that was revoked."""
    return Fault("unauthorized", lambda _: bad_credentials(), charged=False)


def blocked() -> Fault:
    """451."""
    return Fault("blocked", lambda _: repository_blocked(), charged=False)


def _said(answer: Answer, body: Mapping[str, Any]) -> Answer:
    return replace(answer, body=json.dumps(body).encode())


def at(fault: Fault, *numbers: int) -> Plan:
    """A plan: the requests of these numbers meet this fault, no others."""
    return lambda number, name, variables: fault if number in numbers else None


def chaos(rate: float, seed: int, faults: Sequence[Fault] = ()) -> Plan:
    """A plan: each of nine faults (or of yours) strikes at `rate`, the same way for a seed."""
    choice = tuple(faults) or (
        bad_gateway(), gateway_timeout(), reset(), cut(), bad_json(), null_data(),
        resource_limits(), secondary(403, 1), rate_limited(),
    )  # fmt: skip

    def plan(number: int, name: str, variables: Mapping[str, Any]) -> Fault | None:
        dice = random.Random(f"{seed}/{number}")  # noqa: S311 - bad luck, not a secret  # nosec B311
        index = int(dice.random() / rate) if rate else len(choice)
        fault = choice[index] if index < len(choice) else None
        # REST has no such answers: " " is in "GET /path" and in no operation's name.
        return None if fault and fault.graphql and " " in name else fault

    return plan
