"""Rewords a problem of an opening as the work of the role, not as a failure of the organisation.

"Requests hang when a worker dies" becomes "keeping requests from hanging when a worker dies". A
problem of unknown form stays unchanged. Added words come from fixed frames only.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

#: A wish for a person rather than a problem: "someone who fixed ...", "has built ...".
_PERSON = re.compile(
    r"(?:(?:someone|somebody|people|a person|an engineer|anyone) (?:who|that) (?P<named>.+)|"
    r"(?P<verb>(?:has|have|had|made|built|fixed|reduced|added|wrote|designed|improved|sped|cut|"
    r"adds|fixes|makes|keeps|builds|writes|reduces|knows|designs|improves)\b.+))\Z",
    re.IGNORECASE | re.DOTALL,
)
#: Clauses without a verb of trouble, each with its frame: the subject, then the found words.
_FRAMES = (
    (re.compile(r"(?:must not|should not|must never) (.+)\Z"), "making sure that {} cannot {}"),
    (re.compile(r"(?:is|are) not (\w+(?: \w+)?)\Z"), "making {} {}"),
    (re.compile(r"(?:do not|does not|don['’]t|doesn['’]t) (\w+)\b"), "making {} {}"),
    (
        re.compile(r"(?:is|are|get|gets) (\w+(?:ed|en|wn|st|lt|ut|nt|ost))\b"),
        "keeping {} from being {}",
    ),
)
#: A comma before other words than these begins another clause.
_CONTINUES = re.compile(r",(?! (?:and|or|when|if|because|while|which|so|even|especially)\b)")
_SECOND_CLAUSE = re.compile(r"\b(?:and|or|but) (?:are|is|was|were|do|does|cannot|nobody|we)\b")
_AND = re.compile(r"\b(?:and|or|but) ")
_AND_VERB = re.compile(r"\b(?P<and>and|or) (?P<verb>[a-z]+)\b")
#: The number of first words in which the verb is searched.
_VERB_WITHIN = 8


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    file = files("sourcing.outreach") / "problem_phrases.toml"
    lists = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: frozenset(entries) for name, entries in lists.items()}


def words(name: str) -> frozenset[str]:
    """One list of `problem_phrases.toml`."""
    return _lists()[name]


def phrase(problem: str) -> str:
    """The problem as the end of "We are hiring for the same problem: "."""
    worded = plain(problem)
    parts = worded.split()
    if not parts or _CONTINUES.search(worded) or _SECOND_CLAUSE.search(worded):
        return worded
    if parts[0].lower().endswith("ing") and _base(parts[0]) is None:
        return worded  # "cleaning up fails": a gerund after "keeping" reads badly
    relative = any(part in words("relative") for part in parts[1:_VERB_WITHIN])
    if parts[0].lower() in words("pronouns") or relative:
        return worded
    for at in range(1, min(len(parts), _VERB_WITHIN)):
        if parts[at - 1].lower() in words("no_subject_end"):
            continue
        if parts[at - 1].lower() in words("clause_start"):
            return worded  # the verb belongs to a second clause: "deadlocks when a worker leaves"
        subject, rest = " ".join(parts[:at]), " ".join(parts[at:])
        if (found := _reworded(subject, rest)) is not None:
            return found or worded
    return worded


def person(problem: str) -> str | None:
    """The end of "someone who ..." if the problem is a wish for a person, or None."""
    found = _PERSON.match(plain(problem))
    return (found["named"] or found["verb"]) if found else None


def plain(problem: str) -> str:
    """One clause without an end mark, as it stands in the middle of a sentence."""
    text = " ".join(problem.split()).partition(";")[0].rstrip(" .!")
    head, colon, tail = text.partition(": ")
    if colon:
        text = f"{head} ({tail})" if "(" not in text else head
    first = text.split(" ", 1)[0]
    if first == "A" or (first[1:].islower() and first not in words("names")):
        text = text[:1].lower() + text[1:]
    return text


def _reworded(subject: str, rest: str) -> str | None:
    """The reworded clause, None if `rest` begins with no verb, "" if the clause is too long."""
    for pattern, frame in _FRAMES:
        if found := pattern.match(rest):
            return frame.format(subject, found[1]) + rest[found.end() :]
    verb, _, tail = rest.partition(" ")
    base, following = _base(verb), tail.split(" ", 1)[0]
    if base is None or following in words("auxiliaries") or _base(following):
        return None  # the word is a noun here: "training runs cannot be resumed"
    if _has_clause(tail):
        return ""
    tail = _AND_VERB.sub(_and_gerund, tail, count=1)
    return f"keeping {subject} from {_gerund(base)} {tail}".rstrip()


def _has_clause(tail: str) -> bool:
    """Whether a second clause with its own subject follows: "... and workers run out"."""
    after = _AND.split(tail)[1:]
    return any(_base(word) for part in after for word in part.split()[1:4])


def _and_gerund(found: re.Match[str]) -> str:
    base = _base(found["verb"])
    return f"{found['and']} {_gerund(base)}" if base else found[0]


def _base(verb: str) -> str | None:
    """The base form of a known verb in its base form or third person."""
    verb = verb.lower()
    for base in (verb, verb[:-1], verb[:-2], verb[:-3] + "y"):
        ending = base[:-1] + "ies" if base.endswith("y") else base + "es"
        if base in words("verbs") and verb in {base, base + "s", ending}:
            return base
    return None


def _gerund(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base in words("doubled"):
        return base + base[-1] + "ing"
    return (base[:-1] if base.endswith("e") and not base.endswith("ee") else base) + "ing"
