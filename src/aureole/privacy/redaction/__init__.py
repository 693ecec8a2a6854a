"""Other people in the answer to a request: found, decided about, blacked out (GDPR Art. 15(4))."""
