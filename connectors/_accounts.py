"""The keys of accounts at a forge: one scheme for all connectors that see the same accounts.

An account has one key, whether an API or an address in a history shows its number.
"""

#: The prefix of the keys; the connector of the forge's API declares it too.
PREFIX = "github"


def account_key(host: str, number: int | str) -> str:
    """The identity key of a numbered account."""
    return f"{PREFIX}:{host}/{number}"
