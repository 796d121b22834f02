"""Text from strangers: no address gets through, file names do, nothing breaks a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing.core.text import MASK, clean, clean_line, fold, has_address, mask_addresses


@pytest.mark.parametrize(
    "text",
    [
        "jane.doe@mail.example",
        "mailto:jane@mail.example",
        "Signed-off-by: Jane <jane+x@sub.mail.example>",
        "1234+jane@users.noreply.forge.example",
        "jörg@büro.example",
        "git@forge.example:owner/name.git",
        "jane@mail.md",
        "jane@xn--bro-hoa.xn--p1ai",
        "ask jane@mail.example/joe@mail.example",
        "https://lists.example/r/2026.1-jane@mail.example/",
        "https://x.example/?to=jane%40mail.example&cc=1",
        "jane\uff20mail.example",
    ],
)
def test_addresses_are_masked(text: str) -> None:
    assert has_address(text)
    masked = mask_addresses(text)
    assert MASK in masked
    assert not has_address(masked)
    assert "mail.example" not in masked


@pytest.mark.parametrize(
    "text",
    [
        "icon@2x.png",
        "pkg@1.2.3",
        "src/icon@2x.png",
        "zap/v2@v1.21.0",
        "https://x.example/@jane/1",
        "@jane please look",
        "unit@node.service",
        "a @ b.c",
        "x@y",
    ],
)
def test_file_names_and_mentions_are_spared(text: str) -> None:
    assert not has_address(text)
    assert mask_addresses(text) == text


@given(st.text(), st.integers(20, 200))
def test_cleaned_text_is_bounded_writable_and_without_addresses(text: str, limit: int) -> None:
    cleaned = clean(text + " jane@mail.example " + text, limit)
    assert len(cleaned) <= limit
    assert not has_address(cleaned)
    assert "\x00" not in cleaned.encode("utf-8").decode()
    assert "\n" not in clean_line(text, limit)


@given(st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Ll"])))
def test_lone_surrogates_and_marks_do_not_survive(text: str) -> None:
    assert not set(clean(text, 50)) & {"\u202e", "\u2066", "\ufeff", "\x1b", "\r"}


def test_names_are_compared_without_case_accents_and_signs() -> None:
    assert fold("José  Ñandú-Ruiz") == fold("jose nandu ruiz")
    assert fold("王小明") != fold("王小红")
