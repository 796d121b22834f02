"""Excludes works that a message never cites: trivial ones, security holes, quarrels, weakened
safeguards.

It reads the title and texts of a work. It does not judge how good the work is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from db.outreach.citations import CitableWork

_PREFIX = r"\W*(?:\w+(?:\([^)]*\))?!?: |\[[^\]]*\][: ]*)*"
#: Titles without a decision, and works that their authors may regret.
_TRIVIAL = re.compile(
    rf"{_PREFIX}(?:revert|tmp|temp|wip|bump|merge|hotfix|oops|nit|minor|chore|"
    r"cleanup|clean up|release (?:v?\d|notes?)|update (?:readme|docs?|changelog|version|dep)|"
    r"rename|typo|format|lint|address (?:review|comments?))\b|"
    r".*\b(?:cherry[- ]?pick\w*|typos?|backport\w*|changelog|copyright|licen[cs]e header)\b",
    re.IGNORECASE,
)
#: Titles of a try, a part or a question.
_TENTATIVE = re.compile(
    r"\?\s*(?:\(#\d+\))?$|\battempt\b|\b(?:try|trying)\b|\bfix(?:es)? (?:the )?fix\b", re.I
)
#: Security holes: their authors decide when to talk about them.
_SECURITY = re.compile(
    r"\b(?:CVE-\d+|GHSA-|vulnerabilit\w+|exploit\w*|path traversal|RCE|XSS|SSRF|CSRF|"
    r"(?:sql|code|command|prompt|script) injection|malicious\w*|supply[- ]chain|"
    r"leak\w* (?:\w+ ){0,4}(?:secret|credential|password|api key)s?|"
    r"(?:secret|credential|password|api key)s? (?:\w+ ){0,4}(?:leak\w*|exposed))\b",
    re.IGNORECASE,
)
#: Quarrels and self-reproach.
_SORE = re.compile(
    r"\b(?:sorry|apolog\w+|my (?:bad|mistake|fault)|oops|i broke|stupid\w*|ridiculous|wtf|idiot\w*|"
    r"rude|code of conduct|embarrass\w+)\b",
    re.IGNORECASE,
)
#: Manifests and lock files: a change of these alone pins a version.
_PINS = re.compile(
    r"(?:^|/)(?:[\w.-]*lock[\w.-]*|go\.(?:mod|sum)|[\w.-]*requirements[\w.-]*|package\.json|"
    r"pyproject\.toml|setup\.(?:py|cfg)|cargo\.toml|pom\.xml|version[\w.-]*)$",
    re.IGNORECASE,
)
_SAFEGUARD = (
    r"(?:tests?|checks?|validat\w+|lint\w*|warnings?|assert\w*|auth\w*|verif\w+|ssl|tls|guards?|"
    r"limits?|CI|mypy|pyright|type[- ]check\w*|errors?|exceptions?|coverage|hooks?|sandbox\w*|"
    r"permissions?|safety|workflows?|benchmarks?|jobs?|thresholds?|tolerance\w*|alerts?)"
)
#: A safeguard is switched off, skipped or widened.
_WEAKENS = re.compile(
    rf"\b(?:disabl|skip|ignor|relax|loosen|bypass|suppress|silenc|mut|exclud|comment(?:ed|"
    rf"ing)? out|"
    rf"turn(?:ed|ing)? off|quarantin)\w*\b(?:\W+[\w`./-]+){{0,5}}?\W+`?{_SAFEGUARD}\b|"
    rf"\b(?:remov|drop|delet)\w*\b(?:\W+[\w`./-]+){{0,3}}?\W+`?(?:flaky|failing|broken|unstable|"
    rf"slow|"
    rf"tests?|assert\w*|checks?|validation|limits?)\b|"
    r"\b(?:xfail\w*|continue-on-error|fail-fast: false|allow\w* (?:\w+ )?(?:failures?|to fail))\b|"
    r"\b(?:long|longer|larger|higher|bigger|greater) ?\w*timeouts?\b|"
    r"\bmark\w*\b.{0,30}\b(?:flaky|skipp?\w*|xfail)\b|"
    r"\b(?:increas|rais|bump|extend|lengthen|doubl|widen)\w* (?:[\w`./-]+ ){0,4}`?"
    r"(?:\w*timeouts?|tolerance\w*|thresholds?|limits?|retr\w+|wait\w*|delay|sleep\w*|atol|rtol)\b",
    re.IGNORECASE,
)


def is_suitable(work: CitableWork) -> bool:
    """Whether a message may cite this work at all."""
    text = f"{work.title}\n{work.body or ''}"
    pins = bool(work.paths) and all(_PINS.search(path) for path in work.paths)
    return not (
        pins
        or work.reverts
        or work.withdrawn_or_reverted
        or len(work.title.split()) < 3
        or _TENTATIVE.search(work.title)
        or _TRIVIAL.match(work.title)
        or _SECURITY.search(text)
        or _SORE.search(text)
        or len(_SORE.findall(work.remarks or "")) > 1
        or weakens_a_safeguard([work.title])
    )


def weakens_a_safeguard(texts: Sequence[str]) -> bool:
    """Whether one of these titles or sentences switches a check off or widens a limit."""
    return any(_WEAKENS.search(text) for text in texts)
