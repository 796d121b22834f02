"""People as shown: profile, digest, review packet, subject access copy, glossary."""
