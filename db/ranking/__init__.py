"""Ranking: the scoring queue, stored scores, the shortlist and its filters."""
