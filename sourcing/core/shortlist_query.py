"""The query of a shortlist: one type for the terminal, the pages, the digest and every file.

It holds the question. It does not read the database and does not rank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ShortlistQuery:
    """Which people to list, and how many. An empty field does not filter.

    Dates are `YYYY-MM-DD`. The filters by work read relevant work only.
    """

    role: str = "reliability-tooling"  # its weights give the score that is shown
    about: str = ""  # a question or topic that their work answers
    #: One exact value for each facet (`db.ranking.facets`); '' selects people without a value.
    facets: Mapping[str, str] = field(default_factory=dict)
    location: str = ""  # part of a published location
    company: str = ""  # part of a published company
    place: str = ""  # part of either
    active_since: str = ""  # newest public work on or after this day
    new_since: str = ""  # first seen on or after this day
    untouched_since: str = ""  # no message exported or sent on or after this day
    status: str = ""
    standing: tuple[str, ...] = ()  # any of core, regular, occasional
    tag: str = ""
    people: tuple[int, ...] = ()  # only these
    today: str = ""  # exclusions that ended before this day do not count; '': all count
    limit: int = 20  # 0: all
    after: str = ""  # the key of a page, as `Shortlist.after` gives it

    @property
    def filters(self) -> bool:
        """True if the query leaves out any visible person."""
        return bool(
            self.about or self.facets or self.location or self.company or self.place
            or self.active_since or self.new_since or self.untouched_since or self.status
            or self.standing or self.tag or self.people
        )  # fmt: skip

    @property
    def repo(self) -> str:
        """The repository of the query, as `owner/name`."""
        return self.facets.get("repository", "")

    @property
    def kind(self) -> str:
        """The kind of work of the query."""
        return self.facets.get("work", "")
