"""Readers of lock files, SBOMs and lists of feeds, chosen by the name of a file, then its content.

A reader takes a path and returns the packages that the file names. It asks no network and runs no
code of the file. A file that cannot be parsed is a ConfigError with its path.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from sourcing.core.errors import ConfigError
from sourcing.discovery.package import Contents
from sourcing.discovery.readers import (
    cargo,
    conda,
    dockerfile,
    golang,
    npm,
    opml,
    pnpm,
    requirements,
    sbom,
    toml_locks,
    yarn,
)

#: Bytes. The largest lock file of a public project known to us has 6 MB.
LARGEST = 64_000_000
#: Folders that hold code of others or build results.
_SKIPPED = {"node_modules", "site-packages", "venv", "vendor", "target", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Form:
    """One form of file: the patterns of its names in lower case, and its reader."""

    name: str
    patterns: tuple[str, ...]
    read: Callable[[Path], Contents]


FORMS = (
    Form("uv.lock", ("uv.lock",), toml_locks.uv),
    Form("poetry.lock", ("poetry.lock",), toml_locks.poetry),
    Form("pylock.toml", ("pylock.toml", "pylock.*.toml"), toml_locks.pylock),
    Form("Cargo.lock", ("cargo.lock",), cargo.read),
    Form("package-lock.json", ("package-lock.json", "npm-shrinkwrap.json"), npm.read),
    Form("pnpm-lock.yaml", ("pnpm-lock.yaml",), pnpm.read),
    Form("yarn.lock", ("yarn.lock",), yarn.read),
    Form("go.mod", ("go.mod",), golang.mod),
    Form("go.sum", ("go.sum",), golang.checksums),
    Form("environment.yml", ("environment*.yml", "environment*.yaml"), conda.read),
    Form(
        "requirements.txt",
        ("requirements*.txt", "*requirements.txt", "requirements/*.txt"),
        requirements.read,
    ),
    Form(
        "Dockerfile",
        ("dockerfile", "dockerfile.*", "*.dockerfile", "containerfile"),
        dockerfile.read,
    ),
    Form(
        "SBOM",
        ("bom.json", "bom.xml", "*.cdx.json", "*.cdx.xml", "*.spdx", "*.spdx.*", "*sbom*.json",
         "*sbom*.xml"),
        sbom.read,
    ),
    Form("OPML", ("*.opml",), opml.read),
)  # fmt: skip

_SBOM, _OPML = FORMS[-2], FORMS[-1]


def form_of(path: Path) -> Form | None:
    """The form of a file by its name, or None."""
    name, in_folder = path.name.lower(), f"{path.parent.name}/{path.name}".lower()
    for form in FORMS:
        if any(fnmatch(in_folder if "/" in p else name, p) for p in form.patterns):
            return form
    return None


def files_of(path: Path) -> Iterator[tuple[Path, Form]]:
    """The files below a path that a reader exists for; a named file must have one.

    go.sum is left out beside a go.mod, which names the modules in use. Links are not followed.
    """
    if path.is_dir():
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(f for f in folders if f not in _SKIPPED and not f.startswith("."))
            for name in sorted(names):
                file = Path(folder, name)
                form = (
                    None
                    if file.is_symlink() or (name == "go.sum" and "go.mod" in names)
                    else form_of(file)
                )
                if form:
                    yield file, form
        return
    if not path.exists():
        raise ConfigError(f"{path}: there is no such file or folder")
    form = form_of(path) or _by_content(path)
    if form is None:
        forms = ", ".join(form.name for form in FORMS)
        raise ConfigError(f"{path}: no known form; known are {forms}")
    yield path, form


def read(path: Path, form: Form) -> Contents:
    """Return what the file names. A file that cannot be parsed raises a ConfigError."""
    try:
        _check_size(path)
        return form.read(path)
    except ConfigError:
        raise
    except OSError as exc:
        raise ConfigError(f"{path}: cannot be read: {exc.strerror}") from exc
    # The parsers raise many types, their own and built-in ones.
    except Exception as exc:
        line = " ".join(str(exc).split()) or type(exc).__name__
        raise ConfigError(f"{path}: cannot be parsed as {form.name}: {line:.200}") from exc


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size > LARGEST:
        raise ConfigError(f"{path}: {size:,} bytes are more than {LARGEST:,}")


def _by_content(path: Path) -> Form | None:
    """The form of a file with another name: an SBOM or OPML states what it is."""
    with path.open("rb") as file:
        start = file.read(4_096)
    if b"<opml" in start:
        return _OPML
    signs = b'"bomFormat"', b"cyclonedx.org/schema", b'"spdxVersion"', b"SPDXVersion:"
    if any(sign in start for sign in signs):
        return _SBOM
    if path.suffix == ".txt":
        return next(form for form in FORMS if form.name == "requirements.txt")
    return None
