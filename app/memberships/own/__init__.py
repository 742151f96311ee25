"""One's own memberships: how they stand, their statements, topping up, and the messages."""
