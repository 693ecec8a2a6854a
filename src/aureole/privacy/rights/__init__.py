"""Requests of persons who exercise a right, on the statutory clock, from receipt to evidence."""
