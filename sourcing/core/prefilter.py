"""Cheap necessary conditions for the detectors of `addresses` and `contact_numbers`.

Most texts contain no contact data. Each function returns False only if its detector finds nothing
in the text; True means that the detector must look. It finds no address itself. A property test
compares the detectors with and without these conditions.

The patterns begin with a literal or a small set of characters and compare lower-case text: only
then does `re` scan at the speed of `memchr`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: Characters that `re.IGNORECASE` compares as equal to a letter, and `str.lower` does not.
_CASE_VARIANTS = tuple(zip("İıᲀᲁᲂᲃᲄᲅ", "iiвдостт", strict=True))

_CODED_SIGN = re.compile(r"[=+\[({<](?:40|2[eE]|AEA-|[.@][\])}>]|[Dd][Oo][Tt]|punkt|point)")
_CODED_TEXT = re.compile(r"&(?:#|[A-Za-z]{2,31};)|%[\da-fA-F]{2}|<[!/A-Za-z]")
_AT_SIGN_WORDS = (
    "arobase",
    "arroba",
    "chiocciola",
    "klammeraffe",
    "snabel",
    "at-sign",
    "at sign",
    "собака",
    "골뱅이",
    "アット",
)
_BRACKETED_AT = re.compile(
    r"[\[({<#*|~_-] ?(?:at|ät|arobase|arroba|chiocciola|klammeraffe|snabel|małpa|собака|골뱅이"
    r"|アット|a ?[\])}>#*|~])"
)
_MAIL_WORDS = ("mail", "contact me", "reach me", "write me", "write to me")
_PROVIDERS = ("hotmail", "outlook", "yahoo", "icloud")
_DOT_WORD = re.compile(
    r"[\s_\-\[({<#*|~] ?(?:dot|d0t|punkt|point|punto|ponto|kropka|точка|\. ?[\])}>#*|~])"
)
#: The shortest encoded address that is decoded, and the first characters of four that base64
#: gives to three ASCII characters.
_ENCODED_LENGTH = 16
_ASCII_GROUP = re.compile(r"(?:[A-Za-f]...){4}")
_HEXADECIMAL = re.compile(r"[\da-fA-F]{16}")

#: The beginnings of telephone numbers without a cue word.
_PHONE = re.compile(r"\+\d|00[1-9]\d|\(\d{2,5}\)\s?\d{3}")
#: Eight digits, each at most three separators from the next.
_DIGITS = re.compile(r"\d(?:[\s().-]{0,3}\d){7}")
_PHONE_WORDS = ("call me", "phone", "tel", "mobile", "whats", "viber", "手机", "电话", "電話")
_CUED_PHONE = re.compile(
    r"(?:call me|phone|tel(?:efon)?|mobile|whats ?app|viber|手机|电话|電話)"
    r"\W{0,3}(?:(?:at|on|is|no|number|nr)\W{0,3}){0,2}\+?\d"
)
_ACCOUNT = re.compile(r"[A-Z][A-Z]\d\d ?[A-Z\d]{4} ?[A-Z\d]{4}")
_MESSENGER_NAMES = (
    "微信", "wechat", "weixin", "vx", "qq", "telegram", "skype", "discord", "whats", "line",
    "kakao", "icq", "viber", "threema", "tg", "signal",
)  # fmt: skip
_MESSENGER = re.compile(
    r"(?:微信|wechat|weixin|vx|qq|telegram|skype|discord|whats ?app|line(?: id)?|kakao|icq|viber"
    r"|threema|tg|signal)(?:\s|号|群|talk|id|handle|名|is)*[:=@\w]"
)
_LINK_WORDS = (".me/", "telegram.dog", "tg://", "whatsapp", "skype:", "skype.com", "weixin:")
_OWN_ACCOUNT = re.compile(
    r"my\s+(?:gmail|e-?mail|mail|hotmail|outlook|yahoo|icloud|proton|wechat|telegram|skype|qq"
    r"|discord)"
)


def lowered(text: str) -> str:
    """The text as the conditions compare it: equal for texts that `re.IGNORECASE` equates."""
    if not text.isascii():
        for variant, letter in _CASE_VARIANTS:
            text = text.replace(variant, letter)
    return text.lower()


def is_coded(text: str, stripped: str) -> bool:
    """True if the text may contain encoded characters or tags.

    `stripped` is the text without backslashes and signs of Markdown.
    """
    if any(code in text for code in ("\\u", "\\x", "\\100", "\\056")) or _CODED_SIGN.search(
        stripped
    ):
        return True
    return any(sign in stripped for sign in "&%<") and _CODED_TEXT.search(stripped) is not None


def has_at_word(lower: str) -> bool:
    """True if the text may contain an at-sign as a word in brackets or between underscores."""
    return _BRACKETED_AT.search(lower) is not None or "艾特" in lower or "圈a" in lower


def has_named_at(text: str, lower: str) -> bool:
    """True if the text may contain an at-sign by its name, or as AT."""
    return "AT" in text or any(word in lower for word in _AT_SIGN_WORDS)


def has_plain_at(lower: str, words: Sequence[str]) -> bool:
    """True if the text, which consists of these words, may contain " at " within an address."""
    if "at" not in words:
        return False
    hints = (*_MAIL_WORDS, *_PROVIDERS, "点")
    return any(hint in lower for hint in hints) or _DOT_WORD.search(lower) is not None


def long_words(words: Iterable[str]) -> list[str]:
    """The words that may contain an encoded address."""
    return [word for word in words if len(word) >= _ENCODED_LENGTH]


def is_encoded(token: str) -> bool:
    """True if the token may be base64 or hexadecimal digits of ASCII characters."""
    return bool(_ASCII_GROUP.match(token) or _HEXADECIMAL.match(token))


def has_phone_number(text: str) -> bool:
    """True if the text may contain a telephone number without a cue word."""
    return _PHONE.search(text) is not None and _DIGITS.search(text) is not None


def has_phone_word(lower: str) -> bool:
    """True if the text may contain a telephone number after a cue word."""
    if not any(word in lower for word in _PHONE_WORDS):
        return False
    return _CUED_PHONE.search(lower) is not None


def has_account_number(text: str) -> bool:
    """True if the text may contain an international bank account number."""
    return _ACCOUNT.search(text) is not None


def has_messenger_link(lower: str) -> bool:
    """True if the text may contain a link to a messenger."""
    return any(word in lower for word in _LINK_WORDS)


def has_messenger_id(lower: str) -> bool:
    """True if the text may contain the name of a messenger and an id."""
    if not any(name in lower for name in _MESSENGER_NAMES):
        return False
    return _MESSENGER.search(lower) is not None


def has_own_account(lower: str) -> bool:
    """True if the text may say "my mail is …"."""
    return "my" in lower and _OWN_ACCOUNT.search(lower) is not None
