"""`sourcing show`: one person's dossier on the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

import click
from rich.text import Text

from db.ranking.own_repositories import OwnWork
from scoring import DEFAULT_ROLE, because
from sourcing.cli._app import App, pass_app
from sourcing.cli._console import Console
from sourcing.core.config import Config
from sourcing.people.profile import Dossier, dossier, every_month, find, note_opened
from sourcing.people.warm_path import own_works, sentences
from sourcing.shortlist.opening_ranking import answers
from sourcing.shortlist.rows import STANDINGS, EvidenceItem, OpeningMatch

#: How many proofs of a signal are listed; `--all` lists every one.
_SHOWN = 3
#: Points below which a signal is not listed: they would show as 0.0.
_NOISE = 0.05
#: The width of a bar, the number of months, and their heights; a month without work is a dot.
_BAR, _MONTHS, _LEVELS = 24, 36, "·▁▂▃▄▅▆▇█"
_NO_LINK = "no link: its forge is not known"


@click.command("show")
@click.argument("who", metavar="PERSON")
@click.option("--role", help=f"Weighs the signals.  [default: {DEFAULT_ROLE}]")
@click.option("--opening", help="Weighs them by its role, and shows what of it the work answers.")
@click.option("--all", "everything", is_flag=True, help="Every piece of evidence, not three each.")
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text")
@pass_app
def command(app: App, /, who: str, everything: bool, layout: str, **asked: str | None) -> None:
    """Show one person: signals, evidence with links, and the limits of the score.

    PERSON is a login, an identity, a full name, or the number from the shortlist.
    """
    store, (name, opening) = app.store(), app.opening(asked["opening"])
    id_ = find(store, who)
    found = dossier(store, app.rubric, id_, asked["role"] or opening.role, app.stamp)
    config = app.config if app.config_path.exists() else Config()
    own = own_works(store, config, id_)
    matches = answers(store, opening, id_) if name else ()
    note_opened(store, id_, app.stamp)
    if layout == "json":
        click.echo(
            json.dumps(
                _as_json(found, matches) | {"own": [asdict(one) for one in own]},
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        _print(found, matches, own, 10**9 if everything else _SHOWN)


def _as_json(found: Dossier, matches: Sequence[OpeningMatch]) -> dict[str, object]:
    return {
        "matches": [asdict(match) for match in matches],
        "person": asdict(found.person),
        "hidden": found.hidden,
        "role": found.role,
        "as_of": found.as_of,
        "score": found.points,
        "percentile": found.percentile,
        "standing": found.standing,
        "counted": found.counted,
        "changes": found.changes,
        "caveats": found.caveats,
        "strongest": [asdict(strong) for strong in found.strongest],
        "decided": asdict(found.decided) if found.decided else None,
        "questions": found.questions,
        "areas": dict(found.areas),
        "signals": [asdict(line) for line in found.lines],
        "identities": [asdict(one) for one in found.identities],
        "links": [asdict(one) for one in found.links],
        "months": [asdict(one) for one in found.months],
        "cannot_show": found.cannot_show,
    }


def _print(found: Dossier, matches: Sequence[OpeningMatch], own: list[OwnWork], shown: int) -> None:
    console = Console(soft_wrap=True, highlight=False)

    def say(text: str = "", style: str = "") -> None:
        console.print(Text(text, style=style))

    _head(found, say)
    for words, work in sentences(own):
        say(f"{words}: {work.title} ({work.repo}, {work.date}; not scored)", "green")
        say(f"   {work.url or _NO_LINK}", "cyan")
    if not found.lines:
        say("\nNo work that this role asks for is known.")
    _strongest(found, say)
    if matches:
        say("\nWhat of the opening this work answers", "bold")
    for match in matches:
        say(f"   {match.kind} “{match.wanted}”")
        say(f"      {match.work.date}  {_where(match.work)}: {match.work.title}", "dim")
        say(f"      {match.work.url or _NO_LINK}", "cyan")
    _decision(found, say)
    _areas(found, say)
    _timeline(found, say)
    _signals(found, shown, say)
    say("\nWhy these are one person" if len(found.identities) > 1 else "\nKnown as", "bold")
    for one in found.identities:
        say(f"   {one.key}  {one.name or ''}  seen in {one.source or 'a source no longer crawled'}")
        if one.proof:
            say(f"      their account: {one.proof}", "dim")
    for link in found.links:
        say(f"   - {link.proof}{' (joined by a user)' if link.manual else ''}")
    _explain(found, say)


def _explain(found: Dossier, say: Callable[..., None]) -> None:
    if found.terms:
        say("\nTerms on this page", "bold")
    for entry in found.terms:
        say(f"   {entry.term}: {entry.about}")
    say("\nWhat this cannot show", "bold")
    for sentence in found.cannot_show:
        say(f"   - {sentence}")


def _head(found: Dossier, say: Callable[..., None]) -> None:
    who = found.person
    handle = f" (@{who.login})" if who.login else ""
    say(f"{who.display_name}{handle}", "bold")
    standing = STANDINGS[found.standing]
    say(f"person {who.id} · {standing} · {found.role}: {found.above}, as of {found.as_of}")
    say(f"{found.share}; raw value {found.points:.1f}")
    if purged := max((one.purged_at or "" for one in found.identities), default=""):
        say(f"Name and profile were purged on {purged[:10]}; the next crawl fetches them again.")
    if any(one.hireable for one in found.identities):
        say("Open to work, says the profile (not scored)")
    if found.hidden:
        say(f"Hidden: {found.hidden}", "bold red")
    if who.aliases:
        say(f"also seen as {who.aliases.replace(';', ', ')}")
    for caveat in found.caveats:
        say(caveat, "yellow")


def _where(work: EvidenceItem) -> str:
    return ", ".join(filter(None, (work.place, work.part, work.places)))


def _strongest(found: Dossier, say: Callable[..., None]) -> None:
    if found.strongest:
        say("\nThe strongest work", "bold")
    for strong in found.strongest:
        work = strong.work
        say(f"   {work.kinds}: {work.title}")
        say(f"      {work.why}")
        say(f"      {work.date}  {_where(work)}", "dim")
        say(f"      {work.url or _NO_LINK}", "cyan")


def _decision(found: Dossier, say: Callable[..., None]) -> None:
    if found.decided is None:
        return
    say(f"\nA decision, quoted from “{found.decided.work.title}”", "bold")
    decision = found.decided.decision
    for name in ("problem", "options", "choice", "proof"):
        for quotation in getattr(decision, name):
            say(f"   {name:8} “{quotation.text}” ({quotation.place})")
    say("   To ask in an interview:")
    for question in found.questions:
        say(f"      {question}")


def _areas(found: Dossier, say: Callable[..., None]) -> None:
    most = max(points for _, points in found.areas)
    if most >= _NOISE:
        say("\nThe six areas, in points", "bold")
        for area, points in found.areas:
            filled = round(_BAR * points / most)
            say(f"   {area:22} {'█' * filled}{'░' * (_BAR - filled)} {points:5.1f}")


def _signals(found: Dossier, shown: int, say: Callable[..., None]) -> None:
    for line in [line for line in found.lines if line.points >= _NOISE]:
        say(f"\n{line.points:6.1f}  {line.title}  [{line.area}]", "bold")
        for work, points in line.proofs[:shown]:
            say(f"   +{points:.2f}  {work.date}  {work.kinds}: {work.title} ({_where(work)})")
            say(f"          {work.url or _NO_LINK}", "cyan")
            say(f"          because of {because(work.reasons)}", "dim")
        if len(line.proofs) > shown:
            rest = sum(points for _, points in line.proofs[shown:])
            say(f"   +{rest:.2f}  in {len(line.proofs) - shown} more; --all lists them", "dim")


def _timeline(found: Dossier, say: Callable[..., None]) -> None:
    months = list(every_month(found.months, _MONTHS))
    if not months:
        return
    tallest = max(1, *(relevant for _, _, relevant in months))
    bars = "".join(_LEVELS[-(-relevant * (len(_LEVELS) - 1) // tallest)] for *_, relevant in months)
    say("\nRelevant work by month", "bold")
    say(f"   {months[0][0]} {bars} {months[-1][0]}")
    first, last = found.months[0].month, found.months[-1].month
    busy = sum(1 for one in found.months if one.relevant)
    work = sum(one.work for one in found.months)
    say(f"   {work} contributions from {first} to {last}; relevant work in {busy} months")
