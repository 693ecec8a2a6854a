"""One person's data as a package they can read, keep and take elsewhere (GDPR Art. 15 and 20)."""
