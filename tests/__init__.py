"""Behaviour through the public surface, with real databases, repositories and servers."""
