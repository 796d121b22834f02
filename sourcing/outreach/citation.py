"""Chooses the work that a message cites: it answers a problem of the opening and describes how.

The work is the person's own, linked, not withdrawn, and at most two years old. Reviews are never
cited: only their last summary is stored, and not which remark changed the outcome. It reads the
database and writes no text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import connectors
from db import Store
from db.outreach import citations
from db.outreach.citations import CitableWork
from db.ranking import scoring_queue
from scoring.sentences import sentences
from sourcing.core.errors import DraftError
from sourcing.core.model import Credited, Remark
from sourcing.core.times import stamp
from sourcing.outreach.answers import AnsweredProblem, ProblemList, ProblemMatcher
from sourcing.outreach.message import CitedWork
from sourcing.outreach.quotes import Quotes, read_quotes
from sourcing.outreach.style_rules import telling
from sourcing.outreach.suitability import is_suitable
from sourcing.shortlist.decisions import passages
from sourcing.shortlist.rows import short_repo

#: Older work is not cited.
CITABLE = timedelta(days=730)
#: The number of works of a person that are compared with the opening, and of works that are read.
_COMPARED, _READ = 400, 25
#: Kinds of work that a message cites.
_KINDS = frozenset({"merged_pr", "commit", "post", "talk"})
#: Kinds of work that rarely contain a decision, and those that mention what others solve.
_SLIGHT = frozenset({"chore", "docs"})
_MENTIONING = _SLIGHT | {"testing"}


@dataclass(frozen=True, slots=True)
class Citation:
    """A cited work with its quotations and the problem of the opening that it answers."""

    id: int
    work: CitedWork
    quotes: Quotes = field(default_factory=Quotes)
    answer: AnsweredProblem | None = None
    #: The fit with every related problem.
    fits: Mapping[str, AnsweredProblem] = field(default_factory=dict)

    @property
    def answers(self) -> bool:
        """True if the work truly answers a problem of the opening."""
        return self.answer is not None and self.answer.answers

    @property
    def whole(self) -> bool:
        """True if it has both halves: a decision to quote, and an answered problem."""
        return self.quotes.decision and self.answers

    @property
    def weak(self) -> str | None:
        """The missing half, in words for the recruiter; None if it is complete."""
        missing = []
        if not self.quotes.decision:
            what = "only tells a problem" if self.quotes.problem else "holds no sentence to quote"
            missing.append(f"its text {what}, and no decision")
        if not self.answers:
            fit = f" (fit {self.answer.fit:.2f})" if self.answer else ""
            missing.append(f"it answers no problem of the opening{fit}")
        return "; ".join(missing) or None


def cite(
    store: Store,
    person: int,
    called: str,
    problems: ProblemList,
    now: datetime,
    taken: Collection[int] = (),
) -> Citation:
    """The best work to cite for these problems that is not `taken` by a draft to a co-author.

    Raises DraftError if no work has both halves; the reason names the half that is missing and
    the next best work. Where no problem is specific, a decision is enough.
    """
    mine = _credited(store, person)
    works = _citable(store, person, called, [i for i in mine if i not in taken], now)
    matcher = ProblemMatcher(store, problems.texts)
    fits = matcher.fits([work.id for work in works])
    near = sorted(works, key=lambda w: (-_promise(fits.get(w.id, {}), mine[w.id]), w.at, w.id))
    read = [_citation(matcher, work, fits.get(work.id, {})) for work in near[:_READ]]
    whole = [
        one
        for one in read
        if (one.whole and _is_asked_for(matcher, one, mine[one.id]))
        or (not problems.specific and one.quotes.decision)
    ]
    if not whole:
        raise DraftError(f"{called}: {_missing(read)}")
    return max(whole, key=lambda one: (_worth(one, mine[one.id], now), one.id))


def cite_url(store: Store, person: int, called: str, url: str, problems: Sequence[str]) -> Citation:
    """The work with this link, chosen by a human; it must be the person's own."""
    id_ = citations.find_work(store, url)
    if id_ is None:
        raise DraftError(f"{called}: no stored work has the link {url}; `sourcing show` lists them")
    found = cited(store, person, id_, problems)
    if found.work.part not in {"author", "co_author"}:
        raise DraftError(f"{called}: {url} is not their work")
    if found.work.withdrawn:
        raise DraftError(f"{called}: {url} was reverted or is gone")
    return found


def cited(store: Store, person: int, contribution: int, problems: Sequence[str]) -> Citation:
    """A work that is cited already, as it is stored today."""
    work = citations.works(store, person, [contribution])[contribution]
    matcher = ProblemMatcher(store, problems)
    return _citation(matcher, work, matcher.fits([contribution]).get(contribution, {}))


# -- which works there are ----------------------------------------------------------------------


def _credited(store: Store, person: int) -> dict[int, Credited]:
    """The person's own relevant works by id."""
    return {
        credit.contribution: credit
        for credit in scoring_queue.credited(store, [person])[person]
        if credit.part in {"author", "co_author"}
        and credit.kind in _KINDS
        and credit.evidence.relevant
        and not credit.reverted
    }


def _citable(
    store: Store, person: int, called: str, ids: Sequence[int], now: datetime
) -> list[CitableWork]:
    works = [w for w in citations.works(store, person, ids).values() if is_suitable(w)]
    if works and not any(work.url for work in works):
        raise DraftError(
            f"{called}: no link shows the work of {short_repo(works[0].repo) or 'this source'};"
            f" {connectors.link_hints()}"
        )
    oldest = stamp(now - CITABLE)
    works = [work for work in works if work.url and work.at >= oldest]
    if not works:
        raise DraftError(f"{called}: nothing of the last two years that could be cited")
    works.sort(key=lambda work: (work.at, work.id), reverse=True)
    return works[:_COMPARED]


def _promise(answers: Mapping[str, AnsweredProblem], credit: Credited) -> float:
    """The rank of a work before its text is read."""
    fit = max((answer.fit for answer in answers.values()), default=0.0)
    slight = 0.3 if credit.evidence.work in _SLIGHT else 0.0
    own = 0.1 if credit.part == "author" else 0.0
    return fit + own - slight + 0.05 * min(credit.evidence.substance, 3.0)


def _is_asked_for(matcher: ProblemMatcher, one: Citation, credit: Credited) -> bool:
    """Whether a work is of a kind that solves problems, or that the problem names: a test shows
    that something fails, and a page explains it."""
    work = credit.evidence.work
    asked = one.answer is not None and matcher.asks_for(one.answer.problem, work)
    return work not in _MENTIONING or asked


def _worth(one: Citation, credit: Credited, now: datetime) -> float:
    """The rank of a work: the answer first, then the quotations, then the part and the date."""
    answer = one.answer or AnsweredProblem("", 0.0)
    quotes = one.quotes
    told = 0.4 * bool(quotes.gain) + 0.4 * bool(quotes.choice) + 0.05 * bool(quotes.problem)
    age = (now - datetime.fromisoformat(one.work.at)) / CITABLE
    alone = 0.25 * (one.work.writers == 1) + 0.15 * (not one.work.assisted)
    slight = 0.3 * (credit.evidence.work in _SLIGHT)
    fit = 0.7 * answer.fit + 0.7 * answer.covered.share + 0.5 * answer.shown.share
    return fit + told + alone + 0.15 * (1.0 - age) - slight


def _missing(read: Sequence[Citation]) -> str:
    """The missing half, with the next best works to cite instead."""
    answering = [one for one in read if one.answers]
    telling_ = [one for one in read if one.quotes.decision]
    if answering:
        best = answering[0]
        problem = best.answer.problem if best.answer else ""
        said = f"“{best.work.title}” answers “{problem}”, but {best.weak}: {best.work.url}"
    else:
        said = "no work of theirs answers a problem of this opening"
    if telling_:
        next_best = telling_[0]
        fit = f" (fit {next_best.answer.fit:.2f})" if next_best.answer else ""
        said += f"; next best, a decision{fit}: “{next_best.work.title}” {next_best.work.url}"
    return f"{said}; choose a work with --cite URL"


# -- how a work is read -------------------------------------------------------------------------


def _citation(
    matcher: ProblemMatcher, work: CitableWork, answers: Mapping[str, AnsweredProblem]
) -> Citation:
    """A work with the problem that it answers best, and the sentences that show it."""
    remarks = passages(work)
    cited_as = _cited_work(work, remarks)
    found = [
        Citation(work.id, cited_as, *_measured(matcher, work, remarks, answer))
        for answer in answers.values()
    ]
    if not found:
        return Citation(work.id, cited_as, read_quotes(remarks))
    best = max(found, key=_answer_rank)
    fits = {one.answer.problem: one.answer for one in found if one.answer}
    return replace(best, fits=fits)


def _measured(
    matcher: ProblemMatcher, work: CitableWork, remarks: Sequence[Remark], answer: AnsweredProblem
) -> tuple[Quotes, AnsweredProblem]:
    """The sentences that show how a work answers a problem, and how much of it they cover."""
    problem, title = answer.problem, work.title

    def shows(text: str) -> float:
        return matcher.coverage(problem, [title, text]).share

    quotes = _needed(matcher, problem, title, read_quotes(remarks, _about(answer), shows))
    passages_ = ["", *(sentence.text for sentence in sentences(work.body or "", title))]
    covered = max(
        (matcher.coverage(problem, [title, passage]) for passage in passages_),
        key=lambda coverage: coverage.share,
    )
    shown = matcher.coverage(problem, [title, *(quote.text for quote in quotes.all)])
    return quotes, replace(answer, covered=covered, shown=shown)


def _about(answer: AnsweredProblem) -> frozenset[str]:
    return telling([answer.problem, *answer.words])


def _needed(matcher: ProblemMatcher, problem: str, title: str, quotes: Quotes) -> Quotes:
    """The quotations without the problem's, unless it shows more of what is answered."""
    fewer = replace(quotes, problem=None)
    if not fewer.decision:
        return quotes
    without = matcher.coverage(problem, [title, *(quote.text for quote in fewer.all)])
    with_it = matcher.coverage(problem, [title, *(quote.text for quote in quotes.all)])
    more = with_it.share > without.share + 0.1 or with_it.pointed > without.pointed
    if not more:
        return fewer
    return replace(quotes, choice=None) if quotes.gain else quotes


def _answer_rank(one: Citation) -> tuple[bool, float]:
    answer = one.answer
    if answer is None:
        return one.whole, 0.0
    return one.whole, answer.fit + answer.covered.share + answer.shown.share


def _cited_work(work: CitableWork, remarks: Sequence[Remark]) -> CitedWork:
    part = next((p for p in ("author", "co_author", "reviewer") if p in work.parts), "nobody")
    return CitedWork(
        kind=work.kind,
        title=work.title,
        place=short_repo(work.repo) or urlsplit(work.url or "").netloc,
        number=work.number,
        at=work.at,
        url=work.url or "",
        texts=tuple(remark.text for remark in remarks[1:]),
        remarks=tuple(r.text for r in remarks if r.own and r.place.endswith("by its author")),
        part=part,
        writers=work.writers,
        assisted=work.assisted,
        withdrawn=work.withdrawn_or_reverted,
    )
