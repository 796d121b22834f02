"""Names, subjects and problems are worded with care, and no cell is a formula."""

import re

import pytest

from sourcing.core.csv_files import cell
from sourcing.core.model import Quotation, Remark
from sourcing.outreach.compose import with_article
from sourcing.outreach.message import CitedWork
from sourcing.outreach.problem_phrases import person, phrase
from sourcing.outreach.quotes import Quotes, read_quotes
from sourcing.outreach.salutation import first_name
from sourcing.outreach.thought import plain_title, short_title, thought


@pytest.mark.parametrize(
    ("name", "login", "first"),
    [
        ("Ada Quill", "ada", "Ada"),
        ("王小明", "xm", "王小明"),
        ("J. Ortiz", "jo", "J. Ortiz"),
        ("adaq", "adaq", ""),
        (None, "adaq", ""),
        ("AdaQ", None, ""),
        ("Li Wei Chen", None, "Li Wei Chen"),
        ("María del Río", None, "María"),
        ("Wang, Yi", None, "Yi"),
        ("Dr. Jane Roe", None, "Jane"),
        ("ZHANG Wei", None, "ZHANG Wei"),
        ("Roe,", None, "Roe"),
    ],
)
def test_first_name(name: str | None, login: str | None, first: str) -> None:
    assert first_name(name, login) == first


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=x", " =x", "|x", "%x"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == "'" + text
    assert cell("plain") == "plain"
    assert cell(-1) == -1


@pytest.mark.parametrize(
    ("problem", "worded"),
    [
        ("Requests hang when a worker dies", "keeping requests from hanging when a worker dies"),
        ("Secrets leak into logs.", "keeping secrets from leaking into logs"),
        ("Libraries break us", "keeping libraries from breaking us"),
        ("Streams are cut when a pod goes", "keeping streams from being cut when a pod goes"),
        ("Checkpoints do not resume correctly", "making checkpoints resume correctly"),
        ("Evaluations are not reproducible", "making evaluations reproducible"),
        ("Tests fail at random and block merges",
         "keeping tests from failing at random and blocking merges"),
        ("Docker images take too long to build",
         "keeping Docker images from taking too long to build"),
        ("flaky tests", "flaky tests"),
        ("smaller images and shorter build times", "smaller images and shorter build times"),
        ("Training runs cannot be resumed", "training runs cannot be resumed"),
        ("Batches wait too long and latency grows", "batches wait too long and latency grows"),
        ("Requests fail; nobody knows why", "keeping requests from failing"),
        ("The router deadlocks when a worker leaves",
         "keeping the router from deadlocking when a worker leaves"),
        ("The router sulks when a worker leaves", "the router sulks when a worker leaves"),
        ("Freeing leases fails when a node is gone", "freeing leases fails when a node is gone"),
        ("Operator work: reconcile loops, leases", "operator work (reconcile loops, leases)"),
    ],
)  # fmt: skip
def test_a_problem_is_told_as_the_work_of_the_role(problem: str, worded: str) -> None:
    assert phrase(problem) == worded


def test_a_wish_for_a_person_is_told_as_one() -> None:
    assert person("someone who fixed leaks in servers") == "fixed leaks in servers"
    assert person("has built evaluation tasks") == "has built evaluation tasks"
    assert person("Servers leak") is None


@pytest.mark.parametrize(
    ("title", "article"),
    [("Senior engineer", "a senior engineer"), ("ML engineer", "an ML engineer"),
     ("Engineer for builds", "an engineer for builds"), ("SRE", "an SRE")],
)  # fmt: skip
def test_a_job_title_has_its_article(title: str, article: str) -> None:
    assert with_article(title) == article


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Give every tool a deadline, a memory limit and an honest error", ""),
        ("Give every tool a deadline, a memory limit, a budget of retries and an honest error",
         "Give every tool a deadline"),
        ("Build the wheels in one pinned container and verify they install without a compiler",
         "Build the wheels in one pinned container and verify they install"),
        ("[BUG](log-service): return not-found for purged entries (#12)",
         "return not-found for purged entries"),
        ("fix(api)!: keep the lock", "keep the lock"),
        ("Modify list_collections client methods to return a list of collection…", None),
    ],
)  # fmt: skip
def test_a_subject_is_never_cut_inside_a_word(title: str, subject: str | None) -> None:
    shown = short_title(plain_title(title))
    assert len(shown) <= 72
    if subject is not None:
        assert shown == (subject or title)
    assert set(re.findall(r"\w+", shown)) <= set(re.findall(r"\w+", title))


def quotes(title: str, body: str) -> Quotes:
    return read_quotes([Remark("title", title, None, True), Remark("body", body, None, True)])


def test_a_deed_after_a_problem_is_the_choice() -> None:
    body = (
        "The pool was never locked while it was read, so two workers lost a lease.\n\n"
        "Quiesce the pool and count its leases again."
    )
    told = quotes("Fix leases that two workers get from the pool", body)
    assert told.choice
    assert told.choice.text == "Quiesce the pool and count its leases again."
    assert told.problem


def test_a_repair_that_only_names_the_fault_is_no_choice() -> None:
    assert not quotes(
        "Fix the flaky lease", "Fix lease flakiness on slow hosts at teardown."
    ).choice


def test_a_title_that_says_how_needs_only_the_cause() -> None:
    cause = "Two workers were given one lease because the pool was read without its lock."
    assert quotes("Lock the pool before a lease is read", cause).decision
    assert not quotes("Fix the pool", cause).decision


def test_a_quotation_ends_like_a_sentence() -> None:
    work = CitedWork("merged_pr", "Lock the pool", "anvil/press", 4, "2026-06-03T12:00:00Z", "u")
    item = Quotation("Take the lock before a lease is read from the pool", "body", None)
    assert thought(work, Quotes(choice=item)).endswith('from the pool".')
