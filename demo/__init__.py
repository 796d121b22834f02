"""An invented world to try the whole job on: people, repositories and a blog that do not exist.

Deterministic: the same histories to the bit, wherever and whenever it is built. It builds
and serves data; it crawls, stores and ranks nothing. Every host in it ends in `.example`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from demo.blog import serve
from demo.history import Merged, write
from demo.routine import routine
from demo.tables import TODAY, Person, Post, Project, changes, people, posts, projects

if TYPE_CHECKING:
    from demo.github import Forge

__all__ = ["World", "build", "serve"]


@dataclass(frozen=True, slots=True)
class World:
    """The built world. `forges`: path of a repository -> its page on the invented forge."""

    today: date
    forges: Mapping[str, str]
    posts: tuple[Post, ...]
    crew: Mapping[str, Person]
    merged: Sequence[tuple[Project, Sequence[Merged]]]

    def sources(self, blog: str) -> list[str]:
        """All there is to crawl, given the address at which the blog is served.

        One repository is read both ways: as a clone, and at its forge.
        """
        clones = [f"git:{path}" for path in self.forges][:1]
        pulls = [f"github:{project.owner}/{project.name}" for project, _ in self.merged]
        return [*clones, *pulls, f"blog:{blog}/"]

    def github(self) -> "Forge":
        """Its forge, to be served; loaded only when asked for."""
        from demo.pulls import forge  # noqa: PLC0415 - loads GraphQL

        return forge(self.crew, self.merged)


def build(folder: Path) -> World:
    """Write the repositories into `folder`; existing files are rewritten unchanged."""
    crew, written = people(), changes()
    forges, merged = {}, []
    for project in projects():
        path = folder / project.name
        own = [change for change in written if change.repo == project.name]
        pulls = write(path, project, crew, own + routine(project))
        forges[str(path)] = project.url
        merged.append((project, pulls))
    return World(TODAY, forges, posts(crew), crew, merged)
