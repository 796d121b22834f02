"""The first posts of a site, kept until its end is reached, to be judged once more.

Who wrote a post is judged by what is the same on most pages, and the first pages are read
when few are known. It keeps no texts and asks for nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.blog.authors.fields import Named
from connectors.blog.page import Facts

#: Pages judged on so thin a ground that they are judged again.
EARLY = 100


class Early:
    """What the first pages said and how they were told. Goes into the cursor and comes back."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._kept: dict[str, list[Any]] = dict(state)

    def state(self) -> dict[str, Any]:
        """As JSON."""
        return dict(self._kept)

    def keep(self, facts: Facts, told: list[str]) -> None:
        """Remember a page and its `told` title and names."""
        if len(self._kept) < EARLY:
            claims = {place: list(map(list, names)) for place, names in facts.claims.items()}
            self._kept[facts.url] = [
                facts.titles, facts.day, facts.language, facts.site, facts.home, claims, told,
            ]  # fmt: skip

    def taken(self) -> Iterator[tuple[Facts, list[str]]]:
        """All that was kept, with what was told then; none of it is kept any more."""
        kept, self._kept = self._kept, {}
        for url, (titles, day, language, site, home, claims, told) in kept.items():
            named = {place: tuple(Named(*n) for n in names) for place, names in claims.items()}
            yield Facts(url, tuple(titles), day, language, "", 2, site, home, named), told
