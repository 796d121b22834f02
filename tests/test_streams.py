"""Where the output goes: a reader that leaves, a full disk, closed streams, a poor encoding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "sourcing")
#: Commands that lay out with rich, write CSV, echo lines.
SHOWN = (("show", "9"), ("shortlist", "--format", "csv"), ("drafts", "show", "4"))


def run(folder: Path, line: str, *words: str, **environment: str) -> tuple[int, str, str]:
    """A command as a shell runs it, with this behind it."""
    done = subprocess.run(
        ["sh", "-c", f'"$@" {line}', "sh", *COMMAND, *words],
        check=False, capture_output=True, cwd=folder, env=os.environ | environment,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("words", SHOWN)
def test_a_reader_that_leaves_is_no_failure(demo_world: Path, words: tuple[str, ...]) -> None:
    with subprocess.Popen(
        [*COMMAND, *words], cwd=demo_world, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("words", SHOWN)
def test_a_full_disk_under_the_output_is_said(demo_world: Path, words: tuple[str, ...]) -> None:
    status, _, said = run(demo_world, ">/dev/full", *words)
    assert (status, said.count("\n"), "disk is full" in said) == (1, 1, True)


def test_closed_streams_break_nothing(demo_world: Path) -> None:
    for line in (">&-", "<&-", "2>&- >/dev/null"):
        assert run(demo_world, line, "shortlist", "--format", "csv")[0] == 0
    assert run(demo_world, "2>&-", "show", "nobody")[0] == 2


def test_names_are_written_as_they_are_whatever_the_locale(demo_world: Path) -> None:
    poor = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    for words in (("shortlist", "--format", "csv"), ("show", "20")):
        status, out, err = run(demo_world, "", *words, **poor)
        assert (status, err, "Kahoʻanoa" in out) == (0, "", True)
