"""Pages of the register of breaches."""
