"""The token goes to GitHub's own address alone (respx stands there, a loopback GitHub answers)."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import respx

from connectors.github.api.access import GitHubAccess
from demo.github import TOKEN
from sourcing.core.errors import SourceError
from tests.githubworld import Nights, pulls
from tests.test_github import small

API = GitHubAccess().api_url


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    """No request leaves but those a test answers: any other is an error."""
    with respx.mock(assert_all_called=False) as router:
        router.route(host="127.0.0.1").pass_through()
        yield router


def test_a_token_is_shown_to_github_alone_and_encrypted(web: respx.MockRouter) -> None:
    with Nights(small()) as nights:

        def forward(request: httpx.Request) -> httpx.Response:
            path = request.url.raw_path.decode()
            kept = {"authorization", "content-type", "accept", "user-agent"}
            headers = {k: v for k, v in request.headers.items() if k.lower() in kept}
            answer = httpx.request(
                request.method, nights.server.url + path, content=request.content, headers=headers
            )
            return httpx.Response(answer.status_code, json=answer.json())

        asked = web.route(host="api.github.com", scheme="https").mock(side_effect=forward)
        found = pulls(nights.fetch("anvil/press", api_url=API))

    assert found
    assert asked.calls
    assert {c.request.headers["authorization"].split()[-1] for c in asked.calls} == {TOKEN}


def test_a_redirect_does_not_take_the_token_along(web: respx.MockRouter) -> None:
    away = web.route(host="elsewhere.example").respond(200, json={})
    web.route(host="api.github.com").respond(
        307, headers={"Location": "https://elsewhere.example/graphql"}
    )
    with Nights(small()) as nights, pytest.raises(SourceError):
        nights.fetch("anvil/press", api_url=API)
    assert not away.called
