"""Asking the claimant: a list of things with their reasons and a due day, taken back, or gone on without."""
