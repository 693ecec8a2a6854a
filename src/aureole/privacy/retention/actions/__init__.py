"""One file for each thing that can be done with what has run out."""
