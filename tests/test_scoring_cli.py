"""`python -m scoring`, as a process between two pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "scoring"]


def run(text: str | bytes) -> subprocess.CompletedProcess[bytes]:
    data = text.encode() if isinstance(text, str) else text
    return subprocess.run(COMMAND, input=data, capture_output=True, timeout=30, check=False)


def lines(*changes: dict[str, Any]) -> str:
    return "".join(json.dumps(c) + "\n" for c in changes)


FULL = {
    "id": "example/pool#7", "title": "Fix deadlock when a worker dies", "body": "It hangs.",
    "paths": ["engine/pool.py"], "files": 1, "additions": 30, "deletions": 4, "labels": ["bug"],
    "form": "merged_pr", "repo": "other keys are ignored",
}  # fmt: skip


def test_one_reading_a_line_in_order() -> None:
    bare = {"id": 2, "title": "Update README", "body": None, "paths": None, "additions": None}
    done = run(lines(FULL) + "\n" + lines(bare))
    first, second = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(first) == [
        *("id", "kind", "second", "certainty"),
        *("relevant", "relevance", "substance", "reasons"),
    ]
    assert (first["id"], first["kind"], first["relevant"]) == (
        "example/pool#7",
        "reliability",
        True,
    )
    assert (second["id"], second["kind"], second["relevant"]) == (2, "docs", False)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"{", b"not JSON"),
        (b"\xff", b"not JSON"),
        (b"[" * 100_000, b"not JSON"),
        (b"[]", b"must be a JSON object"),
        (b'{"title": "x"}', b"`id` must be"),
        (b'{"id": true, "title": "x"}', b"`id` must be"),
        (b'{"id": 1}', b"`title` must be text"),
        (b'{"id": 1, "title": "x", "body": 1}', b"`body` must be text"),
        (b'{"id": 1, "title": "x", "paths": "a"}', b"`paths` must be a list"),
        (b'{"id": 1, "title": "x", "labels": [1]}', b"`labels` must be a list"),
        (b'{"id": 1, "title": "x", "files": -1}', b"`files` must be a whole number"),
        (b'{"id": 1, "title": "x", "additions": 1.5}', b"`additions` must be a whole number"),
        (b'{"id": 1, "title": "x", "form": "tweet"}', b"`form` must be one of"),
    ],
)
def test_a_bad_line_ends_it_and_is_named(bad: bytes, message: bytes) -> None:
    done = run(lines(FULL).encode() + bad + b"\n" + lines(FULL).encode())
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.startswith(b"line 2: ")
    assert message in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_nothing_in_nothing_out() -> None:
    done = run("")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_half_a_character_survives() -> None:
    done = run('{"id": "\\ud800", "title": "Fix \\ud800 crash"}\n')
    assert json.loads(done.stdout)["id"] == "\ud800"


def test_answers_line_by_line() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(lines(FULL).encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == FULL["id"]


def test_a_reader_who_leaves_is_no_error() -> None:
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.close()
        _, errors = process.communicate(lines(*[FULL] * 500).encode(), timeout=30)
    assert (process.returncode, errors) == (0, b"")
