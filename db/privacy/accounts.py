"""Accounts of the pages: names, roles, password hashes and sessions.

Passwords are hashed with argon2id (RFC 9106); of a session only a hash of its token is stored. What
a role may do is decided by `sourcing.web.sessions`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal

from db.connection import Store

Role = Literal["admin", "recruiter", "manager"]
ROLES: dict[str, Role] = {"admin": "admin", "recruiter": "recruiter", "manager": "manager"}


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the pages."""

    name: str
    role: Role


def add(store: Store, name: str, role: Role, password: str, now: str) -> None:
    """Add a user, or change role and password of one; open sessions of the name end."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - slow to load, rarely needed

    hashed = PasswordHasher().hash(password)
    with store.transaction():
        store.conn.execute("DELETE FROM user_sessions WHERE name = ?", [name])
        store.conn.execute(
            "INSERT INTO users VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET role = excluded.role, password_hash = excluded.password_hash",
            [name, role, hashed, now],
        )


def remove(store: Store, name: str) -> bool:
    """Remove a user and end the sessions; False if there is no such user."""
    with store.transaction():
        return store.conn.execute("DELETE FROM users WHERE name = ?", [name]).rowcount > 0


def all_accounts(store: Store) -> list[Account]:
    """Every user, by name."""
    rows = store.rows("SELECT name, role FROM users ORDER BY name")
    return [Account(row["name"], row["role"]) for row in rows]


def is_password(store: Store, name: str, password: str) -> bool:
    """True if this is the user's password; an unknown name takes the same time."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - slow to load, rarely needed
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as above

    hasher = PasswordHasher()
    stored = store.scalar("SELECT password_hash FROM users WHERE name = ?", name)
    try:
        return hasher.verify(stored or hasher.hash(secrets.token_hex(8)), password)
    except (VerificationError, InvalidHashError):
        return False


def open_session(store: Store, name: str, now: str, until: str) -> str:
    """Open a session and return its token; expired sessions are deleted."""
    token = secrets.token_urlsafe(32)
    with store.transaction():
        store.conn.execute("DELETE FROM user_sessions WHERE until < ?", [now])
        store.conn.execute(
            "INSERT INTO user_sessions VALUES (?, ?, ?)", [_hash(token), name, until]
        )
    return token


def account_of_session(store: Store, token: str, now: str) -> Account | None:
    """The user of a session that has not expired, or None."""
    rows = store.rows(
        "SELECT u.name, u.role FROM user_sessions s JOIN users u USING (name)"
        " WHERE s.token_hash = ? AND s.until >= ?",
        _hash(token),
        now,
    )
    return Account(rows[0]["name"], rows[0]["role"]) if rows else None


def close_session(store: Store, token: str) -> None:
    """End a session."""
    with store.transaction():
        store.conn.execute("DELETE FROM user_sessions WHERE token_hash = ?", [_hash(token)])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
