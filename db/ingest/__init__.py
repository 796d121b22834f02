"""Ingest: pages are written exactly once, duplicates are linked, runs are recorded."""
