"""The decision as its claimant reads it: the whole letter as a page."""
