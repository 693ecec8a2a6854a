"""What is left: every place that still holds given texts, plain or in the usual encodings."""
