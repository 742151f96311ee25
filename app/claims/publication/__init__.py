"""What the public reads of one's own case: the level, the exact preview, and a story for the public."""
