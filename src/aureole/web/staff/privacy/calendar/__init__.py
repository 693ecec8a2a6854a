"""The calendar: what of every part of the privacy console falls on which day. `parts.py` lists who fills it."""
