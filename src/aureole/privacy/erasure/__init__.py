"""One person goes: planned, frozen, carried out step by step, searched for, certified (GDPR Art. 17)."""
