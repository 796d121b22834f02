"""Classifies a change: kind of work, relevance, substance and certainty, with the reasons.

Readable rules: terms of title and body, places of the changed paths and labels give points to kinds
of work (lexicon.toml), and the kind with most points wins. A conventional prefix has little weight.
`calibration` weighs the result. The classifier does not know the author of the change, does not
learn from outcomes, and uses no clock, network or database.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from scoring.accumulator import BUILDERS, Accumulator, builders_share
from scoring.calibration import Facts, calibrate, text_of_weights
from scoring.change import (
    Change,
    english_of,
    explained_length,
    is_unread,
    prose_of,
    shape_of,
    squashed,
)
from scoring.languages import text_of_terms
from scoring.lexicon import Term, lexicon, words_of
from scoring.path_rules import KindPoints, Mix
from scoring.post_substance import at_most
from scoring.substance import EXPLAINED, Size, cues_of, size_of, substance
from sourcing.core.model import Evidence, Work

#: Stored evidence with another version is computed again. The number is the version of the rules in
#: code.
_TABLES = text_of_weights() + text_of_terms()
VERSION = f"7.{lexicon().digest}.{hashlib.sha256(_TABLES).hexdigest()[:8]}"

#: The lowest probability and substance of a relevant change.
RELEVANT, LEAST = 0.4, 0.3

#: The reason shown if no term and no path supports the kind.
GUESSED = "its size alone"

#: The reason shown where the title is in a language that is not read. Paths and size decide.
UNREAD = "text not read: its language is unknown"

#: Up to this number of lines, a change may be a change of numbers only.
FEW_LINES = 20

#: Up to this number of lines, a change without an explanation needs a higher probability, unless it
#: repairs a failure.
SLIGHT, SLIGHT_RELEVANT = 4, 0.55

PATHS_READ = 25  # of all paths of a change

#: `fix(scope)!: `, `[BUG] `, `TST Give`, `:bug: fix: `; the scope stays a word of the title.
_PREFIX = re.compile(
    r"[^A-Za-z]*([A-Za-z]+)(?:/[A-Za-z]+)?(?:`?\](?:\([^)]*\))?:?|\([^)]*\)!?:?|!?:|\s(?=[A-Z`]))\s*"
)
#: `[core] `, `#12 `, `net/link: ` before the words: the part of the project.
_TAGS = re.compile(r"(?:\s*(?:\[[^\]]*\]:?|#\d+:?|[\w./*-]+(?:\([^)]*\))?!?:(?=\s)))+\s*")
#: A figure with a unit or decimals, unlike the number of a pull request.
_FIGURE = re.compile(r"[0-9] ?[^0-9)\s]")
#: Kinds of words that only name the object in the title of a repair or a move.
_REPAIRED: tuple[Work, ...] = ("feature", "tooling")
_CHECKS: tuple[Work, ...] = ("testing", "delivery")
_MOVED: tuple[Work, ...] = ("feature", "evaluation", "docs")
_NOTHING: KindPoints = ()
#: Contributions that consist of text.
_TEXTS = ("post", "talk", "review")


class Read(NamedTuple):
    """The Evidence by the rules alone, and the input of the calibration."""

    evidence: Evidence
    facts: Facts


def classify(change: Change) -> Evidence:
    """Classify one change. The result depends on the change alone."""
    evidence, facts = read_by_rules(change)
    sure = calibrate(facts)
    evidence.certainty = round(sure.certainty, 2)
    if change.form in _TEXTS:  # the weights are fitted to code changes
        evidence.relevance = _relevance(evidence, facts.points)
        return evidence
    evidence.substance = _limited(sure.substance, facts)
    guessed = lexicon().weights["guessed"] if evidence.reasons[0] == GUESSED else 1.0
    evidence.relevance = round(sure.relevance * guessed, 3)
    works = {evidence.work, evidence.second}
    solid = evidence.substance >= LEAST and not works.isdisjoint(BUILDERS)
    evidence.relevant = solid and sure.relevance >= _required(facts)
    return evidence


def read_by_rules(change: Change) -> Read:
    """Classify one change by the rules alone."""
    lex, acc = lexicon(), Accumulator()
    mix = lex.mix_of(change.paths[:PATHS_READ])
    size = size_of(change, mix)
    prose = prose_of(change)
    explained = explained_length(change, prose)
    english = english_of(change)
    if english is not change:
        change, prose = english, prose_of(english)
    body = lex.hits(words_of(prose)) if prose else []
    bare = explained < EXPLAINED and (size.pinned or (size.lines or EXPLAINED) <= FEW_LINES)
    title, trivial = _add_all(change, size, body, bare, acc)
    cues = cues_of(chain(title, body), prose, size)
    if acc.is_revert and "cause named" in cues:
        acc.add(
            (("reliability", lex.weights["explained_revert"]),), 1.0, "", "a revert that says why"
        )
    work, second = acc.ranked()
    trivial = trivial or (
        work in _CHECKS and explained < EXPLAINED and acc.head in lex.silencing_verbs
    )
    worth = substance(work, size, cues, explained, trivial)
    facts = Facts(
        work=work,
        points=acc.points,
        size=size,
        added=change.additions,
        removed=change.deletions,
        text=explained,
        rule_substance=worth,
        cues=(*cues,),
        trivial=trivial,
    )
    if change.form in ("post", "talk"):
        most, why = at_most(change.title)
        worth, cues = min(worth, most), [*cues, *([why] if why else [])]
    reasons = acc.reasons(work) or [GUESSED]
    if is_unread(change):
        reasons.append(UNREAD)
    evidence = Evidence(
        work,
        relevant=work in BUILDERS and worth >= 1,
        relevance=0.0,  # `classify` decides it
        substance=worth,
        reasons=(*reasons, *cues),
        in_shared_code=mix.shared,
        second=second,
    )
    return Read(evidence, facts)


def _relevance(evidence: Evidence, points: Mapping[Work, float]) -> float:
    """The relevance of a text: the share of the points that belongs to kinds in BUILDERS."""
    share = builders_share(points)
    if evidence.reasons[0] == GUESSED:
        share *= lexicon().weights["guessed"]
    return round(share * min(1.0, evidence.substance), 3)


def _required(facts: Facts) -> float:
    """The probability from which on a change is relevant; above 1 for trivial changes and pins."""
    silent = facts.text < EXPLAINED and not facts.cues
    if facts.trivial or (silent and facts.size.pinned):
        return 2.0
    few = facts.added is not None and facts.added + (facts.removed or 0) <= SLIGHT
    return SLIGHT_RELEVANT if silent and few and facts.work != "reliability" else RELEVANT


def _limited(value: float, facts: Facts) -> float:
    """Substance in tenths, under the limits that no weight may exceed."""
    lex, most = lexicon(), 3.0
    if facts.trivial or (facts.size.pinned and not facts.cues and facts.text < EXPLAINED):
        most = lex.substance["pinned"]
    return round(min(value, most, lex.ceilings.get(facts.work, 3.0)), 1)


def _add_all(
    change: Change,
    size: Size,
    body: Sequence[Term],
    bare: bool,
    acc: Accumulator,
) -> tuple[list[Term], bool]:
    """Add the points of all sources. Returns the terms of the title and whether it is trivial."""
    lex, mix = lexicon(), size.mix
    acc.off_topic = mix.off_topic
    acc.confirmed.update(mix.confirms)
    acc.confirm(body)
    if acc.confirmed:  # ... but a body confirms no noun if the paths are off topic
        acc.confirmed.difference_update([kind for kind, _, _ in acc.off_topic])
    title = _add_title(change.title, acc)
    for kind, points in lex.shapes["small" if acc.is_fix else shape_of(change)]:
        acc.points[kind] += points
    if body:
        _add_body(body, change, acc)
    trivial = _add_title_patterns(change.title, bare, size.pinned, acc)
    slight = [term for term in title if term.trivial]
    if mix.kept_kinds:
        acc.restrict_to(mix.kept_kinds)
    _add_places(change.paths, mix, acc)
    _add_labels(change.labels, acc)
    if size.pinned:
        acc.dampen_others("delivery", "chore")
    elif slight and any(term.slip for term in slight):
        acc.dampen_others("docs", "chore")
    if slight and not size.pinned and (size.lines or 0) > FEW_LINES:
        slight = [term for term in slight if term.text == acc.head]
    return title, trivial or bool(slight)


def _add_title(title: str, acc: Accumulator) -> list[Term]:
    lex = lexicon()
    scope: list[Term] = []
    said, prefix = title, _PREFIX.match(title)
    if prefix and (word := prefix[1].lower()) in lex.prefixes:
        given = lex.prefixes[word]
        acc.add(given, 1.0, "prefix: ", word)
        acc.head = word
        acc.confirmed.update([kind for kind, points in given if points >= lex.weights["confirms"]])
        scope = lex.hits(words_of(prefix[0])[1:]) if "(" in prefix[0] else []
        said = title[prefix.end() :]
    words, reverted = words_of(said), acc.is_revert
    if "test_" in said or "Error" in said or "Exception" in said:
        words = [_family(word) for word in words]
    if words and not reverted:
        tags = _TAGS.match(said) if "]" in said or ":" in said or said[0] == "#" else None
        opens = len(words_of(tags[0])) if tags else 0
        acc.head = words[opens] if opens < len(words) else ""
        acc.add(lex.heads.get(acc.head, _NOTHING), 1.0, "title: ", acc.head)
        for verb_rule in lex.verb_rules.get(acc.head, ()):
            if not verb_rule.objects.isdisjoint(words):
                acc.add(verb_rule.kind_points, 1.0, "title: ", verb_rule.name)
    if reverted or acc.is_revert:
        return []  # the rest is the title of the reverted change
    additive, moves = acc.points["feature"], acc.points["tooling"] >= lex.weights["moves"]
    acc.is_fix = acc.points["reliability"] >= max(acc.points["feature"], 1.0)
    terms = lex.hits(words)
    acc.confirm(terms)
    acc.add_terms(terms, 1.0)
    acc.add_terms(scope, lex.weights["scope"])
    _weigh_title(terms, additive, moves, acc)
    return scope + terms


def _weigh_title(terms: Sequence[Term], additive: float, moves: bool, acc: Accumulator) -> None:
    """Reduce the points of words that only name a place, an object or an addition."""
    lex = lexicon()
    for kind, remains, _ in acc.off_topic:
        acc.points[kind] *= remains
    if acc.is_fix and any(term.object for term in terms):
        acc.points["reliability"] *= lex.not_running
    elif acc.is_fix or moves:
        for kind in _REPAIRED if acc.is_fix else _MOVED:
            acc.points[kind] *= lex.weights["in_fix"]
    elif additive and max([acc.points[kind] for kind in BUILDERS]) >= lex.weights["medium"]:
        acc.points["feature"] -= additive * lex.weights["additive"]


def _family(word: str) -> str:
    """One word for all names of tests, and one for all names of exceptions."""
    if word.startswith("test_"):
        return "test_"
    named = word.endswith(("error", "exception")) and word not in lexicon().words
    return "exception" if named else word


def _add_title_patterns(title: str, bare: bool, pinned: bool, acc: Accumulator) -> bool:
    """Add the patterns of titles. Returns whether one of them makes the change trivial."""
    if not pinned and not _FIGURE.search(title):
        return False
    lower = title.lower()
    found = [
        pattern
        for pattern in lexicon().title_patterns
        if (bare or not pattern.bare)
        and (pinned or not pattern.pinned)
        and pattern.applies(title, lower)
    ]
    for pattern in found:
        acc.add(pattern.kind_points, 1.0, "title: ", pattern.name)
        if pattern.bare:
            acc.dampen_others("chore")
    return any(pattern.trivial for pattern in found)


def _add_body(terms: Iterable[Term], change: Change, acc: Accumulator) -> None:
    weights = lexicon().weights
    weight, most = weights["body"], weights["body_most"]
    if change.form in ("post", "talk", "review"):
        weight, most = weights["body_post"], weights["body_most_post"]
    elif squashed(change):
        weight = weights["body_squash"]
    room = dict.fromkeys(acc.points, most)
    for kind, _, remains in acc.off_topic:
        room[kind] *= remains
    if acc.is_fix:
        for kind in _REPAIRED:
            room[kind] *= weights["in_fix"]
    for term in terms:
        for kind, points in acc.points_of(term) if term.noun else term.kind_points:
            if (left := room[kind]) > 0:
                share = points * weight
                share = share if share < left else left
                room[kind] = left - share
                acc.points[kind] += share
                acc.notes.append((share, kind, "body: ", term.text))


def _add_places(paths: Sequence[str], mix: Mix, acc: Accumulator) -> None:
    """Add the places in proportion. The reason names the first path in each place."""
    if not mix.points:
        return  # true of most changes: source alone has no points
    places = [*map(lexicon().map.place_of, paths[:PATHS_READ])]
    for place, share, in_fix in mix.points:
        path = paths[places.index(place)]
        acc.add(place.kind_points, in_fix if acc.is_fix else share, "path ", path)


def _add_labels(labels: Iterable[str], acc: Accumulator) -> None:
    lex = lexicon()
    for label in labels:
        for word in words_of(label):
            if word in lex.labels:
                acc.add(((lex.labels[word], lex.weights["label"]),), 1.0, "label: ", label)
                break
