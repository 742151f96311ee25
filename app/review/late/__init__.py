"""Promises to claimants that were not kept: what is late, for how long, and when it was told."""
