"""Who agreed to what, who said no to it, and whether somebody may be written to (GDPR Art. 7, 21)."""
