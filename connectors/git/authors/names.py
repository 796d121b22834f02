"""Classifies the name of a byline: a full name, an account's handle, or a name of no person.

It judges names alone. Whether two bylines are joined is decided in `links`.
"""

import re

from connectors._placeholders import is_placeholder
from sourcing.core.text import fold, has_address

#: Names of no person, folded, that consist of one run-together word.
_PLACEHOLDERS = frozenset({
    "yourname", "rootuser", "ubuntuuser", "ec2defaultuser", "defaultuser", "firstlast",
    "firstnamelastname", "unknownauthor", "noauthor", "notcommittedyet", "testuser", "johndoe",
    "jupyteruser", "vscodeuser", "developername", "clouduser", "anonymoususer",
    "systemadministrator", "systemadmin", "adminuser", "administratoruser", "superuser",
    "localuser", "guestuser", "labuser", "gituser", "githubuser", "dockeruser", "macuser",
    "windowsuser", "serviceaccount", "newuser", "someuser", "myname", "yournamehere",
    "namesurname", "surnamename", "unknownuser", "nouser", "noname",
})  # fmt: skip

#: Full names in scripts that write no space between family and given name.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]{2}")
#: Characters of a script or a template, not of a name.
_NO_NAME = re.compile(r"[$&|=<>{}\\\"@]")
#: Letters without a Unicode decomposition, and how people without the key type them.
_TYPED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae",
                        "œ": "oe", "þ": "th"})  # fmt: skip
#: A possible handle: one word that does not look like the beginning of a sentence.
_HANDLE = re.compile(r"(?=.*\d)\w[\w.-]+|[a-z][\w.-]+|\w+[a-z][A-Z]\w*", re.ASCII)
#: Shortest handle, and shortest full name without spaces, that two people seldom share.
_LONG, _RUN_TOGETHER = 6, 10
#: Shortest surname that other words seldom contain by chance.
_SURNAME = 5


def normalize(name: str) -> str:
    """Return the name as it is compared with others of one history."""
    return fold(name).translate(_TYPED)


def is_usable(name: str) -> bool:
    """Return False for an empty name and for output of a broken setup (an address, a script)."""
    return bool(name.strip()) and _NO_NAME.search(name) is None and not has_address(name)


def names_no_person(name: str) -> bool:
    """Return True for placeholders, in words ("Your Name") or run together ("yourname")."""
    return is_placeholder(name) or normalize(name) in _PLACEHOLDERS


def is_full(name: str) -> bool:
    """Return True if the name identifies one human within one repository."""
    if "\ufffd" in name or not is_usable(name):
        return False
    words = [word for word in name.split() if any(c.isalpha() for c in word)]
    return len(words) >= 2 or _UNSPACED.search(name) is not None


def is_run_together(name: str) -> bool:
    """Return True if the name may be a full name written without its spaces."""
    return len(normalize(name)) >= _RUN_TOGETHER and is_usable(name)


def is_long(key: str) -> bool:
    """Return True if a normalised name is long enough to be one account's."""
    return len(key) >= _LONG


def is_handle(name: str, local: str) -> bool:
    """Return True if the name is a handle: it has a digit, or equals the address's local part."""
    if not is_long(normalize(name)) or not _HANDLE.fullmatch(name) or not is_usable(name):
        return False
    local = normalize(local.partition("+")[0])
    return any(c.isdigit() for c in name) or local == normalize(name)


def is_nick(name: str, full: str) -> bool:
    """Return True if a one-word name contains the surname of a full name: "aquillan7"."""
    surname = normalize(full.rsplit(maxsplit=1)[-1]) if is_full(full) else ""
    return len(surname) >= _SURNAME and not is_full(name) and surname in normalize(name)
