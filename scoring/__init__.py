"""Scoring: classifies changes, and scores people by their evidence.

    classify(Change) -> Evidence                      classify; terms in lexicon.toml
    read(Change) -> Evidence with its value           value; rules in value.toml
    load(roles) -> Rubric                             rubric; rubric.toml and roles.toml
    strengths(work, form, title, ...) -> str          why a work is good evidence, in one line
    score(person, credited, rubric, as_of) -> Score   score; Scorer for many people
    decide(passages) -> Decision                      decisions; cues in decisions.toml

Pure functions: no network, no database, no clock. The identity of a person is never an input.
`python -m scoring` classifies JSON lines.
"""

from scoring.accumulator import because
from scoring.change import Change
from scoring.classify import VERSION, classify
from scoring.decisions import ISSUE, SEVERAL, Spoken, acts, decide, spoken
from scoring.rubric import DEFAULT_ROLE, Rubric, SignalRule, load
from scoring.score import Scorer, monday, score
from scoring.strengths import strengths
from scoring.value import READING_VERSION, read

__all__ = [
    "DEFAULT_ROLE",
    "ISSUE",
    "READING_VERSION",
    "SEVERAL",
    "VERSION",
    "Change",
    "Rubric",
    "Scorer",
    "SignalRule",
    "Spoken",
    "acts",
    "because",
    "classify",
    "decide",
    "load",
    "monday",
    "read",
    "score",
    "spoken",
    "strengths",
]
