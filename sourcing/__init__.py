"""A self-hosted crawler of public engineering signals, and the recruiter's side of it.

This package decides: it alone knows the connectors, the scorer and the store, which
do not know each other. It never fetches, ranks or writes SQL itself.
"""

__version__ = "0.1.0"
