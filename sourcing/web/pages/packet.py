"""The hiring manager's packet: download it, import the answers, decide on proposed weights."""

from __future__ import annotations

from sourcing.core.errors import ConfigError
from sourcing.people import review_packet
from sourcing.pipeline import setup
from sourcing.web.pages.person import known_number
from sourcing.web.request import Answer, File, Go, Shown, Visit


def page(visit: Visit) -> Answer:
    """The page to upload answers, with the weights that they propose."""
    roles = {name: visit.opening(name).role for name in visit.openings}
    roles.setdefault("", visit.opening("").role)
    facts = {
        "proposals": list(review_packet.proposals(visit.store, visit.rubric, roles)),
        "current": {name: dict(weights) for name, weights in visit.rubric.roles.items()},
        "titles": {rule.name: rule.title for rule in visit.rubric.signals},
        "raise": review_packet.RAISE,
    }
    return Shown("packet.html", facts)


def file(visit: Visit) -> Answer:
    """The packet about the ticked people."""
    ids = [known_number(visit, one) for one in visit.query.numbers("with")]
    name = visit.query.get("opening")
    opening = (name, visit.opening(name)) if name else None
    text = review_packet.write(visit.store, visit.rubric, visit.role, opening, ids, visit.now)
    return File(f"packet{'-' + name if name else ''}.html", text, "text/html; charset=utf-8")


def answers(visit: Visit) -> Answer:
    """Import a file of answers."""
    text = visit.form.get("answers")
    if not text.strip():
        raise ConfigError("choose the file answers.json that the hiring manager sent back")
    taken = review_packet.take(visit.store, visit.rubric, text, visit.stamp)
    message = f"{taken.kept} {'answer' if taken.kept == 1 else 'answers'} kept."
    if taken.misread:
        message += (
            f" {taken.misread} misread; this evidence no longer counts from the next scoring on."
        )
    if taken.left_out:
        message += f" Left out: {'; '.join(taken.left_out[:5])}."
    return Go("/packet", message)


def weigh(visit: Visit) -> Answer:
    """Accept or dismiss proposed weights."""
    form = visit.form
    opening, area = form.get("opening"), form.get("area")
    roles = {opening: visit.opening(opening).role}
    proposals = review_packet.proposals(visit.store, visit.rubric, roles)
    wanted = next((p for p in proposals if (p.opening, p.area) == (opening, area)), None)
    if wanted is None:
        raise ConfigError("this proposal has already been decided")
    if form.get("decision") == "accept":
        setup.save_weights(visit.desk.config_path, wanted.role, wanted.weights)
    review_packet.close_proposal(visit.store, wanted, visit.stamp)
    done = "Accepted. The next crawl scores everybody again."
    return Go(
        "/packet", done if form.get("decision") == "accept" else "The weights stay as they are."
    )
