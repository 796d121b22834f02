"""Scoring thinks: what a change is evidence of, and what a person's evidence adds up to.

    classify(Change) -> Evidence                      scoring.classify, words in lexicon.toml
    load(roles) -> Rubric                             scoring.rubric, rubric.toml and roles.toml
    score(person, credited, rubric, as_of) -> Score   scoring.score; Scorer for many
    decide(passages) -> Decision                      scoring.decision, cues in decision.toml
    fit(weights, text, fewest, share) -> float        scoring.fit, for matches
    plain(title, work, form, closes) -> str           scoring.plain, words in plain.toml

Pure functions over plain rows: no network, no database, no clock, nothing heavy to import.
Who somebody is never reaches it. `python -m scoring` classifies JSON lines.
"""

from scoring.accumulator import because
from scoring.change import Change
from scoring.classify import VERSION, classify
from scoring.decisions import ISSUE, SEVERAL, acts, decide, spoken
from scoring.plain import plain
from scoring.rubric import DEFAULT_ROLE, Rubric, SignalRule, load
from scoring.score import Scorer, monday, score
from scoring.similarity import Text, fit
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
    "Text",
    "acts",
    "because",
    "classify",
    "decide",
    "fit",
    "load",
    "monday",
    "plain",
    "read",
    "score",
    "spoken",
]
