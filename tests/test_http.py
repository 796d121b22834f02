"""The one way to read the web: what it asks, when it gives up, where it never goes."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import httpcore
import pytest

from connectors import Context
from connectors._http import client as http
from connectors._http import robots, transport
from connectors._http.answer import Answer, DelayError, ForbiddenError, PageError
from connectors._http.client import OutOfBudgetError, Web
from sourcing.core.errors import GoneError, ParseError, SourceError
from sourcing.core.model import Budget
from sourcing.core.text import has_address
from tests.web import Asked, Reply, fresh, loopback
from tests.web import Web as Loopback

NOW = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.fixture
def web() -> Iterator[Loopback]:
    with loopback() as served:
        yield served


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits; what would have been waited is kept."""
    waits: list[float] = []
    monkeypatch.setattr(http, "sleep", waits.append)
    return waits


@pytest.fixture
def context(web: Loopback, tmp_path: Path) -> Context:
    return web.context(tmp_path, contact="https://sourcing.example/about")


def get(context: Context, url: str, budget: Budget | None = None) -> Answer:
    with Web(context, budget or Budget()) as client:
        return client.get(url)


def test_says_who_it_is_and_spends_one_request_each(web: Loopback, context: Context) -> None:
    web.pages["/a"] = Reply("hello")
    budget = Budget()
    assert get(context, f"{web.url}/a", budget).body == b"hello"
    assert [asked.path for asked in web.asked] == ["/robots.txt", "/a"]
    assert budget.spent_requests == 2
    agent = web.asked[1].headers["user-agent"]
    assert agent.startswith("sourcing/")
    assert agent.endswith("(+https://sourcing.example/about)")


@pytest.mark.parametrize("requests", [0, 1])
def test_stops_when_the_budget_is_spent(web: Loopback, context: Context, requests: int) -> None:
    with pytest.raises(OutOfBudgetError):
        get(context, f"{web.url}/a", Budget(requests=requests))
    assert len(web.asked) == requests


def test_validators_are_sent_and_a_304_has_no_body(web: Loopback, context: Context) -> None:
    web.pages["/a"] = fresh(Reply("hello", headers={"Last-Modified": "yesterday"}), '"one"')
    with Web(context, Budget()) as client:
        first = client.get(f"{web.url}/a")
        again = client.get(f"{web.url}/a", first.etag, first.last_modified)
    assert (first.etag, first.last_modified) == ('"one"', "yesterday")
    assert (again.status, again.body) == (304, b"")
    assert web.asked[-1].headers["if-modified-since"] == "yesterday"


@pytest.mark.parametrize("private", ["127.0.0.1", "localhost", "[::1]", "10.0.0.7",
                                     "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0",
                                     "224.0.0.1", "2130706433", "[64:ff9b::10.0.0.7]",
                                     "[::10.0.0.7]", "[fec0::1]", "[2002:a00:7::]"])  # fmt: skip
def test_no_private_network(tmp_path: Path, slept: list[float], private: str) -> None:
    budget = Budget()
    with pytest.raises(SourceError, match=r"private network|not known"):
        get(Context(NOW, tmp_path), f"http://{private}/a", budget)


def test_the_port_is_allowed_not_the_host(web: Loopback, context: Context) -> None:
    with loopback() as other:
        web.pages["/a"] = Reply(status=302, headers={"Location": f"{other.url}/secret"})
        with pytest.raises(SourceError, match="odd port"):
            get(context, f"{web.url}/a")
        assert other.asked == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x.example/", "gopher://x.example",
                                 "http://me:secret@x.example/", "http://", "x", "http://[", "",
                                 "http://x.example:22/"])  # fmt: skip
def test_odd_addresses_are_refused(context: Context, url: str) -> None:
    with pytest.raises(SourceError) as caught:
        get(context, url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value).replace(url, "")


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[", "http://10.0.0.7/"])
def test_a_redirect_is_checked_like_any_address(
    web: Loopback, context: Context, slept: list[float], location: str
) -> None:
    web.pages["/a"] = Reply(status=301, headers={"Location": location})
    with pytest.raises(SourceError):
        get(context, f"{web.url}/a")
    assert web.paths() == ["/a"]


def test_redirects_are_followed_and_bounded(web: Loopback, context: Context) -> None:
    web.pages["/a"] = Reply(status=301, headers={"Location": "b#top"})
    web.pages["/b"] = Reply("there")
    web.pages["/loop"] = Reply(status=302, headers={"Location": "/loop"})
    budget = Budget()
    assert get(context, f"{web.url}/a", budget).url == f"{web.url}/b"
    assert budget.spent_requests == len(web.asked) == 3
    with pytest.raises(SourceError, match="redirects"):
        get(context, f"{web.url}/loop")
    assert web.paths().count("/loop") == 6


def test_a_server_error_is_tried_three_times(
    web: Loopback, context: Context, slept: list[float]
) -> None:
    web.pages["/a"] = Reply(status=502)
    budget = Budget()
    with pytest.raises(SourceError, match="answered 502"):
        get(context, f"{web.url}/a", budget)
    assert web.paths() == ["/a"] * 3
    assert budget.spent_requests == 4
    assert len(slept) == 2
    assert all(wait >= 1 for wait in slept)


def test_a_passing_error_passes(web: Loopback, context: Context, slept: list[float]) -> None:
    replies = [Reply(status=500), Reply("cut", cut=5), Reply("whole")]
    web.pages["/a"] = lambda _: replies.pop(0)
    assert get(context, f"{web.url}/a").body == b"whole"


@pytest.mark.parametrize(("status", "error"), [(404, SourceError), (410, GoneError)])
def test_a_refusal_is_not_asked_again(
    web: Loopback, context: Context, status: int, error: type[SourceError]
) -> None:
    web.pages["/a"] = Reply(status=status)
    with pytest.raises(error, match=str(status)):
        get(context, f"{web.url}/a")
    assert web.paths() == ["/a"]


def http_date(when: datetime) -> str:
    return when.strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", ["120", http_date(NOW + timedelta(minutes=2))])
def test_a_long_wait_is_told_not_slept(
    web: Loopback, context: Context, slept: list[float], status: int, after: str
) -> None:
    web.pages["/a"] = Reply(status=status, headers={"Retry-After": after})
    with pytest.raises(SourceError, match=r"until 2026-11-16 00:0[12]"):
        get(context, f"{web.url}/a")
    assert web.paths() == ["/a"]
    assert slept == []


def test_a_short_wait_is_kept(web: Loopback, context: Context, slept: list[float]) -> None:
    replies = [Reply(status=429, headers={"Retry-After": "7"}), Reply("now")]
    web.pages["/a"] = lambda _: replies.pop(0)
    assert get(context, f"{web.url}/a").body == b"now"
    assert slept[0] >= 7


def test_429_without_a_word_means_a_minute(web: Loopback, context: Context) -> None:
    web.pages["/a"] = Reply(status=429)
    with pytest.raises(SourceError, match="until 2026-11-16 00:01"):
        get(context, f"{web.url}/a")


def test_robots_are_obeyed_and_read_once(web: Loopback, context: Context) -> None:
    web.pages["/robots.txt"] = Reply(
        "User-agent: *\nDisallow: /\n\nUser-agent: sourcing\nDisallow: /no\nAllow: /no/yes\n"
    )
    web.pages["/a"] = web.pages["/no/yes"] = Reply("x")
    with Web(context, Budget()) as client:
        client.get(f"{web.url}/a")
        client.get(f"{web.url}/no/yes")
        with pytest.raises(SourceError, match=r"robots\.txt"):
            client.get(f"{web.url}/no")
    assert [asked.path for asked in web.asked] == ["/robots.txt", "/a", "/no/yes"]


def test_robots_are_kept_while_they_hold(web: Loopback, context: Context) -> None:
    said = "User-agent: *\nDisallow: /no  # ask ilse@kiln.example\n"
    web.pages |= {"/robots.txt": fresh(Reply(said), '"one"'), "/a": Reply("hello")}
    kept: dict[str, list[str | None]] = {}
    for _ in range(2):
        with Web(context, Budget(), kept) as client:
            assert client.get(f"{web.url}/a").body == b"hello"
            with pytest.raises(SourceError, match=r"robots\.txt"):
                client.get(f"{web.url}/no")
        kept = client.robots.state()
    assert web.asked[2].headers["if-none-match"] == '"one"'
    assert not has_address(repr(kept))
    web.pages["/robots.txt"] = fresh(Reply("User-agent: *\nDisallow: /a"), '"two"')
    with Web(context, Budget(), kept) as client, pytest.raises(SourceError, match=r"robots\.txt"):
        client.get(f"{web.url}/a")
    web.pages["/robots.txt"] = Reply(status=304)
    with Web(context, Budget()) as client, pytest.raises(SourceError, match="304 unasked"):
        client.get(f"{web.url}/a")


@pytest.mark.parametrize("status", [500, 503, 429, 505])
def test_unreadable_robots_close_the_host(
    web: Loopback, context: Context, slept: list[float], status: int
) -> None:
    web.pages["/robots.txt"] = Reply(status=status)
    web.pages["/a"] = Reply("x")
    with Web(context, Budget()) as client:
        for _ in range(2):
            with pytest.raises(SourceError, match="left alone"):
                client.get(f"{web.url}/a")
    assert web.paths() == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_no_rules(web: Loopback, context: Context, status: int) -> None:
    web.pages["/robots.txt"] = Reply(status=status)
    web.pages["/a"] = Reply("x")
    assert get(context, f"{web.url}/a").body == b"x"


def test_gzip_is_undone_and_bounded(
    web: Loopback, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "BODY_LIMIT", 1_000)
    packed = {"Content-Encoding": "gzip"}
    web.pages["/fits"] = Reply(gzip.compress(b"x" * 1_000), headers=packed)
    web.pages["/bomb"] = Reply(gzip.compress(b"x" * 50_000_000), headers=packed)
    web.pages["/plain"] = Reply(b"x" * 1_001)
    web.pages["/cut"] = Reply(gzip.compress(b"hello, world")[:-9], headers=packed)
    web.pages["/none"] = Reply(b"not gzip at all", headers=packed)
    web.pages["/other"] = Reply(zlib.compress(b"x"), headers={"Content-Encoding": "br"})
    assert len(get(context, f"{web.url}/fits").body) == 1_000
    for path in ("/bomb", "/plain", "/cut", "/none", "/other"):
        with pytest.raises(ParseError):
            get(context, web.url + path)


def test_a_drip_comes_to_an_end(
    web: Loopback, context: Context, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TOTAL_TIMEOUT", 0.5)
    web.pages["/a"] = Reply("x" * 1_000, drip=0.02)
    with pytest.raises(SourceError, match="no whole answer"):
        get(context, f"{web.url}/a")
    assert web.paths() == ["/a"]


def test_nobody_there(context: Context, slept: list[float], tmp_path: Path) -> None:
    with loopback() as gone:
        pass
    with pytest.raises(SourceError, match="refuses"):
        get(gone.context(tmp_path), f"{gone.url}/a")


def test_public_origins_are_paced(
    web: Loopback, tmp_path: Path, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public address answers here: the guard is told so, everything else is real."""
    monkeypatch.setattr(transport, "_public", lambda address: True)
    web.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 4")
    web.pages["/a"] = Reply("x")
    port = int(web.origin.partition(":")[2])
    real = httpcore.SyncBackend.connect_tcp
    monkeypatch.setattr(
        httpcore.SyncBackend,
        "connect_tcp",
        lambda self, host, _, *rest: real(self, host, port, *rest),
    )
    with Web(Context(NOW, tmp_path, pace=1.0), Budget()) as client:
        for _ in range(3):
            client.get("http://127.0.0.1/a")
    assert [round(wait) for wait in slept] == [1, 5, 9]  # none has really passed


def test_an_origin_of_our_own_is_paced_only_as_it_asks(
    web: Loopback, context: Context, slept: list[float]
) -> None:
    for rules, waits in (("", []), ("User-agent: *\nCrawl-delay: 2", [2.0])):
        web.pages |= {"/robots.txt": Reply(rules), "/a": Reply("x"), "/b": Reply("x")}
        with Web(context, Budget()) as client:
            client.get(f"{web.url}/a")
            client.get(f"{web.url}/b")
        assert [round(wait) for wait in slept] == waits


def test_pacing_never_outlasts_the_run(context: Context, web: Loopback) -> None:
    budget = Budget(deadline=10.0, clock=lambda: 11.0)
    with pytest.raises(OutOfBudgetError):
        get(context, f"{web.url}/a", budget)
    assert web.asked == []


def test_a_request_is_seen_as_it_was_sent(web: Loopback, context: Context) -> None:
    seen: list[Asked] = []

    def page(asked: Asked) -> Reply:
        seen.append(asked)
        return Reply("x")

    web.pages["/a?b=%20c"] = page
    get(context, f"{web.url}/a?b=%20c")
    assert seen[0].headers["host"] == web.origin
    assert seen[0].headers["accept-encoding"] == "gzip"


def test_a_byte_order_mark_hides_no_rule(web: Loopback, context: Context) -> None:
    web.pages |= {"/robots.txt": Reply(b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), "/a": Reply("x")}
    with pytest.raises(ForbiddenError):
        get(context, f"{web.url}/a")


@pytest.mark.parametrize("filler", [" ", "\t#", "#", "Disallow: /x\n", "Allow: /*a*a*a*a\n", "\r"])
def test_robots_made_to_cost_are_read_in_linear_time(
    web: Loopback, context: Context, filler: str
) -> None:
    rules = "User-agent: *\nDisallow: /no\n" + filler * (512_000 // len(filler))
    web.pages |= {"/robots.txt": fresh(Reply(rules), '"one"'), "/a": Reply("x")}
    started = process_time()
    assert get(context, f"{web.url}/a").body == b"x"
    with pytest.raises(ForbiddenError):
        get(context, f"{web.url}/no")
    assert process_time() - started < 5


def test_a_rule_cut_at_the_limit_forbids_nothing(web: Loopback, context: Context) -> None:
    head = "User-agent: *\n#" + "x" * (robots.LIMIT - 26) + "\nDisallow: /"
    web.pages |= {"/robots.txt": Reply(f"{head}private\n"), "/a": Reply("x")}
    assert get(context, f"{web.url}/a").body == b"x"


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[", "http://10.0.0.7/",
                                      "http://127.0.0.1:9/x"])  # fmt: skip
def test_a_redirect_to_a_forbidden_place_costs_this_page_only(
    web: Loopback, context: Context, slept: list[float], location: str
) -> None:
    web.pages["/a"] = Reply(status=301, headers={"Location": location})
    with pytest.raises(PageError):
        get(context, f"{web.url}/a")


def test_a_long_crawl_delay_ends_the_run_and_says_until_when(
    web: Loopback, context: Context, slept: list[float]
) -> None:
    web.pages |= {"/robots.txt": Reply("User-agent: *\nCrawl-delay: 86400"), "/a": Reply("x")}
    with Web(context, Budget()) as client:
        client.get(f"{web.url}/a")
        with pytest.raises(DelayError) as caught:
            client.get(f"{web.url}/a")
    assert caught.value.seconds == 86_400
    assert caught.value.until.day == NOW.day + 1
    assert slept == []


def test_feeds_may_be_larger_than_pages(web: Loopback, context: Context) -> None:
    large = b"x" * 6_000_000
    packed = {"Content-Encoding": "gzip"}
    web.pages["/feed"] = Reply(gzip.compress(b"<?xml version='1.0'?>" + large), headers=packed)
    web.pages["/page"] = Reply(gzip.compress(b"<!doctype html>" + large), headers=packed)
    assert len(get(context, f"{web.url}/feed").body) > 6_000_000
    with pytest.raises(ParseError, match="larger than 5,000,000"):
        get(context, f"{web.url}/page")
