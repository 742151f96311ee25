"""The consents of a claim, and taking one back after the claim was handed in."""
