"""What is shown about people: profile, digest, review packet, subject access copy."""
