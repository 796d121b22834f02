"""Blogs: posts with author, day, link and text.

Importing the package loads nothing else; the first crawl loads `reader` and the HTML parsers.
"""
