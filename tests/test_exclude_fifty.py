"""Of 50 planted colleagues, clients and applicants in five histories at most one is listed."""

from __future__ import annotations

import csv
import io

import pytest

from sourcing.core.text import fold
from tests.conftest import Sourcing
from tests.gitrepo import By, GitRepo

ORG = "northwind"
#: The organisation of each history's repository: two are the sender's own.
HISTORIES = {"engine": ORG, "router": ORG, "press": "kiln", "loom": "anvil", "forge": "harbor"}
FIRST = ("Ada", "Ben", "Cem", "Dana", "Egon", "Fay", "Gul", "Hira", "Ivo", "Jan")
LAST = ("Quill", "Osei", "Aydin", "Ruiz", "Brandt", "Moss", "Kaya", "Sato", "Pavic", "Wren")


def person(number: int, address: str) -> By:
    """One of a hundred invented people."""
    name = f"{FIRST[number % 10]} {LAST[(number // 10 + number) % 10]}"
    return name, address.format(n=number, login=login(number))


def login(number: int) -> str:
    return f"dev-{number}x"


COLLEAGUES = [person(n, "p{n}@northwind.example") for n in range(8)]
COLLEAGUES += [person(n, "p{n}@eu.northwind.example") for n in range(8, 15)]
MAINTAINERS = [person(n, "private{n}@post.example") for n in range(15, 20)]
CLIENTS = [person(n, "p{n}@harbor-shipping.example") for n in range(20, 30)]
BY_ADDRESS = [person(n, "Applicant{n}@home.example") for n in range(30, 40)]
BY_NAME = [person(n, "a{n}@away.example") for n in range(40, 45)]
BY_LOGIN = [person(n, "{n}+{login}@users.noreply.github.com") for n in range(45, 50)]
OTHERS = [person(n, "o{n}@elsewhere.example") for n in range(60, 75)]
PLANTED = [*COLLEAGUES, *MAINTAINERS, *CLIENTS, *BY_ADDRESS, *BY_NAME, *BY_LOGIN]


def roster() -> str:
    """The export of an applicant system: family names first, addresses, few profiles."""
    lines = ["Candidate Name;E-Mail;GitHub URL"]
    lines += [f"Legal Name {n};applicant{n}+jobs@HOME.example;" for n in range(30, 40)]
    for name, _ in BY_NAME:
        first, last = str(name).split()
        lines.append(f'"{last.upper()}, {first}";hr@agency.example;')
    lines += [f";;https://github.com/{login(n)}" for n in range(45, 50)]
    return "\r\n".join(lines)


def write(world: Sourcing, people: list[By]) -> None:
    """Each person has three changes in one history; maintainers merge in the sender's own.

    The histories are the same up to the people who are added at the end.
    """
    for at, (name, org) in enumerate(HISTORIES.items()):
        with GitRepo(world.folder / name, clock=1_770_000_000) as repo:
            for number in range(15 if org == ORG else 0):
                base = repo.commit(f"Measure the queue {number}", author=OTHERS[number % 3])
                side = repo.commit("Bound the queue", parents=[base], author=OTHERS[3])
                repo.commit(f"Merge pull request #{number + 1} from x/y\n\nBound the queue",
                            parents=[base, side], author=MAINTAINERS[number % 5])  # fmt: skip
            for author in people[at :: len(HISTORIES)]:
                for thing in ("worker", "router", "scheduler"):
                    subject = f"{thing} of {author[0]!s:.3}'s {fold(str(author[0]))} pool"
                    repo.commit(
                        f"Fix a deadlock when the {subject} restarts\n\n"
                        "The lock was held across the await, so a restart hung for ever.",
                        author=author,
                        files={f"src/{thing}_{fold(str(author[0]))}.py": f"x = '{subject}'\n"},
                    )


@pytest.fixture
def listed(sourcing: Sourcing) -> set[str]:
    """The names on the shortlist; half of the planted people are first seen after the exclusion."""
    write(sourcing, [*PLANTED[::2], *OTHERS])
    forge = {str(sourcing.folder / name): f"https://github.com/{org}/{name}"
             for name, org in HISTORIES.items()}  # fmt: skip
    sources = [f"git:{sourcing.folder / name}" for name in HISTORIES]
    sourcing.config(*sources, git__forge=forge)
    assert sourcing("crawl").status == 0
    (sourcing.folder / "ats.csv").write_text(roster())
    for args in (
        ("--domain", "northwind.example", "--forge-org", ORG, "--reason", "colleague"),
        ("--domain", "https://www.harbor-shipping.example/", "--reason", "client"),
        ("--from", "ats.csv", "--reason", "past applicant", "--yes-names"),
    ):
        assert sourcing("exclude", *args).status == 0
    write(sourcing, [*PLANTED[::2], *OTHERS, *PLANTED[1::2]])
    assert sourcing("crawl").status == 0
    # A name is matched with people who are stored: the file is read again after the crawl.
    assert sourcing("exclude", "--from", "ats.csv", "--yes-names").status == 0
    text = sourcing("shortlist", "--format", "csv", "--limit", "0").out
    data = (sourcing.folder / "sourcing.db").read_bytes().lower()
    assert b"applicant3" not in data
    assert b"home.example" not in data
    return {row["name"] for row in csv.DictReader(io.StringIO(text))}


def test_at_most_one_of_fifty_is_listed_and_all_others_are(listed: set[str]) -> None:
    assert len({str(name) for name, _ in (*PLANTED, *OTHERS)}) == len(PLANTED) + len(OTHERS)
    assert {str(name) for name, _ in OTHERS} <= listed
    assert sorted({str(name) for name, _ in PLANTED} & listed)[1:] == []
