"""Outreach: drafts, citations, notes and the feedback of hiring managers."""
