"""The worker and its queue: what is asked for is done, whatever happens to whoever does it."""
