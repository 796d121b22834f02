"""Keyed hashes of e-mail addresses and of their domains, to recognise a person without an address.

A parser hashes the addresses that it reads in memory (HMAC-SHA256, RFC 2104); only the hash leaves
it. The key is unique to each database. Addresses of one mailbox have one hash. This module does not
decide which hashes are stored (`db.privacy`).
"""

from __future__ import annotations

import hmac
import unicodedata

#: Domains that many people share: a mailbox there says nothing about an organisation.
_PROVIDERS = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.jp
icloud.com me.com mac.com aol.com proton.me protonmail.com pm.me tutanota.com gmx.de gmx.net
gmx.com web.de t-online.de posteo.de posteo.net mailbox.org fastmail.com fastmail.fm hey.com
zoho.com mail.com mail.ru yandex.ru yandex.com ya.ru rambler.ru qq.com foxmail.com 163.com
126.com sina.com sina.cn aliyun.com 139.com naver.com hanmail.net daum.net orange.fr free.fr
laposte.net libero.it wp.pl seznam.cz duck.com riseup.net disroot.org
"""
PUBLIC_PROVIDERS = frozenset(_PROVIDERS.split())


def domain_of(text: str) -> str:
    """The domain of an address, or a domain as a user writes it, in one spelling (RFC 5890)."""
    text = unicodedata.normalize("NFKC", text).casefold().strip().rstrip(".")
    domain = text.rpartition("@")[2].strip("[]<> ")
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def mailbox(address: str) -> str | None:
    """The mailbox of an address, without its tag (`jane+lists@`); None if it is no address."""
    local, at, _ = unicodedata.normalize("NFKC", address).casefold().strip().rpartition("@")
    domain = domain_of(address)
    local = local.strip("\"' <")
    local = local.partition("+")[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if at and local and "." in domain else None


def of_address(key: bytes, address: str) -> str | None:
    """The hash of the mailbox of an address; None without a key or a mailbox."""
    found = mailbox(address)
    return _hash(key, f"address:{found}") if key and found else None


def of_domain(key: bytes, domain: str) -> str:
    """The hash of one domain."""
    return _hash(key, f"domain:{domain_of(domain)}")


def of_domains(key: bytes, address: str) -> tuple[str, ...]:
    """The hashes of an address's domain and of the domains above it, without public providers."""
    labels = domain_of(address).split(".")
    domains = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    if not key or not all(labels) or PUBLIC_PROVIDERS & set(domains):
        return ()
    return tuple(_hash(key, f"domain:{domain}") for domain in domains)


def _hash(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode("utf-8", "replace"), "sha256").hex()
