"""The door for other instances: offers, pieces and receipts of packages that move from one controller to another."""
