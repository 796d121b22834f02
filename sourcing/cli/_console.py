"""Terminal output with rich. A closed pipe ends the command without an error message."""

from __future__ import annotations

import rich.console


class Console(rich.console.Console):
    """rich's console, without its failure exit status after `| head` closes the pipe."""

    def on_broken_pipe(self) -> None:
        """Raise; `main` handles the closed pipe for all commands."""
        raise BrokenPipeError
