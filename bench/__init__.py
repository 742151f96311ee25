"""What the house costs: each file measures one thing against the bare machine or the naive way, in one run."""
