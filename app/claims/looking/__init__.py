"""A claimant looks at an own document page by page, turns it, and exchanges it for a better one while that may be."""
