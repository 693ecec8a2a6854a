"""What customers see: the privacy centre. No account, no script; every page in the reader's language."""
