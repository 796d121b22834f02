"""Composes the text of a message: fills a template with facts and takes the fullest version that
fits.

Templates are ours (`sourcing/templates/`) or the user's (`templates/` beside the config, or one
named on the command line). It does not choose the work and does not check the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from sourcing.core import files
from sourcing.core.config import Config, Opening
from sourcing.core.errors import ConfigError
from sourcing.core.model import Quotation
from sourcing.core.text import clean_line
from sourcing.core.times import day
from sourcing.outreach import problem_phrases
from sourcing.outreach.answers import AnsweredProblem, Coverage
from sourcing.outreach.citation import Citation
from sourcing.outreach.message import NOTICE, CitedWork
from sourcing.outreach.quotes import Quotes
from sourcing.outreach.style_rules import BODY_LIMIT, SHORT_LIMIT
from sourcing.outreach.thought import SUBJECT_LENGTH, plain_title, short_title, thought

#: The messages that have a template; a file of the same name replaces ours.
FORMS = ("message", "short", "followup")
#: Longest title in a short note that would not fit otherwise, in characters.
_BRIEF = 45


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender and the position: an opening, with the config's defaults."""

    name: str
    org: str
    role: str
    about: str  # the end of "which ...": the product of the organisation
    why: str
    problems: tuple[str, ...]
    #: True if the opening lists problems; otherwise `why` is the only text to compare with.
    specific: bool
    terms: dict[str, str]  # title, place, hours and pay; "" where it is not set
    notice_url: str
    postal_address: str
    client: str
    ask: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text of the sender that a message may contain."""
        given = (self.name, self.org, self.role, self.about, self.why, self.client, self.ask)
        worded = (text for problem in self.problems for text in wordings(problem))
        return tuple(filter(None, (*given, *self.problems, *worded, *self.terms.values())))


def sender(config: Config, opening: Opening) -> Sender:
    """The sender of messages for an opening. Raises ConfigError where a required text is empty."""
    default = config.outreach
    name, org = (getattr(opening, k) or getattr(default, k) for k in ("sender_name", "sender_org"))
    why = opening.bottleneck or opening.why or default.why
    for key, value in (("sender_name", name), ("sender_org", org), ("why", why)):
        if not value:
            raise ConfigError(
                f"[outreach] {key} is empty: say who writes and why, then draft again"
            )
    problems = tuple(dict.fromkeys(filter(None, map(str.strip, opening.problems))))
    return Sender(
        name=name,
        org=org,
        role=opening.sender_role or default.sender_role,
        about=default.about,
        why=why,
        problems=problems or (why,),
        specific=bool(problems),
        terms={
            "title": opening.title or default.position,
            "place": opening.place,
            "hours": opening.hours,
            "pay": opening.pay,
        },
        notice_url=opening.notice_url or default.notice_url,
        postal_address=default.postal_address,
        client=default.client,
        ask=default.ask,
    )


def bridges(problem: str) -> tuple[str, str]:
    """The sentence that links the cited work to the problem: the same problem, or a close one."""
    if person := problem_phrases.person(problem):
        return (f"We are looking for someone who {person}.",) * 2
    worded = problem_phrases.phrase(problem)
    return (
        f"We are hiring for the same problem: {worded}.",
        f"It is close to a problem we are hiring for: {worded}.",
    )


def note(problem: str) -> str:
    """The sentence of a short note about what the sender hires for."""
    if person := problem_phrases.person(problem):
        return f"We look for someone who {person}."
    return f"We hire for this: {problem_phrases.plain(problem)}."


def wordings(problem: str) -> tuple[str, ...]:
    """Every text in which a message may state this problem."""
    return (
        *bridges(problem),
        note(problem),
        problem_phrases.person(problem) or problem_phrases.phrase(problem),
    )


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of a message before any check."""

    subject: str
    body: str


class Templates:
    """The templates in use: one given by name, else the user's own, else ours."""

    def __init__(self, folder: Path | None = None, named: Path | None = None) -> None:
        self._folder, self._named = folder, named
        self._compiled: dict[str, Template] = {}
        self._env = SandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
        )

    def compose(self, form: str, cited: Citation, from_: Sender, person: dict[str, str]) -> Text:
        """The fullest text that fits; the shortest one if none does."""
        named = self._named if form == "message" else None
        facts = {"person": person, "opening": _opening(cited, from_), "sender": _who(from_)}
        body = ""
        for version in _versions(cited):
            work = _work(version.cited, titled=version.titled, tight=version.tight)
            body = self._render(form, facts | {"work": work, "tight": version.tight}, named)
            if _fits(form, body):
                break
        subject = self._render("subject", facts | {"work": _work(cited)}, None)
        return Text(_capitalised(clean_line(subject, 120)), body)

    def source(self, form: str) -> tuple[str, str]:
        """The place of the template of a form, and its text."""
        own = self._folder / f"{form}.txt.j2" if self._folder else None
        if own and own.exists():
            return str(own), files.read(own)
        ours = resources.files("sourcing") / "templates" / f"{form}.txt.j2"
        return f"our {form} template", ours.read_text(encoding="utf-8")

    def faults(self) -> Iterator[str]:
        """The faults of the user's own templates, tried on an invented work."""
        for form in (*FORMS, "subject"):
            where, _ = self.source(form)
            if where.startswith("our "):
                continue
            try:
                self.compose(form if form != "subject" else "message", _TRIED, _TRIED_BY, _TRIED_ON)
            except ConfigError as exc:
                yield str(exc)

    def _render(self, form: str, facts: dict[str, Any], named: Path | None) -> str:
        where, text = (str(named), files.read(named)) if named else self.source(form)
        try:
            if text not in self._compiled:
                self._compiled[text] = self._env.from_string(text)
            rendered = self._compiled[text].render(facts)
        except (TemplateError, TypeError, ValueError) as exc:
            raise ConfigError(f"{where}: {exc}") from exc
        lines = [line.rstrip() for line in rendered.strip().splitlines()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _fits(form: str, body: str) -> bool:
    if form == "short":
        return len(body) <= SHORT_LIMIT
    return len(body.partition(NOTICE)[0].strip()) <= BODY_LIMIT


@dataclass(frozen=True, slots=True)
class _Version:
    """One length of a message. `tight`: a short note leaves out the position and the pay."""

    cited: Citation
    titled: bool
    tight: bool


def _versions(cited: Citation) -> Iterator[_Version]:
    """The citation with fewer and fewer quotations; the title goes before the decision."""
    quotes = cited.quotes
    one = Quotes(choice=quotes.choice) if quotes.choice else Quotes(gain=quotes.gain)
    smaller = (
        (quotes, True),
        (replace(quotes, problem=None), True),
        (replace(quotes, problem=None), False),
        (one, True),
        (one, False),
        (Quotes(), True),
    )
    for fewer, titled in dict.fromkeys(smaller):
        for tight in (False, True):
            yield _Version(replace(cited, quotes=fewer), titled, tight)


def _work(cited: Citation, *, titled: bool = True, tight: bool = False) -> dict[str, Any]:
    work, quotes = cited.work, cited.quotes
    title = plain_title(work.title).replace('"', "'")
    return {
        "kind": work.kind,
        "title": title,
        "brief": short_title(title, _BRIEF if tight else SUBJECT_LENGTH),
        "where": f"{work.place}#{work.number}" if work.number else work.place,
        "repo": work.place,
        "date": day(work.at),
        "link": work.url,
        "alone": work.writers == 1,
        "assisted": work.assisted,
        "thought": thought(work, quotes, titled=titled),
        "gain": _text(quotes.gain),
        "choice": _text(quotes.choice),
        "problem": _text(quotes.problem),
        # Names in templates of earlier versions.
        "proof": _text(quotes.gain),
        "said": _text(quotes.choice or quotes.gain),
        "theirs": work.part == "author" and work.writers == 1 and not work.assisted,
        "decided": bool(quotes.choice),
    }


def _text(quotation: Quotation | None) -> str | None:
    return quotation.text if quotation else None


def _opening(cited: Citation, from_: Sender) -> dict[str, Any]:
    problem = cited.answer.problem if cited.answer else from_.problems[0]
    same, close = bridges(problem)
    if not from_.specific:
        close = f"What we work on: {problem}"
    return {
        **from_.terms,
        "pay": from_.terms["pay"] or "pay not set yet",
        "need": with_article(from_.terms["title"]) if from_.terms["title"] else "",
        "problem": problem,
        "worded": problem_phrases.person(problem) or problem_phrases.phrase(problem),
        "note": note(problem),
        "bridge": same if cited.answer and cited.answer.same else close,
        "answered": cited.answers,
        "near": cited.answers,  # its name in templates of earlier versions
        "why": from_.why,
        "others": [p for p in from_.problems if p != problem],
    }


def _who(from_: Sender) -> dict[str, str]:
    return {
        "name": from_.name,
        "org": from_.org,
        "role": from_.role,
        "about": from_.about,
        "client": from_.client,
        "ask": from_.ask,
        "notice_url": from_.notice_url,
        "postal_address": from_.postal_address,
    }


#: Letters with English names that begin with a vowel: "an ML engineer".
_VOWEL_LETTERS = frozenset("AEFHILMNORSX")


def with_article(title: str) -> str:
    """A job title in the middle of a sentence, with "a" or "an"."""
    first = title.split(maxsplit=1)[0]
    if first[1:].islower() and first not in problem_phrases.words("names"):
        title = title[:1].lower() + title[1:]
    spelled = first.isupper() and len(first) <= 4
    vowel = first[0] in _VOWEL_LETTERS if spelled else first[0].lower() in "aeio"
    return f"{'an' if vowel else 'a'} {title}"


def _capitalised(subject: str) -> str:
    """A subject with a capital, unless it begins with an identifier."""
    first = subject.split(" ", 1)[0]
    plain = first.isascii() and first.isalpha() and first.islower() and len(first) > 1
    return (
        subject[:1].upper() + subject[1:]
        if plain and first not in problem_phrases.words("lower_case")
        else subject
    )


_TRIED = Citation(
    id=0,
    work=CitedWork(
        "merged_pr", "Free the blocks on abort", "anvil/press", 41, "2026-06-03T12:00:00Z",
        "https://forge.example/anvil/press/pull/41",
    ),
    quotes=Quotes(choice=Quotation("The blocks are freed on the abort path.", "body", None)),
    answer=AnsweredProblem("Requests hang.", 1.0, Coverage(1.0, True), Coverage(1.0, True)),
)  # fmt: skip
_TRIED_BY = Sender(
    name="Mira Vale",
    org="Northwind",
    role="",
    about="",
    why="Requests hang.",
    problems=("Requests hang.",),
    specific=True,
    terms={"title": "Engineer", "place": "remote", "hours": "", "pay": ""},
    notice_url="https://northwind.example/notice",
    postal_address="",
    client="",
    ask="A call?",
)
_TRIED_ON = {"name": "Quinn Sato", "first_name": "Quinn", "before": "3 June 2026"}
