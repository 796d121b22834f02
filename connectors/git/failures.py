"""Turns the error output of git into one line: git's own reason, and a remedy.

It does not decide whether a failure is retried, rebuilt or final.
"""

import re
from typing import IO

from connectors.git.forge_urls import without_credentials
from sourcing.core.text import clean_line

#: Lines that git and ssh print around a reason.
_BOILERPLATE = re.compile(
    r"hint:|warning:|Warning: Permanently added|Please make sure you have the correct access|"
    r"and the repository exists|Cloning into|From |Fetching |\s*$"
)
_REASON = ("fatal:", "error:", "ERROR:", "remote:", "ssh:", "kex_exchange", "Permission denied",
           "Host key verification")  # fmt: skip
#: What git's last line repeats after the reason of ssh or of a helper.
_CONSEQUENCE = re.compile(
    r"fatal: (?:Could not read from remote repository|the remote end hung up|"
    r"fetch-pack: invalid|early EOF|index-pack failed)"
)
#: Reasons shown at most; the ones nearest to the end say most.
_SHOWN = 3

#: Pattern of a reason, and the remedy. The first that matches is shown.
_REMEDIES = (
    (r"Host key verification failed|authenticity of host",
     "add the host's key to ~/.ssh/known_hosts"),
    (r"Permission denied \((?:publickey|password|keyboard|gssapi)",
     "give ssh a key that this host accepts, or use the https address"),
    (r"Could not resolve (?:host|hostname|proxy)|Name or service not known",
     "check the address and the network"),
    (r"fsck error|fsckObjects", "set fetch.fsckObjects=false in the git configuration"),
    (r"SSL certificate|certificate verif|unable to get local issuer",
     "set http.sslCAInfo in the git configuration to the certificates of your network"),
    (r"returned error: 403", "the host refuses; check the address and git's credentials"),
    (r"returned error: 407", "the proxy wants a user; set it in https_proxy"),
    (r"returned error: 429|rate limit", "the host limits requests; the next run tries again"),
    (r"transport '[^']*' not allowed",
     "objects are missing from this repository; run `git fetch` in it"),
    (r"[Oo]ut of memory|[Cc]annot allocate memory|mmap failed",
     "a commit or file list needs more memory than one source may use"),
    (r"RPC failed|early EOF|unexpected disconnect|Connection (?:reset|timed out|refused)",
     "the connection failed; the next run tries again"),
    (r"Permission denied", "give this user read access to the repository"),
)  # fmt: skip


def describe(errors: IO[bytes]) -> str:
    """Return the reason on one line, without hints and passwords, followed by a remedy."""
    errors.seek(0)
    text = without_credentials(errors.read(20_000).decode("utf-8", "replace"))
    lines = [line.strip() for line in text.splitlines() if not _BOILERPLATE.match(line)]
    reasons = list(dict.fromkeys(line for line in lines if line.startswith(_REASON)))
    if all(map(_CONSEQUENCE.match, reasons)):  # ssh and its wrappers print lines of any form
        reasons = list(dict.fromkeys(lines))
    reason = clean_line("; ".join(reasons[-_SHOWN:]), 300) or "it failed without an error message"
    remedy = next((remedy for pattern, remedy in _REMEDIES if re.search(pattern, reason)), "")
    return f"{reason}: {remedy}" if remedy else reason
