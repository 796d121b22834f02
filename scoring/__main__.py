"""`python -m scoring < changes.jsonl`: one JSON line per change in, its evidence out.

In  {id, title, body?, paths?, files?, additions?, deletions?, labels?, form?}; other keys are
    ignored.
Out {id, kind, second, certainty, relevant, relevance, substance, reasons}, in the same order.
Empty lines are skipped. The first invalid line ends the program with exit status 2 and a message on
stderr; the lines before it are written. Skipping it would shift input and output lines.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast, get_args

from scoring.change import Change
from scoring.classify import classify
from sourcing.core.errors import ConfigError
from sourcing.core.model import Kind


def main() -> int:
    """Read stdin to the end or to the first invalid line; a closed output pipe is not an error."""
    try:
        for line in _readings(sys.stdin.buffer):
            sys.stdout.write(line)
            sys.stdout.flush()  # a caller that writes line by line waits for the answer
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return error.status
    except BrokenPipeError:
        # Python flushes stdout once more at its end, into a pipe that is gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _readings(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            id_, change = _change(_parsed(line))
        except ConfigError as error:
            raise ConfigError(f"line {number}: {error}") from None
        evidence = classify(change)
        reading = {
            "id": id_,
            "kind": evidence.work,
            "second": evidence.second,
            "certainty": evidence.certainty,
            "relevant": evidence.relevant,
            "relevance": evidence.relevance,
            "substance": evidence.substance,
            "reasons": evidence.reasons,
        }
        yield json.dumps(reading) + "\n"


def _parsed(line: bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ConfigError(f"not JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise ConfigError("must be a JSON object")
    return row


def _change(row: Mapping[str, Any]) -> tuple[str | int, Change]:
    id_ = row.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int):
        raise ConfigError("`id` must be text or a whole number")
    if not isinstance(row.get("title"), str):
        raise ConfigError("`title` must be text")
    form = row.get("form") or "merged_pr"
    if form not in get_args(Kind):
        raise ConfigError(f"`form` must be one of {', '.join(get_args(Kind))}")
    return id_, Change(
        row["title"],
        _text(row, "body"),
        _texts(row, "paths"),
        _count(row, "files"),
        _count(row, "additions"),
        _count(row, "deletions"),
        _texts(row, "labels"),
        cast(Kind, form),
    )


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str | None):
        raise ConfigError(f"`{key}` must be text or absent")
    return value or ""


def _texts(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"`{key}` must be a list of texts or absent")
    return tuple(value)


def _count(row: Mapping[str, Any], key: str) -> int | None:
    value = row.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise ConfigError(f"`{key}` must be a whole number, 0 or more, or absent")
    return value


if __name__ == "__main__":
    sys.exit(main())
