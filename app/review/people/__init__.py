"""A member asks for help: one of the staff looks them up, says why, and the member can see it."""
