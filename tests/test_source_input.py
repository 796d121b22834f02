"""Whatever is pasted becomes a source name, or one sentence says what to paste."""

from __future__ import annotations

import pytest

from sourcing.core.errors import ConfigError
from sourcing.pipeline.source_input import source_names


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("https://github.com/anvil/press", ["github:anvil/press"]),
        ("https://github.com/anvil/press/pull/7", ["github:anvil/press"]),
        ("https://github.com/anvil/press.git", ["github:anvil/press"]),
        ("anvil/press", ["github:anvil/press"]),
        ("github:anvil/press", ["github:anvil/press"]),
        ("github.com/anvil/press", ["github:anvil/press"]),
        ("/srv/git/press", ["git:/srv/git/press"]),
        ("git@forge.example:anvil/press", ["git:git@forge.example:anvil/press"]),
        ("https://forge.example/anvil/press.git", ["git:https://forge.example/anvil/press.git"]),
        ("https://press.example/blog/", ["blog:https://press.example/blog/"]),
        ("press.example", ["blog:https://press.example"]),
        ("anvil/press, anvil/anvil\n<https://press.example/>  anvil/press",
         ["github:anvil/press", "github:anvil/anvil", "blog:https://press.example/"]),
    ],
)  # fmt: skip
def test_what_is_pasted_is_recognised(pasted: str, names: list[str]) -> None:
    assert source_names(pasted) == names


@pytest.mark.parametrize(
    ("pasted", "advice"),
    [
        ("https://github.com/anvil", "paste the address of one of its repositories"),
        ("ftp:there", "no connector named 'ftp'"),
        ("ftp://there.example/x", "only pages of the web"),
        (" , ", "paste the address"),
    ],
)
def test_what_cannot_be_read_is_explained(pasted: str, advice: str) -> None:
    with pytest.raises(ConfigError, match=advice):
        source_names(pasted)
