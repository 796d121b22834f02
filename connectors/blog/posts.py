"""Facts of a page become a contribution and the identities of its authors. It fetches nothing."""

import hashlib
from urllib.parse import urlsplit

from connectors.blog.authors.attribution import authors_of
from connectors.blog.authors.site_profile import SiteProfile, Summary
from connectors.blog.pages.facts import PageFacts
from connectors.blog.urls import post_key
from sourcing.core.model import Contribution, Credit, Identity
from sourcing.core.text import fold


def made(facts: PageFacts, site: SiteProfile) -> tuple[Contribution | None, list[Identity]]:
    """The post and its authors; None without a title or a day."""
    title = facts.title(site.common_titles(), site.names())
    if not (title and facts.day):
        return None, []
    host = urlsplit(facts.url).netloc.lower()
    authors = [
        Identity(f"blog:{host}/{a.name}", a.name, a.login, a.url, proof=a.proof)
        for a in authors_of(facts, site)[0]
    ]
    post = Contribution(
        key=post_key(facts.url),
        kind="post",
        title=title,
        at=f"{facts.day}T00:00:00Z",
        credits=tuple(Credit(author.id, "author") for author in authors),
        url=facts.url,
        body=facts.text or None,
        language=facts.language,
        repeats=post_key(facts.original) if facts.original else None,
    )
    return post, authors


def fingerprint(facts: PageFacts) -> str:
    """A digest that stays when a post moves: day, titles and text."""
    words = fold(f"{' '.join(facts.titles)} {facts.text[:4_000]}")
    return hashlib.sha256(f"{facts.day} {words}".encode()).hexdigest()[:12]


def summary(post: Contribution) -> Summary:
    """The parts of a post that a later attribution may change."""
    return [post.title, *(credit.identity for credit in post.credits)]
