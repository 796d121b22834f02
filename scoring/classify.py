"""What a change is evidence of: kind of work, relevance and substance, each with its reasons.

Readable rules: words of title and body, places of the changed paths and labels give points to
kinds of work (lexicon.toml says how many), and the kind with most points wins. It judges what a
change does; the prefix its title carries is one soft voice among others. It does not see
who made the change, learns nothing from outcomes, and reads no clock, network or database.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from scoring.accumulator import BUILDERS, Tally
from scoring.calibration import Facts, calibrate, text_of_weights
from scoring.change import Change, english_of, length_told, prose_of, shape_of, squashed
from scoring.languages import text_of_terms
from scoring.lexicon import Term, lexicon, words_of
from scoring.path_rules import Place, Speech
from scoring.post_substance import at_most
from scoring.substance import TOLD, Size, cues_of, substance
from sourcing.core.model import Evidence, Work

#: A stored reading with another version is to be done again. Rules count by hand, words by digest.
_TABLES = text_of_weights() + text_of_terms()
VERSION = f"7.{lexicon().digest}.{hashlib.sha256(_TABLES).hexdigest()[:8]}"

#: A change is relevant from this probability and this substance on.
RELEVANT, LEAST = 0.4, 0.3

#: The reason told where no word and no place spoke for the kind that won.
UNSAID = "its size alone"

#: Where lines come and go alike, up to this share of them, they were moved.
MOVED = 0.02

#: So few lines may be a change of numbers only.
FEW_LINES = 20

#: So few lines without an explanation need a higher probability, unless they repair a failure.
SLIGHT, SLIGHT_RELEVANT = 4, 0.55

PATHS_READ = 25  # of all paths of a change

#: `fix(scope)!: `, `[BUG] `, `TST Give`, `:bug: fix: `; the scope stays a word of the title.
_PREFIX = re.compile(
    r"[^A-Za-z]*([A-Za-z]+)(?:/[A-Za-z]+)?(?:`?\](?:\([^)]*\))?:?|\([^)]*\)!?:?|!?:|\s(?=[A-Z`]))\s*"
)
#: `[core] `, `#12 `, `net/link: ` before the words: which part, and not what is done to it.
_TAGS = re.compile(r"(?:\s*(?:\[[^\]]*\]:?|#\d+:?|[\w./*-]+(?:\([^)]*\))?!?:(?=\s)))+\s*")
#: A figure with something to it, unlike the number of a pull request.
_FIGURE = re.compile(r"[0-9] ?[^0-9)\s]")
#: Kinds whose words in a title only name what is mended, and what is moved.
_MENDED: tuple[Work, ...] = ("feature", "tooling")
_CHECKS: tuple[Work, ...] = ("testing", "delivery")
_MOVED: tuple[Work, ...] = ("feature", "evaluation", "docs")
_NOTHING: Speech = ()
#: Contributions that consist of text.
_TEXTS = ("post", "talk", "review")


class Read(NamedTuple):
    """The Evidence of the rules alone, and the input of the calibration."""

    evidence: Evidence
    facts: Facts


def classify(change: Change) -> Evidence:
    """Read one change. The same change is always read the same way."""
    evidence, facts = read_by_rules(change)
    sure = calibrate(facts)
    evidence.certainty = round(sure.certainty, 2)
    if change.form in _TEXTS:
        return evidence  # the weights are fitted to code changes
    evidence.substance = _limited(sure.substance, facts)
    guessed = lexicon().weights["unsaid"] if evidence.reasons[0] == UNSAID else 1.0
    evidence.relevance = round(sure.relevance * guessed, 3)
    works = {evidence.work, evidence.second}
    solid = evidence.substance >= LEAST and not works.isdisjoint(BUILDERS)
    evidence.relevant = solid and sure.relevance >= _required(facts)
    return evidence


def read_by_rules(change: Change) -> Read:
    """Read one change by the rules alone."""
    lex, tally = lexicon(), Tally()
    place_of = lex.map.place_of
    placed = [place_of(path) for path in change.paths[:PATHS_READ]]
    size = _size(change, placed)
    prose = prose_of(change)
    told = length_told(change, prose)
    english = english_of(change)
    if english is not change:
        change, prose = english, prose_of(english)
    body = lex.hits(words_of(prose)) if prose else []
    bare = told < TOLD and (size.pinned or (size.lines or TOLD) <= FEW_LINES)
    title, trivial = _hear(change, placed, size, body, bare, tally)
    cues = cues_of(chain(title, body), prose, size)
    if tally.undoes and "cause named" in cues:
        tally.hear((("reliability", lex.weights["undone"]),), 1.0, "", "a revert that says why")
    work, second = tally.ranked()
    trivial = trivial or (work in _CHECKS and told < TOLD and tally.head in lex.silencers)
    worth = substance(work, size, cues, told, trivial)
    facts = Facts(
        work=work,
        points=tally.points,
        size=size,
        added=change.additions,
        removed=change.deletions,
        text=told,
        rule_substance=worth,
        cues=(*cues,),
        trivial=trivial,
    )
    if change.form in ("post", "talk"):
        most, why = at_most(change.title)
        worth, cues = min(worth, most), [*cues, *([why] if why else [])]
    share, reasons = tally.builders_share(), tally.reasons(work)
    if not reasons:
        share, reasons = share * lex.weights["unsaid"], [UNSAID]
    evidence = Evidence(
        work,
        relevant=work in BUILDERS and worth >= 1,
        relevance=round(share * min(1.0, worth), 3),
        substance=worth,
        reasons=(*reasons, *cues),
        in_shared_code=size.shared,
        second=second,
    )
    return Read(evidence, facts)


def _required(facts: Facts) -> float:
    """The probability from which on a change is relevant; above 1 for trivial changes and pins."""
    silent = facts.text < TOLD and not facts.cues
    if facts.trivial or (silent and facts.size.pinned):
        return 2.0
    few = facts.added is not None and facts.added + (facts.removed or 0) <= SLIGHT
    return SLIGHT_RELEVANT if silent and few and facts.work != "reliability" else RELEVANT


def _limited(value: float, facts: Facts) -> float:
    """Substance in tenths, under the limits that no weight may exceed."""
    lex, most = lexicon(), 3.0
    if facts.trivial or (facts.size.pinned and not facts.cues and facts.text < TOLD):
        most = lex.substance["pinned"]
    return round(min(value, most, lex.ceilings.get(facts.work, 3.0)), 1)


def _hear(
    change: Change,
    placed: Sequence[Place],
    size: Size,
    body: Sequence[Term],
    bare: bool,
    tally: Tally,
) -> tuple[list[Term], bool]:
    """Let all speak; the terms of the title, and whether it makes the change trivial."""
    lex, here = lexicon(), tuple(size.places)
    tally.away = lex.away(here)
    tally.back(chain(body, here))
    if tally.backed:  # ... but a body of a change elsewhere backs no noun
        tally.backed.difference_update([kind for kind, _, _ in tally.away])
    title = _hear_title(change.title, tally)
    for kind, points in lex.shapes["small" if tally.mends else shape_of(change)]:
        tally.points[kind] += points
    if body:
        _hear_body(body, change, tally)
    trivial = _hear_sayings(change.title, bare, size.pinned, tally)
    slight = [term for term in title if term.trivial]
    if spared := lex.spared(here):
        tally.own(spared)
    _look_around(change.paths, placed, size.places, tally)
    _hear_labels(change.labels, tally)
    if size.pinned:
        tally.hush("delivery", "chore")
    elif slight and any(term.slip for term in slight):
        tally.hush("docs", "chore")
    if slight and not size.pinned and (size.lines or 0) > FEW_LINES:
        slight = [term for term in slight if term.text == tally.head]
    return title, trivial or bool(slight)


def _hear_title(title: str, tally: Tally) -> list[Term]:
    lex = lexicon()
    scope: list[Term] = []
    said, prefix = title, _PREFIX.match(title)
    if prefix and (word := prefix[1].lower()) in lex.prefixes:
        spoken = lex.prefixes[word]
        tally.hear(spoken, 1.0, "prefix: ", word)
        tally.head = word
        tally.backed.update([kind for kind, points in spoken if points >= lex.weights["backs"]])
        scope = lex.hits(words_of(prefix[0])[1:]) if "(" in prefix[0] else []
        said = title[prefix.end() :]
    words = words_of(said)
    if "test_" in said or "Error" in said or "Exception" in said:
        words = [_family(word) for word in words]
    if words and not tally.undoes:
        tags = _TAGS.match(said) if "]" in said or ":" in said or said[0] == "#" else None
        opens = len(words_of(tags[0])) if tags else 0
        tally.head = words[opens] if opens < len(words) else ""
        tally.hear(lex.heads.get(tally.head, _NOTHING), 1.0, "title: ", tally.head)
        for deed in lex.deeds.get(tally.head, ()):
            if not deed.objects.isdisjoint(words):
                tally.hear(deed.speech, 1.0, "title: ", deed.name)
    if tally.undoes:
        return []  # the rest is the title of what is undone
    additive, moves = tally.points["feature"], tally.points["tooling"] >= lex.weights["moves"]
    tally.mends = tally.points["reliability"] >= max(tally.points["feature"], 1.0)
    terms = lex.hits(words)
    tally.back(terms)
    tally.hear_terms(terms, 1.0)
    tally.hear_terms(scope, lex.weights["scope"])
    _settle(terms, additive, moves, tally)
    return scope + terms


def _settle(terms: Sequence[Term], additive: float, moves: bool, tally: Tally) -> None:
    """Take off what a title only says of where, of what is mended or moved, and that it adds."""
    lex = lexicon()
    for kind, remains, _ in tally.away:
        tally.points[kind] *= remains
    if tally.mends and any(term.object for term in terms):
        tally.points["reliability"] *= lex.not_running
    elif tally.mends or moves:
        for kind in _MENDED if tally.mends else _MOVED:
            tally.points[kind] *= lex.weights["mended"]
    elif additive and max([tally.points[kind] for kind in BUILDERS]) >= lex.weights["medium"]:
        tally.points["feature"] -= additive * lex.weights["additive"]


def _family(word: str) -> str:
    """The name of a test, or of an error in running code, stands for them all."""
    if word.startswith("test_"):
        return "test_"
    named = word.endswith(("error", "exception")) and word not in lexicon().words
    return "exception" if named else word


def _hear_sayings(title: str, bare: bool, pinned: bool, tally: Tally) -> bool:
    """Whether one of the sayings makes the change trivial."""
    if not pinned and not _FIGURE.search(title):
        return False
    found = [
        saying
        for saying in lexicon().sayings
        if (bare or not saying.bare) and (pinned or not saying.pinned) and saying.found_in(title)
    ]
    for saying in found:
        tally.hear(saying.speech, 1.0, "title: ", saying.name)
        if saying.bare:
            tally.hush("chore")
    return any(saying.trivial for saying in found)


def _hear_body(terms: Iterable[Term], change: Change, tally: Tally) -> None:
    weights = lexicon().weights
    loudness, most = weights["body"], weights["body_most"]
    if change.form in ("post", "talk", "review"):
        loudness, most = weights["body_post"], weights["body_most_post"]
    elif squashed(change):
        loudness = weights["body_squash"]
    room = dict.fromkeys(tally.points, most)
    for kind, _, remains in tally.away:
        room[kind] *= remains
    if tally.mends:
        for kind in _MENDED:
            room[kind] *= weights["mended"]
    for term in terms:
        for kind, points in tally.points_of(term) if term.noun else term.speech:
            if (left := room[kind]) > 0:
                share = points * loudness
                share = share if share < left else left
                room[kind] = left - share
                tally.points[kind] += share
                tally.notes.append((share, kind, "body: ", term.text))


def _size(change: Change, placed: Sequence[Place]) -> Size:
    lines, moved = None, False
    if change.additions is not None and change.deletions is not None:
        lines = change.additions + change.deletions
        moved = abs(change.additions - change.deletions) <= lines * MOVED
    places: dict[Place, int] = {}
    for place in placed:
        places[place] = places.get(place, 0) + 1
    pinned = bool(places) and places.keys() <= lexicon().map.pinned
    return Size(max(change.files or 0, len(change.paths)), lines, places, moved, pinned)


def _look_around(
    paths: Sequence[str], placed: Sequence[Place], places: Mapping[Place, int], tally: Tally
) -> None:
    """Hear the places in proportion; what merely comes along with other work speaks softly."""
    lex = lexicon()
    loud: Mapping[Place, float] = places
    work = {place.name for place in places if not place.companion}
    if work and len(work) < len(places):
        soft = lex.weights["along"]
        # A workflow that comes with tests is there to run them.
        loud = {
            p: n * soft if p.companion and not (p.name == "test" and work == {"ci"}) else n
            for p, n in places.items()
        }
    total = sum(loud.values())
    for place, share in loud.items():
        if place.speech:
            here = lex.weights["mended"] if tally.mends and place.site else 1.0
            tally.hear(place.speech, here * share / total, "path ", paths[placed.index(place)])


def _hear_labels(labels: Iterable[str], tally: Tally) -> None:
    lex = lexicon()
    for label in labels:
        for word in words_of(label):
            if word in lex.labels:
                tally.hear(((lex.labels[word], lex.weights["label"]),), 1.0, "label: ", label)
                break
