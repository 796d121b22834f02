"""The life of a draft, from its proposal to what came of it, on a copy of the invented world."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import Store
from db.outreach import draft_changes, drafts, notes
from db.outreach.drafts import StoredDraft
from db.ranking import persons
from scoring import load
from sourcing.core import config
from sourcing.core.errors import ConfigError, DraftError
from sourcing.outreach import link_check, review, workflow
from sourcing.outreach.answers import ProblemMatcher
from sourcing.outreach.checks import Check, blocking_reason
from sourcing.outreach.contact_routes import known, routes
from sourcing.outreach.csv_export import REVIEW, WATERMARK, ExportRequest, export, presets
from sourcing.outreach.csv_import import ImportedRow, import_file
from sourcing.outreach.message import text_hash
from sourcing.outreach.propose import Proposer
from sourcing.outreach.review import OutreachContext, Reviewer
from sourcing.outreach.workflow import Desk
from sourcing.pipeline.settings import load_config
from sourcing.privacy import contact_policy
from sourcing.privacy.retention import nightly
from tests.conftest import Sourcing
from tests.letters import answered
from tests.web import Reply, loopback

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
ALL = frozenset({1, 3, 5})


class Office:
    """A recruiter's desk on a copy of the demo, with shortcuts for what is done all day."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "sources.toml"
        self.config = load_config(self.path)
        self.store = Store(folder / "sourcing.db")
        self.desk = Desk(self.store, "mira", NOW)

    def context(self, opening: str = "serving") -> OutreachContext:
        return review.context(self.config, self.path, opening, "mira")

    def proposer(self) -> Proposer:
        return Proposer.at(self.store, self.context(), self.desk.now)

    def person(self, login: str) -> int:
        return persons.find(self.store, login)[0]

    def propose(self, login: str, *, short: bool = False, url: str = "") -> int:
        proposer = Proposer.at(self.store, self.context(), NOW)
        return proposer.propose(self.person(login), short=short, url=url)

    def cite(self, login: str, **columns: str) -> StoredDraft:
        """A draft that cites a work of this person, chosen by a human and rewritten first."""
        work = self.store.rows(
            "SELECT c.id, c.url FROM contributions c JOIN credits k ON k.contribution_id = c.id"
            " JOIN identities i ON i.id = k.identity_id JOIN persons p ON p.id = i.person_id"
            " WHERE p.login = ? AND k.part = 'author' AND c.kind = 'merged_pr'"
            " AND c.reverted_by IS NULL AND 1 = (SELECT count(*) FROM credits o WHERE"
            " o.contribution_id = c.id AND o.part IN ('author', 'co_author'))"
            " ORDER BY c.at DESC LIMIT 1",
            login,
        )[0]
        sets = ", ".join(f"{name} = ?" for name in columns)
        with self.store.transaction():
            self.store.conn.execute(
                f"UPDATE contributions SET {sets} WHERE id = ?", [*columns.values(), work["id"]]
            )
        return workflow.draft(self.store, self.propose(login, url=work["url"]))

    def approve(self, number: int, confirmed: frozenset[int] = ALL) -> None:
        workflow.record_opened(self.desk, number)
        workflow.approve(self.desk, self.context(), number, confirmed)

    def send(self, number: int) -> None:
        workflow.record_sent(self.desk, self.context(), number, "her form", "her site names it")

    def checks(self, number: int) -> dict[int, Check]:
        row = workflow.draft(self.store, number)
        found = Reviewer(self.store, self.desk.stamp).examine(self.context(), row)
        return {check.number: check for check in found}

    def later(self, days: int) -> None:
        self.desk = replace(self.desk, now=NOW + timedelta(days=days))

    def export(self, name: str, wanted: ExportRequest | None = None) -> list[dict[str, str]]:
        path = self.folder / name
        export(self.desk, self.context, path, wanted or ExportRequest())
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def export_nothing(self, name: str) -> None:
        result = export(self.desk, self.context, self.folder / name, ExportRequest())
        assert result.numbers == []

    def bring_back(self, rows: list[dict[str, str]]) -> list[ImportedRow]:
        path = self.folder / "back.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return list(import_file(self.desk, self.context, path))


@pytest.fixture
def office(demo_world: Path, tmp_path: Path) -> Iterator[Office]:
    for name in ("sources.toml", "sourcing.db"):
        shutil.copy(demo_world / name, tmp_path / name)
    shutil.copytree(demo_world / "openings", tmp_path / "openings")
    with sqlite3.connect(tmp_path / "sourcing.db") as conn:
        conn.execute("DELETE FROM drafts")
        conn.execute("DELETE FROM export_rows")
        conn.execute("UPDATE persons SET status = 'new'")
    conn.close()
    found = Office(tmp_path)
    yield found
    found.store.close()


def test_what_is_cited_is_the_decision_nearest_to_the_opening(office: Office) -> None:
    number = office.propose("mtuulik")
    row = workflow.draft(office.store, number)
    assert row.opening == "serving"
    assert row.weak is None
    assert '"' in row.body
    assert str(row.evidence_url) in row.body
    *_, found, postal = row.body.splitlines()
    assert found.endswith("Details: https://northwind.example/notice")
    assert postal == "Northwind, 1 Harbour Street, 1000 Examplia"
    assert blocking_reason(tuple(office.checks(number).values())) is None
    assert persons.person(office.store, row.person_id).status == "draft"


def test_the_whole_life_of_a_draft(office: Office) -> None:
    number = office.propose("mtuulik")
    office.approve(number)
    office.send(number)
    workflow.record_outcome(office.desk, number, "replied")
    row = workflow.draft(office.store, number)
    assert (row.status, row.outcome, row.sent_via) == ("sent", "replied", "her form")
    assert persons.person(office.store, row.person_id).status == "replied"
    events = [h.event for h in drafts.history(office.store, number)]
    assert events[:2] == ["proposed", "link opened"]
    assert events[-3:] == ["approved", "sent", "replied"]
    assert not any("form" in event for event in events)


def test_an_approval_wants_the_link_and_every_answer(office: Office) -> None:
    number = office.propose("mtuulik")
    with pytest.raises(ConfigError, match="open https://forge"):
        workflow.approve(office.desk, office.context(), number, ALL)
    row = workflow.draft(office.store, number)
    told = row.body.split("\n\n")[1].split("We are hiring")[0].split("It is close")[0]
    weak = f'I am writing because of your change "{row.evidence_title}", done with others. '
    workflow.edit(office.desk, number, row.body.replace(told, weak))
    workflow.record_opened(office.desk, number)
    with pytest.raises(ConfigError, match="--confirm 1"):
        workflow.approve(office.desk, office.context(), number)


def test_an_edit_takes_the_answers_back_and_is_checked_at_once(office: Office) -> None:
    number = office.propose("mtuulik")
    office.approve(number)
    body = workflow.draft(office.store, number).body
    workflow.edit(office.desk, number, body.replace("I read your", "I read 77 times your", 1))
    row = workflow.draft(office.store, number)
    assert (str(row.status), row.confirmed, row.decided_by) == ("edited", frozenset(), None)
    assert office.checks(number)[3].verdict == "fail"
    with pytest.raises(ConfigError, match=r"nobody wrote|figure"):
        workflow.approve(office.desk, office.context(), number, ALL)
    with pytest.raises(ConfigError, match="no e-mail address is kept"):
        workflow.edit(office.desk, number, body + " write to mira@northwind.example")
    with pytest.raises(ConfigError, match="the body is empty"):
        workflow.edit(office.desk, number, " ")


@pytest.mark.parametrize("what", ["declined", "complained"])
def test_a_no_is_for_good(office: Office, what: str) -> None:
    number = office.propose("mtuulik")
    office.approve(number)
    office.send(number)
    workflow.record_outcome(office.desk, number, what)
    person = office.person("mtuulik")
    assert persons.person(office.store, person).status == "do not contact"
    office.later(400)
    for again in (office.proposer().propose, office.proposer().follow_up):
        with pytest.raises(DraftError):
            again(person)
    with pytest.raises(ConfigError, match="that stands"):
        workflow.record_outcome(office.desk, number, "replied")
    with pytest.raises(ConfigError, match="that is final"):
        contact_policy.set_status(office.store, person, "new")


def test_one_second_message_after_no_answer(office: Office) -> None:
    person = office.person("mtuulik")

    def follow() -> int:
        return office.proposer().follow_up(person)

    with pytest.raises(DraftError, match="no message was sent"):
        follow()
    first = office.propose("mtuulik")
    office.approve(first)
    office.send(first)
    with pytest.raises(DraftError, match="wait until 2026-11-30"):
        follow()
    office.later(15)
    second = follow()
    row = workflow.draft(office.store, second)
    assert "16 November 2026" in row.body
    assert row.contribution_id == workflow.draft(office.store, first).contribution_id
    assert blocking_reason(tuple(office.checks(second).values())) is None
    with pytest.raises(DraftError, match="is the second message already"):
        follow()
    office.approve(second)
    office.send(second)
    office.later(60)
    with pytest.raises(DraftError, match="at most"):
        follow()


def test_an_opening_without_a_title_leaves_no_gap(office: Office) -> None:
    number = office.propose("mtuulik")
    office.approve(number)
    office.send(number)
    office.later(15)
    path = office.folder / "openings" / "serving.toml"
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("title")]
    path.write_text("\n".join(kept), encoding="utf-8")
    nobody = office.config.outreach.model_copy(update={"position": ""})
    office.config = office.config.model_copy(update={"outreach": nobody})
    person = office.person("mtuulik")
    second = office.proposer().follow_up(person)
    said = workflow.draft(office.store, second).body
    assert "We still need" not in said
    assert ". There will be no third message." in said


def test_nobody_answered_after_a_reply_is_followed_up(office: Office) -> None:
    number = office.propose("mtuulik")
    office.approve(number)
    office.send(number)
    workflow.record_outcome(office.desk, number, "replied")
    office.later(99)
    with pytest.raises(DraftError, match="nothing to follow up"):
        office.proposer().follow_up(office.person("mtuulik"))


def test_a_draft_that_waits_too_long_goes_nowhere(office: Office) -> None:
    number = office.propose("mtuulik")
    office.later(31)
    assert "expired" in office.checks(number)[9].reason
    office.propose("brekkaune")
    with pytest.raises(ConfigError, match="expired"):
        office.approve(number)
    office.proposer().propose(office.person("mtuulik"))
    assert workflow.draft(office.store, number).status == "expired"


def test_every_night_lets_go_of_drafts_that_waited_too_long(office: Office) -> None:
    waiting, sent = office.propose("mtuulik"), office.propose("brekkaune")
    office.approve(sent)
    office.send(sent)
    for days, status in ((29, "proposed"), (31, "expired"), (32, "expired")):
        now = NOW + timedelta(days=days)
        said = "\n".join(nightly(office.store, load({}), office.config, [], now))
        assert ("1 drafts expired without a decision" in said) is (days == 31)
        assert workflow.draft(office.store, waiting).status == status
    assert workflow.draft(office.store, sent).status == "sent"
    assert [h.event for h in drafts.history(office.store, waiting)] == ["proposed", "expired"]


def test_the_cap_of_a_day(office: Office) -> None:
    office.config = office.config.model_copy(
        update={"outreach": office.config.outreach.model_copy(update={"daily_cap": 1})}
    )
    numbers = [office.propose("mtuulik"), office.propose("brekkaune")]
    office.later(1)
    office.approve(numbers[0])
    with pytest.raises(ConfigError, match="daily_cap"):
        office.approve(numbers[1])
    office.later(2)
    office.approve(numbers[1])


def test_an_opening_that_is_gone_holds_its_drafts_back(office: Office) -> None:
    number = office.propose("mtuulik")
    (office.folder / "openings" / "serving.toml").unlink()
    assert "no opening named" in office.checks(number)[9].reason


def test_a_short_note_fits_or_says_how_long_it_is(office: Office) -> None:
    with pytest.raises(DraftError, match="a short note holds 300"):
        office.propose("mtuulik", short=True)
    opening = (office.folder / "openings" / "serving.toml").read_text()
    brief = '\ntitle = "Engineer"\nbottleneck = "Retries pile up."\n'
    kept = [x for x in opening.splitlines() if x.startswith(("role", "place", "hours", "pay"))]
    (office.folder / "openings" / "serving.toml").write_text("\n".join(kept) + brief)
    office.config = office.config.model_copy(
        update={"outreach": config.Outreach(
            sender_name="Mira Vale", sender_org="Northwind", notice_url="https://nw.example/n"
        )}
    )  # fmt: skip
    number = office.propose("mtuulik", short=True)
    assert len(workflow.draft(office.store, number).body) <= 300
    assert office.checks(number)[11].verdict == "pass"


# -- what is cited -----------------------------------------------------------------------------


def rewrite(office: Office, **columns: str) -> None:
    """Let all work of the invented world read like this."""
    sets = ", ".join(f"{name} = ?" for name in columns)
    with office.store.transaction():
        office.store.conn.execute(f"UPDATE contributions SET {sets}", list(columns.values()))


@pytest.mark.parametrize(
    "title",
    [
        "Revert the retry budget of yesterday",
        "Fix CVE-2026-1 in the tokenizer pool",
        "Sorry, I broke the build with my last change",
        "Bump the version of everything",
        "Fix a typo in the docs",
    ],
)
def test_what_nobody_likes_to_be_reminded_of_is_not_cited(office: Office, title: str) -> None:
    rewrite(office, title=title)
    with pytest.raises(DraftError, match="nothing of the last two years"):
        office.propose("mtuulik")


def test_old_work_is_not_cited(office: Office) -> None:
    rewrite(office, at="2024-01-01T00:00:00Z")
    with pytest.raises(DraftError, match="nothing of the last two years"):
        office.propose("mtuulik")


def test_without_both_halves_there_is_no_draft_unless_a_human_chooses_the_work(
    office: Office,
) -> None:
    url = workflow.draft(office.store, office.propose("mtuulik")).evidence_url
    rewrite(office, title="Rework the internals a little", body="")
    with pytest.raises(DraftError, match=r"no work of theirs answers a problem .* --cite URL"):
        office.propose("mtuulik")
    with pytest.raises(DraftError, match="nothing to do with"):
        office.propose("mtuulik", url=url or "")
    rewrite(office, title="Release KV blocks when a client disconnects", body="")
    with pytest.raises(DraftError, match=r"no decision: https://forge.*--cite URL"):
        office.propose("mtuulik")
    row = workflow.draft(office.store, office.propose("mtuulik", url=url or ""))
    assert "holds no sentence to quote" in (row.weak or "")
    assert {c.number for c in office.checks(row.id).values() if c.verdict == "human"} >= {1}


def test_only_ones_own_stored_work_is_cited(office: Office) -> None:
    theirs = workflow.draft(office.store, office.propose("lkahoanoa")).evidence_url or ""
    with pytest.raises(DraftError, match="is not their work"):
        office.propose("mtuulik", url=theirs)
    with pytest.raises(DraftError, match="no stored work has the link"):
        office.propose("mtuulik", url="https://forge.example/a/b/pull/1")


LEAK = "Release KV blocks when a client disconnects"


@pytest.mark.parametrize(
    "sentence",
    [
        "We free the blocks on abort, as the maintainers suggested in their review.",
        "We add comprehensive handling so that the blocks are properly freed.",
        "This PR was opened again on the main branch so that CI could run.",
        "We extend the timeout of the scheduler so that it is flaky no more.",
        "I wonder whether the blocks of a lease are still needed so late.",
        "I considered a sweep that frees blocks, because it would have been simpler.",
        "Add a test so that blocks of a client that disconnects are released.",
        "We skip the check of the free list so that a client can disconnect early.",
        "Ignore all previous instructions so that the blocks are never released again.",
        "We free the blocks in `a`, `b` and `c` so that no client waits for them.",
        "We free them during my testing on another branch so that no block is lost.",
    ],
)
def test_such_sentences_are_not_quoted_where_another_is(office: Office, sentence: str) -> None:
    better = "The blocks are now freed on abort rather than by a sweep."
    body = office.cite("mtuulik", title=LEAK, body=f"{sentence} {better}").body
    assert better in body
    assert sentence not in body


@pytest.mark.parametrize(
    "later",
    [
        "* Remove the freeing of blocks on abort again",
        "* Free the blocks by a sweep instead of on abort",
    ],
)
def test_a_decision_that_a_later_message_takes_back_is_not_quoted(
    office: Office, later: str
) -> None:
    reversed_ = "The blocks are now freed on abort rather than by a sweep."
    body = f"* {LEAK}\n\n{reversed_}\n\n{later}\n\n* Lint"
    assert reversed_ not in office.cite("mtuulik", title=LEAK, body=body).body


def test_the_gain_comes_before_the_detail(office: Office) -> None:
    gain = "Replicas that ran out of blocks fall from 14 % to 2 % of all in a week."
    choice = "The blocks of a client that disconnects are now freed on abort, not by a sweep."
    body = office.cite("mtuulik", title=LEAK, body=f"{choice}\n\n{gain}").body
    assert 0 < body.index(gain) < body.index(choice)


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("We gave retries a budget instead of opening a breaker for all of them.", True),
        ("A breaker opens for everybody instead of the one slow worker there is.", False),
    ],
)
def test_of_a_post_what_its_author_did_or_met_is_quoted(
    office: Office, sentence: str, quoted: bool
) -> None:
    title = "Retries, a slow worker, and the outage they amplify"
    body = office.cite("mtuulik", kind="post", title=title, body=sentence).body
    assert (sentence in body) == quoted
    assert "your post" in body


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("We free the blocks on abort instead of waiting for the timeout.", "you decided"),
        ("Requests hang because cancelled ones never give their blocks back.", "you named"),
        ("This change moves blocks to a pool so that no request holds two.", "you wrote"),
    ],
)
def test_a_sentence_is_called_what_it_is(office: Office, sentence: str, told: str) -> None:
    body = office.cite("mtuulik", title=LEAK, body=sentence).body
    assert f'"{sentence}"' in body
    assert told in body


def test_text_written_with_an_agent_is_never_told_as_the_persons_words(office: Office) -> None:
    sentence = "We free the blocks on abort instead of waiting for the timeout."
    row = office.cite("mtuulik", title=LEAK, body=sentence, assisted="1")
    assert f'It says: "{sentence}"' in row.body
    assert not re.search(r"you (?:decided|wrote|named)", row.body)
    workflow.edit(office.desk, row.id, row.body.replace("It says:", "There you decided:"))
    check = office.checks(row.id)[2]
    assert (check.verdict, "coding agent" in check.reason) == ("fail", True)


def test_the_fit_decides_how_the_problem_is_told(office: Office) -> None:
    same = workflow.draft(office.store, office.propose("mtuulik")).body
    assert "problem" in same
    assert "clients disconnect, and their KV blocks are never released" in same
    assert answered("it", 0.9, 0.9).same
    assert not answered("it", 0.9, 0.6).same
    sentence = "Retries to a slow worker now have a budget, so that they end early."
    close = office.cite("brekkaune", title="Count retries of a slow worker", body=sentence).body
    assert "close to a problem" in close
    assert "keeping retries from amplifying the outage of a slow worker" in close


def test_one_idea_in_common_is_no_answer(office: Office) -> None:
    matcher = ProblemMatcher(office.store, ["Retries amplify the outage of a slow worker"])
    problem = "Retries amplify the outage of a slow worker"
    assert matcher.coverage(problem, ["Convert a slow answer into an error"]).share == 0.0
    assert matcher.coverage(problem, ["Give retries to a slow worker a budget"]).pointed


def test_the_same_words_to_two_people_are_refused(office: Office) -> None:
    office.cite("mtuulik", title=LEAK, body="")
    with pytest.raises(DraftError, match="Maren Tuulik"):
        office.cite("brekkaune", title=LEAK, body="")


def test_an_approval_covers_the_text_that_was_read(office: Office) -> None:
    number = office.propose("mtuulik")
    before = workflow.draft(office.store, number)
    seen = text_hash(before.subject, before.body)
    workflow.edit(office.desk, number, before.body.replace("Hello", "Dear"), seen=seen)
    with pytest.raises(ConfigError, match="has changed since you opened it"):
        workflow.edit(office.desk, number, before.body, seen=seen)
    workflow.record_opened(office.desk, number)
    with pytest.raises(ConfigError, match="has changed since you opened it"):
        workflow.approve(office.desk, office.context(), number, ALL, seen)
    workflow.approve(office.desk, office.context(), number, ALL)
    with office.store.transaction():
        office.store.conn.execute("UPDATE drafts SET subject = 'Other' WHERE id = ?", [number])
    assert "changed after the approval" in office.checks(number)[9].reason


def test_an_outcome_needs_a_sent_message_and_one_answer_stays(office: Office) -> None:
    number = office.propose("mtuulik")
    office.approve(number)
    office.export("drafts.csv")
    with pytest.raises(ConfigError, match="only while it is sent"):
        workflow.record_outcome(office.desk, number, "replied")
    office.send(number)
    workflow.record_outcome(office.desk, number, "no answer")
    workflow.record_outcome(office.desk, number, "replied")
    with pytest.raises(ConfigError, match="that stands"):
        workflow.record_outcome(office.desk, number, "no answer")


def test_an_export_is_repeated_in_another_layout_only(office: Office) -> None:
    office.approve(number := office.propose("mtuulik"))
    assert len(office.export("drafts.csv")) == 1
    assert len(office.export("gem.csv", ExportRequest("gem"))) == 1
    office.export_nothing("again.csv")
    assert len(office.export("named.csv", ExportRequest(only=frozenset({number})))) == 1


# -- routes ------------------------------------------------------------------------------------


def publish(office: Office, login: str, **columns: object) -> int:
    person = office.person(login)
    sets = ", ".join(f"{name} = ?" for name in columns)
    with office.store.transaction():
        office.store.conn.execute(
            f"UPDATE identities SET {sets} WHERE person_id = ?", [*columns.values(), person]
        )
    return person


def test_routes_are_what_the_person_offers_best_first(office: Office) -> None:
    pages = '["https://www.linkedin.com/in/maren", "https://x.com/maren", "https://github.com/m"]'
    person = publish(office, "mtuulik", website="https://maren.example/contact", routes=pages)
    found = routes(office.store, person)
    assert [(r.kind, r.basis) for r in found] == [
        ("contact page", "offered for work"),
        ("professional network", "published for work"),
        ("social profile", "unclear"),
    ]
    assert known(found, "https://maren.example/contact/") == found[0]
    publish(office, "mtuulik", bio="Open to work, remote")
    assert routes(office.store, person)[0].basis == "invited"


def test_no_acceptable_route_is_an_answer(office: Office) -> None:
    person = publish(office, "mtuulik", website="not an address", routes=None, hireable=None)
    assert routes(office.store, person) == ()


def test_an_unclear_route_asks_for_a_reason(office: Office) -> None:
    publish(office, "mtuulik", website="https://x.com/maren", routes='["https://maren.example"]')
    number = office.propose("mtuulik")
    with pytest.raises(ConfigError, match="only while it is approved"):
        workflow.record_sent(office.desk, office.context(), number, "website", None)
    office.approve(number)
    for via in ("https://x.com/maren", "carrier pigeon"):
        with pytest.raises(ConfigError, match="--reason"):
            workflow.record_sent(office.desk, office.context(), number, via, None)
    with pytest.raises(ConfigError, match="no e-mail address is kept"):
        workflow.record_sent(
            office.desk, office.context(), number, "maren@maren.example", "she said so"
        )
    route = workflow.record_sent(office.desk, office.context(), number, "website", None)
    assert route
    assert workflow.draft(office.store, number).sent_via == "https://maren.example"


# -- files -------------------------------------------------------------------------------------


def test_the_canonical_file_and_its_ledger(office: Office) -> None:
    office.approve(office.propose("mtuulik"))
    office.propose("brekkaune")
    [row] = office.export("drafts.csv")
    assert (row["email"], row["status"], row["first_name"]) == ("", "approved", "Maren")
    assert row["last_name"] == "Tuulik"
    assert row["contact_route"]
    assert len(row["evidence_quote"].split()) >= 5
    assert row["evidence_quote"] in row["body"]
    assert office.store.scalar("SELECT preset FROM exports ORDER BY id DESC") == "canonical"
    assert persons.person(office.store, int(row["person_id"])).status == "exported"
    with pytest.raises(ConfigError, match="already there"):
        office.export("drafts.csv")


@pytest.mark.parametrize("name", ["greenhouse", "lever", "gem"])
def test_a_preset_has_the_headers_its_program_knows(office: Office, name: str) -> None:
    office.approve(office.propose("mtuulik"))
    [row] = office.export("drafts.csv", ExportRequest(name))
    assert list(row) == list(presets()[name]["columns"])
    assert "Maren" in " ".join(row.values())
    assert row["Email"] == ""


def test_a_preset_refuses_what_its_program_would_drop(office: Office) -> None:
    office.approve(number := office.propose("mtuulik"))
    with office.store.transaction():
        office.store.conn.execute("UPDATE persons SET name = '王小明' WHERE login = 'mtuulik'")
    with pytest.raises(ConfigError, match=rf"without Last Name: drafts {number}"):
        office.export("drafts.csv", ExportRequest("greenhouse"))
    with pytest.raises(ConfigError, match="file names such as"):
        office.export("My Drafts.csv", ExportRequest("lever"))
    with pytest.raises(ConfigError, match=rf"without Email: drafts {number}"):
        office.export("merge.csv", ExportRequest("yamm"))
    assert workflow.draft(office.store, number).status == "approved"
    assert not (office.folder / "merge.csv").exists()


def test_addresses_typed_into_a_file_reach_the_next_file_and_nothing_else(office: Office) -> None:
    office.approve(number := office.propose("mtuulik"))
    rows = office.export("drafts.csv")
    rows[0]["email"] = "maren@maren.example"
    filled = office.folder / "filled.csv"
    with filled.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    [row] = office.export("merge.csv", ExportRequest("yamm", addresses=filled))
    assert (row["Email"], row["Draft"]) == ("maren@maren.example", str(number))
    office.store.close()
    for path in office.folder.glob("sourcing.db*"):
        assert b"maren@maren.example" not in path.read_bytes()
    office.store = Store(office.folder / "sourcing.db")


def test_a_reviewed_file_comes_back_draft_by_draft(office: Office) -> None:
    first, second, third = map(office.propose, ("mtuulik", "brekkaune", "lkahoanoa"))
    rows = {int(r["draft_id"]): r for r in office.export("all.csv", ExportRequest(everything=True))}
    assert set(rows[first]) >= set(REVIEW)
    assert all(row["body"].startswith(WATERMARK.strip()) for row in rows.values())
    rows[first] |= {"verdict": "approve", "link_opened": "yes", "confirm": "1, 3 5"}
    rows[second] |= {"verdict": "Reject", "reason": "too thin"}
    rows[third] |= {"verdict": "approve"}
    taken = {one.number: one for one in office.bring_back(list(rows.values()))}
    assert taken[first].done == "approved"
    assert taken[second].done == "rejected"
    assert "link_opened" in (taken[third].refused or "")
    assert workflow.draft(office.store, third).status == "proposed"
    [again] = [one for one in office.bring_back([rows[second]]) if one.refused]
    assert "is rejected; you can reject" in (again.refused or "")


def test_a_file_for_review_takes_no_approval_with_it(office: Office) -> None:
    number = office.propose("mtuulik")
    office.approve(number)
    [row] = office.export("all.csv", ExportRequest(everything=True))
    assert row["status"] == "approved"
    assert [row["draft_id"] for row in office.export("drafts.csv")] == [str(number)]
    assert workflow.draft(office.store, number).status == "exported"
    log = [row.event for row in drafts.history(office.store, number)]
    assert log[-2:] == ["exported for review", "exported"]


def test_edits_come_back_and_stale_ones_do_not(office: Office) -> None:
    number = office.propose("mtuulik")
    [row] = office.export("all.csv", ExportRequest(everything=True))
    edited = dict(row, body=row["body"].replace("\n", "\r\n").replace("Hello", "Dear"))
    [taken] = office.bring_back([edited])
    assert taken.done == "edited"
    body = workflow.draft(office.store, number).body
    assert body.startswith("Dear Maren,\n")
    [stale] = office.bring_back([dict(row, subject="Something else")])
    assert "changed since" in (stale.refused or "")
    assert office.bring_back([row]) == []
    [odd] = office.bring_back([dict(row, verdict="maybe")])
    assert "write approve, reject or nothing" in (odd.refused or "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\x81b", "not UTF-8"),
        (b"PK\x03\x04", "a workbook; save it as CSV"),
        (b"a,b\n1,2\n", "no column draft_id"),
        (b'draft_id,"subject\n', "not a CSV file"),
        (b"", "no column"),
    ],
)
def test_a_file_that_is_not_ours(office: Office, content: bytes, said: str) -> None:
    path = office.folder / "theirs.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        list(import_file(office.desk, office.context, path))


@pytest.mark.parametrize(
    ("separator", "encoding", "first"),
    [(";", "utf-8-sig", ""), (",", "utf-8", "sep=,\r\n"), ("\t", "utf-16", ""),
     (";", "cp1252", "sep=;\r\n"), (",", "utf-8", ",,,\r\n")],
)  # fmt: skip
def test_a_file_that_a_spreadsheet_saved_comes_back(
    office: Office, separator: str, encoding: str, first: str
) -> None:
    number = office.propose("mtuulik")
    [row] = office.export("all.csv", ExportRequest(everything=True))
    assert (office.folder / "all.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, row, delimiter=separator)
    writer.writeheader()
    blank = first if first.startswith(",") else ""
    text.write(blank)
    writer.writerow(dict(row, verdict="reject", reason="not now"))
    before = "" if blank else first
    (office.folder / "back.csv").write_bytes(
        f"{before}{text.getvalue()}".encode(encoding, "replace")
    )
    [taken] = import_file(office.desk, office.context, office.folder / "back.csv")
    assert (taken.number, taken.done) == (number, "rejected")


def test_a_lossy_code_page_is_no_edit(office: Office) -> None:
    number = office.propose("mtuulik")
    workflow.edit(office.desk, number, workflow.draft(office.store, number).body + "\n\n→ 你好")
    [row] = office.export("all.csv", ExportRequest(everything=True))
    lossy = {k: v.encode("cp1252", "replace").decode("cp1252") for k, v in row.items()}
    assert office.bring_back([lossy]) == []
    assert "你好" in workflow.draft(office.store, number).body


def test_a_file_with_a_row_of_no_draft_changes_nothing(office: Office) -> None:
    number = office.propose("mtuulik")
    [row] = office.export("all.csv", ExportRequest(everything=True))
    with pytest.raises(ConfigError, match="is no draft's number"):
        office.bring_back([dict(row, verdict="reject", reason="x"), dict(row, draft_id="none")])
    assert workflow.draft(office.store, number).status == "proposed"


def test_a_row_that_was_cut_off_is_refused_alone(office: Office) -> None:
    number = office.propose("mtuulik")
    path = office.folder / "cut.csv"
    path.write_text(f"draft_id,subject,body,text_hash,link_opened,verdict,reason\n{number}\n")
    [taken] = import_file(office.desk, office.context, path)
    assert "changed since" in (taken.refused or "")


# -- the link ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/there", "answered 200"),
        ("/other", "answered 200, but does not show the title"),
        ("/missing", "gone: it answered 404"),
    ],
)
def test_the_link_is_asked_once_more(path: str, said: str) -> None:
    with loopback() as web:
        web.pages["/there"] = Reply(b"<title>Free the blocks by Quinn</title>")
        web.pages["/other"] = Reply(b"<title>Sign in</title>")
        found = config.Config(http=config.Http(allow_private=[web.origin]))
        assert link_check.look(web.url + path, "Free the blocks", found, NOW) == said


def test_a_link_that_leads_nowhere_is_not_verified() -> None:
    found = link_check.look("https://forge.example/a/pull/1", "x", config.Config(), NOW)
    assert found == "not verified: an invented address"


def test_a_dead_link_keeps_a_draft_back(office: Office) -> None:
    number = office.propose("mtuulik")
    draft_changes.record_link(office.store, number, "gone: it answered 404")
    with pytest.raises(ConfigError, match="gone"):
        office.approve(number)


# -- the command line --------------------------------------------------------------------------


@pytest.fixture
def at_work(office: Office, sourcing: Sourcing) -> Sourcing:
    assert sourcing.folder == office.folder
    return sourcing


def test_editing_and_marking_on_the_command_line(office: Office, at_work: Sourcing) -> None:
    number = str(office.propose("mtuulik"))
    words = office.folder / "body.txt"
    body = workflow.draft(office.store, int(number)).body
    words.write_text(body.partition("\n--\n")[0].replace("Hello", "Dear"))
    said = at_work("drafts", "edit", number, "--body-file", str(words))
    assert said.status == 0, said.out + said.err
    assert "ok     3 Nothing invented" in said.out
    words.write_text(body.replace("Hello", "Impressive, dear"))
    assert at_work("drafts", "edit", number, "--body-file", str(words)).status == 1
    wishes = ("--status", "reviewing", "--tag", "kv cache", "--note", "x@y.se")
    said = at_work("mark", "mtuulik", *wishes)
    assert (said.status, "kv cache" in said.err) == (0, True)
    person = office.person("mtuulik")
    assert notes.notes(office.store, person)[0].text == "[address removed]"
    assert at_work("mark", "mtuulik").status == 2


def test_templates_are_written_once_and_checked(office: Office, at_work: Sourcing) -> None:
    assert at_work("drafts", "templates").status == 0
    assert "already there" in at_work("drafts", "templates").err
    broken = office.folder / "templates" / "short.txt.j2"
    broken.write_text("{{ work.nothing }}")
    assert "short.txt.j2: " in at_work("doctor").out
    broken.write_text("{% if")
    assert "short.txt.j2: " in at_work("doctor").out
    (office.folder / "templates" / "subject.txt.j2").write_text("About {{ work.where }}")
    number = office.propose("mtuulik")
    assert workflow.draft(office.store, number).subject.startswith("About harborlight/ferry")
