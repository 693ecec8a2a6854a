"""What can be done with the suppression list."""
