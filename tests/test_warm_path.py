"""Outside contributors to the user's own repositories are marked, with links and without points."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sourcing.core.errors import ConfigError
from sourcing.pipeline import setup
from sourcing.pipeline.settings import load_config
from tests.conftest import Sourcing
from tests.gitrepo import GitRepo

MIRA, JANE = ("Mira Vale", "mira@northwind.example"), ("Jane Doe", "jane@home.example")


def configure(sourcing: Sourcing, entry: str) -> None:
    path = sourcing.folder / "engine"
    (sourcing.folder / "sources.toml").write_text(
        f'sources = [{entry.format(path=path)}]\n[git.forge]\n"{path}" ='
        ' "https://github.com/northwind/engine"\n'
    )


@pytest.fixture
def world(sourcing: Sourcing) -> Sourcing:
    with GitRepo(sourcing.folder / "engine") as repo:
        base = repo.commit("Start the engine", author=MIRA)
        side = repo.commit("Fix a deadlock in the pool", author=JANE, parents=[base])
        repo.commit("Merge pull request #7 from jane/fix\n\nFix a deadlock in the pool",
                    author=MIRA, parents=[base, side])  # fmt: skip
    return sourcing


def test_a_contributor_to_ours_is_marked_and_the_score_is_the_same(world: Sourcing) -> None:
    shown = {}
    for entry in ('{{ source = "git:{path}", own = true }}', '"git:{path}"'):
        configure(world, entry)
        assert world("crawl").status == 0
        shown[entry] = json.loads(world("show", "Jane Doe", "--format", "json").out)
        text = world("show", "Jane Doe").out
        assert ("contributed to ours, reviewed by our Mira Vale" in text) == ("own" in entry)
    with_mark, without = shown.values()
    assert [work["url"] for work in with_mark["own"]] == [
        "https://github.com/northwind/engine/pull/7"
    ]
    assert without["own"] == []
    assert with_mark["score"] == without["score"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sources = [{ source = 'git:/x', mine = true }]", "write { source ="),
        ("sources = [{ own = true }]", "write { source ="),
        ("own = ['git:/x']", "own: unknown key"),
    ],
)
def test_what_is_no_own_source_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(ConfigError, match=told):
        load_config(tmp_path / "sources.toml")


def test_a_source_is_added_beside_own_ones(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text("sources = [\n  { source = 'git:https://x.example/a', own = true },\n]\n")
    assert setup.add_sources(path, {"git:https://x.example/a": ""}) == []
    assert setup.add_sources(path, {"git:https://x.example/b": ""}) == ["git:https://x.example/b"]
    found = load_config(path)
    assert found.sources == ["git:https://x.example/a", "git:https://x.example/b"]
    assert found.own == {"git:https://x.example/a"}
