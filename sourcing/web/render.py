"""Answers as HTML or JSON. All crawled text is escaped here, in one place.

It adds the common parts of every page (navigation, the message about the last action), and no
facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from sqlite3 import Row
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import RedirectResponse, Response

from scoring import because
from sourcing.core import times
from sourcing.core.text import mask_addresses
from sourcing.shortlist.opening_advice import called
from sourcing.shortlist.rows import STANDINGS
from sourcing.web.links import link
from sourcing.web.request import UNDO_COOKIE, Answer, File, Go, Shown, Visit

#: Seconds for which a change can be undone: ten on the page, and the time of two requests.
UNDO_SECONDS = 12


def respond(visit: Visit, answer: Answer) -> Response:
    """The HTTP response of an answer."""
    if isinstance(answer, File):
        heads = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(answer.name)}"}
        return Response(answer.content, media_type=answer.media, headers=heads)
    if isinstance(answer, Go):
        if wants_json(visit):
            return _json({"done": answer.said, "next": answer.to}, 200)
        response: Response = RedirectResponse(answer.to, 303)
        if answer.said:
            response.set_cookie("said", quote(answer.said), httponly=True, samesite="strict")
        if answer.undo:
            response.set_cookie(
                UNDO_COOKIE, quote(answer.undo), UNDO_SECONDS, httponly=True, samesite="strict"
            )
        return response
    if wants_json(visit):
        return _json(answer.facts, answer.status)
    return _html(visit, answer)


def wants_json(visit: Visit) -> bool:
    """True if the request has `?format=json`, or accepts JSON and no HTML."""
    accepted = visit.headers.get("accept", "")
    return visit.query.get("format") == "json" or (
        "application/json" in accepted and "text/html" not in accepted
    )


def _json(facts: Mapping[str, Any], status: int) -> Response:
    text = json.dumps(masked(facts), default=plain, ensure_ascii=False, indent=1)
    return Response(text + "\n", status, media_type="application/json")


def plain(value: object) -> object:
    """A row, a dataclass or a path as a JSON value."""
    if isinstance(value, Row):
        return masked(dict(value))
    if is_dataclass(value) and not isinstance(value, type):
        # Not `asdict`: it copies the content, and a row cannot be copied.
        return masked({one.name: getattr(value, one.name) for one in fields(value)})
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Path | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be told as JSON")


def _html(visit: Visit, answer: Shown) -> Response:
    said = visit.cookies.get("said", "")
    text = (
        environment()
        .get_template(answer.template)
        .render(
            answer.facts, visit=visit, said=said, can_undo=said and UNDO_COOKIE in visit.cookies
        )
    )
    response = Response(text, answer.status, media_type="text/html; charset=utf-8")
    if said:
        response.delete_cookie("said")
    for name, value in answer.cookies.items():
        response.set_cookie(name, value, max_age=90 * 86_400, httponly=True, samesite="strict")
    return response


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates, escaping everything."""
    env = Environment(
        loader=PackageLoader("sourcing.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_addresses,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["standings"] = STANDINGS
    env.filters |= {
        "because": because,
        "called": called,
        "day": day,
        "link": link,
        "month": month,
        "highlight": highlight,
        "unquote": unquote,
    }
    return env


def _without_addresses(value: object) -> object:
    """A value of a template, masked: the last barrier before an address is shown."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return mask_addresses(value)
    return value


def masked(value: object) -> object:
    """Facts for JSON, with every text masked."""
    if isinstance(value, str):
        return mask_addresses(value)
    if isinstance(value, Mapping):
        return {key: masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [masked(one) for one in value]
    return value


def day(value: str | None) -> str:
    """The day of a stored time in words, with non-breaking spaces: 13 October 2026."""
    return times.day(value).replace(" ", "\u00a0") if value else "not known"


def month(value: str | None) -> str:
    """A stored time as a short month: Oct 2026."""
    if not value:
        return "not known"
    _, name, year = times.day(value).split(" ")
    return f"{name[:3]}\u00a0{year}"


def highlight(text: str, sentences: Sequence[str]) -> Markup:
    """The text with these sentences marked."""
    known = [sentence for sentence in sentences if sentence in text]
    if not known:
        return escape(text)
    parts = re.split("(" + "|".join(map(re.escape, known)) + ")", text)
    marked = (Markup("<mark>{}</mark>").format(p) if p in known else escape(p) for p in parts)
    return Markup("").join(marked)
