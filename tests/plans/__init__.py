"""The catalogue of plans, and each plan on a page."""
