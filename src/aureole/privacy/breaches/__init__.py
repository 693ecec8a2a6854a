"""Personal data breaches: noticed, bounded, judged, notified, told, closed (GDPR Art. 33, 34)."""
