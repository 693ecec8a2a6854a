"""Where servers of others stand, as an operator writes it: `mail=DE files=US fjell.example=NO`."""

from __future__ import annotations

from config.addresses import BadAddress


def parse_receiver_countries(text: str) -> dict[str, str]:
    """ISO 3166 codes by receiver: mail, files, database, or the host name of another instance. Raises BadAddress."""
    found = {}
    for word in text.split():
        receiver, _, country = word.rpartition("=")
        if not receiver or len(country) != 2 or not country.isalpha():
            raise BadAddress("each must be a receiver and its country, like mail=DE, with blanks between")
        found[receiver.lower()] = country.upper()
    return found
