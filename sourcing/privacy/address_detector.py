"""A second detector of e-mail addresses, for tests and `doctor`; it shares no code with the masker.

It decodes a text with the standard library, splits it into words, and parses each word with an
at-sign by the grammar of RFC 5322 (`email.headerregistry`). It finds fewer spellings than the
masker.
"""

from __future__ import annotations

import html
import unicodedata
from email.errors import HeaderParseError
from email.headerregistry import Address
from urllib.parse import unquote

from db import Store
from db.privacy import address_cleaning

#: Signs around an address in prose, Markdown and code.
_AROUND = "<>()[]{}\"'`*_,;:!?.|=/\\~-"


def contains_address(text: str) -> bool:
    """True if a word of the text is an e-mail address with a domain of letters."""
    if "@" not in (decoded := _decoded(text)):
        return False
    for sign in "<>()[]{}\"'`,;=|":
        decoded = decoded.replace(sign, " ")
    return any(_is_address(word.strip(_AROUND)) for word in decoded.split() if "@" in word)


def stored_addresses(store: Store) -> dict[str, int]:
    """The columns of a database that contain addresses, with the number of texts."""
    return address_cleaning.count(store, contains_address)


def _decoded(text: str) -> str:
    for _ in range(3):
        text = unquote(html.unescape(text))
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKC", text)
        if unicodedata.category(sign) not in {"Cf", "Mn"}
    )


def _is_address(word: str) -> bool:
    local, _, domain = word.rpartition("@")
    local = local.rpartition("/")[2].rpartition(":")[2]
    domain = domain.partition("/")[0].partition(":")[0].rstrip("._-")
    labels = domain.split(".")
    if len(labels) < 2 or not labels[-1].isalpha() or len(labels[-1]) < 2 or local == "git":
        return False
    if labels[-1] in {"png", "jpg", "svg", "service", "socket", "timer", "js", "so"}:
        return False  # the name of a file or unit
    try:
        return Address(addr_spec=f"{local}@{domain}").domain == domain and bool(local)
    except (ValueError, IndexError, HeaderParseError):
        return False
