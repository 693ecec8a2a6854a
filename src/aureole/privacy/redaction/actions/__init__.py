"""What an officer does with an answer that tells of others: have it read, decide, mark, take back."""
