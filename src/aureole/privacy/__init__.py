"""The generic engine: what is held (data map), and what is done with it (export, erasure, residue).

It imports no business module; they declare to it in their personal_data.py.
"""
