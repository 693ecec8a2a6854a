"""Persons (customers and agents alike), how they are reached, and where they belong."""
