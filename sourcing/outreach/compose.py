"""The text of a message: facts put into a template, the fullest version that fits.

Templates are ours (`sourcing/templates/`) or the user's (`templates/` beside the config, or one
named on the command line). It decides neither what is cited nor whether the text is honest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from scoring import acts
from sourcing.core import files
from sourcing.core.config import Config, Opening
from sourcing.core.errors import ConfigError
from sourcing.core.model import Quotation
from sourcing.core.text import clean_line
from sourcing.core.times import day
from sourcing.outreach.citation import Cited
from sourcing.outreach.message import NOTICE, CitedWork
from sourcing.outreach.style_rules import BODY_LIMIT, SHORT_LIMIT

#: The messages there are templates for; a file of the same name replaces ours.
FORMS = ("message", "short", "followup")
#: So long a subject is shown whole by most mail programs.
SUBJECT_LENGTH = 70


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes and for what: an opening with what the config says where it does not."""

    name: str
    org: str
    role: str
    why: str
    problems: tuple[str, ...]
    terms: dict[str, str]
    notice_url: str
    postal_address: str
    client: str
    ask: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything of theirs that a message may say."""
        said = (self.name, self.org, self.role, self.why, self.client, self.ask)
        return tuple(filter(None, (*said, *self.problems, *self.terms.values())))


def sender(config: Config, opening: Opening) -> Sender:
    """Who writes; what must be said and is not is told with its place."""
    default = config.outreach
    name, org = (getattr(opening, k) or getattr(default, k) for k in ("sender_name", "sender_org"))
    why = opening.bottleneck or opening.why or default.why
    for key, value in (("sender_name", name), ("sender_org", org), ("why", why)):
        if not value:
            raise ConfigError(
                f"[outreach] {key} is empty: say who writes and why, then draft again"
            )
    sentences = (why, opening.why, *map(_sentence, opening.problems))
    return Sender(
        name=name,
        org=org,
        role=opening.sender_role or default.sender_role,
        why=why,
        problems=tuple(dict.fromkeys(filter(None, sentences))),
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


def _sentence(problem: str) -> str:
    """A problem named in a few words, as a sentence one can write."""
    problem = problem.strip().rstrip(".!")
    if problem[:1].isupper() and len(problem.split()) > 3:
        return f"{problem}."
    return f"We struggle with {problem}."


@dataclass(frozen=True, slots=True)
class Text:
    """What a message says, before anybody has looked at it."""

    subject: str
    body: str


class Templates:
    """The templates in force: one named, else the user's own, else ours."""

    def __init__(self, folder: Path | None = None, named: Path | None = None) -> None:
        self._folder, self._named = folder, named
        self._made: dict[str, Template] = {}
        self._env = SandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
        )

    def compose(self, form: str, cited: Cited, from_: Sender, person: dict[str, str]) -> Text:
        """The fullest text that fits; the barest one if none does."""
        named = self._named if form == "message" else None
        facts = {"person": person, "opening": _opening(cited, from_), "sender": _who(from_)}
        body = ""
        for shown in _versions(cited):
            body = self._render(form, facts | {"work": shown}, named)
            if _fits(form, body):
                break
        subject = self._render("subject", facts | {"work": _work(cited)}, None)
        subject = clean_line(subject, 120)
        return Text(subject[:1].upper() + subject[1:] if subject[:2].islower() else subject, body)

    def source(self, form: str) -> tuple[str, str]:
        """Where the template of a form stands, and its text."""
        own = self._folder / f"{form}.txt.j2" if self._folder else None
        if own and own.exists():
            return str(own), files.read(own)
        ours = resources.files("sourcing") / "templates" / f"{form}.txt.j2"
        return f"our {form} template", ours.read_text(encoding="utf-8")

    def faults(self) -> Iterator[str]:
        """What is wrong with the user's own templates, tried on an invented work."""
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
            if text not in self._made:
                self._made[text] = self._env.from_string(text)
            rendered = self._made[text].render(facts)
        except (TemplateError, TypeError, ValueError) as exc:
            raise ConfigError(f"{where}: {exc}") from exc
        lines = [line.rstrip() for line in rendered.strip().splitlines()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _fits(form: str, body: str) -> bool:
    if form == "short":
        return len(body) <= SHORT_LIMIT
    return len(body.partition(NOTICE)[0].strip()) <= BODY_LIMIT


def _versions(cited: Cited) -> Iterator[dict[str, Any]]:
    """The work as a template sees it, with less and less of its decision."""
    full = _work(cited)
    for without in ((), ("proof",), ("proof", "problem"), ("proof", "problem", "choice")):
        lesser = full | dict.fromkeys(without)
        if any(lesser[part] for part in ("choice", "problem", "proof", "said")):
            yield lesser
            yield lesser | {"title": lesser["brief"]}
    yield full | dict.fromkeys(("proof", "problem", "choice", "said"))


def _work(cited: Cited) -> dict[str, Any]:
    work = cited.work
    title = plain_title(work.title).replace('"', "'")
    return {
        "kind": work.kind,
        "title": title,
        "brief": brief(title),
        "where": f"{work.place}#{work.number}" if work.number else work.place,
        "repo": work.place,
        "date": day(work.at),
        "link": work.url,
        "alone": work.writers == 1,
        "theirs": work.part == "author" and work.writers == 1,
        "problem": cited.problem.text if cited.problem else None,
        "choice": cited.choice.text if cited.choice else None,
        "decided": bool(cited.choice and acts(cited.choice.text)),
        "proof": cited.proof.text if cited.proof else None,
        "said": cited.said.text if cited.said else None,
    }


def _opening(cited: Cited, from_: Sender) -> dict[str, Any]:
    terms = from_.terms
    return {
        **terms,
        "pay": terms["pay"] or "pay not set yet",
        "problem": cited.about or from_.why,
        "near": cited.near,
        "why": from_.why,
        "others": [p for p in from_.problems if p != (cited.about or from_.why)],
    }


def _who(from_: Sender) -> dict[str, str]:
    return {
        "name": from_.name,
        "org": from_.org,
        "role": from_.role,
        "client": from_.client,
        "ask": from_.ask,
        "notice_url": from_.notice_url,
        "postal_address": from_.postal_address,
    }


#: `fix(core)!: `, `[Core] ` and the like say what a tool wants to know, not what was done.
_PREFIX = re.compile(
    r"^[^\w`'\"(\[&@]*(?:[&@][\w-]+[\s,:]*)*(?:\[[^\]]*\]:?\s*)*(?:\w+(?:\([^)]*\))?!?:\s+)?"
    r"(?:\[[^\]]*\]:?\s*)*(?:#?\d+\s*[-:]\s+)?"
)
#: Where a title may end early and still say something: at the first mark, or before a last phrase.
_MARK = re.compile(r"[,;:(–—]|\s-\s")
_PHRASE = re.compile(
    r"\s+(?=(?:when|while|if|because|so that|for|to|in|on|by|with|without|from|after|before|"
    r"during|across|instead of|rather than|via|using|that|which)\b)",
    re.IGNORECASE,
)


def plain_title(title: str) -> str:
    """A title without the marks made for tools."""
    title = re.sub(r"(?i)\s*\((?:(?:fix(?:es|ed)?|closes?|resolves?) )?#\d+\)", "", title)
    return clean_line(_PREFIX.sub("", title) or title, 120).rstrip(".")


def brief(title: str) -> str:
    """A title that is too long for a subject, ended where a phrase of it ends; others whole."""
    if len(title) <= SUBJECT_LENGTH:
        return title
    marks, phrases = (
        [m.start() for m in pattern.finditer(title) if m.start() <= SUBJECT_LENGTH]
        for pattern in (_MARK, _PHRASE)
    )
    ends = [*marks, *reversed(phrases)]
    return next((title[:end].rstrip() for end in ends if len(title[:end].split()) > 2), title)


_TRIED = Cited(
    id=0,
    work=CitedWork(
        "merged_pr", "Free the blocks on abort", "anvil/press", 41, "2026-06-03T12:00:00Z",
        "https://forge.example/anvil/press/pull/41",
    ),
    choice=Quotation("The blocks are freed on the abort path.", "body", None),
)  # fmt: skip
_TRIED_BY = Sender(
    name="Mira Vale",
    org="Northwind",
    role="",
    why="Requests hang.",
    problems=("Requests hang.",),
    terms={"title": "Engineer", "place": "remote", "hours": "", "pay": ""},
    notice_url="https://northwind.example/notice",
    postal_address="",
    client="",
    ask="A call?",
)
_TRIED_ON = {"name": "Quinn Sato", "first_name": "Quinn", "before": "3 June 2026"}
