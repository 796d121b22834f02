"""Text and links in Markdown output: no text of a source becomes markup, such as an image.

It escapes as CommonMark says (https://spec.commonmark.org/0.31.2/#backslash-escapes).
"""

from __future__ import annotations

import re

_MARKUP = frozenset("\\`*_[]<>|#")
#: A destination that needs no angle brackets.
_SIMPLE = re.compile(r"[\w:/.?=&%#~+@,;-]+", re.ASCII)
#: Signs that end a destination in angle brackets, or that a program reads as markup.
_UNSAFE = re.compile(r"[\x00-\x20<>\\`\"|\[\]\x7f]")


def plain(text: str) -> str:
    """The text without markup, on one line."""
    line = " ".join(text.split())
    return "".join("\\" + sign if sign in _MARKUP else sign for sign in line)


def link(title: str, url: str | None) -> str:
    """A link to a web page; the bare title without one."""
    if not url or not url.startswith(("https://", "http://")):
        return plain(title)
    if _SIMPLE.fullmatch(url):
        return f"[{plain(title)}]({url})"
    return f"[{plain(title)}](<{_UNSAFE.sub(lambda sign: f'%{ord(sign[0]):02X}', url)}>)"
