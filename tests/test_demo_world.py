"""The invented world: the same each time, nobody real in it, and worth ranking."""

import re
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

import demo
from connectors import Context
from connectors._http.client import Web
from connectors.blog import reader as blog
from demo import World
from sourcing.core.model import Budget
from sourcing.core.text import has_address
from tests.web import Web as Loopback


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return demo.build(tmp_path_factory.mktemp("world"))


def git(path: str, *args: str) -> str:
    command = ["git", f"--git-dir={path}", *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def logged(world: World, form: str, *args: str) -> list[str]:
    return [
        line
        for path in world.forges
        for line in git(path, "log", f"--format={form}", *args).splitlines()
    ]


def test_the_same_each_time_and_quick(world: World, tmp_path: Path) -> None:
    started = time.perf_counter()
    again = demo.build(tmp_path)
    assert time.perf_counter() - started < 3
    heads = [[git(path, "rev-parse", "main") for path in w.forges] for w in (world, again)]
    assert heads[0] == heads[1]
    demo.build(tmp_path)  # over what is there
    assert [git(path, "rev-parse", "main") for path in again.forges] == heads[0]


def test_the_users_git_does_not_show(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[init]\n\tdefaultObjectFormat = sha256\n[user]\n\tname = Me\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    again = demo.build(tmp_path / "world")
    monkeypatch.delenv("GIT_DIR")
    assert [git(p, "rev-parse", "main") for p in again.forges] == [
        git(p, "rev-parse", "main") for p in world.forges
    ]


def test_a_believable_history(world: World) -> None:
    subjects = logged(world, "%s", "--first-parent")
    assert 600 <= len(subjects) <= 900
    assert sum("Merge pull request #" in subject for subject in subjects) > 50
    assert sum(bool(re.search(r"\(#\d+\)$", subject)) for subject in subjects) > 400
    assert sum(subject.startswith("Revert ") for subject in subjects) >= 3
    for path in world.forges:
        days = [int(day) for day in git(path, "log", "--first-parent", "--format=%ct").split()]
        assert days == sorted(days, reverse=True)
        assert git(path, "fsck", "--strict") == ""


def test_no_reference_is_left_open(world: World) -> None:
    assert not [line for line in logged(world, "%B") if "{" in line]


def test_the_loud_one_has_most_commits_and_the_quiet_one_few(world: World) -> None:
    people = Counter(logged(world, "%aN", "--no-merges"))
    [(loudest, most), (_, second), *_] = people.most_common()
    assert loudest == "Dário Fontanelle"
    assert most > 1.5 * second
    assert people["Maren Tuulik"] < most / 5


def test_everybody_is_invented(world: World) -> None:
    written = logged(world, "%ae%n%ce%n%(trailers:key=Co-authored-by,valueonly)")
    addresses = set(re.findall(r"[^\s<>]+@[^\s<>]+", "\n".join(written)))
    assert addresses
    assert not [address for address in addresses if not address.endswith(".example")]
    hosts = re.findall(r"https?://([^/\s]+)", "\n".join(logged(world, "%B")))
    assert all(host.endswith(".example") for host in [*hosts, *map(_host, world.forges.values())])


def _host(url: str) -> str:
    return url.split("/")[2]


def test_one_name_may_be_two_people_and_one_person_two_addresses(world: World) -> None:
    pairs = set(logged(world, "%an <%ae>"))
    shared = [pair for pair in pairs if pair.startswith("Alex Moreaulind")]
    double = [pair for pair in pairs if pair.startswith("Tomasz Wilgorecki")]
    assert len({re.sub(r".*\+|@.*", "", pair) for pair in shared}) == 2
    assert len(double) == 2


def test_the_blog_is_read_by_the_real_connector(world: World, tmp_path: Path) -> None:
    with demo.serve(world) as base:
        context = Loopback(int(base.rpartition(":")[2])).context(tmp_path)
        [page] = blog.fetch(f"{base}/", {}, Budget(), context)
        assert list(blog.fetch(f"{base}/", page.cursor, Budget(), context)) == []
        assert world.sources(base)[-1] == f"blog:{base}/"
    signed = [post for post in page.contributions if post.credits]
    assert len(page.contributions) == len(world.posts)
    assert len(signed) == len(world.posts) - 1
    assert {identity.name for identity in page.identities} == {
        "Maren Tuulik", "Chidera Nwobuzor", "Sunniva Brekkaune"
    }  # fmt: skip
    assert all(post.at < f"{world.today}T" for post in page.contributions)
    assert not has_address(repr(page))


def test_every_page_of_the_blog_is_served(world: World, tmp_path: Path) -> None:
    with demo.serve(world) as base:
        context: Context = Loopback(int(base.rpartition(":")[2])).context(tmp_path)
        with Web(context, Budget()) as web:
            for post in world.posts:
                page = web.get(f"{base}/posts/{post.slug}/").body.decode()
                assert post.title in page
