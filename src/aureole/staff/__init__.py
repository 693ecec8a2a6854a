"""Agents (persons with an account), teams, roles, sign-in, and the one table of permissions."""
