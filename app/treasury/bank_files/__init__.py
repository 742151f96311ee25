"""The desk of bank files: what waits for a batch, the batches, and what the bank answers to each."""
