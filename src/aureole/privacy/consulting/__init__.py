"""Prior consultations of the supervisory authority, and how long it has to answer (GDPR Art. 36)."""
