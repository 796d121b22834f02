"""What a by-line's name tells: a full name, an account's handle, or nobody.

It judges names alone and knows no history; who is joined to whom is decided in `_identities`.
"""

import re

from sourcing.core.text import fold, has_address

#: By-lines that are nobody's name, folded.
NOBODY = frozenset({
    "yourname", "rootuser", "ubuntuuser", "ec2defaultuser", "defaultuser", "firstlast",
    "firstnamelastname", "unknownauthor", "noauthor", "notcommittedyet", "testuser", "johndoe",
    "jupyteruser", "vscodeuser", "developername", "clouduser", "anonymoususer",
    "systemadministrator", "systemadmin", "adminuser", "administratoruser", "superuser",
    "localuser", "guestuser", "labuser", "gituser", "githubuser", "dockeruser", "macuser",
    "windowsuser", "serviceaccount", "newuser", "someuser", "myname", "yournamehere",
    "namesurname", "surnamename", "janedoe", "unknownuser", "nouser", "noname",
    "administrator", "ubuntu", "developer", "jenkins", "anonymous", "username", "nobody",
    "unknown", "localhost", "vagrant", "buildbot", "ec2user", "hadoop", "centos", "debian",
    "codespace", "gitpod", "vscode", "master", "support", "service", "builder", "contact",
    "github", "gitlab", "system", "server", "student", "default", "docker", "devops",
})  # fmt: skip

#: Full names in scripts that put no space between family and given name.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]{2}")
#: Marks of a script, not of a name.
_NO_NAME = re.compile(r"[$&|=<>{}\\\"@]")
#: Letters that no decomposition makes plain, as those write them who lack the key.
_STROKED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae",
                          "œ": "oe", "þ": "th"})  # fmt: skip
#: What may be a handle: one word that no sentence would begin with.
_HANDLE = re.compile(r"(?=.*\d)\w[\w.-]+|[a-z][\w.-]+|\w+[a-z][A-Z]\w*", re.ASCII)
#: Letters from which on a handle, or a full name written without spaces, is seldom two people's.
_LONG, _RUN_TOGETHER = 6, 10
#: Letters from which on a surname is in few words by chance.
_SURNAME = 5


def same(name: str) -> str:
    """The name as it is compared with others of one history."""
    return fold(name).translate(_STROKED)


def is_name(name: str) -> bool:
    """False for what a broken set-up wrote where a name belongs."""
    return bool(name.strip()) and _NO_NAME.search(name) is None and not has_address(name)


def is_full(name: str) -> bool:
    """True if the name is full enough to stand for one human in one repository."""
    if "\ufffd" in name or not is_name(name):
        return False
    words = [word for word in name.split() if any(c.isalpha() for c in word)]
    return len(words) >= 2 or _UNSPACED.search(name) is not None


def is_run_together(name: str) -> bool:
    """True if the name, where it is spelled like a full one, is that name without its spaces."""
    return len(same(name)) >= _RUN_TOGETHER and is_name(name)


def is_long(key: str) -> bool:
    """True if a name compared by this key is long enough to be one account's."""
    return len(key) >= _LONG


def is_handle(name: str, local: str) -> bool:
    """True if a name is one that a person goes by: spelled like none that parents give, or what
    stands before the @ as well.
    """
    if not is_long(same(name)) or not _HANDLE.fullmatch(name) or not is_name(name):
        return False
    return any(c.isdigit() for c in name) or same(local.partition("+")[0]) == same(name)


def is_nick(name: str, full: str) -> bool:
    """True if a name of one word holds the surname of a full one: "aquillan7" of Ada Quillan."""
    surname = same(full.rsplit(maxsplit=1)[-1]) if is_full(full) else ""
    return len(surname) >= _SURNAME and not is_full(name) and surname in same(name)
