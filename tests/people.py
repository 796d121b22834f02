"""A few invented people straight into a database: read, settled and scored as by a crawl."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from db import Store
from db.ingest import writer
from sourcing.core.config import Config, Outreach
from sourcing.core.model import Contribution, Credit, Discussion, Identity, Page, Remark
from sourcing.pipeline.evaluate import assess

OUR_ORG = "Northwind (50 people)"
SENDER = {
    "sender_org": OUR_ORG,
    "sender_name": "Mira Vale",
    "position": "Senior engineer, serving",
    "why": "Our GPU slots stay taken when users leave.",
    "notice_url": "https://northwind.example/notice",
}
CONFIG = Config(outreach=Outreach(sender_org=OUR_ORG))
NOW = "2026-11-16T03:00:00Z"
REPO = "forge.example/anvil/press"
HOST = "github:forge.example"


def account(number: int, name: str, login: str, **details: str) -> Identity:
    """An account of the forge."""
    url = f"https://forge.example/{login}"
    return Identity(f"{HOST}/{number}", name, login, url, type="account", **details)  # type: ignore[arg-type]


ADA = account(1, "Ada Quill", "adaq", company="@harborlight", website="https://adaq.example/",
              bio="I keep schedulers honest.", location="Lund")  # fmt: skip
BEN = account(2, "Ben Osei", "benosei", company="ex-Harborlight, now my own")
CEM = account(3, "Cem Aydin", "cemay", company="Northwind GmbH")
QUINN = account(4, "Quinn Sato", "quinn-sato")
PEOPLE = (ADA, BEN, CEM, QUINN)


def fix(number: int, title: str, author: Identity, *others: Credit, body: str = "") -> Contribution:
    """A merged pull request that repairs something."""
    return Contribution(
        f"pr:{REPO}#{number}", "merged_pr", title, f"2026-10-{number % 28 + 1:02}T10:00:00Z",
        (Credit(author.id, "author"), *others), REPO, number,
        f"https://{REPO}/pull/{number}", body or "The cause was a lock taken twice, a deadlock.",
        (f"{number:040x}",), ("press/core.py", "tests/test_core.py"), 2,
    )  # fmt: skip


def works() -> tuple[Contribution, ...]:
    """What the invented people did: each something alone, Ada and Ben something together."""
    alone = tuple(
        fix(10 * at + n, f"Fix deadlock number {n} in the {who.login} allocator", who)
        for at, who in enumerate(PEOPLE, 1)
        for n in (1, 2)
    )
    both = fix(71, "Free cache blocks when a request is aborted", ADA, Credit(BEN.id, "co_author"))
    return (*alone, both)


def world(extra: tuple[Contribution, ...] = (), people: tuple[Identity, ...] = PEOPLE) -> Page:
    """The page a source shows of them."""
    place, link = "review of press/core.py", f"https://{REPO}/r/1"
    said = Remark(place, "A timeout would hide it.", link, own=True)
    return Page(
        {"head": "h"}, (*works(), *extra), people, source_priority=2,
        discussions=(Discussion(f"pr:{REPO}#71", (said,)),),
    )  # fmt: skip


def crawl(store: Store, page: Page, source: str = "github:anvil/press", now: str = NOW) -> None:
    """Store a page and bring everything up to date, as the nightly does."""
    source_id, _ = store.source(source, now)
    writer.save(store, source_id, store.start_run(source_id, now), page, now)
    assess(store, CONFIG, datetime.fromisoformat(now).astimezone(UTC))


def write_world(path: Path) -> None:
    """A database that has crawled the world once."""
    with Store(path) as store:
        crawl(store, world())


def shown(path: Path, name: str, login: str, number: int, **details: str) -> None:
    """Somebody new with a repair of their own shows up in the next crawl."""
    who = replace(account(number, name, login, **details))
    with Store(path) as store:
        crawl(store, Page({}, (fix(100 + number, "Fix race in the watchdog", who),), (who,)))
