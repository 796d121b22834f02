"""Entity resolution: which identities belong to one person, and manual corrections."""
