"""The processing log: what was done, by whom, concerning whom, holding no personal data itself."""
