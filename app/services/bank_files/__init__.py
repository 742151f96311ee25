"""Bank files: money that goes out by people. What waits, the batches made of it, and what the bank answers."""
