"""Backups: made, checked, restored, and brought up to the fence list before anything opens."""
