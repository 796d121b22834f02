"""Privacy: suppression, erasure, redaction, exclusions, retention, subject access."""
