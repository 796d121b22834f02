"""An invented world to try the whole job on: people, repositories and a blog that do not exist.

Deterministic: the same histories to the bit, wherever and whenever it is built. It builds
and serves data; it crawls, stores and ranks nothing. Every host in it ends in `.example`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sourcing.demo._blog import serve
from sourcing.demo._history import write
from sourcing.demo._routine import routine
from sourcing.demo._tables import TODAY, Post, changes, people, posts, projects

__all__ = ["World", "build", "serve"]


@dataclass(frozen=True, slots=True)
class World:
    """What was built. `forges`: path of a repository -> its page on the invented forge."""

    today: date
    forges: Mapping[str, str]
    posts: tuple[Post, ...]

    def sources(self, blog: str) -> list[str]:
        """All there is to crawl, given the address at which the blog is served."""
        return [*(f"git:{path}" for path in self.forges), f"blog:{blog}/"]


def build(folder: Path) -> World:
    """Write the repositories into `folder`; what is there already comes out the same."""
    crew, written = people(), changes()
    forges = {}
    for project in projects():
        path = folder / project.name
        own = [change for change in written if change.repo == project.name]
        write(path, project, crew, own + routine(project))
        forges[str(path)] = project.url
    return World(TODAY, forges, posts(crew))
