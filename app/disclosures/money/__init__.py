"""Where the money is, for everybody: held and owed, which payout waits for what, and every movement of a reserve."""
