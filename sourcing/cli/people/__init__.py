"""Commands that show people: shortlist, profiles, digest, notes."""
