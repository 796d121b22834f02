"""Text files of the user: a read error is one line, and a write is atomic.

It does not interpret the content.
"""

from __future__ import annotations

import os
from pathlib import Path

from sourcing.core.errors import ConfigError


def read(path: Path) -> str:
    """The text of a file, without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise ConfigError(f"{path}: {exc.strerror or exc}") from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(f"{path}: not UTF-8 (byte {exc.start}); save it as UTF-8") from exc


def write(path: Path, text: str) -> None:
    """Replace a file atomically: half a config would stop the next crawl."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(path)
    except OSError as exc:
        temporary.unlink(missing_ok=True)
        raise ConfigError(f"{path}: {exc.strerror or exc}") from exc
