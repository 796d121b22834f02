"""Indexes of packages: the one that the user's own tools are configured for, and its answers.

No address of an index is in this code: pip, npm, cargo and go name theirs (`addresses`). One
client (`client`) asks politely, with validators, and keeps answers in a folder.
"""
