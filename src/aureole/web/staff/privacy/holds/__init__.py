"""Pages of legal holds: what may not go, since when, why, and who looks again when."""
