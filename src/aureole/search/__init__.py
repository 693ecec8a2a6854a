"""Encrypted full-text index over what modules hand it: keyed words, no plain text, no business words."""
