"""How long things are kept, and what happens when their time is over."""
