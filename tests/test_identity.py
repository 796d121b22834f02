"""Which identities are one person, decided from stored claims alone."""

from __future__ import annotations

import pytest

from db.identity.resolution import ClaimedIdentity, Claims
from sourcing.core.model import IdentityType
from sourcing.identity import components, names_of


def one(
    number: int,
    name: str | None = None,
    login: str | None = None,
    *,
    of: IdentityType = "commit_author",
    person: int | None = None,
    purged: str | None = None,
    bot: bool = False,
    priority: int = 1,
    worked: int = 0,
    host: str = "forge.example",
) -> ClaimedIdentity:
    key = f"github:{host}/{number}" if of == "account" else f"git:{host}/a/b/{number}"
    return ClaimedIdentity(
        number, key, of, person, bot, name, login, None, priority, purged, worked
    )


def claims(*rows: ClaimedIdentity, **pairs: set[tuple[int, int]]) -> Claims:
    return Claims({row.id: row for row in rows}, **pairs)


PAIR = {(1, 2)}


@pytest.mark.parametrize(
    ("a", "b", "joined"),
    [
        (one(1, "Ada", "ada"), one(2, "A. Quill", "ADA"), True),
        (one(1, "Ada Quill", "ada"), one(2, "Ada Quill", "bo"), False),
        (one(1, "Ada Quill", "ada"), one(2, "ada quill"), True),
        (one(1, "Ada Quill", "ada"), one(2, "Bo Larsen"), False),
        (one(1, None, "ada"), one(2, "Ada Quill"), False),
        (one(1, "Ada Quill"), one(2, None, "ada"), False),
        (one(1, None), one(2, None), False),
        # A released login belongs to another account later: the names decide.
        (one(1, "Ada Quill", "ada", of="account"), one(2, "Bo Larsen", "ada"), False),
        (one(1, "Ada Quill", "ada", of="account"), one(2, "Ada Quill", "old"), True),
        # The names of purged identities agreed before.
        (one(1, None, purged="2026", person=7), one(2, "Ada", person=7), True),
        (one(1, "Ada", person=7), one(2, None, purged="2026", person=8), False),
        (one(1, None, purged="2026"), one(2, None, purged="2026"), False),
        (one(1, "Ada", purged="2026", person=7), one(2, "Ada", person=8), False),
    ],
)
def test_a_shared_profile_page_needs_the_same_login_or_name(
    a: ClaimedIdentity, b: ClaimedIdentity, joined: bool
) -> None:
    assert components(claims(a, b, profile=PAIR)) == ([[1, 2]] if joined else [[1], [2]])


def test_a_proof_joins_and_a_separation_parts() -> None:
    a, b, c = one(1, "Ada"), one(2, "Ada"), one(3, "Ada")
    assert components(claims(a, b, c)) == [[1], [2], [3]]
    assert components(claims(a, b, c, same={(1, 2), (2, 3)})) == [[1, 2, 3]]
    assert components(claims(a, b, c, same={(1, 2), (2, 3)}, different={(2, 3)})) == [[1, 2], [3]]
    assert components(claims(a, b, same=PAIR, different=PAIR, manual=PAIR)) == [[1], [2]]


def test_bots_are_no_persons() -> None:
    assert components(claims(one(1, "Ada"), one(2, "Ada", bot=True), same=PAIR)) == [[1]]


def test_two_accounts_of_one_host_are_two_people() -> None:
    a, b = one(1, "Ada", "ada", of="account"), one(2, "Ada", "ada2", of="account")
    assert components(claims(a, b, same=PAIR)) == [[1], [2]]
    other = one(2, "Ada", "ada", of="account", host="other.example")
    assert components(claims(a, other, same=PAIR)) == [[1, 2]]
    assert components(claims(a, b, same=PAIR, manual=PAIR)) == [[1, 2]]


def test_the_identity_that_causes_a_conflict_is_left_out() -> None:
    a, b = one(1, "Ada", "ada", of="account"), one(2, "Bo", "bo", of="account")
    shared, mine, theirs = one(3, "A B"), one(4, "Ada"), one(5, "Bo")
    same = {(1, 3), (2, 3), (1, 4), (2, 5)}
    assert sorted(components(claims(a, b, shared, mine, theirs, same=same))) == [
        [1, 4], [2, 5], [3]
    ]  # fmt: skip
    # With a second bridge nobody is to blame alone: only manual joins stay.
    other = one(6, "B A")
    same |= {(1, 6), (2, 6)}
    found = components(claims(a, b, shared, mine, theirs, other, same=same, manual={(1, 4)}))
    assert sorted(found) == [[1, 4], [2], [3], [5], [6]]


def test_a_manual_join_is_never_the_one_to_blame() -> None:
    a, b = one(1, "Ada", "ada", of="account"), one(2, "Bo", "bo", of="account")
    bridge = one(3, "A B")
    found = components(claims(a, b, bridge, same={(1, 3), (2, 3)}, manual={(1, 3)}))
    assert sorted(found) == [[1, 3], [2]]


def test_large_groups_keep_only_manual_joins() -> None:
    rows = [one(n, "Ada") for n in range(3, 60)]
    a, b = one(1, "Ada", "ada", of="account"), one(2, "Ada", "ada2", of="account")
    same = {(1, n) for n in range(3, 60)} | {(2, 3)}
    found = components(claims(a, b, *rows, same=same, manual={(1, 4)}))
    assert [1, 4] in found
    assert len(found) == 58


def test_names_by_priority_then_by_work() -> None:
    rows = [
        one(1, "ada", "ada-old", worked=9),
        one(2, "Ada Quill", "adaq", priority=2),
        one(3, "Ada M. Quill; PhD", None, worked=3),
        one(4, "ADA QUILL", "AdaQ"),
    ]
    name, login, aliases = names_of(rows)
    assert (name, login) == ("Ada Quill", "adaq")
    assert set(aliases.split(";")) == {"ada-old", "ada", "Ada M. Quill, PhD"}
    assert names_of([one(1)]) == (None, None, "")
