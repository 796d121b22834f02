"""Finds e-mail addresses and other direct contact data in text: one pattern masks and checks.

The text is normalised first (`normalise`). Then the search goes outwards from each at-sign, which
may be a sign or a word. Package versions, file names, decorators, `git@host:path` and matrix
products keep their at-signs. Telephone numbers and messenger ids are in `contact_numbers`.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Iterator, Sequence

from sourcing.core import contact_numbers, prefilter
from sourcing.core.normalise import normalise

MASK = "[address removed]"

Span = tuple[int, int]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Generic top-level domains and those of large countries: certain even where a text has spaces
#: around the at-sign. In the tight form any top-level domain counts (RFC 5321 section 2.3.5).
_COMMON = _set(
    "com org net edu gov mil int info biz io dev ai app me co eu uk de fr nl be ch at es pt "
    "pl cz se no fi dk ru ua cn jp kr tw hk in br ca au us mx ar il ie nz za tr gr hu ro sg "
    "example xyz online tech cloud email mail site рф"
)
#: Of these, the ones that rarely are the name of a method or the first word of a sentence.
_CERTAIN = _set("com org net edu gov info biz io dev ai example de fr uk cn ru jp eu")
#: Endings of files. With a digit in the name (`icon@2x.png`, `getty@tty1.service`) it is a file.
_FILE_ENDINGS = _set(
    "png jpg jpeg gif svg webp ico pdf mjs cjs js ts tsx jsx css scss json yaml yml toml "
    "lock txt htm html tgz gz xz zip whl jar so service socket timer mount target"
)
#: Template units of systemd: any word may be their instance (`getty@tty1`).
_UNITS = _set("unit getty user session app worker instance template docker wg-quick")
#: Users of a repository host in `git@host:path` and `ssh://git@host/path`.
_REPOSITORY_USERS = _set("git gitea gitlab forgejo hg svn aur")
#: Users of machines, where a path or a prompt follows: `root@node.cluster:~#`.
_MACHINE_USERS = _set("root ubuntu ec2-user admin centos debian postgres user")

_LOCAL_SIGNS = frozenset("._!#$%&'*+/=?^{|}~-")
_CJK = re.compile(r"[\u2e80-\u2fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_CJK_RUN = re.compile(rf"(?:{_CJK.pattern})+")
_DOMAIN = re.compile(r"[@.]?[\w-]+(?:\.{1,2}[\w-]+)+")
_LITERAL = re.compile(
    r"\[(?:IPv6:[\da-f:.]+|\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f]*:[\da-f:.]*)\]", re.IGNORECASE
)
_VERSION = re.compile(r"v?\d+(?:\.\d+)+")
_TOP_LEVEL = re.compile(r"xn--[a-z\d-]+|[^\W\d_]{2,}", re.IGNORECASE)
_ASCII_LETTERS = re.compile(r"[a-z]{2,}", re.IGNORECASE)

# -- an at-sign with spaces or quotes around it -------------------------------------------------
_GAP_LEFT = re.compile(r"(\w[\w.+-]{0,63})([\s\"'+|]{0,8})$")
_GAP_RIGHT = re.compile(r"([\s\"'+|]{0,8})([\w-]+(?:\s?\.\s?[\w-]+)+)")
_MATRIX_ID = re.compile(r"@[\w.=/-]+:((?:[\w-]+\.)+[\w-]+)")

# -- at-signs and dots as words -----------------------------------------------------------------
_AT_NAMES = (
    "at|ät|at-sign|arobase|arroba|chiocciola|klammeraffe|snabel-?a|małpa|собака|골뱅이|アット"
)
_DOT_NAMES = "dot|d0t|punkt|point|punto|ponto|kropka|точка"
_OPEN, _CLOSE = r"[\[({<#*|~]", r"[\])}>#*|~]"
_AT_WORD = re.compile(
    r"(?=[\[({<#*|~_\-艾圈])(?:"
    rf"{_OPEN} ?(?:{_AT_NAMES}|a) ?{_CLOSE}\s?|(?P<joined>[_-](?:{_AT_NAMES})[_-] ?)"
    r"|(?:艾特|圈a)\s?)",
    re.IGNORECASE,
)
_AT_NAMED = re.compile(
    r"\s(?:arobase|arroba|chiocciola|klammeraffe|snabel-?a|at[- ]sign|собака|골뱅이|アット"
    r"|(?-i:AT))\s",
    re.IGNORECASE,
)
_AT_PLAIN = re.compile(r"\sat\s")
_DOT_WORD = (
    rf"\s?{_OPEN} ?(?:{_DOT_NAMES}|\.) ?{_CLOSE}\s?| ?[_-](?:{_DOT_NAMES})[_-] ?"
    rf"|\s(?:{_DOT_NAMES})\s|\s?点\s?"
)
_LABEL = r"[^\W_点]+"
_WORDED_DOMAIN = re.compile(rf"{_LABEL}(?:(?:{_DOT_WORD}){_LABEL})+", re.IGNORECASE)
_MIXED_DOMAIN = re.compile(rf"{_LABEL}(?:(?:{_DOT_WORD}| ?\.){_LABEL})+", re.IGNORECASE)
_LAST_LABEL = re.compile(r"[^\W\d_点]+$")
_DOT_BEFORE = re.compile(r"\s(?:dot|punkt|point)\s$", re.IGNORECASE)
_MAIL_CUE = re.compile(r"e-?mail|mail me|contact me|reach me|write (?:to )?me", re.IGNORECASE)
_PROVIDER = re.compile(r"(?:gmail|googlemail|hotmail|outlook|yahoo|protonmail|icloud)\b", re.I)
_HASH = re.compile(r"#(?:[\w-]+\.)+([a-z]{2,})\b", re.IGNORECASE)
_LETTERS_APART = re.compile(r"(?:\w ){3,30}@(?: \w){3,30} \.(?: \w){2,8}")
_ENCODED = re.compile(r"[A-Za-z\d+/_-]{16,400}={0,2}")


def find(text: str) -> list[Span]:
    """The places in the text of everything that must be masked, in order, without overlaps."""
    result: list[Span] = []
    normal = normalise(text)
    plain = normal.text
    lower, words = prefilter.lowered(plain), plain.split()
    spans = [*_at_signs(plain), *_at_words(plain, lower, words), *_encoded(plain, words)]
    spans += contact_numbers.find(plain, lower)
    for start, end in sorted(spans):
        begin, stop = normal.origin(start, end)
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        else:
            result.append((begin, stop))
    return result


def mask(text: str) -> str:
    """The text with a note in each place that `find` reports, also after the masking."""
    for _ in range(4):
        spans = find(text)
        if not spans:
            return text
        for start, end in reversed(spans):
            text = text[:start] + MASK + text[end:]
    return (
        "".join(" " if sign in "@\uff20\ufe6b" else sign for sign in text) if find(text) else text
    )


def _at_signs(text: str) -> Iterator[Span]:
    at = text.find("@")
    while at >= 0:
        span = _tight(text, at) or _spaced(text, at)
        if span is None and (match := _MATRIX_ID.match(text, at)) and _is_common(match[1]):
            span = match.span()
        if span:
            yield span
        at = text.find("@", at + 1)
    if " @ " in text:
        for match in _LETTERS_APART.finditer(text):
            yield match.span()


def _tight(text: str, at: int) -> Span | None:
    """An address without spaces around the sign, or None."""
    start = _local_start(text, at)
    if start == at:
        return None
    if literal := _LITERAL.match(text, at + 1):
        return start, literal.end()
    domain = _DOMAIN.match(text, at + 1)
    local = text[start:at].strip("-_*'")
    if domain is None:
        provider = _PROVIDER.match(text, at + 1)
        return (start, provider.end()) if provider else _reversed(text, start, at)
    end = at + 1 + _domain_length(domain[0])
    if end == at + 1 or _is_technical(text, local, domain[0], at, end):
        return _reversed(text, start, at)
    return start, end


def _local_start(text: str, at: int) -> int:
    """Where the local part before an at-sign begins; `at` if there is none."""
    if at and text[at - 1] == '"':
        quote = text.rfind('"', max(0, at - 66), at - 1)
        return quote if quote >= 0 and "\n" not in text[quote:at] else at
    start = at
    while start and (text[start - 1].isalnum() or text[start - 1] in _LOCAL_SIGNS):
        start -= 1
    local = text[start:at]
    if not any(map(str.isalnum, local)) or local.endswith("/"):
        return at
    if _CJK.match(local[-1]):
        return at - len(_CJK_RUN.findall(local)[-1])
    cuts = [match.end() for match in _CJK.finditer(local)]
    cuts += [local.rfind(sign) + 1 for sign in "=&?"]
    if "//" in local or ("." in local.partition("/")[0] and "/" in local):
        cuts.append(local.rfind("/") + 1)
    cut = max(cuts, default=0)
    return start + (cut if any(map(str.isalnum, local[cut:])) else 0)


def _domain_length(domain: str) -> int:
    """The length of the part that is a domain with a top-level domain, or 0."""
    parts = list(re.finditer(r"[\w-]+", domain))
    labels = [part[0] for part in parts]
    if _is_ipv4(labels[:4]):
        return parts[3].end()
    top = labels[-1]
    if _is_version_or_name(domain, top):
        return 0
    for part in parts[:0:-1]:
        if _TOP_LEVEL.match(part[0]):
            letters = _ASCII_LETTERS.match(part[0])
            if letters and _CJK.match(part[0], letters.end()):
                return part.start() + letters.end()
            return part.end()
    return 0


def _is_version_or_name(domain: str, top: str) -> bool:
    """True for a version, a file name with a digit, and an attribute in camel case."""
    ending = top.lower()
    if _VERSION.match(domain) and ending not in _CERTAIN:
        return True
    if ending in _FILE_ENDINGS and any(map(str.isdigit, domain)):
        return True
    return ending not in _COMMON and top not in {ending, top.upper(), top.title()}


def _is_ipv4(labels: list[str]) -> bool:
    octets = [int(x) for x in labels if x.isdecimal() and len(x) <= 3]
    return len(octets) == 4 and max(octets) <= 255 and octets[0] >= 10


def _is_technical(text: str, local: str, domain: str, at: int, end: int) -> bool:
    """True for `git@host:path`, template units, and calls such as `a@b.inverse(…)`."""
    following = text[end : end + 2]
    user = local.lower()
    if user in _REPOSITORY_USERS and following[:1] in {":", "/"}:
        return True
    if user in _MACHINE_USERS and following in {":~", ":/"}:
        return True
    if following[:1] == "(" and domain.rpartition(".")[2].lower() not in _CERTAIN:
        return True
    return user in _UNITS and domain.endswith((".service", ".socket", ".timer"))


def _reversed(text: str, start: int, at: int) -> Span | None:
    """An address written backwards (`moc.elpmaxe@enaj`), or None."""
    first, dot, rest = text[start:at].partition(".")
    following = re.compile(r"\w[\w.+-]*").match(text, at + 1)
    is_domain = dot and rest and first[::-1].lower() in {"com", "org", "net", "edu", "example"}
    return (start, following.end()) if is_domain and following else None


def _spaced(text: str, at: int) -> Span | None:
    """An address with spaces, line breaks or quotes around the sign or a dot, or None."""
    right = _GAP_RIGHT.match(text, at + 1)
    left = _GAP_LEFT.search(text, max(0, at - 80), at) if right else None
    if left is None or right is None:
        return None
    labels = re.split(r"\s?\.\s?", right[2])
    top = labels[-1]
    is_broken = any(sign.isspace() for sign in right[2])
    if not (left[2] or right[1] or is_broken):
        return None
    allowed = _CERTAIN if is_broken or (not right[1] and left[2]) else _COMMON
    if top not in allowed or (len(labels[-2]) < 3 and top not in {"com", "org", "net"}):
        return None
    if _VERSION.match(right[2]) or text[right.end() : right.end() + 1] in {"(", "_"}:
        return None
    if is_broken and left[2]:
        return None
    return left.start(), right.end()


def _at_words(text: str, lower: str, words: Sequence[str]) -> Iterator[Span]:
    """Addresses with the at-sign or the dot as a word."""
    if prefilter.has_at_word(lower):
        for sign in _AT_WORD.finditer(text):
            domain = _WORDED_DOMAIN if sign["joined"] else _MIXED_DOMAIN
            yield from _worded(text, *sign.span(), domain)
    if prefilter.has_named_at(text, lower):
        for sign in _AT_NAMED.finditer(text):
            yield from _worded(text, *sign.span(), _MIXED_DOMAIN)
    if prefilter.has_plain_at(lower, words):
        cues = [match.end() for match in _MAIL_CUE.finditer(text)]
        for sign in _AT_PLAIN.finditer(text):
            cued = any(0 <= sign.start() - cue <= 50 for cue in cues)
            yield from _worded(text, *sign.span(), _MIXED_DOMAIN if cued else _WORDED_DOMAIN)
    for match in _HASH.finditer(text):
        start = _run_start(text, match.start(), "._+-/#")
        local = text[start : match.start()]
        if match[1].lower() in _CERTAIN and local.isidentifier():
            yield start, match.end()


def _worded(text: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[Span]:
    """The address around an at-word from `start` to `end`, if there is one."""
    local = _words_start(text, start)
    domain = pattern.match(text, end)
    if domain and not ((last := _LAST_LABEL.search(domain[0])) and _is_common(last[0])):
        domain = None
    found = domain or _PROVIDER.match(text, end)
    if found and local < start:
        yield local, found.end()


def _words_start(text: str, end: int) -> int:
    """Where a local part before an at-word begins, with dots as words; `end` if there is none."""
    end = end - 1 if end and text[end - 1] == " " else end
    start = _run_start(text, end, "._+-")
    for _ in range(4):
        dot = _DOT_BEFORE.search(text, max(0, start - 8), start)
        if dot is None:
            break
        start = _run_start(text, dot.start(), "._+-")
    return start


def _run_start(text: str, end: int, signs: str) -> int:
    """Where the run of letters, digits and these signs before `end` begins (128 at most)."""
    start = end
    while start and end - start < 128 and (text[start - 1].isalnum() or text[start - 1] in signs):
        start -= 1
    return start


def _is_common(domain: str) -> bool:
    return domain.rpartition(".")[2].lower() in _COMMON


def _encoded(text: str, words: Sequence[str]) -> Iterator[Span]:
    """Addresses in base64 and hexadecimal."""
    long = prefilter.long_words(words)
    if any(_is_encoded(match[0]) for word in long for match in _ENCODED.finditer(word)):
        yield from (m.span() for m in _ENCODED.finditer(text) if _is_encoded(m[0]))


def _is_encoded(token: str) -> bool:
    """True if the token decodes to a text with an address."""
    if not prefilter.is_encoded(token):
        return False
    coded, found = token.rstrip("=").encode(), []
    with contextlib.suppress(binascii.Error, ValueError):
        found.append(base64.b64decode(coded + b"=" * (-len(coded) % 4), b"-_"))
    with contextlib.suppress(ValueError):
        found.append(bytes.fromhex(coded.decode()))
    return any(b"@" in one and one.isascii() and any(_at_signs(one.decode())) for one in found)
