"""Readers of lock files, SBOMs and OPML: packages, versions, what is direct. All names invented."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing.core.errors import ConfigError
from sourcing.discovery import readers
from sourcing.discovery.package import Package, unique

UV = """
    version = 1
    [[package]]
    name = "anvil"
    version = "1.0"
    source = { editable = "." }
    dependencies = [{ name = "kiln" }]
    [package.optional-dependencies]
    gpu = [{ name = "forge-cuda", marker = "sys_platform == 'linux'" }]
    [package.dev-dependencies]
    dev = [{ name = "tongs", version = "2.0" }]
    [[package]]
    name = "kiln"
    version = "0.4.1"
    source = { registry = "https://index.example/simple" }
    dependencies = [{ name = "brick" }]
    [[package]]
    name = "brick"
    version = "3.0"
    source = { git = "https://forge.example/clay/brick?rev=main#0123abc" }
    [[package]]
    name = "forge-cuda"
    version = "12"
    source = { registry = "https://index.example/simple" }
    [[package]]
    name = "tongs"
    version = "1.0"
    source = { registry = "https://index.example/simple" }
    [[package]]
    name = "tongs"
    version = "2.0"
    source = { registry = "https://index.example/simple" }
"""
POETRY = """
    [[package]]
    name = "Kiln"
    version = "0.4.1"
    [[package]]
    name = "brick"
    version = "3.0"
    [package.source]
    type = "git"
    url = "git@github.com:clay/brick.git"
"""
PYLOCK = """
    lock-version = "1.0"
    created-by = "invented"
    [[packages]]
    name = "kiln"
    version = "0.4.1"
    [[packages.wheels]]
    name = "kiln-0.4.1-py3-none-any.whl"
    path = "kiln-0.4.1-py3-none-any.whl"
    hashes = { sha256 = "00" }
"""
CARGO = """
    version = 3
    [[package]]
    name = "anvil"
    version = "0.1.0"
    dependencies = ["kiln", "brick 2.0.0"]
    [[package]]
    name = "kiln"
    version = "0.4.1"
    source = "registry+https://index.example/crates"
    dependencies = ["ash"]
    [[package]]
    name = "brick"
    version = "1.0.0"
    source = "registry+https://index.example/crates"
    [[package]]
    name = "brick"
    version = "2.0.0"
    source = "registry+https://index.example/crates"
    [[package]]
    name = "ash"
    version = "0.2.0"
    source = "git+https://github.com/clay/ash?rev=abc#abcdef"
"""
GO_MOD = """
    module forge.example/anvil

    go 1.23

    require github.com/clay/kiln/v2 v2.4.1
    require (
    \tforge.example/brick v0.3.0 // indirect
    \tgithub.com/clay/ash v0.0.0-20260101000000-abcdefabcdef
    )
    replace github.com/clay/ash => ../ash
    exclude github.com/clay/soot v1.0.0
"""
GO_SUM = """
    github.com/clay/kiln/v2 v2.4.1 h1:aaaa=
    github.com/clay/kiln/v2 v2.4.1/go.mod h1:bbbb=
    github.com/clay/soot v1.0.0/go.mod h1:cccc=
"""
COMPILED = """
    --index-url https://index.example/simple
    kiln==0.4.1 \\
        --hash=sha256:aa \\
        --hash=sha256:bb
        # via -r requirements.in
    brick==3.0 ; python_version >= "3.11"
        # via
        #   kiln
        #   mortar
    mortar==1.1
        # via
        #   anvil (pyproject.toml)
        #   kiln
"""
PLAIN = """
    # what we run
    Kiln[gpu]>=0.4,<1  # not pinned
    brick===3.0
    clay @ git+https://github.com/clay/clay.git@v1.2
    git+ssh://git@github.com/clay/ash.git#egg=ash
    tongs==1.*
    -c constraints.txt
    -e .
    ./wheels/local.whl
"""
CONDA = """
    channels: [conda-forge]
    dependencies:
      - python=3.12
      - conda-forge::kiln=0.4.1=py312_0
      - brick>=3
      - pip:
        - tongs==2.0
"""
NPM = json.dumps(
    {
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "anvil", "dependencies": {"kiln": "^1"}, "workspaces": ["packages/*"]},
            "packages/web": {"name": "web", "devDependencies": {"@clay/brick": "2"}},
            "node_modules/web": {"resolved": "packages/web", "link": True},
            "node_modules/kiln": {"version": "1.2.3", "dependencies": {"ash": "^2"}},
            "node_modules/ash": {"version": "2.0.0"},
            "node_modules/kiln/node_modules/ash": {"version": "2.1.0"},
            "node_modules/@clay/brick": {
                "version": "2.0.0",
                "resolved": "git+ssh://git@github.com/clay/brick.git#abc",
            },
        },
    }
)
NPM_1 = json.dumps(
    {
        "lockfileVersion": 1,
        "dependencies": {
            "kiln": {"version": "1.2.3", "dependencies": {"ash": {"version": "2.1.0"}}},
            "soot": {"version": "npm:@clay/soot@4.0.0"},
        },
    }
)
PNPM_9 = """
    lockfileVersion: '9.0'
    importers:
      .:
        dependencies:
          kiln: {specifier: ^1, version: 1.2.3(ash@2.0.0)}
          here: {specifier: 'workspace:*', version: 'link:packages/here'}
      packages/web:
        devDependencies:
          '@clay/brick': {specifier: '2', version: 2.0.0}
    packages:
      kiln@1.2.3: {resolution: {integrity: sha512-a}}
      '@clay/brick@2.0.0': {resolution: {integrity: sha512-b}}
      ash@2.0.0: {resolution: {integrity: sha512-c}}
    snapshots: {}
"""
PNPM_5 = """
    lockfileVersion: 5.4
    dependencies: {kiln: 1.2.3_ash@2.0.0}
    devDependencies: {'@clay/brick': 2.0.0}
    packages:
      /kiln/1.2.3_ash@2.0.0: {resolution: {integrity: sha512-a}}
      /@clay/brick/2.0.0: {resolution: {integrity: sha512-b}}
      /ash/2.0.0: {resolution: {integrity: sha512-c}}
"""
YARN_1 = """
    # yarn lockfile v1


    "@clay/brick@2", "@clay/brick@^2.0.0":
      version "2.0.0"
      resolved "https://index.example/brick#abc"

    kiln@^1.2.0:
      version "1.2.3"
      resolved "https://index.example/kiln#abc"
      dependencies:
        ash "^2"

    ash@^2:
      version "2.0.0"
"""
YARN_4 = """
    # This file is generated.

    __metadata:
      version: 8

    "anvil@workspace:.":
      version: 0.0.0-use.local
      resolution: "anvil@workspace:."
      dependencies:
        kiln: "npm:^1"
      languageName: unknown
      linkType: soft

    "kiln@npm:^1, kiln@npm:^1.2":
      version: 1.2.3
      resolution: "kiln@npm:1.2.3"
      linkType: hard

    "ash@npm:^2":
      version: 2.0.0
      resolution: "ash@npm:2.0.0"
      linkType: hard
"""
DOCKER = """
    ARG BASE=kiln
    ARG TAG
    FROM --platform=linux/amd64 registry.example:5000/clay/${BASE}:1.2 AS build
    FROM build AS test
    FROM python:${TAG:-3.12-slim}
    FROM scratch
    FROM brick@sha256:00ff
"""
OPML = """
    <opml version="2.0"><body><outline text="Clay">
    <outline type="rss" text="Kiln notes" xmlUrl="https://kiln.example/feed.xml"/>
    </outline></body></opml>
"""
CDX = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "version": 1,
    "metadata": {"component": {"bom-ref": "root", "type": "application", "name": "anvil"}},
    "components": [
        {"bom-ref": "k", "type": "library", "name": "kiln", "version": "0.4.1",
         "purl": "pkg:pypi/Kiln@0.4.1",
         "externalReferences": [{"type": "vcs", "url": "https://github.com/clay/kiln.git"}]},
        {"bom-ref": "b", "type": "library", "name": "brick", "version": "2.0.0",
         "purl": "pkg:npm/%40clay/brick@2.0.0"},
        {"bom-ref": "f", "type": "file", "name": "readme"},
    ],
    "dependencies": [{"ref": "root", "dependsOn": ["k"]}, {"ref": "k", "dependsOn": ["b"]}],
}  # fmt: skip
CDX_XML = """<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1">
<components><component type="library" bom-ref="k"><name>kiln</name><version>0.4.1</version>
<purl>pkg:pypi/kiln@0.4.1</purl></component></components></bom>"""
_PURL = {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl"}
SPDX = {
    "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
    "name": "anvil", "documentNamespace": "https://anvil.example/1",
    "creationInfo": {"created": "2026-01-01T00:00:00Z", "creators": ["Tool: invented"]},
    "packages": [
        {"SPDXID": "SPDXRef-root", "name": "anvil", "downloadLocation": "NOASSERTION"},
        {"SPDXID": "SPDXRef-k", "name": "kiln", "versionInfo": "0.4.1",
         "downloadLocation": "git+https://github.com/clay/kiln.git",
         "externalRefs": [{**_PURL, "referenceLocator": "pkg:pypi/kiln@0.4.1"}]},
        {"SPDXID": "SPDXRef-b", "name": "brick", "versionInfo": "2.0.0",
         "downloadLocation": "NOASSERTION",
         "externalRefs": [{**_PURL, "referenceLocator": "pkg:npm/%40clay/brick@2.0.0"}]},
    ],
    "relationships": [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
         "relatedSpdxElement": "SPDXRef-root"},
        {"spdxElementId": "SPDXRef-root", "relationshipType": "DEPENDS_ON",
         "relatedSpdxElement": "SPDXRef-k"},
    ],
}  # fmt: skip

PYPROJECT = """
    [project]
    name = "anvil"
    dependencies = ["kiln>=0.4"]
"""
PACKAGE_JSON = json.dumps({"dependencies": {"kiln": "^1.2.0"}})

#: File → other files beside it, and "ecosystem name version direct" of each package.
CASES = {
    "uv.lock": (UV, {}, "pypi brick 3.0 False / pypi forge-cuda 12 True / pypi kiln 0.4.1 True"
                " / pypi tongs 1.0 False / pypi tongs 2.0 True"),
    "poetry.lock": (POETRY, {"pyproject.toml": PYPROJECT},
                    "pypi brick 3.0 False / pypi kiln 0.4.1 True"),
    "alone/poetry.lock": (POETRY, {}, "pypi brick 3.0 None / pypi kiln 0.4.1 None"),
    "pylock.toml": (PYLOCK, {}, "pypi kiln 0.4.1 None"),
    "Cargo.lock": (CARGO, {}, "cargo ash 0.2.0 False / cargo brick 1.0.0 False"
                   " / cargo brick 2.0.0 True / cargo kiln 0.4.1 True"),
    "go.mod": (GO_MOD, {}, "golang forge.example/brick v0.3.0 False / golang github.com/clay/ash"
               " v0.0.0-20260101000000-abcdefabcdef True / golang github.com/clay/kiln/v2 v2.4.1"
               " True"),
    "go.sum": (GO_SUM, {}, "golang github.com/clay/kiln/v2 v2.4.1 None"),
    "requirements.txt": (COMPILED, {}, "pypi brick 3.0 False / pypi kiln 0.4.1 True"
                         " / pypi mortar 1.1 True"),
    "requirements-dev.txt": (PLAIN, {}, "pypi ash None True / pypi brick 3.0 True / pypi clay None"
                             " True / pypi kiln None True / pypi tongs None True"),
    "environment.yml": (CONDA, {}, "conda brick None True / conda kiln 0.4.1 True"
                        " / conda python 3.12 True / pypi tongs 2.0 True"),
    "package-lock.json": (NPM, {}, "npm @clay/brick 2.0.0 True / npm ash 2.0.0 False"
                          " / npm ash 2.1.0 False / npm kiln 1.2.3 True"),
    "npm-shrinkwrap.json": (NPM_1, {"package.json": PACKAGE_JSON}, "npm @clay/soot 4.0.0 False"
                            " / npm ash 2.1.0 False / npm kiln 1.2.3 True"),
    "pnpm-lock.yaml": (PNPM_9, {}, "npm @clay/brick 2.0.0 True / npm ash 2.0.0 False"
                       " / npm kiln 1.2.3 True"),
    "5/pnpm-lock.yaml": (PNPM_5, {}, "npm @clay/brick 2.0.0 True / npm ash 2.0.0 False"
                         " / npm kiln 1.2.3 True"),
    "yarn.lock": (YARN_1, {"package.json": PACKAGE_JSON}, "npm @clay/brick 2.0.0 False"
                  " / npm ash 2.0.0 False / npm kiln 1.2.3 True"),
    "4/yarn.lock": (YARN_4, {}, "npm ash 2.0.0 False / npm kiln 1.2.3 True"),
    "Dockerfile": (DOCKER, {}, "docker brick sha256:00ff True / docker python 3.12-slim True"
                   " / docker registry.example:5000/clay/kiln 1.2 True"),
    "bom.json": (json.dumps(CDX), {}, "npm @clay/brick 2.0.0 False / pypi kiln 0.4.1 True"),
    "bom.xml": (CDX_XML, {}, "pypi kiln 0.4.1 None"),
    "anvil.spdx.json": (json.dumps(SPDX), {}, "npm @clay/brick 2.0.0 False"
                        " / pypi kiln 0.4.1 True"),
}  # fmt: skip


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip("\n"))
    return path


def packages(path: Path) -> tuple[Package, ...]:
    [(file, form)] = readers.files_of(path)
    return readers.read(file, form).packages


@pytest.mark.parametrize("name", CASES)
def test_packages_versions_and_directness(name: str, tmp_path: Path) -> None:
    text, others, expected = CASES[name]
    path = written(tmp_path, name, text)
    for other, content in others.items():
        written(path.parent, other, content)
    read = [f"{p.ecosystem} {p.name} {p.version} {p.direct}" for p in packages(path)]
    assert read == expected.split(" / ")


def test_a_file_may_name_the_repository(tmp_path: Path) -> None:
    named = {p.name: p.repository for p in packages(written(tmp_path, "uv.lock", UV))}
    assert named["brick"] == "https://forge.example/clay/brick"
    named = {p.name: p.repository for p in packages(written(tmp_path, "requirements.txt", PLAIN))}
    assert (named["clay"], named["ash"], named["kiln"]) == (
        "https://github.com/clay/clay", "https://github.com/clay/ash", "",
    )  # fmt: skip
    named = {p.name: p.repository for p in packages(written(tmp_path, "bom.json", json.dumps(CDX)))}
    assert named["kiln"] == "https://github.com/clay/kiln"


def test_included_requirements_are_read_and_no_file_outside(tmp_path: Path) -> None:
    written(tmp_path, "app/base/all.txt", "kiln==1\n-r ../more-requirements.txt")
    written(tmp_path, "app/more-requirements.txt", "brick==2\n-r base/all.txt")
    written(tmp_path, "secret.txt", "soot==3")
    path = written(tmp_path, "app/requirements.txt", "-r base/all.txt\n-r ../../secret.txt")
    assert [p.name for p in packages(path)] == ["brick", "kiln"]


def test_opml_lists_feeds(tmp_path: Path) -> None:
    [(file, form)] = readers.files_of(written(tmp_path, "roll.opml", OPML))
    [feed] = readers.read(file, form).feeds
    assert (feed.title, feed.url) == ("Kiln notes", "https://kiln.example/feed.xml")


def test_a_folder_gives_its_files_and_no_installed_ones(tmp_path: Path) -> None:
    for name in ("uv.lock", "web/package-lock.json", "go.mod", "go.sum", "notes.txt",
                 "web/node_modules/x/package-lock.json", ".venv/uv.lock"):  # fmt: skip
        written(tmp_path, name, "")
    (tmp_path / "link.opml").symlink_to("/etc/hostname")
    found = [str(file.relative_to(tmp_path)) for file, _ in readers.files_of(tmp_path)]
    assert sorted(found) == ["go.mod", "uv.lock", "web/package-lock.json"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("uv.lock", "[[package", "cannot be parsed as uv.lock"),
        ("package-lock.json", "{", "cannot be parsed as package-lock.json"),
        ("package-lock.json", '{"packages": 3}', "cannot be parsed"),
        ("pnpm-lock.yaml", "a: [", "cannot be parsed"),
        ("bom.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><bom/>", "document type is refused"),
        ("bom.json", '{"bomFormat": "CycloneDX", "components": 3}', "cannot be parsed as SBOM"),
        ("notes.md", "hello", "no known form"),
    ],
)
def test_a_bad_file_is_one_line_with_its_path(
    name: str, text: str, words: str, tmp_path: Path
) -> None:
    path = written(tmp_path, name, text)
    with pytest.raises(ConfigError, match=words) as raised:
        packages(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


@given(st.sampled_from(sorted(CASES)), st.data())
def test_damaged_files_never_raise_anything_else(name: str, data: st.DataObject) -> None:
    text = dedent(CASES[name][0])
    at = data.draw(st.integers(0, len(text)))
    damaged = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 9)) :]
    form = readers.form_of(Path(name))
    assert form
    with TemporaryDirectory() as folder, contextlib.suppress(ConfigError):
        path = Path(folder, Path(name).name)
        path.write_text(damaged, encoding="utf-8", errors="replace")
        readers.read(path, form)


@given(st.lists(st.sampled_from([True, False, None]), min_size=1))
def test_a_package_is_direct_if_any_mention_is(mentions: list[bool | None]) -> None:
    [one] = unique(Package("pypi", "kiln", "1", direct) for direct in mentions)
    known = [mention for mention in mentions if mention is not None]
    assert one.direct == (any(known) if known else None)
