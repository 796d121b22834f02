"""The subject access copy: everything stored about a person and why, as a page or JSON for them.

It shows the stored data with their sources, and nothing else.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from db import Store
from db.privacy import subject_access
from scoring import Rubric, because
from sourcing.core.config import Config
from sourcing.core.errors import ConfigError
from sourcing.people.profile import CANNOT_SHOW

#: The facts that no score uses, in words for the person.
NOT_SCORED = (
    "your name, where you live, your employer, a photo, your age or how long your account exists",
    "stars, followers, or how much you did in all",
    "who caused a fault: reverted work earns nothing, and is held against nobody",
)


def write(store: Store, rubric: Rubric, config: Config, person: int, path: Path, now: str) -> None:
    """Write the copy to a new file that only its owner can read."""
    kinds = {".json": _as_json, ".html": as_html, ".htm": as_html}
    if path.suffix.lower() not in kinds:
        raise ConfigError(f"{path}: name the file .html (to read and print) or .json")
    text = kinds[path.suffix.lower()](copy(store, rubric, config, person, now))
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    except FileExistsError as exc:
        raise ConfigError(f"{path} is already there; name a new file") from exc
    except OSError as exc:
        raise ConfigError(f"{path}: {exc.strerror}") from exc


def copy(store: Store, rubric: Rubric, config: Config, person: int, now: str) -> dict[str, Any]:
    """Everything stored, and why."""
    stored = subject_access.held(store, person)
    words = {rule.name: rule.title for rule in rubric.signals}
    for row in (*stored["signals"], *stored["proofs"]):
        name = row["signal"] if "signal" in row else row["name"]
        row["words"] = words.get(name, name)
    first_seen = datetime.fromisoformat(stored["person"][0]["first_seen_at"]).astimezone(UTC)
    details_until = first_seen + timedelta(days=config.retention.profile_days)
    return {
        "made_at": now,
        "kept_by": config.outreach.sender_org,
        "notice": config.outreach.notice_url,
        "why": (
            "We look for engineers for our own openings, by what their public work does. The"
            " basis is our legitimate interest in that; you may object, and then we erase it."
        ),
        "profile_details_until": details_until.strftime("%Y-%m-%d"),
        "work_is_kept_for_days": config.lookback_days,
        "never_scored": NOT_SCORED,
        "cannot_show": CANNOT_SHOW,
        **stored,
    }


def _as_json(copied: dict[str, Any]) -> str:
    return json.dumps(copied, ensure_ascii=False, indent=2) + "\n"


def as_html(copied: dict[str, Any]) -> str:
    """The copy as a page to read and print."""
    template = (resources.files("sourcing") / "templates" / "access.html.j2").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["because"] = because
    environment.filters["day"] = lambda text: (text or "")[:10]
    environment.tests["link"] = lambda url: str(url or "").startswith(("https://", "http://"))
    return environment.from_string(template).render(copied)
