"""`sourcing discover`: packages to repositories, by an index on loopback. All names invented."""

from __future__ import annotations

import json
import threading
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sourcing.discovery.choose import choose
from sourcing.discovery.indexes import client as index_client
from sourcing.discovery.indexes.metadata import Link
from sourcing.discovery.links import repository
from tests.conftest import Sourcing

JSON = "application/vnd.pypi.simple.v1+json"
Reply = tuple[int, dict[str, str], bytes]


class Quiet(ThreadingHTTPServer):
    """A server that prints nothing where a client ends a long answer early."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class Index:
    """Invented indexes of all ecosystems at one address."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[], Reply]] = {}
        self.asked: Counter[str] = Counter()
        self.conditional = 0
        index = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                index.asked[self.path] += 1
                make = index.pages.get(self.path)
                status, headers, body = make() if make else (404, {}, b"")
                if headers.get("etag") and self.headers["if-none-match"] == headers["etag"]:
                    index.conditional += 1
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self, path: str, body: str, headers: dict[str, str] = {}, status: int = 200) -> None:  # noqa: B006 - it is read alone
        headers = {"etag": f'"{len(body)}"', **headers}
        self.pages[path] = lambda: (status, headers, body.encode())

    def python(self, name: str, links: str, *versions: str, yanked: tuple[str, ...] = ()) -> None:
        """A package of the simple index; the newest version's metadata names the links."""
        files = [
            {
                "filename": f"{name.replace('-', '_')}-{v}-py3-none-any.whl",
                "url": f"../files/{name}-{v}.whl",
                "core-metadata": True,
                "yanked": v in yanked,
            }
            for v in versions
        ]
        self.page(f"/simple/{name}/", json.dumps({"files": files}), {"content-type": JSON})
        for v in versions:
            text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {v}\n{links}\n\nText"
            self.page(f"/simple/files/{name}-{v}.whl.metadata", text)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Index]:
    served = Index()
    monkeypatch.setenv("PIP_INDEX_URL", f"{served.url}/simple")
    monkeypatch.setenv("npm_config_registry", f"{served.url}/npm/")
    monkeypatch.setenv("GOPROXY", f"{served.url}/go,direct")
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "cargo"))
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    (tmp_path / "cargo").mkdir()
    (tmp_path / "cargo/config.toml").write_text(
        '[source.crates-io]\nreplace-with = "near"\n'
        f'[source.near]\nregistry = "sparse+{served.url}/crates/"\n'
    )
    (tmp_path / "none").mkdir()
    yield served
    served.close()


def rows(sourcing: Sourcing, *args: str) -> dict[str, dict[str, Any]]:
    said = sourcing("discover", *args, "--environment", "none", "--format", "json")
    assert said.status == 0, said.err
    return {row["package"]: row for row in json.loads(said.out)}


def requirements(folder: Path, *lines: str) -> str:
    (folder / "requirements.txt").write_text("\n".join(lines))
    return "requirements.txt"


def test_every_ecosystem_asks_the_index_that_its_tool_names(
    sourcing: Sourcing, index: Index
) -> None:
    index.python(
        "kiln", "Project-URL: Docs, https://kiln.example\n"
        "Project-URL: Bug Tracker, https://github.com/clay/kiln/issues", "0.4.0", "0.5.0",
    )  # fmt: skip
    index.page("/npm/@clay%2Fbrick/latest", json.dumps(
        {"version": "3.0.0", "repository": {"url": "git+https://github.com/clay/bricks.git"}}
    ))  # fmt: skip
    index.page("/npm/@clay%2Fbrick/2.0.0", json.dumps({"version": "2.0.0", "deprecated": "old"}))
    index.page("/crates/config.json", json.dumps({"api": f"{index.url}/api"}))
    index.page("/api/api/v1/crates/ash", json.dumps(
        {"crate": {"repository": "https://gitlab.com/clay/tools/ash", "max_stable_version": "2.1"},
         "versions": [{"num": "2.1", "yanked": False}, {"num": "2.0", "yanked": True}]}
    ))  # fmt: skip
    index.page("/go/go.soot.example/!soot/@latest", json.dumps(
        {"Version": "v1.2.0", "Origin": {"VCS": "git", "URL": "https://github.com/clay/soot"}}
    ))  # fmt: skip
    folder = sourcing.folder
    requirements(folder, "kiln==0.4.0")
    (folder / "package-lock.json").write_text(json.dumps({"packages": {
        "": {"dependencies": {"@clay/brick": "2"}},
        "node_modules/@clay/brick": {"version": "2.0.0"},
    }}))  # fmt: skip
    (folder / "Cargo.lock").write_text(
        '[[package]]\nname = "ash"\nversion = "2.0"\nsource = "registry+x"\n'
    )
    (folder / "go.mod").write_text(
        "require go.soot.example/Soot v1.1.0\nrequire github.com/clay/kiln/cmd/v2 v2.0.0\n"
    )
    (folder / "Dockerfile").write_text("FROM clay/base:1\n")
    said = rows(sourcing, "requirements.txt", "package-lock.json", "Cargo.lock", "go.mod",
                "Dockerfile")  # fmt: skip
    assert {name: row["repository"] for name, row in said.items()} == {
        "kiln": "https://github.com/clay/kiln",
        "@clay/brick": "https://github.com/clay/bricks",
        "ash": "https://gitlab.com/clay/tools/ash",
        "go.soot.example/Soot": "https://github.com/clay/soot",
        "github.com/clay/kiln/cmd/v2": "https://github.com/clay/kiln",
        "clay/base": "",
    }
    assert said["kiln"]["newest"] == "0.5.0"
    assert said["kiln"]["reason"] == "Bug Tracker, https://github.com/clay/kiln/issues"
    assert "2.0.0 was withdrawn" in said["@clay/brick"]["reason"]
    assert "2.0 was withdrawn" in said["ash"]["reason"]
    assert said["ash"]["source"] == "git:https://gitlab.com/clay/tools/ash.git"
    assert said["clay/base"]["reason"] == "an image does not name its repository"
    assert set(said["kiln"]) >= {"ecosystem", "package", "version", "direct", "repository",
                                 "reason"}  # fmt: skip


def test_what_cannot_be_resolved_keeps_its_reason(sourcing: Sourcing, index: Index) -> None:
    index.python("kiln", "Home-page: https://kiln.example", "1.0", "2.0rc1", yanked=("1.0",))
    index.page("/simple/soot/", "<html>", {"content-type": "text/html"})
    index.page("/simple/tongs/", "{", {"content-type": JSON})
    index.page("/simple/ash/", "busy", status=500)
    index.page("/simple/mortar/", "x" * (index_client.LARGEST + 1))
    said = rows(sourcing, requirements(
        sourcing.folder, "kiln==1.0", "absent==1", "soot==1", "tongs==1", "ash==1", "mortar==1"
    ))  # fmt: skip
    assert [row["repository"] for row in said.values()] == [""] * 6
    assert said["kiln"]["newest"] == "2.0rc1"
    assert said["kiln"]["reason"] == (
        "its metadata names no repository of a forge; 1.0 was withdrawn"
    )
    assert "does not have it (404)" in said["absent"]["reason"]
    assert said["soot"]["reason"] == "the index has no metadata beside its files"
    assert said["tongs"]["reason"] == "the index answers no valid list of files"
    assert "answers 500" in said["ash"]["reason"]
    assert index.asked["/simple/ash/"] == index_client.TRIES
    assert "answers more than 16,000,000 bytes" in said["mortar"]["reason"]


def test_an_index_that_demands_a_pause_gets_it(
    sourcing: Sourcing, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.python("kiln", "Project-URL: Source, https://github.com/clay/kiln", "1.0")
    answer = index.pages["/simple/kiln/"]
    replies: list[Reply] = [(429, {"retry-after": "7"}, b"")]
    index.pages["/simple/kiln/"] = lambda: replies.pop() if replies else answer()
    pauses: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
    said = rows(sourcing, requirements(sourcing.folder, "kiln==1.0"))
    assert said["kiln"]["repository"] == "https://github.com/clay/kiln"
    assert 6 < max(pauses) <= 7


def test_the_second_time_validators_are_sent_and_offline_asks_nothing(
    sourcing: Sourcing, index: Index
) -> None:
    index.python("kiln", "Project-URL: Source, https://github.com/clay/kiln", "1.0")
    path = requirements(sourcing.folder, "kiln==1.0", "brick==2")
    first = rows(sourcing, path)
    rows(sourcing, path)
    assert index.conditional == 1  # metadata of a file never changes
    asked = index.asked.total()
    offline = rows(sourcing, path, "--offline")
    assert index.asked.total() == asked
    assert offline["kiln"] == first["kiln"]
    assert offline["brick"]["reason"] == "not asked (--offline)"


def test_fresh_answers_are_not_asked_again(sourcing: Sourcing, index: Index) -> None:
    index.page("/npm/kiln/latest", '{"version": "1.0.0", "repository": "clay/kiln"}',
               {"cache-control": "public, max-age=600"})  # fmt: skip
    (sourcing.folder / "package-lock.json").write_text(
        json.dumps({"packages": {"node_modules/kiln": {"version": "1.0.0"}}})
    )
    for _ in range(2):
        said = rows(sourcing, "package-lock.json")
        assert said["kiln"]["source"] == "github:clay/kiln"
    assert index.asked["/npm/kiln/latest"] == 1


def test_installed_metadata_comes_first(sourcing: Sourcing, index: Index) -> None:
    info = sourcing.folder / "env/lib/python3.12/site-packages/kiln-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: Kiln\nVersion: 1.0\nProject-URL: Code, https://github.com/c/k\n"
    )
    path = requirements(sourcing.folder, "kiln==1.0")
    said = sourcing("discover", path, "--environment", "env", "--format", "json")
    [row] = json.loads(said.out)
    assert row["reason"] == "Code, https://github.com/c/k (installed)"
    assert index.asked.total() == 0


def test_write_adds_each_repository_once_with_its_reason(sourcing: Sourcing, index: Index) -> None:
    for name in ("kiln-core", "kiln-web", "deep"):
        index.python(name, f"Project-URL: Source, https://github.com/clay/{name[:4]}", "1.0")
    sourcing.config("github:clay/other")
    path = requirements(
        sourcing.folder, "kiln-core==1.0", "    # via -r x.in", "kiln-web==1.0",
        "    # via -r x.in", "deep==1.0", "    # via kiln-core",
    )  # fmt: skip
    (sourcing.folder / "roll.opml").write_text(
        '<opml version="2.0"><body><outline type="rss" text="Notes" xmlUrl="https://notes.example/f"/>'
        "</body></opml>"
    )
    args = ("discover", path, "roll.opml", "--environment", "none", "--write")
    assert "2 sources were added" in sourcing(*args).err
    text = (sourcing.folder / "sources.toml").read_text()
    assert tomllib.loads(text)["sources"] == [
        "github:clay/other", "github:clay/kiln", "blog:https://notes.example/f",
    ]  # fmt: skip
    assert "# kiln-core 1.0, kiln-web 1.0" in text
    assert "0 sources were added" in sourcing(*args).err
    assert "1 sources were added" in sourcing(*args, "--indirect").err


def test_bad_input_is_one_line(sourcing: Sourcing) -> None:
    said = sourcing("discover", "absent.lock")
    assert (said.status, said.err) == (
        2, "sourcing: absent.lock: there is no such file or folder\n",
    )  # fmt: skip
    (sourcing.folder / "empty").mkdir()
    assert "no lock file, SBOM or OPML" in sourcing("discover", "empty").err
    (sourcing.folder / "mixed").mkdir()
    (sourcing.folder / "mixed/uv.lock").write_text("[[")
    (sourcing.folder / "mixed/go.mod").write_text("require github.com/clay/kiln v1.0.0")
    said = sourcing("discover", "mixed")
    assert said.status == 0
    assert "skipped: mixed/uv.lock: cannot be parsed as uv.lock" in said.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://github.com/clay/kiln", "https://github.com/clay/kiln"),
        ("http://www.github.com/clay/kiln.git", "https://github.com/clay/kiln"),
        ("git+ssh://git@github.com/clay/kiln.git#v1", "https://github.com/clay/kiln"),
        ("git@github.com:clay/kiln.git", "https://github.com/clay/kiln"),
        ("scm:git:git://github.com/clay/kiln.git", "https://github.com/clay/kiln"),
        ("github:clay/kiln", "https://github.com/clay/kiln"),
        ("https://github.com/clay/kiln/tree/main/packages/x", "https://github.com/clay/kiln"),
        ("https://gitlab.com/a/b/c/-/issues", "https://gitlab.com/a/b/c"),
        ("https://codeload.github.com/clay/kiln/tar.gz/abc", "https://github.com/clay/kiln"),
        ("https://github.com/sponsors/clay", None),
        ("https://github.com/clay", None),
        ("https://clay.github.io/kiln", None),
        ("https://kiln.example/github.com/clay/kiln", None),
    ],
)
def test_addresses_of_repositories(text: str, expected: str | None) -> None:
    found = repository(text)
    assert (found.url if found else None) == expected


@pytest.mark.parametrize(
    ("name", "links", "expected"),
    [
        ("kiln", [("Changelog", "clay/docs"), ("Source", "clay/kiln")], "clay/kiln"),
        ("kiln", [("Source", "clay/monorepo"), ("Issues", "clay/monorepo")], "clay/monorepo"),
        ("pykiln", [("Homepage", "clay/kiln"), ("Funding", "clay/fund")], "clay/kiln"),
        ("kiln-core", [("Repository", "clay/kiln"), ("Templates", "clay/forms")], "clay/kiln"),
        ("kiln", [("Based on", "other/oven"), ("Repository", "clay/fire")], "clay/fire"),
    ],
)
def test_the_name_decides_then_the_key(
    name: str, links: list[tuple[str, str]], expected: str
) -> None:
    chosen = choose(name, [Link(key, f"https://github.com/{place}") for key, place in links])
    assert chosen
    assert chosen[0].url == f"https://github.com/{expected}"
