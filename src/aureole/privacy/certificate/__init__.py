"""The proof of an erasure: issued by an instance, checked by anyone."""
