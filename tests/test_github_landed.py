"""Pull requests that a merge bot lands and closes are read as merged, with the proof."""

from typing import Any

import pytest

from demo.github import Comment, Commit, Forge, PullRequest, Repository, User
from tests.githubworld import Nights

ADA = User("ada-q", 1, name="Ada Quill")
BOT = User("anvil-lander", 2, "Bot")
OID = "0123456789abcdef0123456789abcdef01234567"


def world(count: int = 30, commits: list[Commit] | None = None, **more: Any) -> Forge:
    closed = [
        PullRequest(n, f"Fix queue {n}", ADA, closed=True,
                    updated_at=f"2026-03-{n % 27 + 1:02}T10:00:00Z", **more)
        for n in range(1, count + 1)
    ]  # fmt: skip
    merged = PullRequest(99, "Bump", ADA, merged_at="2026-04-01T10:00:00Z")
    return Forge([ADA, BOT], [Repository("anvil", "press", 10, [*closed, merged], commits or [])])


def read(forge: Forge) -> tuple[dict[int, str | None], list[str]]:
    with Nights(forge) as nights:
        nights.fetch("anvil/press")
        found = {c.number or 0: c.landed for p in nights.read for c in p.contributions}
        asked = nights.server.requests
        nights.fetch("anvil/press")
        assert nights.server.requests <= asked + 2
        return found, nights.told


@pytest.mark.parametrize(
    ("more", "proof"),
    [
        ({"labels": ["Merged"]}, "label Merged"),
        ({"labels": ["landed"]}, "label landed"),
        ({"comments": [Comment(BOT, f"Landed in {OID[:10]}.")]}, "https://github.com/anvil/press"),
        ({"comments": [Comment(BOT, f"Merged to main as {OID}")]}, "https://github.com/anvil/"),
    ],
)
def test_a_label_or_a_comment_proves_it(more: dict[str, Any], proof: str) -> None:
    found, told = read(world(**more))
    assert set(found) == {*range(1, 31), 99}
    assert all((landed or "").startswith(proof) for n, landed in found.items() if n != 99)
    assert found[99] is None
    assert not [line for line in told if "skipped" in line]


def test_a_commit_on_the_main_branch_proves_it() -> None:
    text = "Fix queue 3\n\nPull Request resolved: https://github.com/anvil/press/pull/3"
    commits = [Commit(OID, ADA, "Ada", at="2026-03-05T10:00:00Z", message=text)]
    found, told = read(world(commits=commits))
    assert found[3] == f"commit {OID}"
    assert set(found) == {3, 99}
    assert any("29 are skipped" in line for line in told)


def test_without_a_proof_the_skipped_ones_are_counted() -> None:
    found, told = read(world(comments=[Comment(ADA, "Closed in favour of another one.")]))
    assert set(found) == {99}
    assert any("30 pull requests were closed and 1 merged" in line for line in told)
