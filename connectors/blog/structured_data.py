"""The JSON that a page holds about itself: schema.org's, and what its author put at its head.

Read leniently, as pages write it by hand; broken blocks are passed over. It judges no name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup

from sourcing.core.text import fold

#: What a post calls itself.
ARTICLES = frozenset(
    ["Article", "BlogPosting", "NewsArticle", "TechArticle", "ScholarlyArticle", "Report"]
)
#: Blocks and nodes looked at in one page: real pages have a handful.
_BLOCKS, _NODES = 20, 500
_WRAPPED = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
_REMIX = re.compile(r"__remixContext\s*=\s*(?={)")
#: Under which names a page's own head is kept there.
_FRONT = frozenset(["frontmatter", "post", "article"])

Node = Mapping[str, Any]


def articles(page: BeautifulSoup) -> list[Node]:
    """The nodes that call themselves a post, their references resolved one step."""
    found = list(nodes(page))
    known = {str(node["@id"]): node for node in found if len(node) > 1 and "@id" in node}
    made: list[Node] = []
    for node in found:
        if ARTICLES & kinds(node):
            authors = [
                known.get(str(a.get("@id")), a) if isinstance(a, Mapping) and len(a) <= 2 else a
                for a in many(node.get("author") or node.get("creator"))
            ]
            made.append({**node, "author": authors})
    return made


def nodes(page: BeautifulSoup) -> Iterator[Node]:
    """Every object of every block, the outer ones first."""
    blocks = page.find_all("script", type=re.compile("ld\\+json", re.IGNORECASE), limit=_BLOCKS)
    left = [_loaded(block.get_text()) for block in blocks]
    for _ in range(_NODES):
        if not left:
            return
        node = left.pop(0)
        if isinstance(node, list):
            left[:0] = node[:_NODES]
        elif isinstance(node, Mapping):
            yield node
            left += [node[key] for key in ("@graph", "mainEntity", "blogPost") if key in node]


def front_matter(page: BeautifulSoup) -> list[Node]:
    """The authors in Distill's front matter, or in the state that a page is drawn from again
    in the browser: for some pages the only place that names them."""
    block = page.find("script", id="distill-front-matter") or page.select_one("d-front-matter")
    data = _loaded(block.get_text()) if block else _drawn_from(page)
    authors = many(data.get("authors") or data.get("author")) if isinstance(data, Mapping) else []
    return [_author(a) for a in authors if isinstance(a, Mapping | str)]


def _author(said: Node | str) -> Node:
    if isinstance(said, str):
        return {"name": said}
    account = str(said.get("github") or "").strip("@/ ").rpartition("/")[2]
    return {
        "name": said.get("author") or said.get("name"),
        "url": said.get("authorURL") or said.get("url"),
        "sameAs": f"https://github.com/{account}" if account else None,
    }


def _drawn_from(page: BeautifulSoup) -> Node | None:
    """The front matter that bears this page's title, in the state of React's frameworks."""
    state = _state(page)
    heading = page.find("h1")
    title = fold(heading.get_text() if heading else page.title.get_text() if page.title else "")
    left = [state]
    for _ in range(_NODES):
        if not left:
            break
        node = left.pop(0)
        if isinstance(node, Mapping):
            head = [value for name, value in node.items() if name.lower() in _FRONT]
            for found in head:
                if isinstance(found, Mapping) and title and fold(str(found.get("title"))) == title:
                    return found
            left += node.values()
    return None


def _state(page: BeautifulSoup) -> Any:  # whatever a stranger's JSON holds
    if block := page.find("script", id="__NEXT_DATA__"):
        return _loaded(block.get_text())
    block = page.find("script", string=_REMIX)
    text = block.get_text() if block else ""
    found = _REMIX.search(text)
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, found.end())[0] if found else None
    except (ValueError, RecursionError):
        return None


def kinds(node: Node) -> set[str]:
    """Its types, without the vocabulary's address."""
    return {str(kind).rpartition("/")[2] for kind in many(node.get("@type"))}


def many(value: object) -> list[Any]:
    """A value that may be one or several."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _loaded(text: str) -> Any:  # whatever a stranger's JSON holds
    for tried in (text, _WRAPPED.sub("", _WRAPPED.sub("", text.strip()))):
        try:
            # Hand-written blocks hold line breaks and tabs within strings.
            return json.loads(tried, strict=False)
        except (ValueError, RecursionError):
            continue
    return None
