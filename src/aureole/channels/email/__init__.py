"""Mail: reading what arrives, threading it, sending what leaves."""
