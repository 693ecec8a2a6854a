"""Factories for tests: personas and the rows they need, made through the real actions."""
