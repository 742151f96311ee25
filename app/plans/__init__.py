"""Where a visitor reads what a plan is, whom it takes, what a case receives and what it has cost so far."""
