"""What a message to somebody cites: the one work of theirs that best fits what is asked for.

Their own, linked, still standing, of the last two years, and nothing they would not like to be
reminded of. It reads what is stored and writes no text. Reviews are never cited: what is stored of
one is its last summary, and not which remark of whom changed the outcome.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import connectors
from db import Store
from db.outreach import citations
from db.outreach.citations import CitableWork
from db.ranking import scoring_queue
from scoring import acts, decide, spoken
from sourcing.core.errors import DraftError
from sourcing.core.model import Credited, Quotation, Remark
from sourcing.core.times import stamp
from sourcing.outreach.message import CitedWork, common
from sourcing.outreach.quotes import SHOWN, TROUBLE, decides, fit, telling, weight
from sourcing.outreach.style_rules import themes, without, words
from sourcing.shortlist.decisions import passages
from sourcing.shortlist.rows import short_repo

#: Nobody is written to about what they did years ago.
CITABLE = timedelta(days=730)
#: How many of somebody's best works are read for what they decide.
_READ = 40
#: How many sentences more than are shown a part is chosen from.
_MORE = 6
#: What problem and choice may take together, so that a message holds both.
_ROOM = 290


@dataclass(frozen=True, slots=True)
class Cited:
    """A contribution as a message cites it: what of its decision may be quoted, and what it is
    close to. `problem` and `proof` are None where nothing told them in few words."""

    id: int
    work: CitedWork
    problem: Quotation | None = None
    choice: Quotation | None = None
    proof: Quotation | None = None
    said: Quotation | None = None
    #: The problem of ours it has most to do with, how much, and whether to call it close.
    about: str | None = None
    nearness: float = 0.0
    near: bool = False

    @property
    def empty(self) -> bool:
        """True if a message about it could say no more than a title that decides nothing."""
        if self.problem or self.choice or self.proof or self.said:
            return False
        return self.work.kind == "post" or not decides(self.work.title, near=self.near)

    @property
    def weak(self) -> str | None:
        """Why a message about it says little, for the recruiter."""
        if self.problem or self.choice or self.proof:
            return None
        if self.said:
            return "its text explains the work, and tells no choice"
        far = ", and it tells no choice" if self.empty else ""
        return f"its text holds no sentence to quote; only the title is cited{far}"


def cite(
    store: Store,
    person: int,
    called: str,
    problems: Sequence[str],
    now: datetime,
    taken: Collection[int] = (),
) -> Cited:
    """The best thing to cite for an opening with these problems, and that is not `taken`: cited
    already to somebody who did it with them."""
    mine = {
        c.contribution: c
        for c in scoring_queue.credited(store, [person])[person]
        if c.part in {"author", "co_author"}
        and c.kind in {"merged_pr", "post", "commit"}
        and c.evidence.relevant
        and not c.reverted
        and c.contribution not in taken
    }
    rows = [row for row in citations.works(store, person, list(mine)).values() if _is_citable(row)]
    if rows and not any(row.url for row in rows):
        raise DraftError(
            f"{called}: no link shows the work of {short_repo(rows[0].repo) or 'this source'};"
            f" {connectors.link_hints()}"
        )
    oldest = stamp(now - CITABLE)
    rows = [row for row in rows if row.url and row.at >= oldest]
    if not rows:
        raise DraftError(f"{called}: nothing of the last two years that could be cited")
    rows.sort(key=lambda row: (-_value(mine[row.id]), row.at, row.id))
    own = [row for row in rows if "author" in row.parts]
    read = [_read(row, problems) for row in (own or rows)[:_READ]]
    return max(read, key=lambda one: (_worth(one, mine[one.id], now), one.id))


def cited(store: Store, person: int, contribution: int, problems: Sequence[str]) -> Cited:
    """A contribution that is cited already, as it is stored today."""
    return _read(citations.works(store, person, [contribution])[contribution], problems)


def cited_work(store: Store, person: int, contribution: int) -> CitedWork:
    """What is stored today of a contribution that is cited already."""
    row = citations.works(store, person, [contribution])[contribution]
    return _cited_work(row, passages(row))


# -- what is fit ------------------------------------------------------------------------------

#: What somebody would not like to be reminded of, and titles that show nothing.
_UNFIT = re.compile(
    r"\W*(?:\w+(?:\([^)]*\))?!?: )?(?:revert|tmp|temp|wip|bump|merge|hotfix|oops|nit|minor|"
    r"cleanup|release (?:v?\d|notes?)|update (?:readme|docs?|changelog|version|dep)|"
    r"address (?:review|comments?))\b|.*\b(?:cherry[- ]?pick|typos?)\b",
    re.IGNORECASE,
)
#: Holes and how to use them are told by those who mended them, when they choose to.
_SECURITY = re.compile(
    r"\b(?:CVE-\d+|GHSA-|vulnerabilit\w+|exploit\w*|path traversal|RCE|XSS|SSRF|CSRF|"
    r"(?:sql|code|command|prompt|script) injection|malicious\w*|supply[- ]chain|"
    r"leak\w* (?:\w+ ){0,4}(?:secret|credential|password|api key)s?|"
    r"(?:secret|credential|password|api key)s? (?:\w+ ){0,4}(?:leak\w*|exposed))\b",
    re.IGNORECASE,
)
#: Where people fell out, or somebody blames themselves.
_SORE = re.compile(
    r"\b(?:sorry|apolog\w+|my (?:bad|mistake|fault)|oops|i broke|stupid\w*|ridiculous|wtf|idiot\w*|"
    r"rude|code of conduct|embarrass\w+)\b",
    re.IGNORECASE,
)
_PINS = re.compile(
    r"(?:^|/)(?:[\w.-]*lock[\w.-]*|go\.(?:mod|sum)|[\w.-]*requirements[\w.-]*|package\.json|"
    r"pyproject\.toml|setup\.(?:py|cfg)|cargo\.toml|pom\.xml|version[\w.-]*)$",
    re.IGNORECASE,
)


def _is_citable(row: CitableWork) -> bool:
    paths = row.paths
    pins = bool(paths) and all(_PINS.search(path) for path in paths)
    text = f"{row.title}\n{row.body or ''}"
    around = row.remarks or ""
    return not (
        pins
        or row.reverts
        or row.withdrawn_or_reverted
        or _UNFIT.match(row.title)
        or _SECURITY.search(text)
        or _SORE.search(text)
        or len(_SORE.findall(around)) > 1
        or len(row.title.split()) < 3
    )


def _value(credit: Credited) -> float:
    return credit.evidence.relevance * credit.evidence.substance


def _worth(one: Cited, credit: Credited, now: datetime) -> float:
    """What it decides counts most, then how near it is to a problem here, then how new it is."""
    parts = (one.choice, one.problem, one.proof, one.said)
    worths = zip(parts, (3.0, 2.0, 1.0, 1.0), strict=True)
    best = max((worth for part, worth in worths if part), default=-4.0 * one.empty - 2.0)
    told = best + 0.4 * sum(map(bool, parts)) + weight(one.choice)
    if one.problem and one.choice and len(one.problem.text) + len(one.choice.text) <= _ROOM:
        told += 1.0
    near = min(one.nearness, 6.0) / 2
    near += 1.0 if one.near else 0.0
    shown = -1.0 if one.work.title.endswith("…") or len(one.work.title.split()) < 4 else 0.0
    age = (now - datetime.fromisoformat(one.work.at)) / CITABLE
    alone = 1.5 * (one.work.writers == 1)
    return told + near + alone + shown + min(_value(credit), 3.0) + 1.5 * (1.0 - age)


# -- how it is read ---------------------------------------------------------------------------


def _cited_work(row: CitableWork, remarks: Sequence[Remark]) -> CitedWork:
    parts = row.parts
    part = next((p for p in ("author", "co_author", "reviewer") if p in parts), "nobody")
    return CitedWork(
        kind=row.kind,
        title=row.title,
        place=short_repo(row.repo) or urlsplit(row.url or "").netloc,
        number=row.number,
        at=row.at,
        url=row.url or "",
        texts=tuple(remark.text for remark in remarks[1:]),
        part=part,
        writers=row.writers,
        withdrawn=row.withdrawn_or_reverted,
    )


def _read(row: CitableWork, problems: Sequence[str]) -> Cited:
    remarks = passages(row)
    told = decide(remarks, more=_MORE)
    choice = next(fit(told.choice), None)
    troubles = list(fit(told.problem, TROUBLE))
    room = _ROOM - len(choice.text) if choice else _ROOM
    one = Cited(
        id=row.id,
        work=_cited_work(row, remarks),
        problem=next((q for q in troubles if len(q.text) <= room), next(iter(troubles), None)),
        choice=choice,
        proof=next(fit(told.proof, SHOWN), None),
    )
    if not (one.problem or one.choice):
        told_by = [q for q in fit(list(spoken(remarks))[:8]) if telling(q)]
        said = max(told_by, key=telling, default=None)
        if said and acts(said.text):
            one = replace(one, choice=said)
        else:
            one = replace(one, said=said, proof=None if said else one.proof)
    nearest = max(((_nearness(one, p), -at) for at, p in enumerate(problems)), default=(0.0, 0))
    if nearest[0] < _RELATED:
        return one
    return replace(one, about=problems[-nearest[1]], nearness=nearest[0], near=nearest[0] >= _NEAR)


#: From here on a problem is the one to speak of (one trouble, or two telling words), and from here
#: on it is called close (two troubles, or its only one, or one and a telling word).
_RELATED, _NEAR = 2.0, 3.0
#: Troubles that mean the same thing everywhere; others need a second word in common.
_PLAIN_TROUBLE = frozenset({"flaky", "rollout", "judge", "contamination", "comparison", "retry"})


def _nearness(one: Cited, problem: str | None) -> float:
    """How much a work and a problem of ours have in common: troubles first, then telling words
    that are not the names of those troubles."""
    first = one.choice or one.problem or one.said
    mine = f"{one.work.title} {first.text if first else ''}"
    theirs, ours = themes(mine), themes(problem or "")
    shared = theirs.keys() & ours.keys()
    left = without(problem or "", shared)
    telling = common([mine], [left], words()["neutral"], words()["generic"])
    only = len(shared) == len(ours) == 1 and not shared.isdisjoint(_PLAIN_TROUBLE)
    often = min(sum(theirs[name] for name in shared), 5)
    return 2.0 * len(shared) + min(len(telling), 3) + only + 0.1 * often
