"""Recognises bylines that name no person: defaults of tools, machine users, words of a page.

It judges one name. Automation and coding agents are recognised by `connectors._bots`.
"""

from functools import lru_cache

from sourcing.core.text import fold

#: A byline is a placeholder if all of its words are in this table; folded.
_WORDS = frozenset({
    # written by tools where a name is missing, and templates without an entry
    "your", "my", "name", "first", "firstname", "last", "lastname", "surname", "full", "here",
    "unknown", "undefined", "null", "none", "nil", "nan", "na", "noname", "nobody", "noone", "no",
    "anonymous", "anon", "someone", "somebody", "author", "not", "committed", "yet", "todo", "tbd",
    "foo", "bar", "example", "me", "myself", "you", "some", "new", "default", "test", "tester",
    "testing", "temp", "dummy",
    # users of machines, images and hosted environments
    "user", "username", "users", "root", "admin", "administrator", "sysadmin", "superuser", "guest",
    "localuser", "localhost", "local", "host", "system", "service", "account", "server", "master",
    "ubuntu", "debian", "centos", "fedora", "ec2", "ec2user", "vagrant", "docker", "hadoop", "pi",
    "jupyter", "codespace", "codespaces", "gitpod", "vscode", "git", "cloud", "lab", "super", "mac",
    "macbook", "windows", "pc", "machine", "desktop", "laptop", "support", "student", "contact",
    "dev", "developer", "devops", "build", "builder", "buildbot", "ci", "jenkins", "gitlab",
    "github", "team",
    # words of pages in the place of an author
    "by", "von", "par", "por", "door", "av", "di", "de", "著者", "作者", "signin", "sign", "in",
    "login", "log", "subscribe", "share", "home", "menu",
})  # fmt: skip
#: Complete bylines, folded.
_NAMES = frozenset({"johndoe", "maxmustermann", "jandejong", "notcommittedyet"})


@lru_cache(maxsize=4_096)
def is_placeholder(name: str) -> bool:
    """Return True if the name is empty or names no person."""
    words = [word for word in map(fold, name.replace("-", " ").split()) if word]
    return (
        not any(c.isalpha() for word in words for c in word)
        or all(word in _WORDS or word.isdigit() for word in words)
        or fold(name) in _NAMES
    )
