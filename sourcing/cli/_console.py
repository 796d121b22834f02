"""A terminal's output, laid out by rich; a reader that went away is no error of ours."""

from __future__ import annotations

import rich.console


class Console(rich.console.Console):
    """Like rich's, which ends the program with a failure when `| head` has read enough."""

    def on_broken_pipe(self) -> None:
        """Leave it to `main`, which ends as any command does then."""
        raise BrokenPipeError
