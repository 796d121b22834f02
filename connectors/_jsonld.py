"""The JSON that a page holds about itself: schema.org's, and Distill's front matter.

Read leniently, as pages write it by hand; broken blocks are passed over. It judges no name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup

#: What a post calls itself.
ARTICLES = frozenset(
    ["Article", "BlogPosting", "NewsArticle", "TechArticle", "ScholarlyArticle", "Report"]
)
#: Blocks and nodes looked at in one page: real pages have a handful.
_BLOCKS, _NODES = 20, 500
_WRAPPED = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")

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
    """Distill's authors: the only place where some of its pages name them."""
    block = page.find("script", id="distill-front-matter") or page.select_one("d-front-matter")
    data = _loaded(block.get_text()) if block else None
    authors = many(data.get("authors")) if isinstance(data, Mapping) else []
    return [
        {"name": a.get("author") or a.get("name"), "url": a.get("authorURL") or a.get("url")}
        for a in authors
        if isinstance(a, Mapping)
    ]


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
