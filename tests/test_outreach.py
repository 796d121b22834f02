"""Names are not butchered, and no cell is a formula."""

import pytest

from sourcing.core.csv_files import cell
from sourcing.outreach.salutation import first_name


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
