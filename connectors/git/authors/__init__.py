"""The authors of one history: names, Identities, Joins with their proof, and the mailmap."""
