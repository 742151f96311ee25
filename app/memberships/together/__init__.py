"""One top-up for a family: one form, and a payment of its own for each membership."""
