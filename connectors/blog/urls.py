"""Addresses of a site: spelling, comparison, and which of them belong to the site.

It fetches nothing. Names in paths that never hold a post are listed here.
"""

import re
from urllib.parse import parse_qsl, quote, unquote, urldefrag, urlencode, urljoin, urlsplit

from connectors.blog.formats import dates

#: Names of lists that a generator makes, and of addresses that are not pages.
_LISTS = re.compile(
    r"tags?|categor(?:y|ies)|topics?|authors?|archives?|page-?\d*|p\d+|search|series|labels?|404|"
    r"genindex|py-modindex|index-\d+|login|signup|cart|feed|rss|comments?|print|embed|amp",
    re.IGNORECASE,
)
#: Names of pages beside the posts, directly under the start page.
_BESIDE = re.compile(
    r"about(?:[-_]?(?:me|us))?|faqs?|contact|privacy(?:-policy)?|terms|imprint|impressum|legal|"
    r"resume|cv|now|uses|projects?|publications|talks|speaking|subscribe|newsletter|hire-me|"
    r"license|index|home|links|bookmarks|bio|team|people|jobs|careers|sitemap|readme|404|posts|blog|"
    r"articles|writing|tags|categories|archives?",
    re.IGNORECASE,
)
#: Pages to which a start page redirects although the posts lie elsewhere on the site.
_FRONT = re.compile(
    r"about(?:[-_]?(?:me|us))?|home|index|welcome|start|main|bio|cv|resume|me|now|default|portfolio|"
    r"profile|landing|intro(?:duction)?|hello",
    re.IGNORECASE,
)
_DOCS = frozenset(["docs", "doc", "reference", "api", "documentation", "_modules", "_sources",
                   "apidocs", "manual", "wp-json", "wp-content", "assets", "static"])  # fmt: skip
_FILE = re.compile(r"\.(?!html?$|php$|aspx?$)[a-z][a-z0-9]{1,5}$", re.IGNORECASE)
_ARCHIVE = re.compile(r"/(?:archives?|all|all-posts|posts|blog|writing|articles|notes|page-?/?\d+)"
                      r"(?:/|\.html?|/index\.html?)?$", re.IGNORECASE)  # fmt: skip
#: Characters of a path that need no percent-encoding (RFC 3986, section 3.3).
_PLAIN = "/~:@!$&'()*+,;="
#: Endings under which many hosts answer with the same page as without.
_INDEX = re.compile(r"/index\.(?:html?|php)$|\.html?$")
_TRACKING = re.compile(r"utm_\w+|ref|source|fbclid|gclid|mc_[ce]id|at_\w+", re.IGNORECASE)


class Scope:
    """The part of the web that is this site: one origin, from the folder of the start page down."""

    def __init__(self, start: str) -> None:
        parts = urlsplit(encoded(start))
        self.origin = f"{parts.scheme}://{parts.netloc}"
        folder, _, name = parts.path.rpartition("/")
        is_page = not name or re.search(r"\.[a-z]\w{1,5}$", name, re.IGNORECASE)
        self.folder = (folder if is_page else parts.path) + "/"
        self.start = self.key(start)

    def own(self, url: str) -> str:
        """The address under the scheme and host of the start page, if it is on the same host."""
        parts = urlsplit(url)
        same = _bare(parts.netloc) == _bare(urlsplit(self.origin).netloc)
        return self.origin + url.partition(parts.netloc)[2] if same and parts.netloc else url

    def key(self, url: str) -> str:
        """One spelling for all the ways to link to a page."""
        parts = urlsplit(urldefrag(self.own(url))[0])
        path = re.sub(r"/{2,}", "/", _INDEX.sub("", spelled(parts.path)) or "/")
        return f"{parts.scheme}://{parts.netloc.lower()}{path}".rstrip("/")

    def holds(self, url: str) -> bool:
        """True if the address lies within the site and may be a page."""
        parts = urlsplit(self.own(url))
        inside = f"{parts.scheme}://{parts.netloc.lower()}" == self.origin.lower()
        return (
            inside and (parts.path + "/").startswith(self.folder) and not _FILE.search(parts.path)
        )

    def is_same_host(self, url: str) -> bool:
        """True for an address of the host of the start page, also outside its folder."""
        return _bare(urlsplit(url).netloc) == _bare(urlsplit(self.origin).netloc)

    def twin(self, url: str) -> str:
        """The address with the same path on this site."""
        return self.key(self.origin + urlsplit(url).path)

    def is_list(self, url: str) -> bool:
        """True for tag lists, archives, page 2, the start page and pages such as about."""
        names = self._names(url)
        if dates.in_path(urlsplit(url).path):
            return False
        return not names or self.is_beside(url) or any(_LISTS.fullmatch(name) for name in names)

    def is_beside(self, url: str) -> bool:
        """True for a page beside the posts, directly under the start page."""
        names = self._names(url)
        return len(names) == 1 and bool(_BESIDE.fullmatch(names[0]))

    def family(self, url: str) -> str:
        """The first folder below the start page, digits replaced; "" directly under it."""
        names = self._names(url)
        return re.sub(r"\d+", "#", names[0]) if len(names) > 1 else ""

    def is_documentation(self, url: str) -> bool:
        """True for pages in a documentation folder: read only if a feed lists them."""
        return any(name.lower() in _DOCS for name in self._names(url)[:-1] or self._names(url))

    def is_archive(self, url: str) -> bool:
        """True for a page that lists posts and little else."""
        return bool(_ARCHIVE.search(urlsplit(url).path))

    def _names(self, url: str) -> list[str]:
        path = urlsplit(url).path
        within = path[len(self.folder) :] if path.startswith(self.folder) else path
        return [re.sub(r"\.html?$", "", name) for name in within.split("/") if name]


def _bare(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")


def site_start(start: str, redirected: str) -> str:
    """The start page that the scope of a site follows from, after redirects of the start page.

    A redirect within the host to a page such as about leaves the scope where it was configured.
    """
    before, after = urlsplit(start), urlsplit(redirected)
    name = after.path.rstrip("/").rpartition("/")[2].partition(".")[0]
    below = after.path.startswith(before.path.rpartition("/")[0] + "/")
    if before.netloc.lower() == after.netloc.lower() and below and _FRONT.fullmatch(name):
        return after._replace(path=before.path or "/", query="").geturl()
    return redirected


def origin(url: str) -> str:
    """`scheme://host[:port]` in lower case."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def folder(url: str) -> str:
    """The address up to its last slash."""
    return url.rpartition("/")[0]


def shape(url: str) -> str:
    """The folder of a page with its numbers replaced, so that years and months are alike."""
    return re.sub(r"\d+", "#", urlsplit(url).path.rpartition("/")[0])


def post_key(link: str, *, fragment: bool = False) -> str:
    """`post:HOST/PATH`: one key for all the ways to write the address of one post.

    `fragment`: the part behind "#" tells posts of one page apart.
    """
    parts = urlsplit(link)
    path = _INDEX.sub("", spelled(parts.path)).rstrip("/")
    kept = [(k, v) for k, v in parse_qsl(parts.query) if not _TRACKING.fullmatch(k)]
    query = f"?{urlencode(kept)}" if kept else ""
    place = f"#{spelled(parts.fragment)}" if fragment and parts.fragment else ""
    return f"post:{parts.netloc.lower()}{path}{query}{place}"


def joined(start: str, href: str) -> list[str]:
    """The address that a link leads to, without its fragment; empty if it is not a web address."""
    if not is_parsable(href):
        return []
    try:
        made = encoded(urldefrag(urljoin(start, href))[0])
    except ValueError:
        return []
    return [made] if made.startswith(("http://", "https://")) else []


def spelled(path: str) -> str:
    """One spelling of a path, however much of it was percent-encoded."""
    return quote(unquote(path, errors="surrogateescape"), _PLAIN, errors="surrogateescape")


def encoded(url: str) -> str:
    """The address as it is sent, with letters and spaces percent-encoded."""
    if url.isascii() and " " not in url:
        return url
    parts = urlsplit(url)
    path, query = quote(parts.path, _PLAIN + "%"), quote(parts.query, _PLAIN + "%?")
    return parts._replace(path=path, query=query).geturl()


def is_parsable(href: str) -> bool:
    """True if the address can be split into its parts and has a usual length."""
    try:
        urlsplit(href)
    except ValueError:
        return False
    return len(href) < 1000
