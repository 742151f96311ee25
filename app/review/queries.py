"""What the review room asks."""
