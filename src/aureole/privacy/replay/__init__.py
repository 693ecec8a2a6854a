"""Restored data is older than today: what was erased since is erased again before anything opens."""
