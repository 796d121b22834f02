"""The child side of `isolation`: answers jobs within limits of processor time and memory.

It runs after a fork, uses no file of the parent, and ends with the parent. It stores nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle  # nosec B403
import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import connectors
from connectors import Connector, Context
from connectors._person_gate import PersonGate
from sourcing.core.errors import ConfigError, SourceError
from sourcing.core.model import Budget, Page
from sourcing.core.text import clean_line

#: Errors that keep their class on the way to the parent.
ERRORS = ("ClockError", "GoneError", "ParseError", "ConfigError", "SourceError")
_PR_SET_PDEATHSIG = 1  # prctl(2), Linux
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Job:
    """A call of one function of a connector, with all that changes from call to call."""

    connector: str
    #: "fetch", "probe", or a function of the enrichment.
    function: str
    args: tuple[Any, ...]
    #: requests, points, deadline, night: the fields of `Budget`.
    limits: tuple[int, int, float, float]
    unchanged: frozenset[str]
    silent_until: dict[str, float]
    unreached: set[str]


@dataclass(frozen=True, slots=True)
class ParserProcess:
    """The state of a child."""

    pipe: Connection
    context_of: Callable[[Connector], Context]
    #: True once the parent asks for a stop.
    stopping: Callable[[], bool]

    def serve(self) -> None:
        """Answer jobs until the parent closes the pipe."""
        _detach({self.pipe.fileno()})
        while True:
            try:
                job: Job = self.pipe.recv()
            except EOFError:
                return
            self._answer(job)

    def _answer(self, job: Job) -> None:
        connector = connectors.load(job.connector)
        requests, points, deadline, night = job.limits
        budget = Budget(requests, points, deadline, night, stopping=self.stopping)

        def send(*message: Any) -> None:
            spent = budget.spent_requests, budget.spent_points
            left = budget.requests, budget.points
            self.pipe.send_bytes(pickle.dumps(((*left, *spent), message)))

        error: tuple[str, str] | None = None
        try:
            context = replace(
                self.context_of(connector),
                unchanged=job.unchanged,
                silent_until=job.silent_until,
                unreached=job.unreached,
                progress=lambda done, expected: send("progress", done, expected),
                tell=lambda line: send("tell", line),
                sleep=self._sleep,
            )
            _limit(connector)
            gate = PersonGate()
            for item in _call(connector, job, budget, context):
                send("item", gate.admit(item) if isinstance(item, Page) else item)
                _limit(connector)
        except BaseException as exc:
            error = _describe(exc, connector)
        send("end", error, job.silent_until, job.unreached)

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.stopping() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))


def _call(connector: Connector, job: Job, budget: Budget, context: Context) -> Iterator[Any]:
    if job.function == "fetch":
        target, cursor = job.args
        yield from connector.fetch(target, cursor, budget, context)
    elif job.function == "probe" and connector.probe:
        (cursors,) = job.args
        yield connector.probe(cursors, budget, context)
    elif connector.enrichment:
        yield from getattr(connector.enrichment(), job.function)(*job.args, budget, context)


def _describe(exc: BaseException, connector: Connector) -> tuple[str, str]:
    """The class and the text of an error, for the parent."""
    if isinstance(exc, SourceError | ConfigError):
        name = next(cls.__name__ for cls in type(exc).__mro__ if cls.__name__ in ERRORS)
        return name, str(exc)
    if isinstance(exc, MemoryError):
        limit = connector.memory >> 20
        return "SourceError", f"parsing needed more than {limit} MB of memory; it was ended"
    places = [
        f" at {Path(frame.filename).relative_to(_ROOT)}:{frame.lineno}"
        for frame in traceback.extract_tb(exc.__traceback__)
        if Path(frame.filename).is_relative_to(_ROOT)
    ]
    text = clean_line(f"{type(exc).__name__}: {exc}", 200)
    place = places[-1] if places else ""
    return "SourceError", f"an error in its parser{place}: {text}; please report this line"


def _detach(kept: set[int]) -> None:
    """Leave the parent's process group, files and signals; end with the parent."""
    os.setsid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    folder = Path("/proc/self/fd") if Path("/proc/self/fd").exists() else Path("/dev/fd")
    for number in [int(entry.name) for entry in folder.iterdir()]:
        # The number stays in use: an object of the parent may still hold it.
        if number > 2 and number not in kept and number != null:
            with contextlib.suppress(OSError):
                os.dup2(null, number)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit(connector: Connector) -> None:
    """Limit memory, and processor time from now to the next item."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + connector.cpu_seconds
    for kind, value in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_DATA, connector.memory)):
        _, hard = resource.getrlimit(kind)
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))
