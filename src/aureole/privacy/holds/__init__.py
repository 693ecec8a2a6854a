"""Legal holds: what may not go, and who says so."""
