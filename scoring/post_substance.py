"""The maximum substance of a post by its title: announcements and advertisements are not work.

A post about an incident, a trade-off, a benchmark or an evaluation is evidence even if it also
announces something. This module reads titles only.
"""

import re

#: The maximum for an announcement and for an advertisement. Below 1 a post is no evidence.
ANNOUNCED, ADVERTISED = 1.0, 0.5

_TELLS = re.compile(
    r"\b(?:post-?mortems?|incidents?|outages?|lessons|trade-?offs?|benchmark\w*|evaluat\w+|"
    r"debugging|root causes?|migrat\w+|(?:why|how) (?:we|i)|what (?:we|i) learned)\b",
    re.IGNORECASE,
)
_ADVERTISES = re.compile(
    r"\b(?:hiring|join(?:ing)? (?:us|our|the)|welcome|webinars?|conferences?|recap|meetups?|"
    r"keynotes?|courses?|workshops?|masterclass|lightning (?:lessons?|series)|newsletters?|"
    r"podcasts?|year in review|my (?:first )?year|first \d+ months|call for|gsoc|hackathons?|"
    r"hacktoberfest|awards?|winners?|sponsor\w*|memberships?|member organi[sz]ation)\b",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"\b(?:announc\w+|introducing|what['’]s new|releases?|released|now available|beta ?\d*|"
    r"is here)\b"
    # "Kiln 2.0: faster queues", but not "Running Kiln 2.0 in production"
    r"|^(?!\w+(?:ing|ed)\b)\S+(?: \S+)? v?\d+\.\d+\b",
    re.IGNORECASE,
)


def at_most(title: str) -> tuple[float, str]:
    """The maximum for a post with this title, and the reason; infinity for a post about work."""
    if _TELLS.search(title):
        return float("inf"), ""
    if _ADVERTISES.search(title):
        return ADVERTISED, "title: invites or advertises"
    if _ANNOUNCES.search(title):
        return ANNOUNCED, "title: announces"
    return float("inf"), ""
