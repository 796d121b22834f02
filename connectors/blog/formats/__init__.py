"""Formats that list or date posts: feeds, sitemaps, encodings and dates. Fetches nothing."""
