"""Builds a release: wheel, source archive, SBOM, notes and hashes, the same bytes each time.

    python -m tests.make_release dist        # make release
    python -m tests.make_release --sbom      # make sbom: the SBOM alone, to stdout

The time in all files is that of the commit (SOURCE_DATE_EPOCH,
https://reproducible-builds.org/docs/source-date-epoch/). The SBOM (CycloneDX) lists what
constraints.txt pins, with its hashes. Nothing is uploaded or tagged.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).parents[1]
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([\w.+!-]+)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)


def epoch(root: Path = ROOT) -> int:
    """The time of the commit in seconds; outside of a repository, the one that the caller sets."""
    if stated := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(stated)
    done = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=root, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def sbom(root: Path, time: int) -> str:
    """The SBOM of all pinned dependencies."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    name, version = project["name"], project["version"]
    main = Component(
        name=name, version=version, type=ComponentType.APPLICATION, bom_ref=f"{name}@{version}"
    )
    text = (root / "constraints.txt").read_text()
    components = [_component(*match.groups()) for match in _PIN.finditer(text)]
    direct = {re.split("[>=]", line)[0].lower() for line in project["dependencies"]}
    bom = Bom(components=components, serial_number=uuid5(NAMESPACE_URL, f"{name} {text}"))
    bom.metadata.component = main
    bom.metadata.timestamp = datetime.fromtimestamp(time, UTC)
    bom.register_dependency(main, [one for one in components if one.name in direct])
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def _component(name: str, version: str, rest: str) -> Component:
    hashes = re.findall(r"sha256:([0-9a-f]{64})", rest)
    purl = PackageURL("pypi", None, name, version)
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in hashes],
    )


def notes(changelog: str) -> str:
    """The entries of the newest section of the changelog."""
    section = re.search(r"^## .*?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return (section[1] if section else "").strip() + "\n"


def build(root: Path, into: Path, time: int) -> list[Path]:
    """Build all files of a release below `into` and return them."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        # Only what is committed, or what the archive holds: no left-over of an earlier build.
        ignored = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "*.db")
        shutil.copytree(root, tree, ignore=ignored)
        for path in (tree, *tree.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
            os.utime(path, (time, time))
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, str(tree)]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(time)}
        subprocess.run(command, env=environment, check=True, capture_output=True)
        [archive], [wheel] = Path(folder).glob("*.tar.gz"), Path(folder).glob("*.whl")
        shutil.copy(wheel, into / wheel.name)
        (into / archive.name).write_bytes(_normal(archive, time))
    (into / "sbom.cdx.json").write_text(sbom(root, time), encoding="utf-8")
    (into / "NOTES.md").write_text(notes((root / "CHANGELOG.md").read_text()), encoding="utf-8")
    files = sorted(path for path in into.iterdir() if path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (into / "SHA256SUMS").write_text("".join(lines))
    return [*files, into / "SHA256SUMS"]


def _normal(archive: Path, time: int) -> bytes:
    """The archive with sorted members, without owners, and with one time."""
    packed = io.BytesIO()
    with tarfile.open(archive) as old, tarfile.open(fileobj=packed, mode="w") as new:
        for member in sorted(old.getmembers(), key=lambda one: one.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = time, 0, 0, "", ""
            member.pax_headers = {}
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    return gzip.compress(packed.getvalue(), mtime=time)


def main() -> None:
    """Build into the folder of the command line, or print the SBOM."""
    if sys.argv[1:] == ["--sbom"]:
        sys.stdout.write(sbom(ROOT, epoch()))
        return
    for path in build(ROOT, Path(sys.argv[1]), epoch()):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
