"""The recruiter's and the cron job's way through the real commands, on a real repository."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sourcing.core.text import has_address
from sourcing.pipeline.lock import lock
from tests.conftest import Sourcing, configure
from tests.gitrepo import ADA, BO, GitRepo

LOUD = ("Lou Dahl", "lou@dahl.example")
QUIET = ("Quinn Sato", "77+quinn-sato@users.noreply.github.com")
#: What each night writes about itself.
RUNS = re.compile('INTO "(runs|nights)"')
FORGE = "https://forge.example/anvil/press"
NOW = 1_763_000_000  # 2025-11-13, so that nothing ages out of what may be cited
SENDER = {
    "sender_name": "Mira Vale",
    "sender_org": "Northwind",
    "position": "Senior engineer, serving",
    "why": "Our GPU slots stay taken when users leave.",
    "notice_url": "https://northwind.example/notice",
}

LEAK = """Fix hang when a request is aborted mid-prefill (#41)

The scheduler hung because cancelled requests never gave their cache blocks back.

We free the blocks on the abort path instead of adding a timeout, which would hide the leak.
Measured: 10,000 aborts, 0 blocks lost, before 312. Adds a test that cancels mid-prefill.

Co-authored-by: Bo Larsen <bo@larsen.example>
"""


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history by a loud author of features and a quiet engineer of reliability."""
    path = tmp_path_factory.mktemp("history") / "press"
    with GitRepo(path, clock=NOW - 3600 * 200) as repo:
        for number in range(1, 31):
            repo.commit(
                f"feat: add model family {number} (#{number})",
                author=LOUD,
                files={f"press/models/m{number}.py": "x", "README.md": str(number)},
            )
        repo.commit(
            LEAK, author=QUIET, files={"press/scheduler.py": "y", "tests/test_abort.py": "z"}
        )
        for number, title in enumerate(
            ("Fix race in block allocator", "ci: cache wheels, build 9 min to 3", "Retry on 503"),
            42,
        ):
            repo.commit(
                f"{title} (#{number})\n\nThe cause was a lock taken twice, a deadlock.",
                author=QUIET,
                files={f"press/core{number}.py": "y", f".github/workflows/ci{number}.yml": "z"},
            )
        repo.commit(
            "Bump deps (#50)",
            author=("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        )
        repo.commit("Add docs (#51)", author=BO, files={"docs/a.md": "x"})
        repo.commit("Fix typo (#52)", author=ADA, files={"docs/a.md": "y"})
    return path


@pytest.fixture(scope="module")
def crawled(press: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it was configured and crawled once."""
    folder = tmp_path_factory.mktemp("crawled")
    configure(folder, f"git:{press}", git__forge={str(press): FORGE}, outreach=SENDER)
    subprocess.run([sys.executable, "-m", "sourcing", "crawl"], check=True, cwd=folder)
    return folder


@pytest.fixture
def world(sourcing: Sourcing, crawled: Path) -> Sourcing:
    """A copy of that, to be changed."""
    for name in ("sources.toml", "sourcing.db"):
        shutil.copy(crawled / name, sourcing.folder)
    return sourcing


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_help_names_every_command_and_the_exit_statuses(sourcing: Sourcing) -> None:
    said = sourcing("--help")
    assert said.status == 0
    for word in ("init", "crawl", "shortlist", "show", "drafts", "doctor", "demo", "4  another"):
        assert word in said.out
    for command in (
        "init",
        "crawl",
        "score",
        "shortlist",
        "show",
        "draft",
        "drafts",
        "doctor",
        "demo",
    ):
        assert sourcing(command, "--help").status == 0


def test_init_writes_a_config_that_loads_and_never_overwrites(sourcing: Sourcing) -> None:
    assert sourcing("init").status == 0
    assert (sourcing.folder / "openings" / "first.toml").exists()
    assert "wrong" not in sourcing("doctor").out
    before = (sourcing.folder / "sources.toml").read_text()
    again = sourcing("init")
    assert (again.status, "already there" in again.err) == (2, True)
    assert (sourcing.folder / "sources.toml").read_text() == before


def test_the_quiet_engineer_ranks_above_the_loud_author(world: Sourcing) -> None:
    said = world("shortlist", "--format", "csv", "--limit", "0")
    assert said.out.startswith('"rank","person_id","login","name","aliases","score"')
    found = rows(said.out)
    assert found[0]["name"] == "Quinn Sato"
    assert found[0]["login"] == "quinn-sato"
    names = [row["name"] for row in found]
    assert not any("dependabot" in name for name in names)
    assert "Lou Dahl" not in names[:1]


def test_every_point_opens_into_links(world: Sourcing) -> None:
    said = world("show", "quinn-sato")
    assert f"{FORGE}/pull/41" in said.out
    assert "What this cannot show" in said.out
    dossier = json.loads(world("show", "Quinn Sato", "--format", "json").out)
    assert dossier["score"] == pytest.approx(sum(s["points"] for s in dossier["signals"]))
    for signal in dossier["signals"]:
        assert signal["points"] == pytest.approx(sum(points for _, points in signal["proofs"]))
        assert all(piece["url"].startswith(FORGE) for piece, _ in signal["proofs"])


def test_people_are_found_by_what_their_work_is_about(world: Sourcing) -> None:
    about = rows(world("shortlist", "--about", "cache blocks", "--format", "csv").out)
    assert [row["name"] for row in about][:1] == ["Quinn Sato"]
    assert "aborted mid-prefill" in about[0]["evidence_1"]
    assert world("shortlist", "--about", "no such words at all").out == ""
    assert "No people" in world("shortlist", "--repo", "other/place").err
    assert rows(
        world("shortlist", "--repo", "anvil/press", "--kind", "reliability", "--format", "csv").out
    )


def test_formats_go_to_stdout_alone(world: Sourcing) -> None:
    [first] = json.loads(world("shortlist", "--format", "json", "--limit", "1").out)
    assert first["works"][0]["url"].startswith(FORGE)
    assert {"title", "kind", "url", "date", "reasons"} <= first["works"][0].keys()
    assert "1. **Quinn Sato** (@quinn-sato)" in world("shortlist", "--format", "md").out
    assert "Quinn Sato" in world("shortlist").out


def test_a_second_crawl_finds_nothing_and_rewrites_nothing(world: Sourcing) -> None:
    def state() -> list[str]:
        with sqlite3.connect(world.folder / "sourcing.db") as conn:
            dump = [line for line in conn.iterdump() if not RUNS.search(line)]
        conn.close()
        return dump

    before = state()
    said = world("crawl")
    assert (said.status, "nothing new" in said.err) == (0, True)
    assert state() == before


def test_what_is_new_is_found_the_next_night(world: Sourcing, press: Path) -> None:
    with GitRepo(world.folder / "press2") as repo:
        repo.commit("Fix crash when the cache is empty (#1)\n\nThe cause was a missing check.")
    world.config(f"git:{press}", f"git:{world.folder / 'press2'}")
    said = world("crawl", f"git:{world.folder / 'press2'}", "--max-minutes", "5")
    assert "1 contributions stored" in said.err


def test_a_draft_cites_one_thing_and_waits_for_a_human(world: Sourcing) -> None:
    assert world("draft", "quinn-sato").status == 0
    shown = world("drafts", "show", "1").out
    assert f"{FORGE}/pull/4" in shown
    assert "Mira Vale" in shown
    assert "https://northwind.example/notice" in shown
    assert "Quinn" in shown
    refused = world("drafts", "approve", "1")
    assert (refused.status, "open https://forge.example" in refused.err) == (2, True)
    assert world("drafts", "approve", "1", "--opened", "--confirm", "1,5").status == 0
    assert world("drafts", "export", "--to", "drafts.csv").status == 0
    out = rows((world.folder / "drafts.csv").read_text("utf-8-sig"))
    assert [(r["email"], r["status"], r["first_name"]) for r in out] == [("", "approved", "Quinn")]
    assert "already exported" in world("draft", "quinn-sato").err
    again = world("drafts", "export", "--all", "--to", "drafts.csv")
    assert (again.status, "already there" in again.err) == (2, True)
    assert len(rows((world.folder / "drafts.csv").read_text("utf-8-sig"))) == 1


def test_who_said_no_after_the_approval_is_left_out_of_the_file(world: Sourcing) -> None:
    world("draft", "quinn-sato")
    world("drafts", "approve", "1", "--opened", "--confirm", "1,5")
    with sqlite3.connect(world.folder / "sourcing.db") as conn:
        conn.execute("UPDATE persons SET status = 'do not contact' WHERE name = 'Quinn Sato'")
    conn.close()
    said = world("drafts", "export", "--to", "drafts.csv")
    assert "draft 1: the person is not to be contacted" in said.err
    assert not (world.folder / "drafts.csv").exists()
    assert world("draft", "quinn-sato").status == 1


def test_one_human_gets_one_message(world: Sourcing) -> None:
    world("draft", "quinn-sato")
    (world.folder / "openings").mkdir()
    (world.folder / "openings" / "first.toml").write_text('title = "Engineer"')
    world("draft", "quinn-sato", "--opening", "first")
    assert world("drafts", "list", "--status", "proposed").out.count("proposed") == 1
    assert world("drafts", "approve", "2", "--opened", "--confirm", "1,5").status == 0
    assert "already approved" in world("draft", "quinn-sato").err


def test_a_draft_whose_evidence_was_reverted_is_not_approved(world: Sourcing) -> None:
    world("draft", "quinn-sato")
    with sqlite3.connect(world.folder / "sourcing.db") as conn:
        conn.execute("UPDATE contributions SET reverted_by = 1")
    conn.close()
    assert "reverted" in world("drafts", "approve", "1", "--opened", "--confirm", "1,5").err


def test_an_export_of_all_is_marked_as_not_for_sending(world: Sourcing) -> None:
    world("draft", "--top", "3")
    world("drafts", "export", "--all", "--to", "all.csv")
    out = rows((world.folder / "all.csv").read_text())
    assert out
    assert all(r["status"] == "proposed" and r["body"].startswith("[FOR REVIEW ONLY") for r in out)


def test_a_users_name_that_is_an_address_is_not_kept(
    world: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "mira@northwind.example")
    world("draft", "quinn-sato")
    assert "proposed by mira\n" in world("drafts", "show", "1").out


def test_a_rejected_draft_is_not_exported(world: Sourcing) -> None:
    world("draft", "quinn-sato")
    assert world("drafts", "reject", "1", "--reason", "not now").status == 0
    said = world("drafts", "export", "--to", "drafts.csv")
    assert "nothing to export" in said.err
    assert not (world.folder / "drafts.csv").exists()
    assert world("drafts", "reject", "9", "--reason", "x").status == 2


def test_words_are_only_put_into_the_mouth_of_who_alone_wrote_them(world: Sourcing) -> None:
    """#41 was written with somebody else: its text may be quoted, and not as hers."""
    world("draft", "quinn-sato")
    body = world("drafts", "show", "1").out
    assert "pull/41" in body
    assert "written with others)" in body
    assert 'It says: "We free the blocks' in body
    assert "you decided" not in body.lower()


def test_without_a_forge_a_draft_is_refused_in_one_line(world: Sourcing, press: Path) -> None:
    world.config(f"git:{press}", outreach=SENDER)
    (world.folder / "sourcing.db").unlink()
    world("crawl")
    said = world("draft", "Quinn Sato")
    assert said.status == 1
    assert "[git.forge]" in said.err.splitlines()[0]


def test_a_draft_without_a_sender_says_what_is_missing(world: Sourcing, press: Path) -> None:
    world.config(f"git:{press}")
    said = world("draft", "quinn-sato")
    assert (said.status, "[outreach] sender_name is empty" in said.err) == (2, True)


def test_a_template_of_ones_own(world: Sourcing) -> None:
    mine = world.folder / "mine.j2"
    mine.write_text(
        'Dear {{ person.name }},\n\nyour words, with others: "{{ work.problem or work.said }}"'
        " {{ work.link }}"
        "\n{{ opening.problem }}\n{{ sender.name }}, {{ sender.org }}\n{{ sender.ask }}\n--\n"
        "Found in public; I delete it if you say no: {{ sender.notice_url }}"
    )
    assert world("draft", "quinn-sato", "--template", str(mine)).status == 0
    assert "Dear Quinn Sato," in world("drafts", "show", "1").out
    for text, fault in (
        ("{{ nobody.x }}\n--\n", "undefined"),
        ("{% if", "mine.j2"),
        ("x", "the notice"),
    ):
        mine.write_text(text)
        assert fault in world("draft", "quinn-sato", "--template", str(mine)).err


def test_a_role_and_weights_of_ones_own(world: Sourcing, press: Path) -> None:
    path = str(press)
    world.config(f"git:{path}", git__forge={path: FORGE}, roles__ours={"delivery": 5})
    assert world("score").status == 0
    assert (
        rows(world("shortlist", "--role", "ours", "--format", "csv").out)[0]["name"] == "Quinn Sato"
    )
    assert (
        "no role named 'x'; there are: reliability-tooling" in world("shortlist", "--role", "x").err
    )
    world.config(f"git:{path}", roles__ours={"deliverry": 5})
    said = world("crawl")
    assert (said.status, "[roles.ours] deliverry" in said.err) == (2, True)


def test_as_it_stood_on_a_date(world: Sourcing) -> None:
    assert world("score", "--as-of", "2024-01-01").status == 0
    assert world("shortlist", "--format", "csv").out.count("\n") == 1
    assert world("crawl").status == 0
    assert world("shortlist", "--format", "csv").out.count("\n") > 1


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        ("sources = [", "not valid TOML"),
        ("source = []", "source: unknown key; did you mean 'sources'?"),
        ("[http]\npace = 1", "[http] pace: unknown key"),
        ("[http]\nmax_minutes = 'x'", "[http] max_minutes:"),
        ("sources = ['nothing']", "KIND:TARGET"),
        ("sources = ['ftp:x']", "no connector named 'ftp'"),
        ("sources = ['github:owner']", "source github:owner: write github:owner/name"),
        ("sources = []", "sources is empty"),
    ],
)
def test_a_wrong_config_is_told_with_its_place(sourcing: Sourcing, config: str, fault: str) -> None:
    (sourcing.folder / "sources.toml").write_text(config)
    said = sourcing("crawl")
    assert said.status == 2
    assert fault in said.err
    assert said.err.count("\n") == 1


def test_a_failing_source_is_a_line_and_the_others_are_read(world: Sourcing, press: Path) -> None:
    path = str(press)
    world.config(f"git:{path}-absent", f"git:{path}")
    said = world("crawl")
    assert said.status == 1
    assert "press-absent: FAILED" in said.err
    assert "1 failed" in said.err


def test_a_second_crawl_at_once_is_refused(world: Sourcing) -> None:
    with lock(Path("sourcing.db")):
        said = world("crawl")
    assert (said.status, "another crawl" in said.err) == (4, True)
    assert world("crawl").status == 0


def test_a_database_of_somebody_else_is_refused(sourcing: Sourcing) -> None:
    with sqlite3.connect(sourcing.folder / "sourcing.db") as conn:
        conn.execute("CREATE TABLE theirs (x)")
    conn.close()
    sourcing.config("git:/nowhere")
    assert sourcing("crawl").status == 3
    assert sourcing("shortlist").status == 3


def test_no_address_reaches_the_database_or_a_file(world: Sourcing) -> None:
    world("draft", "--top", "5")
    world("drafts", "export", "--all", "--to", "all.csv")
    assert not has_address((world.folder / "all.csv").read_text())
    with sqlite3.connect(world.folder / "sourcing.db") as conn:
        assert [line for line in conn.iterdump() if has_address(line)] == []
    conn.close()


@pytest.mark.parametrize(
    "arguments",
    [
        ("crawl", "git:/tmp/r\udcff"),
        ("crawl", "git:https://me:secret@forge.example/a/b"),
        ("drafts", "show", "99999999999999999999"),
        ("drafts", "export", "--to", "."),
        ("drafts", "list", "--status", "approvd"),
        ("shortlist", "--status", "bogus"),
        ("show", ""),
    ],
)
def test_wrong_words_are_one_line_and_status_2(world: Sourcing, arguments: tuple[str, ...]) -> None:
    said = world(*arguments)
    assert said.status == 2
    assert "secret" not in said.err


def test_one_bad_source_does_not_end_the_night(world: Sourcing, press: Path) -> None:
    path = str(press)
    with GitRepo(world.folder / "other") as repo:
        repo.commit("Fix leak (#1)")
    other = str(world.folder / "other")
    world.config(f"git:{path}", f"git:{other}", git__forge={path: "no url at all"})
    said = world("crawl")
    assert said.status == 1
    assert "1 contributions stored, 0 changed, 1 failed" in said.err
    assert "wrong" in world("doctor").out


def test_doctor_changes_nothing(world: Sourcing) -> None:
    empty = world.folder / "empty.db"
    empty.touch()
    said = world("--db", "empty.db", "doctor")
    assert empty.stat().st_size == 0
    assert said.status == 0
    assert "sound" in world("doctor").out
    (world.folder / "sources.toml").write_text("[roles.x]\nfoo = 1\n")
    assert "[roles.x] foo" in world("doctor").out


def test_runs_have_a_beginning_and_an_end(world: Sourcing) -> None:
    with sqlite3.connect(world.folder / "sourcing.db") as conn:
        rows_ = conn.execute("SELECT started_at, ended_at, outcome FROM runs").fetchall()
    conn.close()
    assert all(start <= end for start, end, _ in rows_)


def test_logs_as_json(world: Sourcing) -> None:
    said = world("--log-format", "json", "crawl")
    events = [json.loads(line) for line in said.err.splitlines()]
    assert [e["event"] for e in events] == ["ended", "assessed", "summary"]
    assert events[-1]["runs"][0]["outcome"] == "unchanged"
    assert said.out == ""


def test_an_unknown_or_unclear_person(world: Sourcing) -> None:
    said = world("show", "nobody-at-all")
    assert (said.status, "sourcing shortlist" in said.err) == (2, True)
