"""Pages of retention: how long what is kept and why, what has run out, and letting it go."""
