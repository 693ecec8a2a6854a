"""Benchmarks: what the product takes for its work, against what the same machine does at best.

`python -m bench` (or `make bench`) starts a database of its own, fills it from a seed and prints a table.
"""
