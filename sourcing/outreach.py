"""Drafts: one message to one person, citing one thing they did, for a human to approve.

Plain text out of a template; facts only from stored rows. It never sends anything, and makes
no draft where nothing can be cited, where no link shows it, or where somebody said no.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from sqlite3 import Row
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from db import Store, drafts, people, work
from db.drafts import Draft
from scoring import decide, quotable
from sourcing import privacy
from sourcing.config import Config, Opening
from sourcing.crawl import stamp
from sourcing.errors import ConfigError, DraftError
from sourcing.model import Credited, Remark
from sourcing.shortlist import short_repo
from sourcing.text import clean_line, has_address

#: The body before the notice, and how long a draft may wait for its approval.
BODY_LIMIT, LIFETIME = 800, timedelta(days=30)
#: A recruiter is not answered by people cited for what they did years ago.
CITABLE = timedelta(days=730)

_NOTICE = "\n--\n"


@dataclass(frozen=True, slots=True)
class Cited:
    """The contribution a draft cites. `quote` is the person's own sentence, word for word."""

    id: int
    kind: str
    title: str
    where: str
    date: str
    link: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class Brief:
    """What drafts are written for, and by whom: an opening's name is '' for none."""

    config: Config
    name: str
    opening: Opening
    by: str
    template: Path | None = None


def propose(store: Store, brief: Brief, person: int, now: datetime) -> int:
    """Write a draft to this person and store it as proposed; its number."""
    who = people.person(store, person)
    called = who["name"] or who["login"] or f"#{person}"
    sender = brief.opening.sender_org or brief.config.outreach.sender_org
    if reason := privacy.hidden(store, person, stamp(now), sender):
        raise DraftError(f"{called}: {reason}")
    if other := drafts.settled_for(store, person, brief.name):
        raise DraftError(
            f"{called}: draft {other['id']} to this person is already {other['status']}"
        )
    cited = cite(store, person, called, now)
    body, subject = _render(_facts(brief, who, cited), brief.template)
    if problem := faults(body):
        raise DraftError(f"{called}: {problem}")
    expires = stamp(now + LIFETIME)
    draft = Draft(person, brief.name, cited.id, subject, body, expires)
    return drafts.propose(store, draft, brief.by, stamp(now))


def objection(store: Store, draft: Row, now: str) -> str | None:
    """Why a stored draft may not go out (any more), or None."""
    if reason := privacy.hidden(store, draft["person_id"], now):
        return f"the person {reason}"
    if draft["expires_at"] < now:
        return f"it expired on {draft['expires_at'][:10]}; draft again"
    if draft["evidence_fell"]:
        return "what it cites was reverted or is gone; draft again"
    return faults(draft["body"])


def faults(body: str) -> str | None:
    """What keeps a body from being offered, or None."""
    words = body.partition(_NOTICE)[0]
    if len(words) > BODY_LIMIT:
        return f"the draft has {len(words)} characters before the notice; {BODY_LIMIT} is the limit"
    if has_address(body):
        return "the draft holds an e-mail address; take it out of the template or the opening"
    if _NOTICE not in body:
        return 'the template must end with a line "--" and the notice'
    return None


def cite(store: Store, person: int, called: str, now: datetime) -> Cited:
    """The best thing to cite: their own, linked, still standing, recent, and explained."""
    oldest = stamp(now - CITABLE)
    mine = {
        c.contribution: c
        for c in work.credited(store, [person])[person]
        if c.part == "author"
        and c.kind in {"merged_pr", "post", "commit"}
        and c.evidence.relevant
        and not c.reverted
    }
    rows = people.works(store, list(mine))
    fit = [row for row in rows.values() if _is_citable(row)]
    if fit and not any(row["url"] for row in fit):
        raise DraftError(
            f"{called}: no link shows the work of {short_repo(fit[0]['repo']) or 'this source'};"
            " name its forge under [git.forge]"
        )
    fit = [row for row in fit if row["url"] and row["at"] >= oldest]
    if not fit:
        raise DraftError(f"{called}: nothing of the last two years that could be cited")
    return _cited(max(fit, key=lambda row: _worth(mine[row["id"]], row)))


#: What somebody would not like to be praised for, and what shows nothing.
_UNFIT = re.compile(
    r"\W*(?:\w+(?:\([^)]*\))?!?: )?(?:revert|tmp|temp|wip|draft|test|pr|bump|release)\b", re.I
)
_PINS = re.compile(
    r"(?:^|/)(?:[\w.-]*lock[\w.-]*|go\.(?:mod|sum)|[\w.-]*requirements[\w.-]*|package\.json|"
    r"pyproject\.toml|setup\.(?:py|cfg)|cargo\.toml|pom\.xml|version[\w.-]*)$",
    re.IGNORECASE,
)


def _is_citable(row: Row) -> bool:
    paths = json.loads(row["paths"] or "[]")
    pins = bool(paths) and all(_PINS.search(path) for path in paths)
    return not pins and _UNFIT.match(row["title"]) is None and len(row["title"].split()) > 2


def _worth(credit: Credited, row: Row) -> tuple[bool, float, str, int]:
    """First what says why, then what is substantial, then what is new."""
    value = credit.evidence.relevance * credit.evidence.substance
    return _own_words(row) is not None and value >= 1, value, row["at"], row["id"]


def _own_words(row: Row) -> str | None:
    """A sentence that only this person can have written: nobody else is credited with the text."""
    if row["writers"] != 1:
        return None
    title = Remark("title", row["title"], row["url"], own=True)
    body = Remark("body", row["body"] or "", row["url"], own=True)
    quotation = quotable(decide([title, body]))
    return quotation.text if quotation else None


#: `fix(core)!: `, `[Core] ` and the like say what a tool wants to know, not what was done.
_PREFIX = re.compile(r"^(\[[^\]]*\]:?\s*)*(\w+(\([^)]*\))?!?:\s+)?")


def _cited(row: Row) -> Cited:
    title = re.sub(r"\s*\(#\d+\)$", "", row["title"])
    where = (
        f"{short_repo(row['repo'])}#{row['number']}" if row["number"] else short_repo(row["repo"])
    )
    day = datetime.fromisoformat(row["at"]).astimezone(UTC)
    return Cited(
        id=row["id"],
        kind=row["form"],
        title=clean_line(_PREFIX.sub("", title) or title, 100),
        where=where,
        date=f"{day.day} {day:%B %Y}",
        link=row["url"],
        quote=_own_words(row),
    )


_STYLES = {"dr", "prof", "mr", "mrs", "ms", "ing", "dipl", "eng", "sir"}


def first_name(name: str | None, login: str | None) -> str:
    """How to address somebody: the first of several Latin names, otherwise all there is.

    "Wang, Yi" is Yi, "Dr. Jane Roe" is Jane, and of "ZHANG Wei" nobody knows.
    """
    family, comma, given = (name or "").partition(",")
    words = given.split() if comma and given.strip() else family.split()
    while words and words[0].rstrip(".").lower() in _STYLES:
        words = words[1:]
    shouted = any(w.isupper() and len(w) > 2 for w in words)
    latin = all(w.isascii() or w[0].isupper() for w in words)
    if len(words) > 1 and latin and not shouted and len(words[0].rstrip(".")) > 2:
        return words[0]
    return " ".join(words) or login or ""


def _facts(brief: Brief, who: Row, cited: Cited) -> dict[str, Any]:
    opening, default = brief.opening, brief.config.outreach
    sender = {
        "name": opening.sender_name or default.sender_name,
        "org": opening.sender_org or default.sender_org,
    }
    why = opening.why or opening.bottleneck or default.why
    for key, value in (
        ("sender_name", sender["name"]),
        ("sender_org", sender["org"]),
        ("why", why),
    ):
        if not value:
            raise ConfigError(
                f"[outreach] {key} is empty: say who writes and why, then draft again"
            )
    return {
        "person": {"name": who["name"], "first_name": first_name(who["name"], who["login"])},
        "work": cited,
        "opening": {
            "title": opening.title or default.position,
            "place": opening.place,
            "pay": opening.pay,
            "why": why,
        },
        "sender": sender,
        "notice_url": opening.notice_url or default.notice_url,
    }


def _render(facts: dict[str, Any], template: Path | None) -> tuple[str, str]:
    texts = resources.files("sourcing") / "templates"
    try:
        message = (
            template.read_text(encoding="utf-8")
            if template
            else (texts / "message.txt.j2").read_text(encoding="utf-8")
        )
        env = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        body = env.from_string(message).render(facts).strip()
        subject = env.from_string((texts / "subject.txt.j2").read_text(encoding="utf-8"))
        return body, clean_line(subject.render(facts), 120)
    except OSError as exc:
        raise ConfigError(f"{template}: {exc.strerror}") from exc
    except TemplateError as exc:
        raise ConfigError(f"{template or 'template'}: {exc}") from exc
