"""Cleans text from sources before it is stored: no control characters, no addresses, a limit.

It also folds names, organisations and page addresses for comparison. `addresses` recognises
addresses.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from sourcing.core import addresses
from sourcing.core.addresses import MASK

__all__ = [
    "MASK", "clean", "clean_line", "fold", "has_address", "mask_addresses", "organisation",
    "organisations", "page",
]  # fmt: skip

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
#: Marks that reorder visible text (Trojan Source, CVE-2021-42574) or hide in names.
_BIDI = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def has_address(text: str) -> bool:
    """True if the text contains an e-mail address or other contact data."""
    return bool(addresses.find(text))


def mask_addresses(text: str) -> str:
    """The text with each e-mail address and other contact data replaced by a note."""
    return addresses.mask(text)


def clean(text: str, limit: int) -> str:
    """The text without addresses, control and reordering characters, at most `limit` characters.

    Lone surrogates become U+FFFD, so that the result can always be written as UTF-8.
    """
    text = text[: limit * 2 + 200]
    if not text.isascii():
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        text = _BIDI.sub("", text)
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = mask_addresses(text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean_line(text: str, limit: int) -> str:
    """`clean`, on one line with single spaces."""
    return clean(" ".join(text[: limit * 4 + 400].split()), limit)


def fold(name: str) -> str:
    """The form of a name for comparison: without case, accents, spaces and punctuation."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in decomposed if c.isalnum())


#: Words in a company's name that do not distinguish it from others.
_LEGAL = re.compile(
    r"[\s,]+(?:inc|llc|ltd|limited|gmbh|mbh|ag|se|sas?|sarl|srl|spa|bv|b\.v|nv|ab|oy|as|aps|kk|"
    r"plc|corp|corporation|company|co|pty|pte|ug|e\.?v|foundation)\.?$",
    re.IGNORECASE,
)
#: Words before a former employer.
_FORMER = re.compile(r"\b(?:ex|former|formerly|prev|previously|past|alum\w*|retired)\b", re.I)


def organisations(text: str) -> set[str]:
    """The organisations that a person names as theirs, in the form for comparison.

    "Staff engineer @northwind, ex-Other GmbH" names Northwind alone.
    """
    result = set()
    for clause in re.split(r"[,;|/·•()\n]|\s[-–—]\s", text):
        if _FORMER.search(clause):
            continue
        result |= {
            organisation(part) for part in re.split(r"\s+(?:at|bei|chez|&|and)\s+|@", clause)
        }
    return (result | {organisation(text)}) - {""}


def organisation(name: str) -> str:
    """An organisation's name for comparison: "@Northwind-Labs, Inc." becomes northwindlabs."""
    name = re.sub(r"\s*\(.*?\)", "", name).strip()
    while (shorter := _LEGAL.sub("", name)) != name:
        name = shorter
    return fold(name)


def page(url: str) -> str:
    """The form of a web address for comparison: without scheme, `www.`, query and closing slash."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return host + parts.path.rstrip("/").casefold() if "." in host else ""
