"""Why a work is good evidence: one line in a recruiter's words, from stored facts alone.

It does not judge again: kind, cues and size come from the classifier.
"""

from __future__ import annotations

from collections.abc import Sequence

from scoring.classify import PATHS_READ
from scoring.lexicon import lexicon
from scoring.value import hard_problem

#: The action in words, by the kind of work of a change.
_CHANGES: dict[str, str] = {
    "reliability": "Repair",
    "performance": "Performance work",
    "observability": "Work on logs and metrics",
    "evaluation": "Evaluation work",
    "testing": "Test work",
    "delivery": "Build and release work",
    "tooling": "Work on developer tools",
    "data": "Data work",
    "feature": "New feature",
    "docs": "Documentation",
    "chore": "Upkeep",
}
#: The action in words, by the form of a contribution that is no change.
_OTHERS: dict[str, str] = {"review": "Review", "post": "Article", "talk": "Talk"}
#: The cues of substance that say something to a recruiter, in words.
_CUES = {
    "cause named": "names the cause",
    "failure shown": "shows the failure",
    "measurement given": "gives measurements",
    "alternatives weighed": "weighs alternatives",
    "discussed": "follows a discussion",
}


def strengths(
    work: str,
    form: str,
    title: str,
    paths: Sequence[str],
    files: int | None,
    reasons: Sequence[str],
) -> str:
    """One line such as "Repair of a hard problem (deadlock) with tests; names the cause; 14 files".

    `files`: how many files the change touches, None if unknown.
    """
    done = _OTHERS.get(form) or _CHANGES.get(work, "Work")
    is_change = form not in _OTHERS
    if problem := _problem(title, reasons):
        preposition = "of" if done == "Repair" else "on"
        done += f" {preposition} a hard problem ({problem})"
    if is_change and work != "testing" and _with_tests(paths):
        done += " with tests"
    facts = [words for cue, words in _CUES.items() if cue in reasons]
    count = files or len(paths)
    if is_change and count:
        facts.append(f"{count:,} file{'s' * (count != 1)}")
    return "; ".join([done, *facts])


def _problem(title: str, reasons: Sequence[str]) -> str:
    """The words that name a hard problem, in the title or among the reasons; '' if none do."""
    named = [hard_problem(title)]
    named += [hard_problem(reason.partition(": ")[2]) for reason in reasons if ": " in reason]
    return next(filter(None, named), "")


def _with_tests(paths: Sequence[str]) -> bool:
    """Whether a test is among the files, beside the work itself."""
    places = [lexicon().map.place_of(path) for path in paths[:PATHS_READ]]
    return any(place.name == "test" for place in places) and not all(
        place.companion for place in places
    )
