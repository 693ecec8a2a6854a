"""What is noted about a prior consultation, one file for each."""
