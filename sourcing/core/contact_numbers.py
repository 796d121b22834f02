"""Finds telephone numbers, messenger ids, bank accounts and public keys in normalised text.

Numbers without a country code, brackets or a cue word ("call me") are not telephone numbers here:
technical text is full of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sourcing.core import prefilter

#: Digits of a telephone number with country code (ITU-T E.164).
_SHORTEST, _LONGEST = 8, 15
_PHONE = re.compile(
    r"(?<![\w.+,/-])(?:\+|00(?=[1-9]\d[\s-]))\d{1,3}(?:[\s().-]{1,3}\d{1,8}){2,6}(?![\w,])"
    r"|(?<![\w.+,/-])\+[1-9]\d{9,14}(?![\w.,])"
    r"|(?<!\w)\(\d{2,5}\)\s?\d{3,4}[-\s.]\d{4}(?!\d)"
)
#: A date (ISO 8601) and a decimal number: a line of figures is no telephone number.
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)")
_DECIMAL = re.compile(r"[+-]?\d+\.\d+")
_CUED_PHONE = re.compile(
    r"(?:\bcall me|\b(?:tele)?phone|\btel(?:efon)?\b|\bmobile|\bwhats ?app|\bviber|手机|电话|電話)"
    r"\W{0,3}(?:(?:at|on|is|no|number|nr)\b\W{0,3}){0,2}(\+?\d[\d\s().-]{5,20}\d)",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:(?<![\w.-])(?:t|telegram|wa|m|line|signal)\.me/|telegram\.dog/|tg://resolve\?domain="
    r"|(?:api\.)?whatsapp\.com/send/?\?phone=|skype:(?=[\w.:,-]+\?)|join\.skype\.com/invite/"
    r"|weixin://dl/chat\?)[\w.@+~#-]+",
    re.IGNORECASE,
)
#: A messenger, and an id with a sign or digit, so that "discord: join us" is no id.
_MESSENGER = re.compile(
    r"(?:微信号?|wechat|weixin|\bvx|\bQQ号?|telegram|skype|discord|whats ?app|line id"
    r"|kakao(?:talk)?|\bicq|viber|threema|\btg)\s*(?:id|号|handle|名|is)?\s*[:=]\s*"
    r"(?:@[\w.-]{3,}|(?=[\w.#-]*[\d_#.])[\w][\w.#-]{2,}\w)"
    r"|(?:微信号?|wechat|weixin|skype)\s*(?:id|号|is)?\s*[:=]\s*\w[\w-]{5,}"
    r"|(?:微信|\bQQ)[号群]?\s*[:=]?\s*(?=[A-Za-z\d_-]*\d)[A-Za-z\d][\w-]{4,19}"
    r"|(?:telegram|\btg|wechat|skype|discord|\bline)\s+@[\w.]{3,}"
    r"|\bSignal\s*:\s*[A-Za-z_]\w*\.\d{2,}",
    re.IGNORECASE,
)
_MAILBOX = re.compile(
    r"\bmy\s+(?:gmail|e-?mail|mail|hotmail|outlook|yahoo|icloud|proton(?:mail)?|wechat|telegram"
    r"|skype|qq|discord)(?:\s+(?:address|id|handle|account|name))?\s+is\s*:?\s*"
    r"(?!(?:not|now|no|a|an|the|still|being|sent|broken|in|on|at|used|also|only)\b)@?[\w.+-]{3,}",
    re.IGNORECASE,
)
#: Countries of the IBAN registry (ISO 13616); other letters are hexadecimal data.
_IBAN_COUNTRIES = (
    "AD|AE|AL|AT|AZ|BA|BE|BG|BH|BR|BY|CH|CR|CY|CZ|DE|DK|DO|EE|EG|ES|FI|FO|FR|GB|GE|GI|GL|GR|GT|HR|HU"
    "|IE|IL|IQ|IS|IT|JO|KW|KZ|LB|LC|LI|LT|LU|LV|MC|MD|ME|MK|MR|MT|MU|NL|NO|PK|PL|PS|PT|QA|RO|RS|SA"
    "|SC|SE|SI|SK|SM|ST|SV|TL|TN|TR|UA|VA|VG|XK"
)
_IBAN = re.compile(
    rf"(?<![A-Za-z\d'])(?:{_IBAN_COUNTRIES})\d{{2}}(?: ?[A-Z\d]{{4}}){{2,7}}"
    r"(?: ?[A-Z\d]{1,4})?(?![A-Za-z\d])"
)
_KEY_BEGIN, _KEY_END = "-----BEGIN PGP ", "-----END PGP "


def find(text: str, lower: str) -> Iterator[tuple[int, int]]:
    """The places of contact data, in no order; `lower` is the text after `prefilter.lowered`."""
    yield from _numbers(text, lower)
    if prefilter.has_messenger_link(lower):
        yield from (match.span() for match in _LINK.finditer(text))
    if prefilter.has_messenger_id(lower):
        yield from (match.span() for match in _MESSENGER.finditer(text))
    if prefilter.has_own_account(lower):
        yield from (match.span() for match in _MAILBOX.finditer(text))
    yield from _keys(text)


def _numbers(text: str, lower: str) -> Iterator[tuple[int, int]]:
    if prefilter.has_phone_number(text):
        for match in _PHONE.finditer(text):
            is_length = _SHORTEST <= sum(map(str.isdigit, match[0])) <= _LONGEST
            if is_length and not _is_figures(match[0]):
                yield match.span()
    if prefilter.has_phone_word(lower):
        for match in _CUED_PHONE.finditer(text):
            if sum(map(str.isdigit, match[1])) >= _SHORTEST - 1:
                yield match.span(1)
    if prefilter.has_account_number(text):
        for match in _IBAN.finditer(text):
            if _is_iban(match[0].replace(" ", "")):
                yield match.span()


def _is_figures(text: str) -> bool:
    """True for points with a date ("+2.19  2026-11-07") and for a row of decimal numbers."""
    decimals = sum(bool(_DECIMAL.fullmatch(word)) for word in text.split())
    return decimals > 1 or bool(_DATE.search(text))


def _is_iban(account: str) -> bool:
    """True if the check digits are right (ISO 13616, modulo 97)."""
    number = "".join(str(int(sign, 36)) for sign in account[4:] + account[:4])
    return 15 <= len(account) <= 34 and int(number) % 97 == 1


def _keys(text: str) -> Iterator[tuple[int, int]]:
    """OpenPGP blocks: a public key contains the addresses of its owner."""
    start = text.find(_KEY_BEGIN)
    while start >= 0:
        end = text.find(_KEY_END, start)
        line_end = text.find("\n", end) if end >= 0 else -1
        stop = line_end if line_end >= 0 else len(text)
        yield start, stop
        start = text.find(_KEY_BEGIN, stop)
