"""GitHub repositories through the API: merged pull requests, reviews and profiles.

Importing the package loads nothing else: `reader` and PyGithub are loaded by the first crawl.
"""
