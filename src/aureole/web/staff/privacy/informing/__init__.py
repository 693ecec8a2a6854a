"""Who has to be told where their data came from, and what an officer does about it."""
