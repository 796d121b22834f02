"""Ten invented works with an honest message to each author, and ten messages with one fault each.

Everybody and everything in here is made up.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from sourcing.outreach.answers import AnsweredProblem, Coverage
from sourcing.outreach.checks import Circumstances
from sourcing.outreach.message import CitedWork, Message

NOTICE_URL = "https://northwind.example/notice"
NOTICE = (
    "\n\n--\nI found this in your public work, at the link above. Say no and I won't write again;"
    f" say delete and we erase what we hold. Details: {NOTICE_URL}"
)
PROBLEMS = (
    "Our agent runs leak GPU slots when users leave, and our watchdog is a timeout.",
    "Our judge scores move when nothing changed.",
    "Rollouts of a new model drop requests.",
    "Half of our nightly tests fail for no reason anybody knows.",
)
TITLE, PLACE = "Senior engineer, serving", "remote within CET ±3"
HOURS, PAY = "full time", "€115–140k"
ASK = "Would 20 minutes be worth it? A no is fine."
WHO = (
    "I am Mira Vale, head of serving at Northwind (50 people)."
    f" The role: {TITLE}, {PLACE}, {HOURS}, {PAY}."
)
SENDER = ("Mira Vale", "Northwind (50 people)", "head of serving")
OURS = (*PROBLEMS, TITLE, PLACE, HOURS, PAY, ASK, *SENDER)


def answered(problem: str, fit: float, share: float) -> AnsweredProblem:
    """A problem with this fit and share of its words, trouble and subject among them."""
    coverage = Coverage(share, pointed=True)
    return AnsweredProblem(problem, fit, coverage, coverage)


WORKS = [
    (
        work["name"], work["first"], work["project"], work.get("number"), work["at"],
        work["title"], work["said"], work.get("around", ""),
    )
    for work in tomllib.loads((Path(__file__).parent / "letters.toml").read_text())["work"]
]  # fmt: skip


def work_of(at: int) -> CitedWork:
    _, _, project, number, day, title, said, around = WORKS[at]
    link = f"https://forge.example/{project}/" + (f"pull/{number}" if number else "a")
    return CitedWork(
        "merged_pr" if number else "post", title, project, number, f"{day}T12:00:00Z", link,
        tuple(filter(None, (said, around))),
    )  # fmt: skip


def letter(at: int, told: str, subject: str = "", cited: CitedWork | None = None) -> Message:
    """A message that tells this of the work, with the usual frame around it."""
    cited = cited or work_of(at)
    name, first = WORKS[at][:2]
    terms = {"title": TITLE, "place": PLACE, "hours": HOURS, "pay": PAY}
    return Message(
        subject=subject or cited.title,
        body=f"Hello {first},\n\n{told}\n{cited.url}\n\n{WHO}\n\n{ASK}\n\nMira Vale{NOTICE}",
        called=(name,),
        first=first,
        work=cited,
        ours=OURS,
        problems=PROBLEMS,
        answers={p: answered(p, 0.8, 0.8) for p in PROBLEMS if p in told},
        sender=("Mira Vale", "Northwind (50 people)"),
        facts={"notice_url": NOTICE_URL, **terms},
    )


def quoting(at: int, problem: int) -> str:
    """The words a template would find: the work named, its choice quoted, the problem said."""
    _, _, project, number, day, _, said, _ = WORKS[at]
    choice = said.split(". ")[1].rstrip(".")
    return f'In {project}#{number} ({day}) you decided: "{choice}."\n\n{PROBLEMS[problem]}'


GOOD = [
    letter(0, 'In anvil/press#4127 (merged 3 June 2026) you traced the hang to cancelled requests'
           ' that never gave their cache blocks back. A timeout was asked for; you declined,'
           ' because "it hides the leak and fires on long prompts".\n\n' + PROBLEMS[0],
           "Freeing the blocks instead of a timeout"),
    letter(1, 'In your post "Our judge agreed with itself" (14 March 2026) you threw out a 0.91'
           ' agreement score "because judge and labels shared a prompt", and rebuilt the set from'
           ' 120 cases.\n\n' + PROBLEMS[1], "The 0.91 you threw out"),
    letter(2, quoting(2, 2)),
    letter(3, quoting(3, 2)),
    letter(4, quoting(4, 3)),
    letter(5, 'In anvil/press#5000, merged on 1 September 2026, you cut batches at 8,192 tokens "so'
           ' that a long prompt waits for itself alone".\n\n' + PROBLEMS[0]),
    letter(6, quoting(6, 1)),
    letter(7, quoting(7, 0)),
    letter(8, 'Your change "Quarantine flaky tests by rule" (stoker/loom#640, 17 July 2026) gives'
           ' the reason: "reruns hide real races".\n\n' + PROBLEMS[3]),
    letter(9, 'I am writing about your change "Checksum shards before training" (sedi/menta#19,'
           ' 11 April 2026).\n\n' + PROBLEMS[2]),
]  # fmt: skip

#: The check that must catch it, what is wrong, the message, what stands around it.
BAD: list[tuple[int, str, Message, Circumstances]] = [
    (1, "no decision",
     letter(2, f"I came across your work on stoker/loom.\n\n{PROBLEMS[2]}"), Circumstances()),
    (2, "reviewer called author",
     letter(3, quoting(3, 2), cited=replace(work_of(3), part="reviewer")), Circumstances()),
    (2, "reverted",
     letter(4, quoting(4, 3), cited=replace(work_of(4), withdrawn=True)), Circumstances()),
    (3, "a speed-up nobody measured",
     letter(5, quoting(5, 0) + " You made it 40 % faster."), Circumstances()),
    (3, "a guessed motive",
     letter(6, quoting(6, 1) + " You clearly care about evaluation."), Circumstances()),
    (3, "words put into a mouth",
     letter(7, 'In errand/gate#401 you wrote: "Probes must never lie to the router."\n\n'
               + PROBLEMS[0]), Circumstances()),
    (4, "a dead link", letter(8, quoting(8, 3)), Circumstances(link="gone: answered 404")),
    (5, "true of anybody", letter(9, f"I read your change in sedi/menta.\n\n{PROBLEMS[2]}"),
     Circumstances(others=(GOOD[2], GOOD[3]))),
    (6, "flattery",
     letter(0, quoting(0, 0) + " Your impressive change is a perfect fit."), Circumstances()),
    (9, "somebody who said no",
     letter(2, quoting(2, 2)), Circumstances(refused="has declined")),
]  # fmt: skip
