"""Requests of persons about their data, from the tile to the receipt."""
