"""What fuzzing found, kept small, and a little of the fuzzing itself; more is in `make soak`."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.git import log
from connectors.github import reader as github
from demo.github import Forge
from demo.github.answers import Answer
from demo.github.faults import Fault
from sourcing.core.errors import ConfigError, ParseError, SourcingError
from sourcing.pipeline.settings import load_config
from tests.conftest import Sourcing
from tests.githubworld import Nights
from tests.soak import fuzz

COMMIT = b"%040x\0\0Ada\0a@q.example\x001700000000\0Bo\0b@q.example\x001700000000\0Fix\0\0" % 1


def test_bytes_that_are_no_text_stay_in_their_field() -> None:
    """A character may be cut by the end of its field, or by the end of a chunk."""
    said = COMMIT.replace(b"Ada", b"Ad\xe2\x82").replace(b"Fix", "Fix \u00e9".encode())
    cut = said.index(b"\xc3\xa9") + 1
    [commit] = log.parse_log(iter([said[:cut], said[cut:]]))
    assert (commit.author[0], commit.message) == ("Ad\ufffd", "Fix \u00e9")


@pytest.mark.parametrize(
    "said",
    [
        COMMIT.replace(b"0000", b"\x88", 1),
        COMMIT.replace(b"1\0\0Ada", b"1\0\xef\xbb\xbf\0Ada"),
        COMMIT + b":A\0src/a.py\0",
        COMMIT + b":100644 A\0src/a.py\0:1 D\0b\0",
    ],
    ids=["oid", "parent", "added", "deleted"],
)
def test_a_log_that_cannot_be_read_is_a_parse_error(said: bytes) -> None:
    with pytest.raises(ParseError):
        list(log.parse_log(iter([said])))


@pytest.fixture
def nights() -> Iterator[Nights]:
    with Nights(Forge.invent(3, 2, seed=3)) as running:
        yield running


ODD = [[], "x", 7, {"pullRequest": "x"}, {"pullRequest": {"author": "x"}}]


@pytest.mark.parametrize("odd", ODD)
def test_a_mangled_discussion_or_profile_ends_no_night(nights: Nights, odd: Any) -> None:
    """Before, it was a traceback: only the reading of pull requests was guarded."""

    def change(answer: Answer) -> Answer:
        body = json.loads(answer.body)
        data = {k: odd if k[:1] in "pu" else v for k, v in body["data"].items()}
        return replace(answer, body=json.dumps({"data": data or {"p0": odd}}).encode())

    nights.server.faults = lambda *_: Fault("odd", change)
    asked = [("github.com", "lumen/engine", 1)]
    people = [("github.com", "x")]
    for pages in (
        github.discussions(asked, nights.budget(), nights.context()),
        github.profiles(people, nights.budget(), nights.context()),
    ):
        try:
            list(pages)
        except SourcingError as error:
            assert "unreadable" in str(error)  # noqa: PT017 - not every odd part is read by each


def test_a_number_that_is_infinite_is_a_parse_error(nights: Nights) -> None:
    def change(answer: Answer) -> Answer:
        huge = answer.body.replace(b'"databaseId": 1', b'"databaseId": 1e9991')
        return replace(answer, body=huge)

    nights.server.faults = lambda *_: Fault("infinite", change)
    with pytest.raises(SourcingError):
        nights.fetch("lumen/engine")


def test_an_answer_nested_too_deep_is_a_fault(nights: Nights) -> None:
    """Found after ten thousand mangled answers: it ended the whole crawl."""
    deep = Fault("deep", lambda answer: replace(answer, body=b"[" * 100_000))
    nights.server.faults = lambda *_: deep
    with pytest.raises(SourcingError):
        nights.fetch("lumen/engine")
    nights.server.faults = lambda _, name, __: deep if name.startswith("GET ") else None
    with suppress(SourcingError):
        nights.fetch("lumen/engine")


def test_an_address_that_is_none_is_no_traceback(nights: Nights) -> None:
    """PyGithub goes on where an answer says; what it says may be anything."""

    def change(answer: Answer) -> Answer:
        body = json.loads(answer.body)
        if isinstance(body, dict) and "url" in body:
            body["url"] = body["contributors_url"] = "http://\0"
        return replace(answer, body=json.dumps(body).encode())

    nights.server.faults = lambda *_: Fault("address", change)
    with suppress(SourcingError):
        nights.fetch("lumen/engine")
    assert nights.read


def test_a_config_nested_too_deep_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text("sources = " + "[" * 5000)
    with pytest.raises(ConfigError, match=r"nested too deep|not valid TOML"):
        load_config(path)


@pytest.mark.parametrize(
    "words",
    [
        ("runs", "--limit"),
        ("shortlist", "--limit"),
        ("shortlist", "--active-within"),
        ("draft", "--top"),
        ("drafts", "show"),
        ("people", "notices", "--within"),
    ],
)
def test_a_number_too_large_is_status_2(sourcing: Sourcing, words: tuple[str, ...]) -> None:
    said = sourcing(*words, "9" * 25)
    assert said.status == 2
    assert "is not in the range" in said.err


@pytest.mark.parametrize("word", ["\ud800", "a\0b", "r\udcff"])
def test_an_argument_that_is_no_text_is_status_2(sourcing: Sourcing, word: str) -> None:
    for words in (("show", word), ("backup", word), ("--db", word, "shortlist")):
        said = sourcing(*words)
        assert (said.status, said.err.count("\n")) == (2, 1)


@pytest.mark.parametrize("name", fuzz.PARSERS)
def test_a_little_of_each(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    with fuzz.PARSERS[name]() as one:
        for number in range(4 if name == "histories" else 25):
            try:
                one(random.Random(f"{name}/{number}"))
            except SourcingError as error:
                assert "\n" not in str(error)  # noqa: PT017 - most inputs raise nothing
