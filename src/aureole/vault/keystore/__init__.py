"""The key store: a database of its own, so that no backup of the data ever holds a key."""
