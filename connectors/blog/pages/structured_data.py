"""JSON in a page: schema.org data (JSON-LD 1.1) and front matter of generators.

It parses leniently and skips broken blocks. It does not decide which names are people.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup

from sourcing.core.text import fold

#: Types of a post (https://schema.org/Article and its subtypes).
ARTICLES = frozenset(
    ["Article", "BlogPosting", "NewsArticle", "TechArticle", "ScholarlyArticle", "Report"]
)
#: Script blocks and JSON nodes that are read of one page.
_BLOCKS, _NODES = 20, 500
_WRAPPED = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
_REMIX = re.compile(r"__remixContext\s*=\s*(?={)")
#: Keys under which frameworks keep the front matter of a page.
_FRONT = frozenset(["frontmatter", "post", "article"])

Node = Mapping[str, Any]


def articles(page: BeautifulSoup) -> list[Node]:
    """The nodes of a post type. References to authors by `@id` are resolved one step."""
    every = list(nodes(page))
    known = {str(node["@id"]): node for node in every if len(node) > 1 and "@id" in node}
    posts: list[Node] = []
    for node in every:
        if ARTICLES & kinds(node):
            authors = [
                known.get(str(a.get("@id")), a) if isinstance(a, Mapping) and len(a) <= 2 else a
                for a in many(node.get("author") or node.get("creator"))
            ]
            posts.append({**node, "author": authors})
    return posts


def nodes(page: BeautifulSoup) -> Iterator[Node]:
    """The objects of all blocks, outer objects first."""
    blocks = page.find_all("script", type=re.compile("ld\\+json", re.IGNORECASE), limit=_BLOCKS)
    pending = [_loaded(block.get_text()) for block in blocks]
    for _ in range(_NODES):
        if not pending:
            return
        node = pending.pop(0)
        if isinstance(node, list):
            pending[:0] = node[:_NODES]
        elif isinstance(node, Mapping):
            yield node
            pending += [node[key] for key in ("@graph", "mainEntity", "blogPost") if key in node]


def front_matter(page: BeautifulSoup) -> list[Node]:
    """The authors in Distill's front matter, or in the state from which React renders a page.

    For some pages this is the only place that names them.
    """
    block = page.find("script", id="distill-front-matter") or page.select_one("d-front-matter")
    data = _loaded(block.get_text()) if block else _rendered_from(page)
    authors = many(data.get("authors") or data.get("author")) if isinstance(data, Mapping) else []
    return [_author(a) for a in authors if isinstance(a, Mapping | str)]


def _author(entry: Node | str) -> Node:
    if isinstance(entry, str):
        return {"name": entry}
    account = str(entry.get("github") or "").strip("@/ ").rpartition("/")[2]
    return {
        "name": entry.get("author") or entry.get("name"),
        "url": entry.get("authorURL") or entry.get("url"),
        "sameAs": f"https://github.com/{account}" if account else None,
    }


def _rendered_from(page: BeautifulSoup) -> Node | None:
    """The front matter with the title of this page, in the state of a React framework."""
    state = _state(page)
    heading = page.find("h1")
    title = fold(heading.get_text() if heading else page.title.get_text() if page.title else "")
    pending = [state]
    for _ in range(_NODES):
        if not pending:
            break
        node = pending.pop(0)
        if isinstance(node, Mapping):
            heads = [value for name, value in node.items() if name.lower() in _FRONT]
            for head in heads:
                if isinstance(head, Mapping) and title and fold(str(head.get("title"))) == title:
                    return head
            pending += node.values()
    return None


def _state(page: BeautifulSoup) -> Any:  # any JSON value
    if block := page.find("script", id="__NEXT_DATA__"):
        return _loaded(block.get_text())
    block = page.find("script", string=_REMIX)
    text = block.get_text() if block else ""
    start = _REMIX.search(text)
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start.end())[0] if start else None
    except (ValueError, RecursionError):
        return None


def kinds(node: Node) -> set[str]:
    """The types of a node, without the address of the vocabulary."""
    return {str(kind).rpartition("/")[2] for kind in many(node.get("@type"))}


def many(value: object) -> list[Any]:
    """The values of a property that may hold one value or a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _loaded(text: str) -> Any:  # any JSON value
    for tried in (text, _WRAPPED.sub("", _WRAPPED.sub("", text.strip()))):
        try:
            # Blocks of some themes hold line breaks and tabs within strings.
            return json.loads(tried, strict=False)
        except (ValueError, RecursionError):
            continue
    return None
