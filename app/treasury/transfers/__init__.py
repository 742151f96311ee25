"""The desk of transfers by hand: what a treasurer saw arrive in the bank, and what another one says of it."""
