"""Who has to be told that their data is held, and told that they may object (GDPR Art. 14, 21(4))."""
