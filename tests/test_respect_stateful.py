"""In any order of commands and crawls, a suppressed person appears nowhere again (free pages too).

The ways back are those of a second account, address, repository, name, site and copy.
"""

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
from sourcing.core.model import Contribution, Credit, Identity, Page
from tests.people import HOST, PEOPLE, REPO, crawl, fix, world

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
OTHER, SITE = "forge.example/loom/weaver", "notes.example"
#: Ways in which a source shows a person again.
WAYS = (
    "other address, same repository",
    "same address, other name",
    "other repository, same address",
    "other repository, same address, middle name",
    "other repository, same account",
    "renamed login, same account",
    "co-author",
    "named in words of others",
    "named in a title of others",
    "author of a post that links the profile",
    "same name with another login",
    "same commits in a fork",
)


def address(who: int) -> str:
    """The keyed hash of a person's address, as a parser gives it."""
    return f"{who + 1:064x}"


class Respect(RuleBasedStateMachine):
    """One database, one recruiter, crawls as they come, and people who say no."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.no: set[int] = set()
        self.day = self.files = self.shown = 0
        #: Other names under which each person was shown.
        self.aliases: dict[int, set[str]] = {at: set() for at in range(len(PEOPLE))}

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize()
    def begins(self) -> None:
        (self.folder / "sources.toml").write_text(CONFIG)
        self.crawls(renamed=False)
        with Store(self.folder / "s.db") as store:
            store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # Elsewhere: no command reaches it, so that the ledger alone keeps people out.
        self.first = self.folder / "elsewhere" / "first.copy"
        self.first.parent.mkdir()
        shutil.copy(self.folder / "s.db", self.first)

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
                f"git:{REPO}/k{self.day}{n}",
                who.name,
                who.login,
                who.url,
                type="commit_author",
                address_hashes=(address(n),),
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

    @rule(who=WHO, way=st.sampled_from(WAYS))
    def comes_back(self, who: int, way: str) -> None:
        """A source shows a person again, in one of the ways."""
        self.shown += 1
        self.day += 1
        number, person = 300 + self.shown, PEOPLE[who]
        if way.startswith("named"):
            self.named(way, number, who)
            return
        repo = OTHER if way.startswith(("other repository", "same commits")) else REPO
        alias = f"Nick{self.shown} Zz{self.shown}"
        new = Identity(f"git:{repo}/z{self.shown}", person.name, type="commit_author")
        byline = Identity(f"blog:{SITE}/{person.name}", person.name, person.login, person.url)
        first, _, last = str(person.name).partition(" ")
        shown = {
            "same address, other name": replace(new, name=alias, address_hashes=(address(who),)),
            "other repository, same address": replace(new, address_hashes=(address(who),)),
            "other repository, same address, middle name": replace(
                new, name=f"{first} M. {last}", address_hashes=(address(who),)
            ),
            "other repository, same account": person,
            "renamed login, same account": replace(person, login=f"renamed-{self.shown}"),
            "author of a post that links the profile": byline,
            "same name with another login": replace(
                person, id=f"{HOST}/{900 + self.shown}", login=f"again-{self.shown}", url=None
            ),
            "same commits in a fork": replace(new, name=alias),
        }.get(way, new)
        if shown.name == alias:
            self.aliases[who].add(alias)
        if shown.login and shown.login != person.login:
            self.aliases[who].add(shown.login)
        if way == "co-author":
            author = PEOPLE[who - 1]
            item = fix(number, "Fix a leak together", author, Credit(shown.id, "co_author"))
            self.store(item, author, shown)
        else:
            item = replace(fix(number, f"Fix leak {number} of the cache", shown), repo=repo)
            if way == "same commits in a fork":
                item = replace(item, commits=(f"{10 * (who + 1) + 1:040x}",))
            if shown is byline:
                url = f"https://{SITE}/{number}"
                item = replace(item, key=f"post:{SITE}/{number}", kind="post", url=url, repo=None)
            self.store(replace(item, key=item.key.replace(REPO, repo)), shown)

    def named(self, way: str, number: int, who: int) -> None:
        """Words of others that name a person in every spelling."""
        first, _, last = str(PEOPLE[who].name).partition(" ")
        spelled = (
            f"{first} {last}, {first.lower()}{last.lower()}, {first}-{last}, {first}_{last},"
            f" {last}, {first}; {first.upper()} {last.upper()}, Dr. {first} M. {last}"
        )
        author = PEOPLE[who - 1]
        if way == "named in a title of others":
            self.store(fix(number, f"Fix the allocator of {first} {last} and wait", author), author)
        else:
            self.store(fix(number, "Fix the allocator", author, body=f"Thanks {spelled}!"), author)

    def store(self, item: Contribution, *people: Identity) -> None:
        with Store(self.folder / "s.db") as store:
            crawl(store, Page({}, (item,), people), now=self.now())

    @rule()
    def an_old_copy_is_restored(self) -> None:
        """An operator puts the copy of the first night in the place of the database."""
        for end in ("-wal", "-shm"):
            (self.folder / f"s.db{end}").unlink(missing_ok=True)
        shutil.copy(self.first, self.folder / "s.db")
        with Store(self.folder / "s.db"):
            pass

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
        named = str(rows[0][0]) if rows else f"@{login}"
        self.run(for_good if rows else "suppress", named, "--yes")
        assert not self.refused
        self.namesakes(str(PEOPLE[who].name), for_good)
        self.no.add(who)

    def namesakes(self, name: str, for_good: str) -> None:
        """The command reports stored people of the same name; the operator answers for each."""
        with Store(self.folder / "s.db") as store:
            rows = store.rows("SELECT id FROM persons WHERE name = ?", name)
        for row in rows:
            self.run(for_good, str(row["id"]), "--yes")
            assert not self.refused

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
            joined = str(who.name).replace(" ", "")
            first, _, last = str(who.name).partition(" ")
            spelled = (joined, f"{last}, {first}", f"{first}_{last}", f"{first}-{last}")
            traces = (who.login, who.name, f"{who.id}\x00", *spelled, *self.aliases[at])
            for trace in traces:
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
