"""Sample data: the desk of an invented shop, Nordlys Outdoor of Aarhus. Labelled, removable."""
