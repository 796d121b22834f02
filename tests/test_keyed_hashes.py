"""Keyed hashes of addresses: one mailbox is one hash, and a public provider is no organisation."""

import pytest

from sourcing.core import keyed_hashes

KEY = b"k" * 32


@pytest.mark.parametrize(
    "spelling",
    ["jane@corp.example", "JANE@Corp.Example", "jane+lists@corp.example", " jane@corp.example. ",
     "ｊａｎｅ＠ｃｏｒｐ．ｅｘａｍｐｌｅ"],
)  # fmt: skip
def test_the_spellings_of_a_mailbox_have_one_hash(spelling: str) -> None:
    expected = keyed_hashes.of_address(KEY, "jane@corp.example")
    assert keyed_hashes.of_address(KEY, spelling) == expected
    assert expected != keyed_hashes.of_address(b"other", spelling)


def test_dots_are_ignored_only_where_the_provider_ignores_them() -> None:
    assert keyed_hashes.mailbox("j.a.ne@googlemail.com") == keyed_hashes.mailbox("jane@gmail.com")
    assert keyed_hashes.mailbox("j.ane@corp.example") != keyed_hashes.mailbox("jane@corp.example")


def test_a_domain_covers_the_domains_below_it() -> None:
    below = keyed_hashes.of_domains(KEY, "jane@eu.corp.example")
    assert keyed_hashes.of_domain(KEY, "Corp.example.") in below
    assert keyed_hashes.of_domain(KEY, "example") not in below
    assert keyed_hashes.of_domain(KEY, "orp.example") not in below
    accented = keyed_hashes.of_domains(KEY, "jane@bücher.example")
    assert keyed_hashes.of_domain(KEY, "xn--bcher-kva.example") in accented


@pytest.mark.parametrize("address", ["jane@gmail.com", "jane@mail.qq.com", "jane", "jane@"])
def test_public_providers_and_malformed_addresses_have_no_domain(address: str) -> None:
    assert keyed_hashes.of_domains(KEY, address) == ()


@pytest.mark.parametrize("address", ["jane", "jane@", "@corp.example", "jane@localhost", ""])
def test_a_malformed_address_has_no_hash(address: str) -> None:
    assert keyed_hashes.of_address(KEY, address) is None


def test_without_a_key_nothing_is_hashed() -> None:
    assert keyed_hashes.of_domains(b"", "jane@corp.example") == ()
    assert keyed_hashes.of_address(b"", "jane@corp.example") is None
