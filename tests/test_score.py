"""The rubric and the laws of the score: the share and quality of work, and reasons with proofs."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import DEFAULT_ROLE, Change, load, monday, read, score
from scoring.rubric import former_weights
from scoring.value import title_words
from sourcing.core.errors import ConfigError
from sourcing.core.model import Credited, Evidence, Kind, Part, Score, Work

RUBRIC = load()
AS_OF = date(2026, 3, 2)
CUES = ("cause named", "alternatives weighed", "measurement given")

evidences = st.builds(
    Evidence,
    st.sampled_from(get_args(Work)),
    st.booleans(),
    st.integers(0, 1_000).map(lambda thousandths: thousandths / 1_000),
    st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]),
    st.lists(st.sampled_from(CUES), max_size=2).map(tuple),
    st.booleans(),
    st.sampled_from([0.0, 0.136, 0.272, 0.544, 0.816, 1.0]),
    st.sampled_from(["", "fix the retry of uploads", "fix a retry of uploads", "trace calls"]).map(
        title_words
    ),
)
rows = st.builds(
    Credited,
    st.integers(1, 40),
    st.sampled_from(["forge.example/a/a", "forge.example/b/b", "forge.example/c/c"]),
    st.sampled_from(get_args(Kind)),
    st.sampled_from(get_args(Part)),
    st.integers(0, 1_200).map(lambda days: f"{AS_OF + timedelta(10 - days)}T12:00:00Z"),
    evidences,
    st.sampled_from([None, True, False]),
    st.booleans(),
)
people = st.lists(rows, max_size=30)


def points(scored: Score) -> dict[str, float]:
    return {signal.name: signal.points for signal in scored.signals}


def row(
    number: int = 1, work: Work = "reliability", value: float = 0.5, **other: object
) -> Credited:
    """A relevant change merged yesterday whose title repeats no other."""
    relevant = work not in ("feature", "docs", "chore")
    words = title_words(f"repair the {'x' * number} of {'y' * number}")
    evidence = Evidence(work, relevant, 1.0, 2.0, (), False, value, words)
    made = Credited(
        number, "forge.example/a/a", "merged_pr", "author", "2026-03-01T00:00:00Z", evidence
    )
    return replace(made, **other)  # type: ignore[arg-type]  # the tests name the fields


def titled(number: int, title: str, *paths: str, body: str = "") -> Credited:
    """A change as it is read."""
    return row(number, evidence=read(Change(title, body, paths)))


def total(*credited: Credited, role: str = DEFAULT_ROLE) -> float:
    return score(1, credited, RUBRIC, AS_OF).roles[role]


def several(*credited: Credited) -> tuple[Credited, ...]:
    """These and enough other works for the score to count in full."""
    return (*credited, *(row(100 + n) for n in range(RUBRIC.established_works)))


# -- laws --------------------------------------------------------------------------------------


@given(people, st.randoms())
def test_order_is_irrelevant(credited: list[Credited], random: object) -> None:
    shuffled = list(credited)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert score(1, shuffled, RUBRIC, AS_OF) == score(1, credited, RUBRIC, AS_OF)


@given(people)
def test_each_part_opens_into_its_works(credited: list[Credited]) -> None:
    scored = score(1, credited, RUBRIC, AS_OF)
    for signal in scored.signals:
        assert signal.points == math.fsum(share for _, share in signal.proofs)
        assert all(share >= 0 for _, share in signal.proofs)
        numbers = [number for number, _ in signal.proofs]
        assert len(set(numbers)) == len(numbers)
    for role, weights in RUBRIC.roles.items():
        share = sum(weights.get(name, 0) * value for name, value in points(scored).items())
        assert scored.roles[role] <= share / max(weights.values()) + 1e-9
        if scored.counted[role] >= RUBRIC.established_works and scored.roles[role] > share / 5:
            assert scored.roles[role] == pytest.approx(share / max(weights.values()))


@given(people)
def test_repeated_rows_count_once(credited: list[Credited]) -> None:
    assert score(1, credited * 2, RUBRIC, AS_OF) == score(1, credited, RUBRIC, AS_OF)


@given(people, st.integers(1, 10**9))
def test_the_person_changes_nothing(credited: list[Credited], person: int) -> None:
    assert score(person, credited, RUBRIC, AS_OF) == replace(
        score(1, credited, RUBRIC, AS_OF), person=person
    )


@given(people, st.sampled_from(["forge.example/z/z", "other.example/q/w"]))
def test_the_repository_changes_nothing(credited: list[Credited], repo: str) -> None:
    elsewhere = [replace(r, repo=repo) for r in _told_apart(credited)]
    assert score(1, elsewhere, RUBRIC, AS_OF) == score(1, _told_apart(credited), RUBRIC, AS_OF)


def _told_apart(credited: list[Credited]) -> list[Credited]:
    return [replace(r, contribution=number) for number, r in enumerate(credited)]


@given(people, st.integers(0, 6))
def test_a_score_stands_at_its_monday(credited: list[Credited], day: int) -> None:
    inside = score(1, credited, RUBRIC, AS_OF + timedelta(day))
    assert inside == score(1, credited, RUBRIC, AS_OF)
    assert inside.as_of == monday(AS_OF + timedelta(day)).isoformat() == "2026-03-02"


@given(people)
def test_reverted_work_neither_earns_nor_costs(credited: list[Credited]) -> None:
    kept = [r for r in credited if not r.reverted]
    lost = [replace(r, contribution=r.contribution + 1_000) for r in credited if r.reverted]
    assert score(1, kept + lost, RUBRIC, AS_OF) == score(1, kept, RUBRIC, AS_OF)


@given(people)
def test_points_are_per_cent_of_a_share(credited: list[Credited]) -> None:
    for signal in score(1, credited, RUBRIC, AS_OF).signals:
        assert 0 <= signal.points < 100


def test_nothing_is_an_empty_score() -> None:
    scored = score(7, [], RUBRIC, AS_OF)
    assert scored.signals == ()
    assert set(scored.roles.values()) == {0.0}
    assert scored.changes == 0


# -- share and quality -------------------------------------------------------------------------


def test_the_share_of_good_work_counts_and_not_its_amount() -> None:
    features = [row(50 + n, "feature", 0.5) for n in range(100)]
    mixed = total(*(row(n) for n in range(20)), *features)
    assert total(*(row(n) for n in range(10))) > 3 * mixed > 0


def test_more_of_the_same_quality_counts_a_little_more() -> None:
    ten, forty = (total(*(row(n) for n in range(count))) for count in (10, 40))
    assert ten < forty < 1.3 * ten


@given(st.integers(1, RUBRIC.established_works - 1), st.integers(0, 40))
def test_few_works_stand_behind_more_works_of_less_value(few: int, features: int) -> None:
    promising = [row(n, value=0.8) for n in range(few)]
    established = [row(n, value=0.5) for n in range(RUBRIC.established_works)]
    others = [row(100 + n, "feature", 0.3) for n in range(features // 10)]
    assert 0 < total(*promising) < total(*established, *others)


def test_near_identical_titles_count_once_and_weigh_each_time() -> None:
    repeated = [
        titled(n, f"Fix flaky test of the upload queue on runner {n} (#{n})") for n in range(8)
    ]
    proofs = {number for s in score(1, repeated, RUBRIC, AS_OF).signals for number, _ in s.proofs}
    assert len(proofs) == 1
    assert total(*several(*repeated)) < total(*several(repeated[0]))


def test_work_of_no_value_earns_nothing_however_frequent() -> None:
    for title in ("Bump urllib3 from 1 to 2", "Release v1.2.3", "Rename Foo to Bar", "Fix lint"):
        assert total(*(titled(n, f"{title}{'!' * n}") for n in range(30))) == 0


def test_work_counts_in_full_for_two_years_and_then_less() -> None:
    fresh, two, later, three, old = (
        score(1, [row(at=f"{AS_OF - timedelta(days)}T00:00:00Z"), *others], RUBRIC, AS_OF)
        for days in (0, 730, 900, 1095, 3000)
        for others in [[row(n, "feature", 0.0) for n in range(90, 99)]]
    )
    by_age = [points(one)["reliability"] for one in (fresh, two, later, three, old)]
    assert by_age[0] == by_age[1] > by_age[2] > by_age[3] == by_age[4] > 0
    assert by_age[0] > 20 * by_age[4]


def test_old_work_alone_does_not_lead() -> None:
    old = [row(n, value=1.0, at=f"{AS_OF - timedelta(740)}T00:00:00Z") for n in range(40)]
    routine = [row(n, value=0.2) for n in range(5)]
    assert 0 < total(*old) < total(*routine)


def test_this_week_counts_in_full_and_the_next_not_at_all() -> None:
    monday_, sunday, next_week = (
        row(at=f"{AS_OF + timedelta(days)}T00:00:00Z") for days in (0, 6, 7)
    )
    assert total(monday_) == total(sunday) > 0
    assert total(next_week) == 0


def test_parts_and_acceptance() -> None:
    assert total(row(part="author")) > total(row(part="co_author")) > 0
    assert total(row(part="author")) > total(row(part="reviewer")) > total(row(part="merger")) == 0
    mine, other = (several(row(accepted=accepted)) for accepted in (False, True))
    assert total(*mine) < total(*other)


def test_reviews_are_a_share_beside_the_changes() -> None:
    for reviewed in (row(part="reviewer"), row(kind="review", part="author")):
        assert set(points(score(1, [reviewed], RUBRIC, AS_OF))) == {"review"}
        assert total(*several()) < total(*several(reviewed)) < 1.3 * total(*several())
    idle = [row(n, "feature", 0.0, part="reviewer") for n in range(200, 400)]
    assert total(*several(*idle)) == total(*several())


def test_texts_are_a_share_beside_the_changes() -> None:
    post = row(kind="post")
    assert {"writing"} <= set(points(score(1, [post], RUBRIC, AS_OF)))
    assert total(*several(post)) > total(*several())


def test_of_one_contribution_the_strongest_part_counts() -> None:
    assert total(row(part="reviewer"), row(), row(part="co_author")) == total(row())


def test_the_quiet_reliability_engineer_stands_above_the_loud_feature_author() -> None:
    loud = [titled(n, f"feat: add model number {'i' * n}", f"app/m{n}.py") for n in range(200)]
    quiet = [
        titled(n, title, "app/pool.py")
        for n, title in enumerate(
            ("Fix deadlock in the pool", "Close leaked sockets", "Retry a stale upload")
        )
    ]
    for role in RUBRIC.roles:
        assert total(*quiet, role=role) > total(*loud, role=role)


# -- reasons -----------------------------------------------------------------------------------


def test_the_strongest_work_proves_a_signal_first_whatever_its_date() -> None:
    strong = row(1, value=0.9, at="2024-06-01T00:00:00Z")
    weak = [row(n, value=0.3) for n in range(2, 9)]
    reliability = score(1, [*weak, strong], RUBRIC, AS_OF).signals[0]
    assert reliability.proofs[0][0] == 1


def test_shared_code_is_a_reason_where_it_was_improved() -> None:
    upkeep, better = (
        row(evidence=replace(row(work="delivery", value=value).evidence, in_shared_code=True))
        for value in (0.0, 0.5)
    )
    assert score(1, [upkeep], RUBRIC, AS_OF).signals == ()
    assert {"delivery", "shared_code"} == set(points(score(1, [better], RUBRIC, AS_OF)))


def test_one_month_is_not_sustained_and_one_field_no_breadth() -> None:
    assert not {"sustained", "breadth"} & set(points(score(1, several(), RUBRIC, AS_OF)))
    months = [row(n, at=f"2025-{n + 5:02}-01T00:00:00Z") for n in range(6)]
    months += [row(9, at="2025-05-02T00:00:00Z", value=0.1)]
    sustained = next(s for s in score(1, months, RUBRIC, AS_OF).signals if s.name == "sustained")
    assert {number for number, _ in sustained.proofs} == set(range(6))
    kinds: list[Work] = ["reliability", "delivery", "testing", "data"]
    fields = [row(n, work) for n, work in enumerate(kinds)]
    assert "breadth" in points(score(1, fields, RUBRIC, AS_OF))


# -- rubric and roles --------------------------------------------------------------------------


def test_rubric_is_whole() -> None:
    assert len(RUBRIC.areas) == 6
    assert {rule.area for rule in RUBRIC.signals} == set(RUBRIC.areas)
    names = {rule.name for rule in RUBRIC.signals}
    assert {"reliability-tooling", "ml-engineer", "applied-scientist", "mlops",
            "research-engineer"} == set(RUBRIC.roles)  # fmt: skip
    for weights in RUBRIC.roles.values():
        assert set(weights) <= names
        assert min(weights.values()) >= 0
        assert max(weights.values()) == 1
    for rule in RUBRIC.signals:
        assert rule.title
        assert rule.why
        assert rule.why[0].islower()
        assert rule.work <= set(get_args(Work)) - {"feature", "docs", "chore"}
        assert rule.kinds <= set(get_args(Kind))
        assert rule.parts <= set(get_args(Part))
        assert rule.needs <= set(CUES)


def test_users_roles_lie_over_the_built_in_ones() -> None:
    mine = load({"sre": {"reliability": 2}, "mlops": {"delivery": 0}})
    assert mine.roles["sre"] == {"reliability": 2.0}
    assert mine.roles["mlops"] == {**RUBRIC.roles["mlops"], "delivery": 0.0}
    assert mine.hash != RUBRIC.hash == load({}).hash
    assert len(mine.hash) == 12
    assert RUBRIC.roles["mlops"]["delivery"] > 0


def test_only_the_proportions_of_weights_matter() -> None:
    doubled = load({"mine": {"reliability": 2, "data": 1}, "yours": {"reliability": 4, "data": 2}})
    scored = score(1, [row(1), row(2, "data")], doubled, AS_OF)
    assert scored.roles["mine"] == scored.roles["yours"] > 0


def test_a_weight_of_earlier_versions_is_left_out_and_named() -> None:
    roles = {"sre": {"reliability": 1.0, "groundwork": 7.0}}
    assert load(roles).roles["sre"] == {"reliability": 1.0}
    (line,) = former_weights(roles)
    assert line.startswith("[roles.sre] groundwork: ")


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"sre": {"relability": 1}}, r"\[roles.sre\] relability: .* did you mean reliability"),
        ({"sre": {"zzz": 1}}, "zzz: no such kind of work; known: reliability"),
        ({"sre": {"reliability": "1"}}, "reliability: the weight must be a number, not '1'"),
        ({"sre": {"reliability": True}}, "must be a number, not True"),
        ({"sre": {"reliability": -1}}, "must be 0 or more, not -1"),
        ({"sre": {"reliability": math.nan}}, "must be 0 or more"),
        ({"sre": 1}, r"\[roles.sre\] must be a table"),
    ],
)
def test_a_wrong_role_is_named(roles: dict[str, dict[str, float]], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(roles)
