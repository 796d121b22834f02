"""Discovery: packages that a team runs, from its lock files and SBOMs, and their repositories.

`readers` parse files; `registries` ask the indexes that the user's own tools name; `resolve`
joins both. Files are read on this machine and are not kept.
"""
