"""Packages that go straight to another controller, and come from one: offers, pieces, receipts both ways."""
