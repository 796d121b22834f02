"""Whatever is done in whatever order: who said no appears nowhere again, not in a free page."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import click
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db import Store
from sourcing.cli import group
from sourcing.core.errors import SourcingError
from sourcing.core.model import Identity
from tests.people import PEOPLE, REPO, crawl, fix, world

CONFIG = """\
sources = []
[outreach]
sender_name = "Mira Vale"
sender_org = "Northwind"
position = "Senior engineer"
why = "Our GPU slots stay taken when users leave."
notice_url = "https://northwind.example/notice"
"""
WHO = st.sampled_from(range(len(PEOPLE)))


class Respect(RuleBasedStateMachine):
    """One database, one recruiter, crawls as they come, and people who say no."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.no: set[int] = set()
        self.day = self.files = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize()
    def begins(self) -> None:
        (self.folder / "sources.toml").write_text(CONFIG)
        self.crawls(renamed=False)

    def run(self, *args: str) -> None:
        """A command, as typed; a refusal in one line is an answer too."""
        where = ["--config", str(self.folder / "sources.toml"), "--db", str(self.folder / "s.db")]
        self.refused = ""
        try:
            group.main([*where, *args], standalone_mode=False)
        except (SourcingError, click.ClickException) as exc:
            self.refused = str(exc)

    @rule(renamed=st.booleans())
    def crawls(self, *, renamed: bool) -> None:
        """All are shown again: by accounts, old or new names, by-lines, in others' words."""
        self.day += 1
        people = tuple(
            replace(who, login=f"new-{who.login}", name=f"Newname {who.name}") if renamed else who
            for who in PEOPLE
        )
        bylines = tuple(
            Identity(
                f"git:{REPO}/k{self.day}{n}", who.name, who.login, who.url, type="commit_author"
            )
            for n, who in enumerate(PEOPLE)
        )
        more = tuple(
            fix(200 + n, f"Fix race number {n} seen by {n}", byline, body=self.words(n))
            for n, byline in enumerate(bylines)
        )
        page = world(more, people)
        with Store(self.folder / "s.db") as store:
            crawl(store, replace(page, identities=(*people, *bylines)), now=self.now())

    def words(self, at: int) -> str:
        other = PEOPLE[at - 1]
        return f"Because @{other.login} asked.\n\nReviewed-by: {other.name}\nThanks, {other.name}!"

    def now(self) -> str:
        return f"2026-{10 + self.day // 28 % 2}-{self.day % 28 + 1:02}T03:00:00Z"

    @rule(who=WHO, for_good=st.sampled_from(["forget", "suppress"]))
    @precondition(lambda self: len(self.no) < len(PEOPLE) - 1)
    def says_no(self, who: int, for_good: str) -> None:
        login = PEOPLE[who].login or ""
        with Store(self.folder / "s.db") as store:
            rows = store.rows("SELECT person_id FROM identities WHERE key = ?", PEOPLE[who].id)
        self.run(for_good if rows else "suppress", str(rows[0][0]) if rows else f"@{login}")
        assert not self.refused
        self.no.add(who)

    @rule(who=WHO)
    def drafts(self, who: int) -> None:
        self.run("draft", PEOPLE[who].login or "")

    @rule(who=WHO, status=st.sampled_from(["exclude", "release", "join", "opened"]))
    def deals_with(self, who: int, status: str) -> None:
        login, other = PEOPLE[who].login or "", PEOPLE[who - 1].login or ""
        {
            "exclude": lambda: self.run("exclude", login, "--reason", "client"),
            "release": lambda: self.run("people", "release", login),
            "join": lambda: self.run("people", "join", login, other, "--proof", "said so"),
            "opened": lambda: self.run("show", login),
        }[status]()

    @rule()
    def scores(self) -> None:
        self.run("score")

    @rule()
    def exports(self) -> None:
        self.files += 1
        self.run("drafts", "export", "--all", "--to", str(self.folder / f"x{self.files}.csv"))

    @rule()
    def copies(self) -> None:
        self.files += 1
        self.run("backup", str(self.folder / f"copy{self.files}.db"))

    @invariant()
    def nobody_who_said_no_is_anywhere(self) -> None:
        files = [*self.folder.glob("*.db"), *self.folder.glob("*.db-wal")]
        data = b"".join(f.read_bytes() for f in files).lower()
        for at in self.no:
            who = PEOPLE[at]
            for trace in (who.login, who.name, f"{who.id}\x00"):
                assert str(trace).lower().encode() not in data, (trace, self.no)

    @invariant()
    def nothing_points_at_what_is_gone(self) -> None:
        with Store(self.folder / "s.db") as store:
            assert store.rows("PRAGMA foreign_key_check") == []


TestRespect = Respect.TestCase
TestRespect.settings = settings(
    max_examples=12,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
