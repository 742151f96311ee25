"""Whoever looks after their own account stands here: address, password, devices, and the way out for good."""
