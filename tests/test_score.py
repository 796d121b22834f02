"""The rubric and the laws of the score."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import DEFAULT_ROLE, Change, classify, load, monday, score
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
)
rows = st.builds(
    Credited,
    st.integers(1, 40),
    st.sampled_from(["forge.example/a/a", "forge.example/b/b", "forge.example/c/c"]),
    st.sampled_from(get_args(Kind)),
    st.sampled_from(get_args(Part)),
    st.integers(0, 800).map(lambda days: f"{AS_OF + timedelta(10 - days)}T12:00:00Z"),
    evidences,
    st.sampled_from([None, True, False]),
    st.booleans(),
)
people = st.lists(rows, max_size=30)


def points(scored: Score) -> dict[str, float]:
    return {signal.name: signal.points for signal in scored.signals}


def row(number: int = 1, work: Work = "reliability", **other: object) -> Credited:
    evidence = Evidence(work, work not in ("feature", "docs", "chore"), 1.0, 2.0, ())
    made = Credited(
        number, "forge.example/a/a", "merged_pr", "author", "2026-03-01T00:00:00Z", evidence
    )
    return replace(made, **other)  # type: ignore[arg-type]  # the tests name the fields


def total(*credited: Credited) -> float:
    return score(1, credited, RUBRIC, AS_OF).roles[DEFAULT_ROLE]


@given(people, st.randoms())
def test_order_is_irrelevant(credited: list[Credited], random: object) -> None:
    shuffled = list(credited)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert score(1, shuffled, RUBRIC, AS_OF) == score(1, credited, RUBRIC, AS_OF)


@given(people, rows)
def test_more_evidence_never_lowers(credited: list[Credited], extra: Credited) -> None:
    extra = replace(extra, contribution=1_000)
    less, more = (score(1, rows_, RUBRIC, AS_OF) for rows_ in (credited, [*credited, extra]))
    after = points(more)
    for name, before in points(less).items():
        assert after[name] >= before - 1e-9
    for role, before in less.roles.items():
        assert more.roles[role] >= before - 1e-9


@given(people)
def test_parts_sum_to_the_whole(credited: list[Credited]) -> None:
    scored = score(1, credited, RUBRIC, AS_OF)
    for signal in scored.signals:
        shares = [share for _, share in signal.proofs]
        assert signal.points == math.fsum(shares)
        assert all(share > 0 for share in shares)
        assert shares == sorted(shares, reverse=True)
        numbers = [number for number, _ in signal.proofs]
        assert len(set(numbers)) == len(numbers)
    for role, weights in RUBRIC.roles.items():
        assert scored.roles[role] == pytest.approx(
            sum(weights.get(name, 0) * value for name, value in points(scored).items())
        )


@given(people)
def test_repeated_rows_count_once(credited: list[Credited]) -> None:
    assert score(1, credited * 2, RUBRIC, AS_OF) == score(1, credited, RUBRIC, AS_OF)


@given(people, st.integers(1, 10**9))
def test_the_person_changes_nothing(credited: list[Credited], person: int) -> None:
    assert score(person, credited, RUBRIC, AS_OF) == replace(
        score(1, credited, RUBRIC, AS_OF), person=person
    )


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


def test_nothing_is_an_empty_score() -> None:
    scored = score(7, [], RUBRIC, AS_OF)
    assert scored.signals == ()
    assert set(scored.roles.values()) == {0.0}


def test_small_jobs_count_on_common_ground_and_nowhere_else() -> None:
    release = Evidence("chore", False, 0.0, 0.0, (), ground=True)
    scored = score(1, [row(evidence=release)], RUBRIC, AS_OF)
    assert set(points(scored)) == {"groundwork"}
    assert points(score(1, [row(evidence=replace(release, ground=False))], RUBRIC, AS_OF)) == {}
    solid = replace(release, work="delivery", relevant=True, relevance=1.0, substance=3.0)
    both = score(1, [row(evidence=release), row(2, evidence=solid)], RUBRIC, AS_OF)
    ground = next(signal for signal in both.signals if signal.name == "groundwork")
    assert [number for number, _ in ground.proofs] == [2, 1]


def test_this_week_counts_in_full_and_the_next_not_at_all() -> None:
    monday_, sunday, next_week = (
        row(at=f"{AS_OF + timedelta(days)}T00:00:00Z") for days in (0, 6, 7)
    )
    assert total(monday_) == total(sunday) > total(row(at="2025-03-01T00:00:00Z")) > 0
    assert total(next_week) == 0


def test_recency_halves_in_a_half_life() -> None:
    half = timedelta(days=RUBRIC.half_life_days)
    fresh, old = (
        score(1, [row(at=f"{AS_OF - age}T00:00:00Z")], replace(RUBRIC, signals=LINEAR), AS_OF)
        for age in (timedelta(), half)
    )
    lasting = RUBRIC.kept * 2 ** -(RUBRIC.half_life_days / RUBRIC.kept_half_life_days)
    left = (1 - RUBRIC.kept) / 2 + lasting
    assert points(old)["reliability"] == pytest.approx(points(fresh)["reliability"] * left)


#: The signals without diminishing returns, to see the factors bare.
LINEAR = tuple(replace(rule, cap=1e9, group_cap=1e9) for rule in RUBRIC.signals)


def test_parts_and_acceptance() -> None:
    assert total(row()) > total(row(part="co_author")) > total(row(part="reviewer")) > 0
    assert total(row(part="merger")) == 0
    assert total(row(accepted=True)) > total(row()) > 3 * total(row(accepted=False)) > 0


def test_reviewing_counts_as_review_alone() -> None:
    for reviewed in (row(part="reviewer"), row(kind="review", part="author")):
        assert set(points(score(1, [reviewed], RUBRIC, AS_OF))) == {"review"}


def test_of_one_contribution_the_strongest_part_counts() -> None:
    assert total(row(part="reviewer"), row(), row(part="co_author")) == total(row())


def test_each_further_piece_brings_less_and_elsewhere_more() -> None:
    one, two = total(row(1)), total(row(1), row(2))
    elsewhere = total(row(1), row(2, repo="forge.example/b/b"))
    assert one < two < 2 * one
    assert elsewhere > two


def test_one_month_is_not_sustained_and_one_field_no_breadth() -> None:
    assert not {"sustained", "breadth"} & set(points(score(1, [row(1), row(2)], RUBRIC, AS_OF)))
    later = [row(1), row(2, at="2026-01-20T00:00:00Z"), row(3, work="delivery")]
    sustained, breadth = (
        next(s for s in score(1, later, RUBRIC, AS_OF).signals if s.name == name)
        for name in ("sustained", "breadth")
    )
    assert [number for number, _ in sustained.proofs] == [2]
    assert [number for number, _ in breadth.proofs] == [3]


def test_the_quiet_reliability_engineer_stands_above_the_loud_feature_author() -> None:
    loud = [
        row(n, evidence=classify(Change(f"feat: add model number {n}", paths=(f"app/m{n}.py",))))
        for n in range(200)
    ]
    quiet = [
        row(n, evidence=classify(Change("Fix deadlock in the pool", paths=("app/pool.py",))))
        for n in range(3)
    ]
    for role in RUBRIC.roles:
        assert (
            score(1, quiet, RUBRIC, AS_OF).roles[role] > score(2, loud, RUBRIC, AS_OF).roles[role]
        )


def test_who_keeps_common_ground_in_order_stands_above_who_repairs_what_they_wrote() -> None:
    keeper, author = (
        [
            row(n, evidence=classify(Change("Fix retry of a failed upload", "", paths)))
            for n in range(10)
        ]
        for paths in ((".github/workflows/ci.yml", "tools/upload.sh"), ("app/upload.py",))
    )
    assert total(*keeper) > 2 * total(*author) > 0


def test_rubric_is_whole() -> None:
    assert len(RUBRIC.areas) == 6
    assert {rule.area for rule in RUBRIC.signals} == set(RUBRIC.areas)
    names = {rule.name for rule in RUBRIC.signals}
    assert {"reliability-tooling", "ml-engineer", "applied-scientist", "mlops",
            "research-engineer"} == set(RUBRIC.roles)  # fmt: skip
    for weights in RUBRIC.roles.values():
        assert set(weights) <= names
        assert min(weights.values()) >= 0
    for rule in RUBRIC.signals:
        assert rule.title
        assert rule.why
        assert rule.why[0].islower()
        assert rule.work <= set(get_args(Work)) - {"feature", "docs"}
        assert rule.ground or "chore" not in rule.work
        assert rule.kinds <= set(get_args(Kind))
        assert rule.parts <= set(get_args(Part))
        assert rule.needs <= set(CUES)
        assert rule.cap > 0
        assert rule.group_cap > 0


def test_users_roles_lie_over_the_built_in_ones() -> None:
    mine = load({"sre": {"reliability": 2}, "mlops": {"delivery": 0}})
    assert mine.roles["sre"] == {"reliability": 2.0}
    assert mine.roles["mlops"] == {**RUBRIC.roles["mlops"], "delivery": 0.0}
    assert mine.hash != RUBRIC.hash == load({}).hash
    assert len(mine.hash) == 12
    assert RUBRIC.roles["mlops"]["delivery"] > 0


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"sre": {"relability": 1}}, r"\[roles.sre\] relability: .* did you mean reliability"),
        ({"sre": {"zzz": 1}}, "zzz: no such signal; known: reliability"),
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
