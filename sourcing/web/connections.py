"""HTTP connections that end: a client that sends nothing, or half a request, is disconnected.

uvicorn has a limit for idle connections after a response, and none before the first request.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds in which a client must send a complete request head.
HEAD_SECONDS = 15


class LimitedConnection(H11Protocol):
    """An HTTP/1.1 connection with a deadline for the head of every request."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Start the first deadline."""
        super().connection_made(transport)
        self._start()

    def on_response_complete(self) -> None:
        """Start the deadline of the next request."""
        super().on_response_complete()
        self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the deadline."""
        if self._deadline:
            self._deadline.cancel()
        super().connection_lost(exc)

    def _start(self) -> None:
        if self._deadline:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._close_without_request)

    def _close_without_request(self) -> None:
        if (self.cycle is None or self.cycle.response_complete) and self.transport:
            self.transport.close()
