"""Reading one message: bytes in, frozen values out. No database, no settings."""
