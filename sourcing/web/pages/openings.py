"""Openings: a form for `openings/NAME.toml`."""

from __future__ import annotations

import re
from typing import Any

from sourcing.core.config import Opening
from sourcing.core.errors import ConfigError
from sourcing.core.text import fold
from sourcing.pipeline.setup import save_opening
from sourcing.shortlist import opening_advice
from sourcing.shortlist.opening_match import best_works
from sourcing.shortlist.opening_ranking import keep
from sourcing.web.request import Answer, Go, MissingError, Shown, Visit

#: Fields of one line, fields of several lines, and lists with one entry a line.
LINES = (
    "title", "level", "place", "hours", "pay", "sender_name", "sender_role", "sender_org",
    "notice_url",
)  # fmt: skip
TEXTS = ("bottleneck", "why")
LISTS = ("problems", "stack", "deal_breakers", "example_prs")
LIMIT = 4000


def page(visit: Visit) -> Answer:
    """All openings."""
    described = {name: visit.opening(name) for name in visit.openings}
    doubts = {name: list(opening_advice.doubts(opening)) for name, opening in described.items()}
    facts = {"openings": {n: o.model_dump() for n, o in described.items()}, "doubts": doubts}
    return Shown("openings.html", facts)


def one(visit: Visit) -> Answer:
    """The form of one opening; `new` is an empty one."""
    name = str(visit.path["name"])
    if name != "new" and name not in visit.openings:
        raise MissingError(f"there is no opening named {name!r}")
    opening = visit.opening("" if name == "new" else name)
    return _form(visit, "" if name == "new" else name, opening)


def _form(visit: Visit, name: str, opening: Opening, error: str = "") -> Shown:
    problem_text = " ".join((opening.bottleneck, *opening.problems))
    today = visit.now.strftime("%Y-%m-%d")
    facts = {
        "answers": best_works(visit.store, opening, today) if name and not error else (),
        "name": name,
        "opening": opening.model_dump(),
        "roles": list(visit.rubric.roles),
        "fits": opening_advice.fitting(problem_text),
        "doubts": list(opening_advice.doubts(opening)) if problem_text.strip() else [],
        "archetypes": {a.role: a.when for a in opening_advice.ARCHETYPES},
        "outreach": visit.config.outreach.model_dump(),
        "error": error,
    }
    return Shown("opening.html", facts, 400 if error else 200)


def save(visit: Visit) -> Answer:
    """Save an opening. After an error the form keeps its input."""
    fields, known = typed(visit), str(visit.path["name"])
    new = known == "new"
    if not new and known not in visit.openings:
        raise MissingError(f"there is no opening named {known!r}")
    name = visit.form.get("name") or _named(str(fields["title"])) if new else known
    try:
        _allowed(visit, name, str(fields["role"]), new=new)
        save_opening(visit.desk.config_path, name, fields)
    except ConfigError as exc:
        return _form(visit, "" if new else known, Opening(**fields), str(exc))
    keep(visit.store, visit.rubric, {name: Opening(**fields)}, visit.now, all_=False)
    doubts = any(opening_advice.doubts(Opening(**fields)))
    return Go(f"/openings/{name}", "Saved. See the remarks below." if doubts else "Saved.")


def _allowed(visit: Visit, name: str, role: str, *, new: bool) -> None:
    if new and (name in visit.openings or name == "new"):
        raise ConfigError(f"the name {name!r} is taken; choose another short name")
    visit.rubric.weights(role)


def typed(visit: Visit) -> dict[str, Any]:
    """The fields of the form."""
    form = visit.form
    fields: dict[str, Any] = {"role": form.get("role", Opening().role)}
    fields |= {key: " ".join(form.get(key).split())[:LIMIT] for key in LINES}
    fields |= {key: form.get(key).replace("\r\n", "\n").strip()[:LIMIT] for key in TEXTS}
    for key in LISTS:
        lines = form.get(key)[:LIMIT].splitlines()
        if key == "stack":
            lines = [part for line in lines for part in line.split(",")]
        fields[key] = [line.strip() for line in lines if line.strip()]
    return fields


def _named(title: str) -> str:
    """A file name from a title."""
    words = [fold(word) for word in title.split()]
    return re.sub(r"[^a-z0-9-]", "", "-".join(w for w in words if w))[:40].strip("-") or "opening"
