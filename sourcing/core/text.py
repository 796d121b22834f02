"""Text from strangers, made fit to keep: no control characters, no addresses, a bounded length.

One pattern serves the masker and the checker, so what the checker finds the masker
would have masked. It does not judge what a text means.
"""

import re
import unicodedata
from urllib.parse import urlsplit

#: Endings that make `icon@2x.png` or `unit@node.service` a file, not an address. Only endings
#: that are no top-level domain: `.md`, `.py` or `.sh` may well be somebody's address.
_FILE_ENDINGS = (
    "png|jpe?g|gif|svg|webp|ico|pdf|[mc]?js|tsx?|jsx|s?css|json|ya?ml|toml|lock|txt|html?|"
    "tgz|gz|xz|whl|jar|service|socket|timer"
)

#: The sign in an address: as typed, in full width, in a link's query.
_AT = r"(?:[@\uff20\ufe6b]|%40)"
#: An address as RFC 5322 writes it in practice; quoted local parts are not used in the wild.
ADDRESS = re.compile(
    r"(?<![\w.+-])"
    r"(?:mailto:)?"
    rf"[\w.!#$%&'*+=?^`{{|}}~-]{{1,64}}{_AT}(?![\d.]+x?\b)"
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+"
    rf"(?!(?:{_FILE_ENDINGS})\b)"
    r"(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})\b",
    re.IGNORECASE,
)

MASK = "[address removed]"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
#: Marks that reorder what a reader sees (Trojan Source, CVE-2021-42574) or hide in names.
_BIDI = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def has_address(text: str) -> bool:
    """True if the text holds what looks like an e-mail address."""
    return _may_hold(text) and ADDRESS.search(text) is not None


def mask_addresses(text: str) -> str:
    """The text with each e-mail address replaced by a note that one stood there."""
    return ADDRESS.sub(MASK, text) if _may_hold(text) else text


def _may_hold(text: str) -> bool:
    """A cheap question before a dear one."""
    return "@" in text or "%40" in text or "\uff20" in text or "\ufe6b" in text


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
    """A name as it is compared: case, accents, spaces and punctuation do not matter."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in decomposed if c.isalnum())


#: What stands around a company's name and does not tell it from others.
_LEGAL = re.compile(
    r"[\s,]+(?:inc|llc|ltd|limited|gmbh|mbh|ag|se|sas?|sarl|srl|spa|bv|b\.v|nv|ab|oy|as|aps|kk|"
    r"plc|corp|corporation|company|co|pty|pte|ug|e\.?v|foundation)\.?$",
    re.IGNORECASE,
)
#: Who writes so is not there any more.
_FORMER = re.compile(r"\b(?:ex|former|formerly|prev|previously|past|alum\w*|retired)\b", re.I)


def organisations(text: str) -> set[str]:
    """The organisations a person names as theirs, each as it is compared.

    "Staff engineer @northwind, ex-Other GmbH" names Northwind alone.
    """
    found = set()
    for clause in re.split(r"[,;|/·•()\n]|\s[-–—]\s", text):
        if _FORMER.search(clause):
            continue
        found |= {organisation(part) for part in re.split(r"\s+(?:at|bei|chez|&|and)\s+|@", clause)}
    return (found | {organisation(text)}) - {""}


def organisation(name: str) -> str:
    """An organisation's name as it is compared: "@Northwind-Labs, Inc." is northwindlabs."""
    name = re.sub(r"\s*\(.*?\)", "", name).strip()
    while (shorter := _LEGAL.sub("", name)) != name:
        name = shorter
    return fold(name)


def page(url: str) -> str:
    """A web address as it is compared: without scheme, `www.`, query and closing slash."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return host + parts.path.rstrip("/").casefold() if "." in host else ""
