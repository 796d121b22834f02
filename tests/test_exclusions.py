"""Colleagues, clients and people in process are left alone, and come back when that ends."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from sourcing.core.errors import ConfigError
from sourcing.core.text import has_address, organisation, organisations, page
from sourcing.privacy import exclusion_import
from tests.conftest import Sourcing
from tests.people import OUR_ORG, shown, write_world

ROSTER = """\
Candidate Name,Email,GitHub,Website,Stage
Quinn Sato,quinn@home.example,https://github.com/Quinn-Sato,,Interview
Nobody Known,n@home.example,nobody-known,,Interview
Ben Osei,ben@home.example,,,Interview
"""


@pytest.fixture
def world(sourcing: Sourcing) -> Sourcing:
    write_world(sourcing.folder / "sourcing.db")
    sender = {"sender_org": OUR_ORG, "sender_name": "Mira Vale", "why": "GPUs leak"}
    sourcing.config(outreach=sender)
    return sourcing


def names(world: Sourcing, *wish: str) -> set[str]:
    text = world("shortlist", "--format", "csv", "--limit", "0", *wish).out
    return {row["name"] for row in csv.DictReader(io.StringIO(text))}


def test_who_is_excluded_vanishes_and_comes_back(world: Sourcing) -> None:
    everybody = names(world)
    assert "Quinn Sato" in everybody
    said = world("exclude", "quinn-sato", "--reason", "in process")
    assert (said.status, "excluded (person" in said.err) == (0, True)
    assert names(world) == everybody - {"Quinn Sato"}
    assert "Hidden: is excluded: in process" in world("show", "quinn-sato").out
    refused = world("draft", "quinn-sato")
    assert (refused.status, "is excluded: in process" in refused.err) == (1, True)
    assert "in process" in world("exclude").out
    assert world("exclude", "quinn-sato", "--end").status == 0
    assert names(world) == everybody
    again = world("exclude", "quinn-sato", "--end")
    assert (again.status, "is not excluded" in again.err) == (2, True)


def test_an_exclusion_ends_on_its_day(world: Sourcing) -> None:
    world("exclude", "quinn-sato", "--reason", "in process", "--until", "2020-01-01")
    assert "Quinn Sato" in names(world)
    world("exclude", "quinn-sato", "--reason", "in process", "--until", "2099-01-01")
    assert "Quinn Sato" not in names(world)
    assert "until 2099-01-01" in world("show", "quinn-sato").out


def test_a_company_is_excluded_with_all_who_name_it_as_theirs(world: Sourcing) -> None:
    assert {"Ada Quill", "Ben Osei"} <= names(world)
    world("exclude", "--company", "Harborlight, Inc.", "--reason", "client")
    assert "Ada Quill" not in names(world)
    assert "Ben Osei" in names(world), "who has left it is nobody of theirs"
    kept = world("exclude", "adaq", "--end")
    assert 'exclude --company "Harborlight, Inc." --end' in kept.err
    world("exclude", "--company", "harborlight", "--end")
    assert "Ada Quill" in names(world)


def test_ones_own_organisation_is_left_out_by_itself(world: Sourcing) -> None:
    assert world("score").status == 0
    assert "Cem Aydin" not in names(world)
    assert "is excluded: colleague" in world("show", "cemay").out
    assert "is excluded: colleague" in world("draft", "cemay").err


def test_an_ats_file_is_matched_and_names_alone_are_only_listed(world: Sourcing) -> None:
    (world.folder / "ats.csv").write_text(ROSTER)
    said = world("exclude", "--from", "ats.csv", "--reason", "past applicant")
    assert said.status == 0
    assert "3 people read, 2 logins" in said.out
    assert "line 4: Ben Osei: the same name as person" in said.err
    left = names(world)
    assert "Quinn Sato" not in left
    assert "Ben Osei" in left
    assert "nobody-known: past applicant (not stored so far)" in world("exclude").out
    world("exclude", "--from", "ats.csv", "--yes-names")
    assert "Ben Osei" not in names(world)
    data = (world.folder / "sourcing.db").read_bytes()
    assert b"home.example" not in data


def test_who_comes_later_is_excluded_at_first_sight(world: Sourcing) -> None:
    world("exclude", "@dana", "--reason", "client")
    shown(world.folder / "sourcing.db", "Dana Ruiz", "dana", number=9)
    assert "Dana Ruiz" not in names(world)
    assert "client" in world("show", "dana").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Candidate;GitHub\nAda;adaq\n", ("login", "adaq")),
        ("login\n@adaq\n", ("login", "adaq")),
        ("Links\nhttps://adaq.example/, https://github.com/adaq\n", ("website", "adaq.example")),
        ("Website\thr\nhttps://www.adaq.example/me/\tx\n", ("website", "adaq.example/me")),
    ],
)
def test_files_as_people_keep_them(tmp_path: Path, text: str, said: tuple[str, str]) -> None:
    (tmp_path / "x.csv").write_text("\ufeff" + text)
    assert said in exclusion_import.read(tmp_path / "x.csv")[0].sure


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Phone,Stage\n1,x\n", "no column to match by"),
        (b'Name,GitHub\n"Ada Quill,adaq\nBen Osei,benosei\n', "line 3: not CSV"),
        (b"Name\n\xff\xfe\n", "not UTF-8"),
        (b"", "no column to match by"),
    ],
)
def test_a_file_that_cannot_serve_is_refused_in_one_line(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(ConfigError, match=told):
        exclusion_import.read(tmp_path / "x.csv")
    with pytest.raises(ConfigError, match="No such file"):
        exclusion_import.read(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("written", "stored"),
    [("OSEI, Ben", "Ben Osei"), ("Osei Ben", "Ben Osei"), ("Ben K. Osei", "Ben Osei"),
     ("ben osei", "Ben Osei"), ("Béñ Ösei", "Ben Osei")],
)  # fmt: skip
def test_names_as_hr_systems_write_them(world: Sourcing, written: str, stored: str) -> None:
    (world.folder / "ats.csv").write_text(f'Name\n"{written}"\n')
    said = world("exclude", "--from", "ats.csv", "--yes-names")
    assert (said.status, stored in names(world)) == (0, False)
    assert "matched nobody" not in said.err


def test_a_name_that_matches_nobody_is_reported(world: Sourcing) -> None:
    (world.folder / "ats.csv").write_text('Name\n"UNSEEN, Una"\n"Mona Osei"\n')
    said = world("exclude", "--from", "ats.csv", "--yes-names")
    assert "2 names matched nobody here (line 2, 3)" in said.err
    assert "Ben Osei" in names(world)


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--domain", "gmail.com", "public mail provider"),
        ("--domain", "jane@northwind.example", "not a domain"),
        ("--domain", "northwind", "not a domain"),
        ("--forge-org", "no org!", "not an organisation"),
    ],
)
def test_groups_that_cannot_be_excluded(
    world: Sourcing, option: str, value: str, told: str
) -> None:
    said = world("exclude", option, value, "--reason", "client")
    assert (said.status, told in said.err) == (2, True)


def test_addresses_in_other_columns_are_masked(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Name,login\nAda <ada@home.example>,ada@home.example\n")
    row = exclusion_import.read(tmp_path / "x.csv")[0]
    assert not has_address(row.name)
    assert row.sure == ()


def test_companies_as_people_write_them() -> None:
    assert organisation("@Northwind-Labs, Inc.") == organisation("northwind labs GmbH")
    assert organisation("Northwind (50 people)") == "northwind"
    assert "northwind" in organisations("Staff engineer @northwind, ex-Harborlight")
    assert "harborlight" not in organisations("Staff engineer @northwind, ex-Harborlight")
    assert "northwind" in organisations("Engineer at Northwind, Inc.")
    assert "northwind" not in organisations("formerly @northwind")
    assert "northwind" not in organisations("Northwind Airlines")
    assert organisations("") == set()


def test_pages_as_people_write_them() -> None:
    assert page("HTTPS://www.Ada.example/Me/?x=1") == page("ada.example/me") == "ada.example/me"
    assert page("not a page") == page("http://[") == ""


@pytest.mark.parametrize(
    "wrong",
    [
        ("jane@mail.example", "--reason", "client"),
        ("--company", "jane@mail.example", "--reason", "client"),
        ("adaq", "--reason", "client", "--until", "2020-01-01"),
        ("adaq", "--reason", "client", "--until", "soon"),
    ],
)
def test_what_cannot_hold_or_may_not_be_kept_is_refused(
    world: Sourcing, wrong: tuple[str, ...]
) -> None:
    before = world("exclude").out
    said = world("exclude", *wrong)
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert world("exclude").out == before
