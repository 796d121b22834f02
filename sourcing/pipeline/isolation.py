"""Runs connectors in child processes with limits, since they parse input from untrusted sources.

A child that exceeds a limit or crashes is killed with its process group, and only its source fails.
A child that delivered nothing is used again for the next source: a night without changes costs one
fork. This module does not store pages, and it does not restrict the network.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import mmap
import os
import pickle  # nosec B403
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from typing import Any

from connectors import Connector, Context
from sourcing.core import errors
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget
from sourcing.pipeline.parser_process import ERRORS, Job, ParserProcess

#: Seconds that a child may continue after a request to stop, or after the end of the night.
GRACE = 3.0
#: Bytes of one message from a child; a page with 500 contributions has about 5 MB.
LARGEST_MESSAGE = 256 << 20
#: Seconds between two checks for a request to stop.
_POLL = 0.1
#: Modules with classes that a message may contain.
_SAFE_MODULES = ("sourcing.core.model",)


class StoppedError(Exception):
    """The child was killed after a request to stop, or at the end of the night."""


@dataclass(frozen=True, slots=True)
class _Child:
    """A running child and the parent's end of its pipe."""

    pid: int
    pipe: Connection


class Isolation:
    """Calls connectors in children. `context_of` returns a connector's context, also in a child."""

    def __init__(
        self, context_of: Callable[[Connector], Context], stopping: Callable[[], bool]
    ) -> None:
        self._context_of, self._stopping = context_of, stopping
        self._stop = mmap.mmap(-1, 1)  # shared with the children; 1: stop
        self._child: _Child | None = None

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._kill(self._child)

    def call(
        self,
        connector: Connector,
        function: str,
        args: tuple[Any, ...],
        budget: Budget,
        unchanged: frozenset[str] = frozenset(),
    ) -> Iterator[Any]:
        """The items that a function of the connector yields; the budget is updated.

        Raises the exceptions of the function, SourceError if the child exceeded a limit or crashed,
        and StoppedError if it was killed at the end of the night.
        """
        context = self._context_of(connector)
        limits = (budget.requests, budget.points, budget.deadline, budget.night)
        job = Job(
            connector.name,
            function,
            args,
            limits,
            unchanged,
            context.silent_until,
            context.unreached,
        )
        child = self._child or self._fork(connector)
        items, ended = 0, False
        try:
            child.pipe.send(job)
            for message in self._messages(child, connector, budget):
                kind, *rest = message
                if kind == "item":
                    items += 1
                    yield rest[0]
                elif kind == "progress":
                    context.progress(*rest)
                elif kind == "tell":
                    context.tell(rest[0])
                elif kind == "end":
                    ended = True
                    self._finish(context, *rest)
                    return
        except (BrokenPipeError, ConnectionResetError):
            raise SourceError(self._death(child, connector)) from None
        finally:
            if self._child is not None and (not ended or items):
                self._kill(self._child)

    def _finish(
        self,
        context: Context,
        error: tuple[str, str] | None,
        silent_until: dict[str, float],
        unreached: set[str],
    ) -> None:
        """Take over the state of the network from the child, and raise its error."""
        context.silent_until.update(silent_until)
        context.unreached.clear()
        context.unreached.update(unreached)
        if error is not None:
            name, text = error
            known: type[Exception] = getattr(errors, name if name in ERRORS else "SourceError")
            raise known(text)

    def _messages(
        self, child: _Child, connector: Connector, budget: Budget
    ) -> Iterator[tuple[Any, ...]]:
        stop_at: float | None = None
        while True:
            while not child.pipe.poll(_POLL):
                now = time.monotonic()
                if stop_at is None and (self._stopping() or now >= budget.night):
                    self._stop[0] = 1
                    stop_at = now + GRACE
                if stop_at is not None and now >= stop_at:
                    raise StoppedError
            try:
                data = child.pipe.recv_bytes(LARGEST_MESSAGE)
            except EOFError:
                raise SourceError(self._death(child, connector)) from None
            except OSError as error:
                raise SourceError("a page is too large, or the pipe to its parser broke") from error
            spent, message = _Unpickler(io.BytesIO(data)).load()
            budget.requests, budget.points, budget.spent_requests, budget.spent_points = spent
            yield message

    def _fork(self, connector: Connector) -> _Child:
        for module in connector.modules:
            importlib.import_module(module)  # once, in the parent: a fork inherits it
        parent_end, child_end = Pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self._stop[0] = 0
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                ParserProcess(child_end, self._context_of, lambda: self._stop[0] == 1).serve()
                status = 0
            finally:
                os._exit(status)
        child_end.close()
        self._child = _Child(pid, parent_end)
        return self._child

    def _kill(self, child: _Child) -> None:
        self._child = None
        child.pipe.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child.pid, 0)

    def _death(self, child: _Child, connector: Connector) -> str:
        """Why a child ended without an answer, in words."""
        self._child = None
        child.pipe.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        _, status = os.waitpid(child.pid, 0)
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        if ended_by == signal.SIGXCPU:
            return (
                f"parsing took more than {connector.cpu_seconds} s of processor time for one page;"
                " it was ended"
            )
        if ended_by == signal.SIGKILL:
            return "its parser was killed; the memory of this machine may be used up"
        return f"its parser crashed ({signal.Signals(ended_by).name if ended_by else status})"


class _Unpickler(pickle.Unpickler):
    """Reads messages: only containers and the dataclasses of the model."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _SAFE_MODULES or (module, name) in {
            ("builtins", "set"),
            ("builtins", "frozenset"),
        }:
            return super().find_class(module, name)
        raise SourceError(f"its parser sent an unexpected object ({module}.{name})")
