"""The server: requests are metered, answered, corrupted on demand, and logged.

One request is answered at a time, so that a log is the same every time; only waits are
concurrent. It decides nothing about the forge's content; sockets are wire.py's.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import KW_ONLY, dataclass, field, replace
from email.utils import formatdate
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from demo.github import rest
from demo.github.answers import Answer, as_json, bad_credentials, error
from demo.github.faults import Fault, Plan, bad_gateway
from demo.github.forge import Forge
from demo.github.gate import Gate, token_of
from demo.github.graph import Prepared, prepare
from demo.github.limits import Meter, spent
from demo.github.wire import Request, listen

TOKEN = "loopback-token"  # noqa: S105 - opens nothing but this  # nosec B105
#: The wait that GitHub demands after a limit without Retry-After.
UNNAMED_WAIT = 60.0


@dataclass(slots=True)
class Asked:
    """One request in the log. `early`: it came inside a wait that had been demanded."""

    number: int
    time: float
    method: str
    path: str
    name: str
    variables: Mapping[str, Any]
    early: bool = False
    cost: int = 0
    status: int = 0
    fault: str | None = None


@dataclass
class Server:
    """A running GitHub; the package says what each setting means."""

    forge: Forge
    _: KW_ONLY
    latency: float = 0.0
    points: int = 5000
    core: int = 5000
    tokens: dict[str, str | None] = field(default_factory=lambda: {TOKEN: ""})
    clock: Callable[[], float] = time.time
    faults: Plan | None = None
    width_limit: int | None = None
    width_fault: Fault = field(default_factory=bad_gateway)
    limit_status: int = 403
    limit_wording: str = "RATE_LIMITED"
    log: list[Asked] = field(default_factory=list, init=False)
    url: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._gate = Gate(self.tokens, lambda: self.clock())  # noqa: PLW0108 - it may be set later
        self._until: dict[str, float] = {}
        self._running = ExitStack()

    def __enter__(self) -> Self:
        self.url = f"http://127.0.0.1:{self._running.enter_context(listen(self._reply))}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        self._running.close()

    @property
    def enterprise(self) -> str:
        """The same forge at the address an Enterprise server has."""
        return f"{self.url}/api/v3"

    @property
    def requests(self) -> int:
        """How many requests came."""
        return len(self.log)

    @property
    def points_spent(self) -> int:
        """The cost of the GraphQL queries in the log."""
        return sum(asked.cost for asked in self.log)

    @property
    def early(self) -> list[Asked]:
        """The requests that should have waited."""
        return [asked for asked in self.log if asked.early]

    def _reply(self, request: Request) -> Answer:
        with self._lock:
            parts = urlsplit(request.target)
            path = parts.path.removeprefix("/api/v3").replace("/api/graphql", "/graphql")
            api = self.url + ("/api/v3" if parts.path.startswith("/api/") else "")
            if request.method == "POST" and path == "/graphql":
                answer = self._graphql(request, path)
            else:
                call = rest.Call(self.forge, api, path, dict(parse_qsl(parts.query)))
                answer = self._rest(request, call)
            headers = {
                "date": formatdate(self.clock(), usegmt=True),
                "server": "github.com",
                "x-github-request-id": f"{len(self.log):04X}:{self.forge.viewer.database_id:X}",
                **answer.headers,
            }
            return replace(answer, headers=headers, delay=answer.delay + self.latency)

    def _graphql(self, request: Request, path: str) -> Answer:
        try:
            body = json.loads(request.body)
            text, operation = str(body["query"]), body.get("operationName")
            variables = body.get("variables") or {}
        except (ValueError, KeyError, AttributeError, TypeError):
            self._note(request, path, "", {}, "graphql")
            return error(400, "Problems parsing JSON")
        prepared = prepare(text, variables, operation)
        asked = self._note(request, path, prepared.name, variables, "graphql")
        token = token_of(request.headers)
        if token is None or not self._gate.holds(token):
            return self._finish(asked, bad_credentials())
        meter = self._gate.meter(token, "graphql", self.points)
        fault = self._fault(asked, prepared)
        if not meter.open():
            return self._finish(asked, self._spent(self.limit_wording), meter, token)
        if fault is None or fault.charged:
            asked.cost = 0 if prepared.dry or prepared.errors else prepared.cost.points
            meter.used += asked.cost
        answer = as_json(prepared.run(self.forge, variables, meter.graphql()))
        return self._finish(asked, answer, meter, token, fault)

    def _rest(self, request: Request, call: rest.Call) -> Answer:
        name = f"{request.method} {call.path}"
        asked = self._note(request, call.path, name, call.query, "core")
        mint = re.fullmatch(r"/app/installations/(\d+)/access_tokens", call.path)
        if request.method == "POST" and mint:
            answer = self._gate.mint(request.headers, mint[1])
            return self._finish(asked, answer, fault=self._fault(asked))
        token = token_of(request.headers) or ""
        if token and not self._gate.holds(token):
            return self._finish(asked, bad_credentials())
        meter = self._gate.meter(token, "core", self.core)
        fault = self._fault(asked)
        if call.path == "/rate_limit":
            asked.early = False  # it is there to be asked at any time
            return self._finish(asked, self._rates(token, meter), meter, token, fault)
        if not meter.open():
            return self._finish(asked, self._spent(self.limit_status), meter, token)
        answer = _validated(rest.answer(call), request)
        meter.used += answer.status != 304 and (fault is None or fault.charged)
        return self._finish(asked, answer, meter, token, fault)

    def _note(
        self, request: Request, path: str, name: str, variables: Mapping[str, Any], resource: str
    ) -> Asked:
        now = self.clock()
        asked = Asked(len(self.log) + 1, now, request.method, path, name, variables)
        asked.early = now < max(self._until.get(resource, 0.0), self._until.get("all", 0.0))
        self.log.append(asked)
        return asked

    def _fault(self, asked: Asked, prepared: Prepared | None = None) -> Fault | None:
        fault = self.faults(asked.number, asked.name, asked.variables) if self.faults else None
        width = prepared.cost.widths.get("pullRequests", 0) if prepared else 0
        too_wide = self.width_limit is not None and width > self.width_limit
        return fault or (self.width_fault if too_wide else None)

    def _spent(self, wording: str | int) -> Answer:
        return spent(wording, self.forge.viewer.database_id)

    def _rates(self, token: str, core: Meter) -> Answer:
        graphql = self._gate.meter(token, "graphql", self.points)
        for meter in (core, graphql):
            meter.open()  # a new hour begins at any request
        return as_json(
            {"resources": {"core": core.rest(), "graphql": graphql.rest()}, "rate": core.rest()}
        )

    def _finish(  # nosec B107
        self,
        asked: Asked,
        answer: Answer,
        meter: Meter | None = None,
        token: str = "",
        fault: Fault | None = None,
    ) -> Answer:
        """Put on the headers, spoil it if so ordered, and write down what became of it."""
        limits = meter.headers() if meter else {}
        answer = replace(answer, headers={**answer.headers, **limits, **self._gate.scopes(token)})
        if fault:
            answer = fault.change(answer)
        asked.status, asked.fault = answer.status, fault.name if fault else None
        if answer.limited:
            self._demand(answer, meter)
        return answer

    def _demand(self, answer: Answer, meter: Meter | None) -> None:
        """From now until then nobody may ask: of everything, or of what ran out."""
        now, after = self.clock(), answer.headers.get("retry-after")
        if answer.headers.get("x-ratelimit-remaining") == "0" and meter and after is None:
            self._until[meter.resource] = float(meter.reset)
        else:
            self._until["all"] = now + (UNNAMED_WAIT if after is None else float(after))


def _validated(answer: Answer, request: Request) -> Answer:
    """With an ETag, or 304 for a matching one. As at GitHub, the ETag depends on the token."""
    if answer.status != 200:
        return answer
    key = request.headers.get("authorization", "").encode() + answer.body
    etag = f'W/"{hashlib.sha256(key).hexdigest()}"'
    if request.headers.get("if-none-match") == etag:
        return Answer(status=304, headers={"etag": etag})
    return replace(answer, headers={**answer.headers, "etag": etag})
