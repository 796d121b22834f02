"""Spoils good input at random, the same way for a seed: bytes cut, doubled, swapped; JSON too."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

#: What parsers trip over: ends, depths, odd numbers, other alphabets, what looks like syntax.
TOKENS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\n" * 40, b"<" * 60, b"</", b"<![CDATA[", b"]]>",
    b"<!--", b"-->", b"&amp;", b"&#0;", b"&#x110000;", b"&#55296;", b"<html><body>" * 9, b"{" * 99,
    b"[" * 99, b'"', b"'''", b"=", b"inf", b"nan", b"1e999", b"-1", b"9" * 30, b"0001-01-01",
    b"9999-12-31T23:59:60Z", b"2026-02-30", b"#1", b"(#99999999999999999999)", b"@", b"a@b.example",
    b"http://[", b"//", b"javascript:x", b"%", b"%zz", b"\xf0\x9f\xa6\x8a", b"\xe2\x80\xae", b"\xed\xa0\x80",
    b"Co-authored-by: ", b"Merge pull request #7 from x/y\n", b'This reverts commit ', b"None", b"null",
    b"<title>", b"<script type='application/ld+json'>", b"charset=utf-7", b"Content-Encoding", b"\x1b[2J",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 1.5, float("inf"), "", "\0", "\ud800", "x" * 5000, "9" * 40, [], {},
    [None], {"nodes": None}, {"nodes": [None]}, "2026-13-99", "https://[", "<b>", ["a", 1], "@",
)  # fmt: skip


def spoiled(seeds: Sequence[bytes], dice: random.Random) -> bytes:
    """One of the seeds after some mutations."""
    data = bytearray(dice.choice(seeds))
    for _ in range(dice.choice((1, 1, 2, 3, 5, 12))):
        at, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
        end = min(end, at + dice.choice((1, 4, 64, 4096)))
        match dice.randrange(7):
            case 0:
                data[at:at] = dice.choice(TOKENS)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * dice.choice((1, 2, 50))
            case 3 if data:
                data[min(at, len(data) - 1)] ^= 1 << dice.randrange(8)
            case 4:
                other = dice.choice(seeds)
                start = dice.randrange(len(other) + 1)
                data[at:end] = other[start : start + dice.choice((8, 200, 3000))]
            case 5:
                del data[at:]
            case _:
                data[at:end] = dice.randbytes(min(end - at, 40))
    return bytes(data[:300_000])


def spoiled_json(value: Any, dice: random.Random) -> Any:
    """A copy of which one part is something else, is gone, or is there twice."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        key = dice.choice(list(value))
        copy = dict(value)
        if dice.random() < 0.12:
            del copy[key]
        else:
            copy[key] = spoiled_json(value[key], dice)
        return copy
    if isinstance(value, list) and value and dice.random() < 0.85:
        at = dice.randrange(len(value))
        return [*value[:at], spoiled_json(value[at], dice), *value[at + dice.randrange(2) :]]
    if isinstance(value, str) and dice.random() < 0.5:
        return spoiled([value.encode("utf-8", "replace")], dice).decode("utf-8", "replace")
    return dice.choice(ODD)
