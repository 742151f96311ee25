"""The documents of a claim: its claimant brings them line by line, and takes back what nobody has seen."""
