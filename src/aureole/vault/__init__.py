"""One key per person and group of data: sealed fields, sealed files, blind index, key store."""
