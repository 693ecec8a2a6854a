"""Telling people where their data came from, one file for each thing an officer can do about it."""
