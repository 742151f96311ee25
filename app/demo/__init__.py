"""The demonstration's own room: whoever plays walks through the roles here, and moves the clock."""
