"""What Juntan promises, as sentences that can fail."""
