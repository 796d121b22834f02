"""Parses GitHub's nodes into Contributions and Identities. A mangled node is left out alone.

It makes no request. The work of a deleted account has no author and no credit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors._accounts import account_key
from connectors._bots import is_agent, is_bot
from connectors._commit_message import reverted_change
from connectors._machine_text import is_agent_assisted, without_machine_text
from connectors._repeated_change import repeated_change
from sourcing.core.model import (
    BODY_LIMIT,
    NAME_LIMIT,
    PATHS_LIMIT,
    TITLE_LIMIT,
    Contribution,
    Credit,
    Identity,
)
from sourcing.core.text import clean, clean_line, has_address

Node = Mapping[str, Any]

#: Longest profile texts kept, in characters.
_FIELD, _BIO = 120, 400


@dataclass(slots=True)
class PageParser:
    """Collects the Contributions and Identities of one page of nodes."""

    #: The forge, and `host/owner/name`.
    host: str
    repo: str
    contributions: list[Contribution] = field(default_factory=list)
    identities: dict[str, Identity] = field(default_factory=dict)

    def add(self, node: Node) -> bool:
        """Take a merged pull request with its reviews; False, and nothing, if it is mangled."""
        try:
            pull = self._pull(node)
            reviews = list(self._reviews(node, pull))
        except (KeyError, TypeError, AttributeError, ValueError):
            return False
        self.contributions += [pull, *reviews]
        return True

    def person(self, actor: Node | None) -> str | None:
        """The id of an account that exists and has a number."""
        found = identity(self.host, actor)
        if found is None:
            return None
        known = self.identities.get(found.id)
        if known is None or (known.name is None and found.name is not None):
            self.identities[found.id] = found
        return found.id

    def _pull(self, node: Node) -> Contribution:
        author, merger = self.person(node["author"]), self.person(node.get("mergedBy"))
        credits_ = [Credit(author, "author")] if author else []
        if merger and merger != author:
            credits_.append(Credit(merger, "merger"))
        text, merge = node["body"] or "", node.get("mergeCommit") or {}
        body, oid = without_machine_text(text), merge.get("oid")
        files, closes = node.get("files"), node.get("closingIssuesReferences")
        repeated = repeated_change(node["title"], body)
        return Contribution(
            key=f"pr:{self.repo}#{int(node['number'])}",
            kind="merged_pr",
            title=clean_line(node["title"], TITLE_LIMIT),
            at=node["mergedAt"],
            credits=tuple(credits_),
            repo=self.repo,
            number=int(node["number"]),
            url=link(node["url"]),
            body=clean(body, BODY_LIMIT) or None,
            commits=(oid,) if oid else (),
            paths=_paths(files),
            files=node.get("changedFiles"),
            additions=node.get("additions"),
            deletions=node.get("deletions"),
            labels=_labels(node.get("labels")),
            reverts=reverted_change(node["title"], body, whole=False),
            association=node.get("authorAssociation"),
            assisted=_is_assisted(node, text, merge.get("message") or "") or None,
            landed=node.get("landed"),
            closes=_titles(closes),
            truncated=_truncated(node),
            repeats=repeated.named if repeated else None,
            branch=repeated.branch if repeated else None,
        )

    def _reviews(self, node: Node, pull: Contribution) -> Iterator[Contribution]:
        """Each person's latest review; remarks on one's own change are none."""
        author = next((c.identity for c in pull.credits if c.part == "author"), None)
        for review in nodes(node.get("latestReviews")):
            with suppress(KeyError, TypeError, AttributeError, ValueError):
                if found := self._review(review, pull, author):
                    yield found

    def _review(self, review: Node, pull: Contribution, author: str | None) -> Contribution | None:
        reviewer, url = self.person(review["author"]), link(review["url"])
        if reviewer is None or reviewer == author or not url or not review["submittedAt"]:
            return None
        return Contribution(
            key=f"review:{self.repo}#{pull.number}/{urlsplit(url).fragment or reviewer}",
            kind="review",
            title=pull.title,
            at=review["submittedAt"],
            credits=(Credit(reviewer, "reviewer"),),
            repo=self.repo,
            number=pull.number,
            url=url,
            body=clean(without_machine_text(review["body"] or ""), BODY_LIMIT) or None,
            paths=pull.paths,
            files=pull.files,
            labels=pull.labels,
        )


def identity(host: str, actor: Node | None) -> Identity | None:
    """Return an account as an Identity; None for a deleted one and one without a number."""
    if not actor or not actor.get("databaseId"):
        return None
    login = clean_line(actor["login"], NAME_LIMIT)
    machine = actor["__typename"] != "User" or is_bot(actor.get("name") or "", login)
    return Identity(
        id=account_key(host, int(actor["databaseId"])),
        name=_text(actor.get("name"), NAME_LIMIT),
        login=login,
        url=link(actor.get("url")),
        bot=machine,
        company=_text(actor.get("company"), _FIELD),
        location=_text(actor.get("location"), _FIELD),
        website=link(actor.get("websiteUrl")),
        bio=_text(actor.get("bio"), _BIO),
        hireable=actor.get("isHireable"),
        type="account",
    )


def _is_assisted(node: Node, body: str, message: str) -> bool:
    """True if an agent opened the pull request, signs its text or its merged commit."""
    login = (node["author"] or {}).get("login")
    return is_agent("", login) or is_agent_assisted(body) or is_agent_assisted(message)


def _text(value: str | None, limit: int) -> str | None:
    return clean_line(value, limit) or None if value else None


def link(value: str | None) -> str | None:
    """Return a web address, or None; the field "website" accepts any text."""
    text = clean_line(value or "", 300)
    if text and "://" not in text and "." in text and " " not in text:
        text = f"https://{text}"
    if not text.startswith(("https://", "http://")):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    plain = unquote(text).replace("/", " ")
    clean_page = "@" not in parts.netloc and not has_address(plain) and "removed]" not in text
    return text if clean_page and parts.hostname else None


def is_valid(row: Any) -> bool:
    """Return True if a node has the fields that the cursor needs; other nodes are left out."""
    return (
        isinstance(row, Mapping)
        and isinstance(row.get("number"), int)
        and isinstance(row.get("updatedAt"), str)
    )


def nodes(connection: Node | None) -> list[Node]:
    """Return the nodes of a connection without the null ones."""
    return [n for n in (connection or {}).get("nodes") or [] if isinstance(n, Mapping)]


def _labels(labels: Node | None) -> tuple[str, ...] | None:
    if labels is None:
        return None
    return tuple(clean_line(node["name"], _FIELD) for node in nodes(labels))


def _paths(files: Node | None) -> tuple[str, ...] | None:
    if files is None:
        return None
    return tuple(clean_line(n["path"], TITLE_LIMIT) for n in nodes(files))[:PATHS_LIMIT]


def _titles(closes: Node | None) -> tuple[str, ...] | None:
    if closes is None:
        return None
    return tuple(clean_line(node["title"], TITLE_LIMIT) for node in nodes(closes))


def _truncated(node: Node) -> tuple[str, ...]:
    """The lists that GitHub returned in part or not at all."""
    lists = {name: node.get(name) for name in ("files", "labels", "latestReviews")}
    return tuple(
        name
        for name, part in lists.items()
        if part is None or (part.get("totalCount") or 0) > len(nodes(part))
    )
