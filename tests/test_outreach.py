"""What is quoted is a whole sentence of prose that tells a choice; names are not butchered."""

import pytest

from sourcing.export import cell
from sourcing.outreach import first_name, quotable


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        (
            "We saw hangs.\n\nWe free the blocks on abort instead of adding a timeout to hide it.",
            "We free the blocks on abort instead of adding a timeout to hide it.",
        ),
        ("- instead of a list item which is long enough to be quoted here.", None),
        ("```\nraise it because the code says so and it is long enough.\n```", None),
        ("lower case start because it was cut out of the middle of something.", None),
        ("No full stop because the sentence was cut somewhere by somebody else", None),
        ("Because.", None),
        ("Read those members directly instead of going through the loader.", None),
        ("This is wrong because the lock is taken twice by the same worker.", None),
        ("Behavior changes: the lock is taken once because twice is a deadlock.", None),
        ("`lm_head.forward` also crashes because the lock is taken twice there.", None),
        ("* Other commit\n\nWe free the blocks on abort because a timeout would hide it.", None),
        ("Nothing is chosen here, and nothing explained, in many plain words.", None),
    ],
)
def test_quotable(body: str, quote: str | None) -> None:
    assert quotable(body) == quote


@pytest.mark.parametrize(
    ("name", "login", "first"),
    [
        ("Ada Quill", "ada", "Ada"),
        ("王小明", "xm", "王小明"),
        ("J. Ortiz", "jo", "J. Ortiz"),
        ("adaq", "adaq", "adaq"),
        (None, "adaq", "adaq"),
        ("Li Wei Chen", None, "Li Wei Chen"),
        ("María del Río", None, "María"),
        ("Wang, Yi", None, "Yi"),
        ("Dr. Jane Roe", None, "Jane"),
        ("ZHANG Wei", None, "ZHANG Wei"),
        ("Roe,", None, "Roe"),
    ],
)
def test_first_name(name: str | None, login: str | None, first: str) -> None:
    assert first_name(name, login) == first


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=x", " =x", "|x", "%x"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == "'" + text
    assert cell("plain") == "plain"
    assert cell(-1) == -1
