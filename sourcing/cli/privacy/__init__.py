"""Commands that exclude, suppress and erase people, and that answer access requests."""
