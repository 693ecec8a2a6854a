"""What somebody learns who has the search index but not its key: measured on the benchmark's own data."""
