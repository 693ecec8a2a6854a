"""Two records turn out to be one person: what is held about one becomes the other's, and can be taken apart again."""
