"""What happens in the world while nobody looks: work, renames, departures, moves, deletions."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.github import Forge, PullRequest, Repository, Review, Server, User, faults
from tests.gitrepo import ADA, BO, GitRepo
from tests.web import Reply, Web

BEGAN = datetime(2026, 8, 24, 2, tzinfo=UTC)
TEXT = "<p>" + "The queue filled up before the workers had begun to drain it. " * 6 + "</p>"
WORDS = ("hang", "leak", "race", "retry", "timeout", "cache", "scheduler", "evaluation", "metric")


class World:
    """A forge, a history and a blog that go on living, the same way for the same seed."""

    def __init__(self, folder: Path, seed: int, blog: Web, second: Web) -> None:
        self.dice, self.folder = random.Random(seed), folder
        self.forge = Forge.invent(14, 10, seed=seed, repositories=4)
        self.night, self.clock = 0, lambda: 0.0
        self.blog, self.second, self.moved = blog, second, False
        self.messages = [self._message(n) for n in range(1, 9)]
        self.posts: list[str] = []
        self.titles: dict[str, str] = {}
        self._write_history()
        for _ in range(4):
            self.post()
        self.token = 1
        self.objected: set[str] = set()

    # -- what there is to crawl --------------------------------------------------------------

    @property
    def sources(self) -> list[str]:
        names = [f"github:lumen/engine{suffix}" for suffix in ("", "-1", "-2", "-3")]
        return [*names, f"git:{self.folder / 'press'}", f"blog:{self.blog.url}/"]

    def moment(self) -> str:
        """Some time of the day that ends with this night."""
        at = BEGAN + timedelta(days=self.night, seconds=-self.dice.randint(60, 80_000))
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    # -- what may happen ---------------------------------------------------------------------

    def day(self) -> None:
        """A day's happenings; more is merged than anything else happens."""
        for repository in self.alive():
            for _ in range(self.dice.choice((0, 0, 1, 2, 3))):
                self.merge(repository)
        rare: list[tuple[float, Callable[[], None]]] = [
            (0.3, self.edit), (0.2, self.review), (0.3, self.commit), (0.15, self.post),
            (0.08, self.rename_person), (0.05, self.vanish), (0.06, self.profile),
            (0.03, self.rename_repository), (0.03, self.rewrite_history), (0.02, self.move_blog),
            (0.015, self.delete_repository), (0.02, self.archive),
        ]  # fmt: skip
        for chance, happen in rare:
            if self.dice.random() < chance:
                happen()

    def alive(self) -> list[Repository]:
        return [r for r in self.forge.repositories if not self.forge.status(r.full_name)]

    def person(self) -> User:
        """Somebody known, or somebody new."""
        if self.dice.random() < 0.15:
            number = len(self.forge.users)
            self.forge.users.append(
                User(f"person-{number:04d}", 100_000 + number, name=f"Person {number:04d}")
            )
            return self.forge.users[-1]
        return self.dice.choice([u for u in self.forge.users if not u.deleted])

    def said_no(self, user: User | None) -> bool:
        """True for who wants nothing of theirs stored."""
        return user is not None and f"github:github.com/{user.database_id}" in self.objected

    def merge(self, repository: Repository) -> None:
        number = max((p.number for p in repository.pulls), default=0) + 1
        word, other = self.dice.sample(WORDS, 2)
        pull = PullRequest(
            number, f"Fix {word} of the {other} {number}", self.person(),
            f"The {other} died because of a {word}. We measured {number} % less. " * 4,
            created_at=self.moment(),
        )  # fmt: skip
        at = max(self.moment(), pull.created_at)
        self.forge.merge(repository, pull, at, by=self.person())

    def edit(self) -> None:
        pull = self.pull()
        self.forge.edit(pull, self.end_of_day(), title=f"{pull.title} again", body=pull.body + " !")

    def review(self) -> None:
        review = Review(self.person(), "COMMENTED", self.end_of_day(), "Why not a lock?")
        self.forge.review(self.pull(), review)

    def pull(self) -> PullRequest:
        return self.dice.choice(self.dice.choice(self.alive()).pulls)

    def end_of_day(self) -> str:
        """After everything else of the day: an update is never older than what it updates."""
        at = BEGAN + timedelta(days=self.night, seconds=-self.dice.randint(1, 50))
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def commit(self) -> None:
        self.messages.append(self._message(len(self.messages) + 1))
        self._write_history()

    def rewrite_history(self) -> None:
        at = self.dice.randrange(len(self.messages))
        self.messages[at] = self.messages[at].replace("Fix", "Mend")
        self._write_history()

    def _message(self, number: int) -> str:
        return f"Fix {self.dice.choice(WORDS)} {number} (#{number})\n\nThe cause was a lock."

    def _write_history(self) -> None:
        with GitRepo(self.folder / "press") as repo:
            for number, message in enumerate(self.messages):
                author = (ADA, BO)[number % 2]
                repo.commit(message, author=author, files={f"f{number % 7}": str(number)})

    def rename_person(self) -> None:
        user = self.person()
        user.login = f"{user.login.partition('--')[0]}--{self.night}"

    def profile(self) -> None:
        user = self.person()
        user.company, user.location = f"Works {self.night}", "Porto"

    def vanish(self) -> None:
        self.forge.delete(self.person())

    def names_of_the_gone(self) -> set[str]:
        """All the names that deleted repositories ever had."""
        names = set(self.forge.gone)
        for _ in self.forge.renamed:
            names |= {old for old, new in self.forge.renamed.items() if new in names}
        return names

    def rename_repository(self) -> None:
        repository = self.dice.choice(self.alive())
        self.forge.rename(repository, f"lumen/{repository.name.partition('--')[0]}--{self.night}")

    def archive(self) -> None:
        self.dice.choice(self.alive()).archived = True

    def delete_repository(self) -> None:
        if len(self.alive()) > 2:
            self.forge.remove(self.dice.choice(self.alive()).full_name)

    # -- the blog ----------------------------------------------------------------------------

    def post(self) -> None:
        path = f"/posts/{len(self.posts):03d}/"
        day = (BEGAN + timedelta(days=self.night)).strftime("%Y-%m-%d")
        self.posts.append(path)
        self.titles[path] = f"How we found {self.dice.choice(WORDS)} {len(self.posts)}"
        about = (
            f"<!doctype html><html lang='en'><head><title>{self.titles[path]} | Kiln</title></head>"
            f"<body><main><article><header><h1>{self.titles[path]}</h1>By <a rel='author'"
            f" href='/a'>Ilse Maarveld</a><p><time datetime='{day}'>{day}</time></p></header>"
            f"{TEXT}</article>"
        )
        for web in (self.blog, self.second):
            web.pages[path] = Reply(about, headers={"Content-Type": "text/html"})
        self._list()

    def move_blog(self) -> None:
        """To another host; all the old addresses lead there."""
        self.moved = True
        self._list()

    def _list(self) -> None:
        for web in (self.blog, self.second):
            here = "".join(f"<url><loc>{web.url}{p}</loc></url>" for p in ("/", *self.posts))
            home = "<!doctype html><title>Kiln</title><h1>Kiln</h1>"
            web.pages["/"] = Reply(home, headers={"Content-Type": "text/html"})
            web.pages["/sitemap.xml"] = Reply(f"<urlset>{here}</urlset>")
        if self.moved:
            for path in ("/", "/sitemap.xml", *self.posts):
                there = {"Location": f"{self.second.url}{path}"}
                self.blog.pages[path] = Reply(status=301, headers=there)

    # -- bad days ----------------------------------------------------------------------------

    def misfortune(self, server: Server) -> None:
        """How GitHub and the token behave tonight."""
        lucky = self.dice.random() < 0.5
        rate = 0.0 if lucky else self.dice.choice((0.02, 0.1, 0.3))
        server.faults = faults.chaos(rate, seed=self.dice.randrange(10**6)) if rate else None
        server.width_limit = self.dice.choice((None, None, 12))

    def expire(self, server: Server) -> None:
        """The token runs out; whoever looks after the crawl gives it a new one."""
        server.tokens.clear()
        self.token += 1
        server.tokens[f"ghp_soak{self.token}"] = ""
