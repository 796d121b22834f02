"""A release is reproducible, and its source archive is whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from sourcing.discovery import readers
from tests.make_release import ROOT, build, notes, sbom

TIME = 1_790_000_000


def test_two_builds_are_equal_and_the_archive_holds_the_project(tmp_path: Path) -> None:
    first = build(ROOT, tmp_path / "first", TIME)
    copy = tmp_path / "elsewhere"
    ignored = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=ignored)
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
    second = build(copy, tmp_path / "second", TIME)
    assert [path.name for path in first] == [path.name for path in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    [archive] = (tmp_path / "first").glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    wanted = {"Makefile", "README.md", "LICENSE", "SECURITY.md", "constraints.txt",
              "demo/people.toml", "tests/conftest.py", "docs/recruiter.md",
              "sourcing/templates/sources.toml", "db/migrations/0001_initial.sql"}  # fmt: skip
    assert wanted <= names
    sums = (tmp_path / "first/SHA256SUMS").read_text()
    done = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path / "first", capture_output=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, sums.count("\n")) == (0, len(first) - 1)


def test_the_sbom_names_every_pin_and_discover_reads_it(tmp_path: Path) -> None:
    text = sbom(ROOT, TIME)
    assert text == sbom(ROOT, TIME)
    components = json.loads(text)["components"]
    assert all(one["hashes"] for one in components)
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line]
    assert len(components) == len(pins)
    path = tmp_path / "sbom.cdx.json"
    path.write_text(text)
    [(file, form)] = readers.files_of(path)
    read = readers.read(file, form).packages
    assert len(read) == len(pins)
    assert {p.name for p in read if p.direct} >= {"httpx", "click", "pygithub"}


def test_notes_are_the_newest_section() -> None:
    assert notes("# C\n\n## 2.0\n\n- new\n\n## 1.0\n\n- old\n") == "- new\n"


def test_it_is_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.make_release", "--sbom"], cwd=ROOT, capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(TIME)}, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["bomFormat"] == "CycloneDX"
