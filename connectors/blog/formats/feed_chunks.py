"""Splits a large feed into small documents, each with the feed's head and some of its items.

The scan is linear in the size of the feed for every content, and stops at the limits below.
It drops declarations (entities are never needed) and shortens long texts. It parses no dates and
no names.
"""

import re
from collections.abc import Iterator

#: Items of one feed; markers looked at; characters of the head, of one text and of one item.
ITEMS, _MARKERS, _HEAD, _TEXT, _ITEM = 5_000, 500_000, 60_000, 60_000, 400_000
#: Characters of one chunk.
CHUNK = 250_000
#: Nested tags in one item: more is no real feed and costs the parser seconds.
_DEPTH = 500
_MARKER = re.compile(
    r"<(?:!\[CDATA\[|!--|[!?]|(/?)(?:[\w.-]{1,40}:)?(item|entry)[\s/>])", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)[A-Za-z][^<>]*")
_CUT_ENTITY = re.compile(r"&[^;\s]{0,10}$")
_DECLARATION = re.compile(r"<[!?]")
_CLOSERS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}


def chunks(text: str) -> Iterator[str]:
    """Documents that hold the items in their order; one without items if there are none.

    None at all if the head of the feed or each of its items is nested too deeply.
    """
    head, items, tail = _split(text)
    if _is_deep(head) or _is_deep(tail) or (not items and _is_damaged(text)):
        return
    batch: list[str] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item)
        if size >= CHUNK:
            yield head + "".join(batch) + tail
            batch, size = [], 0
    if batch or not items:
        yield head + "".join(batch) + tail


def _split(text: str) -> tuple[str, list[str], str]:
    """(head, items, tail). An item that is never closed ends where the next one begins."""
    items: list[str] = []
    first = start = None
    end = 0
    for at, kind in _markers(text):
        if kind == "open":
            if start is not None:
                items += _usable(text[start:at])
            start = at
            first = at if first is None else first
        elif kind == "close" and start is not None:
            end = text.find(">", at, at + 200) + 1 or at
            items += _usable(text[start:end])
            start = None
        if len(items) >= ITEMS:
            return _clean(text[: first or 0]), items, ""
    if start is not None:
        items += _usable(text[start:])
    if first is None:
        return _clean(text), [], ""
    return _clean(text[:first]), items, _clean(text[end:]) if end and start is None else ""


def _markers(text: str) -> Iterator[tuple[int, str]]:
    """(position, "open" or "close") of items, outside CDATA, comments and declarations."""
    at = 0
    for _ in range(_MARKERS):
        match = _MARKER.search(text, at)
        if match is None:
            return
        if match[2]:
            yield match.start(), "close" if match[1] else "open"
            at = match.end()
            continue
        closer = _CLOSERS.get(match[0].upper(), ">")
        at = text.find(closer, match.end())
        if at < 0:
            return
        at += len(closer)


def _usable(item: str) -> list[str]:
    """The item with its long texts shortened; empty for one that no parser should read."""
    if len(item) > _TEXT:
        texts = _with_short_sections(item).split("<")
        item = "<".join(t if len(t) <= _TEXT else _CUT_ENTITY.sub("", t[:_TEXT]) for t in texts)
    if len(item) > _ITEM or (item.endswith("/>") and item.count("<") == 1):
        return []
    return [] if _is_deep(item) else [item]


def _is_damaged(text: str) -> bool:
    """True if a text without usable items is not just a feed without items."""
    return len(text) > _HEAD or any(kind == "open" for _, kind in _markers(text))


def _is_deep(text: str) -> bool:
    depth = 0
    for tag in _TAG.finditer(_without_sections(text)):
        depth += -1 if tag[1] else not tag[0].endswith("/")
        if depth > _DEPTH:
            return True
    return False


def _sections(text: str) -> Iterator[tuple[bool, str]]:
    """The text in parts: (is it the inside of a CDATA section, part)."""
    at = 0
    while (begin := text.find("<![CDATA[", at)) >= 0:
        yield False, text[at:begin]
        end = text.find("]]>", begin)
        yield True, text[begin + 9 : end if end >= 0 else len(text)]
        if end < 0:
            return
        at = end + 3
    yield False, text[at:]


def _with_short_sections(item: str) -> str:
    parts = (f"<![CDATA[{p[:_TEXT]}]]>" if inside else p for inside, p in _sections(item))
    return "".join(parts)


def _without_sections(item: str) -> str:
    return "".join(part for inside, part in _sections(item) if not inside)


def _clean(text: str) -> str:
    """The head or tail without declarations, comments and processing instructions."""
    kept, at, text = [], 0, text[:_HEAD]
    while match := _DECLARATION.search(text, at):
        begin = match.start()
        kept.append(text[at:begin])
        opening = next((o for o in _CLOSERS if text.startswith(o, begin)), "<!")
        subset = text.find("[", begin, (text.find(">", begin) + 1) or begin)
        closer = _CLOSERS.get(opening) or ("]>" if subset >= 0 else ">")
        end = text.find(closer, begin)
        if end < 0:
            return "".join(kept)
        if opening == "<![CDATA[":
            kept.append(text[begin : end + 3])
        at = end + len(closer)
    return "".join([*kept, text[at:]])
