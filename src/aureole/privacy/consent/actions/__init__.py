"""What can be done with a consent: record it, withdraw it, object to a purpose."""
