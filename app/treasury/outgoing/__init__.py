"""The desk of payouts: in which order they leave, what each waits for, and what the bank did not deliver."""
