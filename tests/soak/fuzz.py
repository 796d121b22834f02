"""`python -m tests.soak.fuzz [SECONDS] [PARSER ...]`: spoiled input for each parser.

Only a SourcingError may come of it, and within seconds. What else comes is kept in
`build/fuzz/` and ends the run with status 1.
"""

from __future__ import annotations

import faulthandler
import hashlib
import io
import json
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import (
    AbstractContextManager,
    contextmanager,
    redirect_stderr,
    redirect_stdout,
    suppress,
)
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from connectors import Context, _commit_message
from connectors import git as git_connector
from connectors.blog.authors import attribution, site_profile
from connectors.blog.formats import charset, feed, sitemap
from connectors.blog.pages import discovery
from connectors.blog.pages import facts as post_page
from connectors.blog.pages import html as markup
from connectors.git import log
from connectors.github import reader as github_connector
from connectors.github.api.access import GitHubAccess
from demo.github import TOKEN, Forge, Server
from demo.github.answers import Answer
from demo.github.faults import Fault
from sourcing import cli
from sourcing.core import config
from sourcing.core.errors import SourcingError
from sourcing.core.model import Budget
from sourcing.pipeline.settings import load_config
from tests.gitrepo import GitRepo
from tests.soak.mutate import spoiled, spoiled_json

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 16, 3, tzinfo=UTC)
#: Seconds for one input, on a machine that does other things as well.
PATIENCE = 20

Try = Callable[[random.Random], bytes]


class HangError(Exception):
    """It took too long."""


# -- one parser each: makes an input, reads it, gives it back for the record -----------------


def feeds(dice: random.Random) -> bytes:
    """Feeds, as bytes."""
    data = spoiled(_FEEDS, dice)
    with suppress(feed.Unreadable):
        feed.read(data, "https://kiln.example/feed", NOW.date())
    return data


def html(dice: random.Random) -> bytes:
    """Pages of posts, start pages, sitemaps."""
    data = spoiled(_PAGES, dice)
    url = "https://kiln.example/2026/05/queues"
    page = markup.soup(charset.decode(data))
    facts = post_page.read(page, url, NOW.date())
    site = site_profile.SiteProfile({})
    site.add_frame(page, url, home=dice.random() < 0.5)
    if facts:
        site.add(facts)
        attribution.authors_of(facts, site)
        facts.title(site.common_titles(), site.names())
    list(discovery.links(page, url))
    discovery.feeds(page, url)
    sitemap.read(data)
    markup.text(data.decode("utf-8", "replace"))
    return data


def stream(dice: random.Random) -> bytes:
    """What `git log` writes, and the messages in it."""
    data = spoiled(_STREAMS, dice)
    for commit in log.parse_log(iter([data])):
        message = _commit_message.parse(commit.message, bang=dice.random() < 0.5)
        _commit_message.co_authors(commit.message)
        _commit_message.quoted_title(message.title, commit.message)
    return data


def histories(dice: random.Random) -> bytes:
    """Whole repositories of odd commits, read by the connector."""
    data = [spoiled(_MESSAGES, dice) for _ in range(6)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "repo"
        with GitRepo(path) as repo:
            last = repo.commit("Start")
            for message in data:
                name = bytes(b for b in spoiled([b"Ada Quill"], dice)[:80] if b not in b"<>\n\0")
                mail = bytes(b for b in spoiled([b"a@q.example"], dice)[:80] if b not in b"<>\n\0")
                side = repo.commit(message.replace(b"\0", b""), parents=[last], author=(name, mail))
                merge = b"Merge pull request #%d" % dice.randrange(9)
                last = repo.commit(merge, parents=[last, side])
        context = Context(NOW, Path(folder) / "cache")
        list(git_connector.fetch(str(path), {}, Budget(), context))
    return b"\0".join(data)


@contextmanager
def github() -> Iterator[Try]:
    """GitHub's answers, to everything the connector asks."""
    forge = Forge.invent(6, 4, seed=3)
    state: dict[str, random.Random | bytes] = {}

    def change(answer: Answer) -> Answer:
        dice = state["dice"]
        assert isinstance(dice, random.Random)
        if dice.random() < 0.5:
            body = json.dumps(spoiled_json(json.loads(answer.body), dice)).encode()
        else:
            body = spoiled([answer.body], dice)
        state["sent"] = body
        return replace(answer, body=body)

    def one(dice: random.Random) -> bytes:
        state.update(dice=dice, sent=b"")
        access = GitHubAccess(server.url, TOKEN, lookback_days=9000)
        context = Context(NOW, Path("unused"), settings=access, sleep=lambda _: None)
        budget = partial(Budget, requests=12)
        cursor = {"repo": "github.com/lumen/engine", "newest": None, "lookback": 9000}
        asked = [("github.com", "lumen/engine", 1)]
        person = [("github.com", "person-0001")]
        for read in (
            lambda: list(github_connector.fetch("lumen/engine", {}, budget(), context)),
            lambda: github_connector.changed({"lumen/engine": cursor}, budget(), context),
            lambda: list(github_connector.discussions(asked, budget(), context)),
            lambda: list(github_connector.profiles(person, budget(), context)),
        ):
            with suppress(SourcingError):
                read()
        sent = state["sent"]
        return sent if isinstance(sent, bytes) else b""

    fault = Fault("fuzz", change)
    with Server(forge, clock=NOW.timestamp, points=10**9, core=10**9) as server:
        server.faults = lambda *_: fault
        yield one


def settings(dice: random.Random) -> bytes:
    """sources.toml and openings."""
    data = spoiled(_CONFIGS, dice)
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        with suppress(SourcingError):
            load_config(Path(file.name))
        with suppress(SourcingError):
            config._validated(Path(file.name), config.Opening, config._parsed(Path(file.name)))
    return data


def arguments(dice: random.Random) -> bytes:
    """The command line, in a folder with a config and without a database."""
    names = [name for name in cli.COMMANDS if name not in {"demo", "serve"}]
    words = [dice.choice(names)] if dice.random() < 0.95 else []
    odd = ("--limit", "--format", "--to", "--top", "--role", "--opening", "--about", "-v", "--db", "x.db",
           "-1", "0", "9" * 25, "json", "", " ", "\0", "\ud800", "list", "show", "export", "edit", "--",
           "join", "split", "--status", "new", "--until", "2026-13-01", "--help", "git:/", "blog:x",
           "--config", "sources.toml", "no.toml", "1", "@x", "github:HOST/1", "*", "NEAR(", '"', "a OR")  # fmt: skip
    words += [dice.choice(odd) for _ in range(dice.randrange(6))]
    sys.argv = ["sourcing", *words]
    said = io.StringIO()
    with suppress(SystemExit), redirect_stderr(said), redirect_stdout(said):
        cli.main()
    return "\n".join(words).encode("utf-8", "surrogatepass")


# -- seeds -----------------------------------------------------------------------------------

_ITEM = (
    b"<item><title>On queues</title><link>https://kiln.example/q</link><guid>q</guid>"
    b"<pubDate>Mon, 02 Nov 2026 09:00:00 +0100</pubDate><author>a@q.example (Ada Quill)</author>"
    b"<dc:creator>Ada Quill</dc:creator><description>&lt;p&gt;It filled up.&lt;/p&gt;</description></item>"
)
_FEEDS = [
    b'<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    b"<title>Kiln</title>" + _ITEM * 3 + b"</channel></rss>",
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Kiln</title><entry><title>On locks</title>'
    b'<link href="https://kiln.example/l"/><updated>2026-05-07T10:00:00Z</updated><author><name>Ada</name>'
    b'<uri>https://github.com/ada</uri></author><content type="html">&lt;p&gt;x</content></entry></feed>',
    b'{"version": "https://jsonfeed.org/version/1", "items": [{"url": "https://kiln.example/j"}]}',
]
_PAGES = [
    b"<!doctype html><html lang='en'><head><title>On queues | Kiln</title><meta name='author' "
    b"content='Ada Quill'><link rel='canonical' href='/q'><link rel=alternate type='application/rss+xml' "
    b"href=/feed><script type='application/ld+json'>"
    b'{"@type":"BlogPosting","datePublished":"2026-05-07","author":[{"@type":"Person","name":"Ada Quill",'
    b'"url":"https://github.com/ada"}]}</script></head><body><main><article><header><h1>On queues</h1>By '
    b"<a rel='author' href='/a'>Ada Quill</a><p><time datetime='2026-05-07'>7 May 2026</time></p></header>"
    + b"<p>The queue filled up before the workers had begun to drain it.</p>" * 6
    + b"</article><footer><a href='https://github.com/ada'>GitHub</a></footer></main></body></html>",
    b"<urlset><url><loc>https://kiln.example/q</loc><lastmod>2026-05-07</lastmod></url></urlset>",
    b"<html><body><ul>"
    + b"<li><a href='/2026/05/q'>On queues</a> 7 May 2026</li>" * 9
    + b"</ul></body></html>",
]
_MESSAGES = [
    b"Fix hang in the pool (#41)\n\nThe cause was a lock.\n\nCo-authored-by: Bo Larsen <bo@larsen.example>\n",
    b'Revert "Fix leak (#2)" (#3)\n\nThis reverts commit 1234567890123456789012345678901234567890.\n',
    b"Merge pull request #7 from bo/fix\n\nBound the queue\n\n* one\n* two\n\nSigned-off-by: x <a@b.example>",
]
_STREAMS = [
    b"".join(
        b"%040x\0%040x\0Ada\0a@q.example\x001700000000\0Bo\0b@q.example\x001700000000\0%b\0\0"
        b":000000 100644 %040x %040x A\0src/a.py\0:100644 000000 %040x %040x D\0src/b.py\0"
        % (n + 1, n, _MESSAGES[n % 3], 0, 7, 7, 0)
        for n in range(5)
    )
]
_CONFIGS = [
    b'sources = ["git:/a", "github:a/b", "blog:https://k.example/"]\n[github]\nlookback_days = 730\n'
    b'max_points = 4000\n[http]\npace_seconds = 1.0\nallow_private = ["127.0.0.1:1"]\n[roles.x]\nleak = 1.0\n',
    b'role = "mlops"\ntitle = "Engineer"\nproblems = ["a", "b"]\nstack = ["python"]\nwhy = """x"""\n',
]


@contextmanager
def _plain(one: Try) -> Iterator[Try]:
    yield one


PARSERS: dict[str, Callable[[], AbstractContextManager[Try]]] = {
    "stream": partial(_plain, stream),
    "histories": partial(_plain, histories),
    "github": github,
    "feeds": partial(_plain, feeds),
    "html": partial(_plain, html),
    "config": partial(_plain, settings),
    "arguments": partial(_plain, arguments),
}


def fuzz(name: str, seconds: float, seed: int = 0) -> tuple[int, list[str]]:
    """Try for so long; how many inputs, and what went wrong, each kind once."""
    found: dict[str, str] = {}
    tried, until = 0, time.monotonic() + seconds
    signal.signal(signal.SIGALRM, _hangs)
    with PARSERS[name]() as one:
        while time.monotonic() < until:
            tried += 1
            dice, label = random.Random(f"{name}/{seed}/{tried}"), f"{name}/{seed}/{tried}"
            signal.alarm(PATIENCE)
            try:
                one(dice)
            except SourcingError:
                continue
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                kind = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
                if kind not in found:
                    found[kind] = f"{label}: {kind}: {error!s:.120}"
                    _keep(label, traceback.format_exc())
            finally:
                signal.alarm(0)
    return tried, list(found.values())


def _hangs(*_: object) -> None:
    raise HangError(f"more than {PATIENCE} s")


def _keep(label: str, trace: str) -> None:
    folder = ROOT / "build" / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(label.encode()).hexdigest()[:8]
    (folder / f"{label.split('/', maxsplit=1)[0]}-{name}.txt").write_text(f"{label}\n{trace}")


def main() -> int:
    """Each parser for so long; 1 if anything came that should not."""
    faulthandler.enable()
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    wrong = 0
    for name in sys.argv[2:] or PARSERS:
        tried, found = fuzz(name, seconds, seed=int(time.time()))
        wrong += len(found)
        sys.stdout.write(f"{name}: {tried:,} inputs, {len(found)} kinds of crash or hang\n")
        sys.stdout.write("".join(f"  {line}\n" for line in found))
        sys.stdout.flush()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
