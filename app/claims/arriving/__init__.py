"""Documents that arrive in pieces: the claimant's page sends them by tus 1.0, and goes on where the line broke."""
