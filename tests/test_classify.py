"""What a change is read as: tables of invented changes, and laws that hold for any."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import VERSION, Change, classify
from scoring.classify import LEAST, read_by_rules
from sourcing.core.model import Kind, Work


def change(title: str, *paths: str, body: str = "", lines: int | None = 40) -> Change:
    came, went = (None, None) if lines is None else (lines - lines // 4, lines // 4)
    return Change(title, body, paths, len(paths) or None, came, went)


def grown(title: str, *paths: str, lines: int) -> Change:
    """Lines that only came or, below zero, only went."""
    return Change(title, "", paths, len(paths), max(lines, 0), max(-lines, 0))


KINDS: list[tuple[Work, Change]] = [
    (
        "reliability",
        change("Fix deadlock when a worker dies", "engine/pool.py", "tests/test_pool.py"),
    ),
    ("reliability", change("feat: retry uploads after a timeout", "store/upload.go")),
    ("reliability", change("Guard against None in the tokenizer", "src/tok.py")),
    ("performance", change("Reduce memory usage of the index by 40%", "src/index.rs")),
    ("performance", change("perf(router): cache parsed schemas", "router/schema.rs")),
    ("observability", change("Structured logging for the scheduler", "sched/main.go")),
    ("observability", change("fix: clearer error message for a missing key", "app/auth.py")),
    ("evaluation", change("Add a multilingual QA benchmark", "kit/evals/qa/task.py")),
    ("evaluation", change("Fix F1 for empty answers", "kit/metrics/f1.py")),
    ("testing", change("fix: flaky upload test", "tests/test_upload.py")),
    ("testing", change("Cover the parser", "tests/test_parser.py", "tests/fixtures/a.json")),
    ("delivery", change("chore: cache wheels", ".github/workflows/ci.yml")),
    ("delivery", change("feat: sign images on publish", ".github/workflows/release.yaml")),
    ("delivery", change("Pin numpy below 2, it breaks our wheels", "pyproject.toml")),
    ("tooling", change("chore: refactor config loading", "app/settings.py", "app/load.py")),
    ("tooling", change("feat(cli): add a --dry-run flag", "app/cli.py")),
    ("data", change("Deduplicate rows in the data pipeline", "etl/ingestion/rows.py")),
    ("feature", change("feat: support image prompts", "app/chat.py", "app/models.py")),
    ("feature", change("Add sidebar button", "ui/components/Sidebar.tsx")),
    ("docs", change("fix: broken import in the quickstart", "docs/quickstart.md")),
    ("docs", change("feat: tutorial for agents", "docs/agents.ipynb")),
    ("chore", change("Bump version to 1.2.3", "pyproject.toml", lines=2)),
    ("chore", change('Revert "feat: new cache"', "app/chat.py")),
]


@pytest.mark.parametrize(("work", "read"), KINDS, ids=lambda v: getattr(v, "title", v))
def test_kind_is_what_the_change_does(work: Work, read: Change) -> None:
    assert classify(read).work == work


@pytest.mark.parametrize(("work", "read"), KINDS, ids=lambda v: getattr(v, "title", v))
def test_kind_needs_no_sizes(work: Work, read: Change) -> None:
    assert classify(replace(read, files=None, additions=None, deletions=None)).work == work


#: What was once misread, each for a cause that any project can have.
MISREAD: list[tuple[Work, Change]] = [
    # a chart is drawn as well as installed
    ("reliability", change("fix: legend of charts is cut off", "app/plots.py")),
    ("feature", change("Stacked charts for spending", "app/plots.py")),
    ("delivery", change("Move the probes into the helm chart", "ops/probes.yaml")),
    # what a product is about is not what was done to it
    ("feature", change("feat(prompts): reserve the slug of scores", "server/routes.ts")),
    ("feature", change("Add metric picker to traces", "web/src/traces/Picker.tsx")),
    ("feature", change("feat(evals): colour the score badge", "ui/components/Score.css")),
    ("reliability", change("fix(datasets): crash on an empty trace", "server/items.ts")),
    ("reliability", change("fix: prefix caching with two adapters", "engine/blocks.py")),
    ("evaluation", change("Add score normalization", "kit/evals/normalize.py")),
    ("evaluation", change("Score answers with an LLM judge, win rate per task", "kit/rate.py")),
    # where a file lies beats what it is called
    (
        "observability",
        change("Bound the number of metric families", "core/observability/metrics.py"),
    ),
    # versions of what others wrote
    ("delivery", change("fix(security): upgrade zlib against CVE-2026-0001", "go.mod", "go.sum")),
    ("delivery", change("[Scanner] Fix vulnerability in zlib", "requirements.txt")),
    ("chore", change("Bump zlib to 1.3.2 for a data race", "package-lock.json")),
    ("chore", change("v3.1.4", "Cargo.toml")),
    ("chore", change("Bump the actions group across 2 directories", ".github/workflows/ci.yml")),
    ("chore", change("build(deps): bump zlib from 1.2 to 1.3", "Makefile")),
    ("chore", change("Release 3.1.4 (#812)", "pkg/__init__.py")),
    # faster is faster, whatever else is named
    ("performance", change("perf(scores): one query for all traces", "server/scores.ts")),
    ("performance", change("fix: 99th percentile from 1.2 s to 300 ms", "server/list.go")),
    ("performance", change("Indexing is 40 % faster", "index/build.go")),
    ("performance", change("Halve memory of the block table", "engine/blocks.py")),
    ("performance", change("Hash in chunks: time to first token stays flat", "engine/key.py")),
    ("performance", change("Keep weights mapped: cold start below a second", "engine/load.py")),
    ("performance", change("Measure throughput of the router", "benchmarks/router.py")),
    ("evaluation", change("Add a benchmark for zero shot answers", "benchmarks/qa.py")),
    ("reliability", change("Raise the timeout of uploads from 5 s to 90 s", "store/put.go")),
    # generic words decide nothing
    ("feature", change("Add profiles that stop when not the default", "app/profiles.py")),
    # a workflow that comes with tests is there to run them
    (
        "testing",
        change("Replay recorded sessions", "tests/replay.py", ".github/workflows/replay.yml"),
    ),
    (
        "testing",
        change(
            "Watch the total of every riddle",
            "tests/riddles.py",
            "tests/solve.py",
            ".github/workflows/riddles.yml",
            body="No test noticed that totals moved: the tests check parts, and CI no sum.",
        ),
    ),
    ("testing", change("Fuzz the decoder", "decoder/fuzz.go")),
    # a test beside the work does not make it testing
    ("reliability", change("Wrapped objects can be pickled", "kit/wrap.py", "tests/wrap.py")),
    # work with places of its own is elsewhere, and its words name what the product is about
    ("feature", change("feat: run on the docker runner", "app/run.go")),
    ("tooling", change("Refactor package installation", "lang/r.go")),
    (
        "feature",
        change(
            "Support topics of workers",
            "app/assign.go",
            body="Are all docstrings up to date? Do we need changes in the docs repository?",
        ),
    ),
    # a setting of the product is no tool of its makers
    ("feature", change("feat: environment variable for the first users", "app/users.py")),
    ("feature", change("Add command models to the supported ones", "app/models.py")),
    # a repair in pages or scripts is a repair
    ("reliability", change("fix(prompts): keep the folder path", "ui/components/Prompt.tsx")),
    ("reliability", change("Fix the visualizer", "scripts/visualize.py")),
    ("reliability", change("Enhancements and fixes of sharding", "engine/shards.py")),
    # what was added tells the kind, that it was added does not
    ("reliability", change("Add retry mechanism for calls of the API", "kit/calls.py")),
    ("reliability", change("feat(agent) Add connection cleanup on graceful exit", "net/link.py")),
    ("observability", change("feat: implement metrics and tracing for both servers", "go/run.go")),
    ("feature", change("Add `recurse` argument in `remove_hook`", "kit/hooks.py")),
    # what is moved is not made
    ("tooling", change("Move the guides to the processors", "kit/guide.py", "kit/fsm.py")),
    ("tooling", change("feat: move integrations out of experimental", "kit/a.py", "kit/b.py")),
    # what is undone is not what is done
    ("chore", change('Revert "ci: downgrade the resolver"', ".github/workflows/ci.yml")),
    ("chore", change('revert: "fix: a crash"', "app/run.py")),
    # platforms that are served, and releases
    ("delivery", change("Drop Python 3.9 support", "app/a.py", "app/b.py")),
    ("delivery", change("Support Python 3.14", "app/a.py")),
    ("chore", change("Prepare release 1.1.0", "Cargo.toml", "README.md", "app/api.json")),
    ("chore", change("ci(kit) Bump to 1.7.0 post 1.6.0 release", "package.json")),
    # a warning of a failure is no repair of it
    ("observability", change("Add warning for a version mismatch", "kit/load.py")),
    ("tooling", change("Rework new constants", "kit/constants.py")),
    ("chore", change("Reformat examples", "examples/a.py")),
    # the longer phrase is what was said
    ("chore", change("Update pre-commit", ".pre-commit-config.yaml")),
    # a newer version told in the title and nowhere else; a platform is served
    ("chore", change("Upgrade zlib in the Dockerfile to 1.3.2", "Dockerfile", lines=2)),
    ("chore", change("chore: update larder version to 3.0.0 in helm", "helm/Chart.yaml", lines=6)),
    ("delivery", change("Upgrade zlib to 1.3.2", "io/inflate.go", "go.mod", lines=90)),
    ("delivery", change("Update Python lower bound to 3.12", "pyproject.toml", lines=6)),
    # lines that came, or went, without a word that tells
    ("feature", grown("Ranges of days", "app/days.py", lines=300)),
    ("tooling", grown("Days", "app/days.py", lines=-300)),
    ("reliability", change("Ranges of days", "app/days.py", lines=8)),
    # what is mended is no running program
    ("tooling", change("fix: linting of the planner", "plan/steps.py")),
    ("testing", change("Fix tests of the planner", "plan/testing/steps.py", "plan/steps.py")),
    ("testing", change("Fix test_steps_are_ordered", "plan/steps.py")),
    ("delivery", change('Fix "ERROR: failed to fetch base"', "Dockerfile")),
    ("docs", change("feat: add our page of help", "README.md", ".gitignore")),
    ("reliability", change("fix: column rename", "kit/metrics/noise.py")),
    # the verb after a tag, and in any form
    ("reliability", change("[larder] Fix the shelf of days", "app/days.py", lines=300)),
    ("reliability", change("net/link: fixes #12 (#13)", "app/days.py", lines=300)),
    ("tooling", change("Consolidating the shelves", "app/days.py", lines=20)),
    ("delivery", change("Fix larder dependency", "app/days.py", lines=8)),
    # an error by its own name
    ("reliability", change("Raise `NoShelfLeftError` when full", "larder/shelves.py")),
    ("feature", change("Let clients choose the formatting of dates", "app/dates.py", lines=80)),
    # work that is spared, though no word says faster
    ("performance", change("Avoid a second copy of the shelf", "larder/shelf.rs")),
    ("performance", change("Don't allocate for empty shelves", "larder/shelf.rs")),
    ("performance", change("Skip needless lookups of labels", "larder/labels.go")),
    ("performance", change("Reuse the buffer between shelves", "larder/shelf.rs")),
    ("reliability", change("Avoid a crash on an empty shelf", "larder/shelf.rs")),
    ("tooling", change("Remove the legacy shelf", "larder/shelf.rs")),
    ("tooling", change("Get rid of the second registry", "larder/shelf.rs", "larder/list.rs")),
    # noise that is taken away is work on what one reads
    ("observability", change("Silence warnings of the reader", "larder/read.py")),
    # a slip is a slip, wherever it stands
    ("chore", change("fix: typo in the upload test", "tests/test_upload.py", lines=2)),
    ("chore", change("Fix typos", ".github/workflows/publish.yml", lines=8)),
    ("docs", change("Fix typo in the docstring of put", "store/put.py", lines=2)),
    # a newer version without its number; a reason, or a bound, makes it work
    ("chore", change("chore(server): update zlib version", "server/go.mod", lines=4)),
    ("chore", change("ci: Bump cryptolib", "requirements/dev.txt", "requirements/ci.txt")),
    ("delivery", change("Bump min python version from 3.9 to 3.10", "pyproject.toml")),
    ("delivery", change("Update the requirements of the server", "server/pyproject.toml")),
    # a workflow runs the tests
    ("testing", change("[TST] Run test_upload after the others", ".github/workflows/ci.yml")),
    # what is wholly among tasks is mended there
    ("evaluation", change("Fixes to the riddles", "kit/tasks/riddles/a.yaml")),
    # lines that only went were tidied away, unless a word tells of a repair
    ("tooling", grown("Third shelf of days", "app/days.py", lines=-12)),
    ("reliability", grown("fix: crash on the third shelf", "app/days.py", lines=-12)),
    # what developers type
    ("tooling", change("Isolate the environment of the linter", "tox.ini")),
    ("tooling", change("Add a target that formats the planner", "Makefile", "scripts/format.sh")),
    ("delivery", change("Build wheels for musl", "Makefile")),
    # where only the project's own people work, what is added is no feature
    ("tooling", change("Support a second shelf", "Makefile", "scripts/shelve.sh", ".flake8")),
    # a reason for a newer version stands before or behind it
    ("delivery", change("security: upgrade zlib", "go.mod", "go.sum", lines=12)),
    # what is mended there is what developers read, or the order of their own code
    ("observability", change("fix: the log of empty shelves", "larder/shelf.py")),
    ("tooling", change("fix circular deps of the larder", "larder/a.py", "larder/b.py")),
    ("tooling", change("Leave the drawings alone when formatting", ".prettierignore")),
    # where a program may run; what watches the work on it
    ("delivery", change("feat: taints of the pods", "operator/pods.go", lines=90)),
    ("tooling", change("Enforce words of PR titles", "dev/titles.py")),
    # batches and memories that a product has are not why it is fast
    ("feature", change("feat: a memory store of agents", "larder/store.py", lines=90)),
    ("reliability", change("Relax the order within a batch", "larder/store.py", lines=4)),
    ("performance", change("Optimize memory of the store", "larder/store.py", lines=90)),
    ("observability", change("Log what the ingestion drops", "larder/store.py", lines=8)),
    # what runs and watches the tests is no test
    ("tooling", change("Look for tabs in all files", "tests/lint/tabs.py")),
    # how a page looks is the product
    ("feature", change("Colours of the shelf", "web/Shelf.tsx", lines=90)),
    ("performance", change("Lookups of 10 k labels are 2x faster", "larder/benches/labels.rs")),
    # a manifest beside the work does not make it delivery
    ("feature", change("feat: bring your own container", "app/run.rs", "Cargo.toml", lines=90)),
    # what a part is called, and a body of a change elsewhere, back no noun
    ("reliability", change("Deterministic labels of states", "kit/fsm.py", lines=90)),
]


@pytest.mark.parametrize(("work", "read"), MISREAD, ids=lambda v: getattr(v, "title", v))
def test_once_misread(work: Work, read: Change) -> None:
    assert classify(read).work == work


def invented() -> list[tuple[Work, Change]]:
    table = tomllib.loads((Path(__file__).parent / "changes.toml").read_text("utf-8"))
    return [
        (
            cast(Work, work),
            change(r["title"], *r["paths"], body=r.get("body", ""), lines=r.get("lines")),
        )
        for work, rows in table.items()
        for r in rows
    ]


def test_kinds_that_are_rare_in_histories_are_known() -> None:
    """A floor below what is reached (0.90), because words may be weighed anew."""
    right = [work for work, read in invented() if classify(read).work == work]
    assert len(right) >= 0.88 * len(invented())
    assert min(Counter(right).values()) >= 8  # of eleven or more


def test_new_versions_prove_little_unless_they_say_why() -> None:
    title = "fix(security): upgrade zlib against a memory leak, CVE-2026-0001"
    bare = classify(change(title, "go.mod", "go.sum", lines=400))
    assert bare.substance <= 0.5
    assert not bare.relevant
    assert "hard problem" not in bare.reasons
    assert "title: leak" not in bare.reasons
    notes = "Bumps zlib from 1 to 2. Release notes: fixed a crash because of a data race."
    assert classify(change("Bump zlib", "go.sum", body=notes)).substance <= 0.5
    reason = "2.1 writes frames which our reader refuses, due to a new default of the window."
    told = classify(change("Pin zlib below 2.1", "go.mod", body=reason))
    assert told.work == "delivery"
    assert told.relevant
    beside = classify(change(title, "go.mod", "io/inflate.go", lines=60))
    assert beside.work == "reliability"


def test_a_title_alone_proves_little() -> None:
    assert classify(Change("Fix quality")).substance <= 1
    assert classify(Change("Default 0.5 → 0.9")).substance <= 1


def test_what_was_discussed_and_left_for_later_shows_thought() -> None:
    bare = change("Retry uploads", "store/put.go", body="Uploads are tried three times now.")
    told = f"{bare.body} As discussed in the issue, downloads are left for a separate PR."
    assert "discussed" in classify(replace(bare, body=told)).reasons
    assert "discussed" not in classify(bare).reasons


def test_an_edit_of_one_line_is_trivial_unless_it_is_explained() -> None:
    edit = change("fix: pass the seed on", "train/run.py", lines=2)
    assert classify(edit).substance < 1
    why = "The seed of the run was never handed to the loader, so that two runs drew other rows."
    told = replace(edit, body=f"{why} Comparisons of seeds were therefore worth nothing.")
    assert classify(told).relevant
    assert classify(replace(edit, additions=3, deletions=1)).relevant


def test_a_few_lines_that_nothing_tells_of_prove_nothing_unless_they_mend() -> None:
    build = change("Use the larger shelf", "Dockerfile", lines=4)
    assert not classify(build).relevant
    assert classify(replace(build, additions=9)).relevant
    assert classify(change("fix: hang on an empty shelf", "larder/shelf.py", lines=4)).relevant
    word, section, chapter = (
        classify(change("Explain shelves", "docs/shelves.md", lines=lines)).substance
        for lines in (4, 16, 60)
    )
    assert word < section < chapter
    notebook = classify(change("Explain shelves", "docs/shelves.ipynb", lines=500))
    assert word < notebook.substance < chapter


def test_lines_that_only_moved_are_no_effort() -> None:
    paths = [f"app/queue/{name}.py" for name in ("put", "get", "drop", "peek")]
    work = change("Rework the queue", *paths, lines=800)
    moved = replace(work, title="Move the queue", additions=402, deletions=398)
    assert classify(moved).substance < classify(work).substance


def test_docs_and_tests_beside_the_work_do_not_add_their_lines() -> None:
    work = Change("Drop an index", "", ("db/index.py",), 1, 40, 0)
    beside = replace(work, paths=(*work.paths, *(f"docs/api/{n}.md" for n in range(9))), files=10)
    beside = replace(beside, additions=400)
    assert read_by_rules(beside).evidence.substance == read_by_rules(work).evidence.substance
    # The calibration also weighs the share of docs among the files, and may lower the result.
    assert classify(beside).substance <= classify(work).substance


def test_to_switch_a_check_off_is_no_work_on_checks() -> None:
    off = change("Disable the upload test until it can be debugged", "tests/test_upload.py")
    assert not classify(off).relevant
    assert classify(replace(off, title="Make the upload test wait for its server")).relevant
    assert classify(change("Disable retries of unsafe requests", "net/http.go")).relevant


def test_a_bump_that_is_only_named_is_no_trifle() -> None:
    work = change("ci: open the version bump once wheels are out", ".github/workflows/out.yml")
    assert classify(work).relevant
    assert not classify(replace(work, additions=1, deletions=1)).relevant


def test_builders_work_is_relevant_and_the_rest_is_not() -> None:
    assert classify(change("Fix deadlock when a worker dies", "engine/pool.py")).relevant
    assert not classify(change("feat: support image prompts", "app/chat.py", lines=900)).relevant
    assert not classify(change("Update readme", "README.md", lines=400)).relevant
    assert not classify(change("fix typo in error", "app/chat.py", lines=2)).relevant


def test_reasons_name_words_paths_labels_and_cues() -> None:
    read = classify(
        replace(
            change(
                "fix: hang on shutdown",
                "engine/pool.py",
                body="Workers wait for a lock that is never released, because the reader died.",
            ),
            labels=("bug",),
        )
    )
    assert {"title: hang", "label: bug", "cause named"} <= set(read.reasons)
    assert (
        "path .github/workflows/ci.yml"
        in classify(change("faster checks", ".github/workflows/ci.yml")).reasons
    )


@pytest.mark.parametrize(
    "paths",
    [
        (".github/workflows/ci.yml", "tools/wheels.sh", "app/run.py"),
        ("ci/docker/linux", "dev/release/verify.rb", ".gitmodules"),
        ("requirements/base.txt", ".golangci.yaml", "meson.options"),
        (".github/labels.json",),
        ("benchmarks/run.py", "tools/plot.py"),
        # what all tests stand on; a build's list on its own, or beside more of the build
        ("app/tests/conftest.py",),
        ("src/codec/CMakeLists.txt",),
        # releases, and the repository's own order
        ("CHANGELOG.md", "app/_version.py"),
        (".gitignore",),
        ("src/codec/BUILD.bazel", "cmake/Find.cmake", "Dockerfile"),
    ],
)
def test_what_everybody_works_with_is_shared_ground(paths: tuple[str, ...]) -> None:
    assert classify(change("Cache wheels", *paths)).in_shared_code


@pytest.mark.parametrize(
    "paths",
    [
        ("app/put.py", "app/get.py", "Makefile"),
        (),
        # the lists of a build, and the benchmark, come along with each new source
        ("src/codec/BUILD.bazel", "src/codec/CMakeLists.txt", "src/codec/put.cc"),
        ("benchmarks/put.py", "benchmarks/get.py", "app/put.py"),
        # the program's own commands, and folders deep inside that are its own
        ("cmd/server/main.go", "app/cli.py"),
        ("app/ci/put.py", "app/dev/get.py", "app/tools/put.py"),
        ("app/codec/benchmarks/put.cc",),
        ("compiler/codegen/put.cc",),
        (".github/ISSUE_TEMPLATE/bug.md", ".github/CODEOWNERS"),
        # who answers for what; the line in the list of changes that comes with each of them
        ("OWNERS", "MAINTAINERS.md"),
        ("CHANGELOG.md", "app/put.py"),
        ("tests/test_put.py", "tests/conftest.py"),
    ],
)
def test_what_one_works_on_oneself_is_no_shared_ground(paths: tuple[str, ...]) -> None:
    assert not classify(change("Retry uploads", *paths)).in_shared_code


def test_what_no_word_speaks_for_is_said_to_be_a_guess() -> None:
    """It was told as work on dependability, for no reason, and counted in full."""
    guess = classify(change("The report: keyboard shortcuts", "app/report.py"))
    assert guess.reasons == ("its size alone",)
    assert 0 < guess.relevance < 0.3
    assert classify(change("The report: fix a crash", "app/report.py")).relevance > 0.8


def test_a_label_can_decide() -> None:
    plain = change("Scheduler rework", "engine/sched.py")
    assert classify(replace(plain, labels=("type: performance",))).work == "performance"


EXPLAINED = (
    "The pool hangs because a worker that dies holds the lock. We considered a timeout, but "
    "the trade off is a slower restart; a weak reference costs nothing. Restart fell from "
    "900 ms to 40 ms."
)


def test_substance_grows_with_what_is_shown() -> None:
    bare = change("Fix the order of the pool", "engine/pool.py", lines=20)
    tested = replace(bare, paths=("engine/pool.py", "tests/test_pool.py"), files=2)
    explained = replace(tested, body=EXPLAINED)
    values = [
        classify(c).substance
        for c in (replace(bare, additions=1, deletions=1), bare, tested, explained)
    ]
    assert values == sorted(values)
    assert values[0] < 1 <= values[1]
    assert values[-1] >= 2.5
    assert set(classify(explained).reasons) >= {
        "cause named",
        "alternatives weighed",
        "measurement given",
    }


@pytest.mark.parametrize(
    "paths",
    [
        ("app/uv.lock",),
        ("api/service_pb2.py",),
        ("third_party/zlib/inflate.c",),
        ("web/locales/de.json",),
        ("docs/tour.ipynb",),
    ],
)
def test_size_is_seen_through(paths: tuple[str, ...]) -> None:
    """The lines of machines count as if they were not there."""
    grown = Change("Refresh", paths=(*paths, "app/run.py"), files=2, additions=6, deletions=0)
    own = replace(grown, paths=("app/a.py", "app/run.py"), additions=6_000)
    made = replace(grown, paths=paths, files=1, additions=6_000)
    assert classify(made).substance < classify(own).substance


def test_a_mass_rename_is_worth_less_than_its_size() -> None:
    many = tuple(f"app/m{i}.py" for i in range(25))
    rename = Change("Rename Pool to Workers", paths=many, files=200, additions=400, deletions=400)
    rework = replace(rename, files=25, additions=2_000, deletions=900)
    assert classify(rename).substance < classify(rework).substance


def test_forms_and_squash_lists_are_no_prose() -> None:
    form = "<!-- because we measured a speedup -->\n- [x] tests\n## Why\nSigned-off-by: A. Doe"
    form += "\n_Does a migration cause a crash?_\n*Say what was measured.*"
    plain = change("Tidy the pool", "engine/pool.py")
    assert classify(replace(plain, body=form)) == classify(plain)
    told = "the pool waits for a lock and nobody lets go of it " * 8
    assert (
        classify(replace(plain, body="* " + told)).substance
        <= classify(replace(plain, body=told)).substance
    )


def test_a_squash_list_with_reasons_beneath_is_told() -> None:
    listed = "* mend the pool\n* wip\n* lint\n"
    reason = "The pool waits for a lock and nobody lets go of it when a reader leaves early. " * 8
    plain = change("Mend the pool", "engine/pool.py", body=listed * 20, lines=80)
    told = replace(plain, body=listed + "\n" + reason)
    assert classify(told).substance > classify(plain).substance


def test_machines_files_do_not_make_an_edit_scattered() -> None:
    own = tuple(f"app/m{i}.py" for i in range(4))
    made = tuple(f"web/locales/l{i}.json" for i in range(12))
    work = Change("Rework the pool", paths=own, files=4, additions=60, deletions=40)
    beside = replace(work, paths=own + made, files=16, additions=240, deletions=160)
    assert classify(beside).substance == classify(work).substance


def test_a_post_is_read_further_than_a_change() -> None:
    body = "We run many servers. " * 70 + EXPLAINED
    post = Change("How we found a deadlock", body, form="post")
    read = classify(post)
    assert read.work == "reliability"
    assert read.relevant
    assert read.substance > classify(replace(post, form="merged_pr")).substance


def test_a_revert_that_names_its_cause_is_a_repair_and_a_bare_one_a_chore() -> None:
    bare = change('Revert "Cache the tokenizer"', "server/prompt.py", body="This reverts 3f2a.")
    cause = "Two threads wrote one buffer, which causes wrong tokens: a race under load."
    told = classify(replace(bare, body=f"{bare.body}\n\n{cause}"))
    assert (classify(bare).work, classify(bare).relevant) == ("chore", False)
    assert (told.work, told.relevant) == ("reliability", True)
    assert "a revert that says why" in told.reasons


@pytest.mark.parametrize(
    ("work", "title", "body"),
    [
        ("reliability", "The outage of 3 May", "The root cause was a retry storm: no backoff."),
        ("performance", "Batching, and what it costs", "The trade off: p99 rose by 20 %."),
        ("evaluation", "How we built our benchmark", "Held out tasks, because models leak."),
        ("evaluation", "Judging judges", "An LLM judge agrees with raters in 81 % of answers."),
    ],
)
def test_a_post_on_what_was_learnt_is_evidence(work: Work, title: str, body: str) -> None:
    read = classify(Change(title, f"{body} " * 20, form="post"))
    assert (read.work, read.relevant) == (work, True)
    assert read.substance >= 1.5


def test_a_review_is_read_by_its_text() -> None:
    review = Change(
        "Add batching", "This races: a data race, since both threads write.", form="review"
    )
    assert classify(review).work == "reliability"


def test_version_names_the_rules_and_the_words() -> None:
    rules, words, weights = VERSION.split(".")
    assert rules.isdigit()
    assert len(words) == len(weights) == 8


TEXT = st.text(max_size=200)


@given(
    st.builds(
        Change,
        TEXT,
        TEXT,
        st.lists(TEXT, max_size=30).map(tuple),
        st.none() | st.integers(0, 10**6),
        st.none() | st.integers(0, 10**6),
        st.none() | st.integers(0, 10**6),
        st.lists(TEXT, max_size=3).map(tuple),
        st.sampled_from(get_args(Kind)),
    )
)
def test_any_text_is_read_and_always_alike(read: Change) -> None:
    evidence = classify(read)
    assert evidence == classify(replace(read))
    assert 0 <= evidence.relevance <= 1
    assert 0 <= evidence.substance <= 3
    assert evidence.work in get_args(Work)
    assert 0 <= evidence.certainty <= 1
    assert evidence.second != evidence.work
    assert not evidence.relevant or evidence.substance >= LEAST


@given(st.permutations(["bug", "docs", "performance", "x"]))
def test_order_of_labels_is_irrelevant(labels: list[str]) -> None:
    plain = change("Scheduler rework", "engine/sched.py")
    assert classify(replace(plain, labels=tuple(labels))) == classify(
        replace(plain, labels=("bug", "docs", "performance", "x"))
    )
