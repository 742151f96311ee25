"""Investigations at the desk: opened for a claim, watched until their day, read, and shared with the claimant."""
